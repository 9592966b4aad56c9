from fractions import Fraction

import pytest

from qa.autoscore import Finding, propose
from qa.forms import default_form
from qa.listening import CallFacts, Reason, Silence
from qa.scoring import Verdict
from qa.script import Direction
from recordings.transcript import Speaker, Transcript
from tests.qa.builders import MONO, call, one_item_form

FORM = default_form()
KNOWN = CallFacts(
    agent_name="Ayşe Yılmaz",
    caller_name="Mehmet Demir",
    direction=Direction.INBOUND,
    record={"record_type": "information"},
)
OPENING = (
    "agent: İstanbul Defterdarlığı Çağrı Merkezi ben Ayşe Yılmaz size nasıl yardımcı "
    "olabilirim"
)
CLOSING = "agent: bizi aradığınız için teşekkür ederiz iyi günler dileriz"
NAMED = "agent: Mehmet Bey dilekçenizi şubeye verebilirsiniz"
QUESTION = "caller: iyi günler emlak vergisiyle ilgili bir sorum var"
TALK = "agent: ödeme geçen ay yapılmış görünüyor gecikme faizi yok"
ASKED = (
    "agent: telefon numaranızı alabilir miyim",
    "agent: kimlik numaranızı alabilir miyim",
    "agent: size ulaşabileceğimiz başka bir numara var mı",
)
TRANSFER = "agent: sizi ilgili birime aktarıyorum"
GOOD = call(OPENING, QUESTION, NAMED, TALK, CLOSING)


def finding(key: str, transcript: Transcript, facts: CallFacts = KNOWN) -> Finding:
    return propose(FORM, transcript, facts).finding(key)


def test_a_call_by_the_standard_earns_every_automatic_point() -> None:
    proposal = propose(FORM, GOOD, KNOWN)

    assert proposal.score.total == 100
    assert proposal.form == FORM.identity
    assert {f.key: f.verdict for f in proposal.findings} == {
        "opening_announcement": Verdict.YES,
        "caller_name": Verdict.YES,
        "recording_notice": Verdict.NO,
        "transfer_questions": Verdict.NOT_APPLICABLE,
        "no_silent_hold": Verdict.YES,
        "no_forbidden_phrase": Verdict.YES,
        "script_order": Verdict.YES,
        "closing": Verdict.YES,
        "record_type": Verdict.YES,
    }


def test_evidence_shows_where_the_opening_was_heard() -> None:
    evidence = finding("opening_announcement", GOOD).evidence

    assert len(evidence) == 1
    assert evidence[0].text.startswith("İstanbul Defterdarlığı")
    assert evidence[0].start_s == pytest.approx(0.2)
    assert 0.8 < evidence[0].confidence <= 0.9


def test_a_call_without_standard_wordings_earns_nothing_for_them() -> None:
    bad = call("agent: alo buyurun", QUESTION, TALK, "agent: tamam hadi görüşürüz")

    for key in ("opening_announcement", "caller_name", "closing"):
        found = finding(key, bad)
        assert (found.verdict, found.share) == (Verdict.NO, Fraction(0))
        assert found.reason is Reason.NOT_SAID


def test_an_opening_counts_only_in_the_first_seconds() -> None:
    late = call("agent: efendim", QUESTION, TALK, TALK, OPENING, TALK)
    found = finding("opening_announcement", late)

    assert (found.verdict, found.reason) == (Verdict.NO, Reason.OUTSIDE_WINDOW)
    assert found.evidence[0].start_s > 10


def test_the_first_seconds_begin_after_a_recorded_notice() -> None:
    notice = "agent: görüşmemiz kalite standartları gereği kayıt altına alınmaktadır"
    found = finding("opening_announcement", call(notice, 8.0, OPENING, TALK))

    assert found.verdict is Verdict.YES


def test_an_opening_after_a_long_silence_is_left_to_a_person() -> None:
    ringing = call(20.0, OPENING, QUESTION)

    found = finding("opening_announcement", ringing)

    assert (found.verdict, found.reason) == (Verdict.UNSURE, Reason.LATE_AFTER_SILENCE)


def test_a_ringing_tone_before_an_outbound_opening_does_no_harm() -> None:
    said = (
        "agent: iyi günler ben Ayşe Yılmaz İstanbul Defterdarlığı Çağrı Merkezinden "
        "arıyorum"
    )
    facts = CallFacts(agent_name="Ayşe Yılmaz", direction=Direction.OUTBOUND)

    assert finding("opening_announcement", call(20.0, said), facts).verdict == "yes"


def test_a_closing_counts_only_in_the_last_seconds_of_talk() -> None:
    early = call(OPENING, CLOSING, *(TALK,) * 6)
    then_silent = call(OPENING, TALK, CLOSING)

    assert finding("closing", early).reason is Reason.OUTSIDE_WINDOW
    assert finding("closing", then_silent).verdict is Verdict.YES


def test_what_the_caller_says_is_not_the_agents_closing() -> None:
    caller = call(OPENING, "caller: teşekkür ederim iyi günler", "agent: tamam")

    assert finding("closing", caller).verdict is Verdict.NO


def test_an_opening_on_the_callers_channel_hints_at_swapped_channels() -> None:
    swapped = GOOD.with_speakers([Speaker.CALLER, Speaker.AGENT])
    found = finding("opening_announcement", swapped)

    assert (found.verdict, found.reason) == (Verdict.UNSURE, Reason.OTHER_SPEAKER)


def test_silence_is_never_held_against_the_agent() -> None:
    silent = Transcript(words=(), duration_s=30.0, speakers=(Speaker.AGENT,))
    proposal = propose(FORM, silent, CallFacts())

    assert proposal.score.total is None
    for found in proposal.findings:
        assert found.verdict is Verdict.UNSURE
        assert found.share is None
    assert proposal.finding("closing").reason is Reason.NO_WORDS
    assert proposal.finding("no_silent_hold").reason is Reason.NO_WORDS


def test_words_that_were_hardly_recognised_prove_no_absence() -> None:
    mumbled = call("agent: şey olan gibi", TALK, confidence=0.3)
    found = finding("opening_announcement", mumbled)

    assert (found.verdict, found.reason) == (Verdict.UNSURE, Reason.LOW_CONFIDENCE)


def test_one_channel_still_shows_what_only_an_agent_says() -> None:
    mono = call(OPENING, QUESTION, NAMED, CLOSING, speakers=MONO)

    for key in ("opening_announcement", "caller_name", "closing"):
        assert finding(key, mono).verdict is Verdict.YES


def test_one_channel_does_not_tell_who_used_a_forbidden_phrase() -> None:
    said = "agent: bu benim işim değil"
    mono = finding("no_forbidden_phrase", call(OPENING, said, speakers=MONO))
    two = finding("no_forbidden_phrase", call(OPENING, said))

    assert (mono.verdict, mono.reason) == (Verdict.UNSURE, Reason.SPEAKER_UNKNOWN)
    assert (two.verdict, two.reason) == (Verdict.NO, Reason.FORBIDDEN_SAID)
    assert two.evidence[0].text == "bu benim işim değil"


def test_a_forbidden_phrase_of_the_caller_is_not_the_agents() -> None:
    said = call(OPENING, "caller: bu benim işim değil", CLOSING)

    assert finding("no_forbidden_phrase", said).verdict is Verdict.YES


def test_transfer_questions_apply_when_the_record_or_the_words_say_transfer() -> None:
    asked = call(OPENING, *ASKED, TRANSFER)
    unasked = call(OPENING, TALK, TRANSFER)
    quiet = call(OPENING, TALK, CLOSING)
    key = "transfer_questions"

    assert finding(key, asked).verdict is Verdict.YES
    assert finding(key, unasked).verdict is Verdict.NO
    assert finding(key, quiet).verdict is Verdict.NOT_APPLICABLE
    assert finding(key, quiet, CallFacts(was_transferred=True)).verdict is Verdict.NO
    not_transferred = CallFacts(was_transferred=False)
    assert finding(key, unasked, not_transferred).reason is Reason.NOT_TRANSFERRED


def test_some_of_the_transfer_questions_earn_some_of_the_weight() -> None:
    two = finding("transfer_questions", call(OPENING, *ASKED[:2], TRANSFER))

    assert (two.verdict, two.share) == (Verdict.NO, Fraction(2, 3))
    assert len(two.evidence) == 2


def test_a_question_asked_twice_is_not_two_questions() -> None:
    twice = finding("transfer_questions", call(OPENING, ASKED[1], ASKED[1], TRANSFER))

    assert twice.share == Fraction(1, 3)


def test_questions_after_the_transfer_come_too_late() -> None:
    late = finding("transfer_questions", call(OPENING, TRANSFER, *ASKED))

    assert (late.verdict, late.reason) == (Verdict.NO, Reason.TOO_LATE_FOR_STEP)


HOLD = "agent: sizi kısa bir süre bekleteceğim"


@pytest.mark.parametrize(
    ("lines", "verdict", "reason"),
    [
        ((HOLD, 20.0, TALK), Verdict.YES, Reason.SILENCE_ANNOUNCED),
        ((TALK, 20.0, TALK), Verdict.NO, Reason.SILENCE_UNANNOUNCED),
        ((TALK, 8.0, TALK), Verdict.YES, Reason.NO_LONG_SILENCE),
        ((HOLD, 20.0, TALK, 20.0, TALK), Verdict.NO, Reason.SILENCE_UNANNOUNCED),
        ((TALK, 7.0, "caller: alo", 7.0, TALK), Verdict.NO, Reason.SILENCE_UNANNOUNCED),
        ((HOLD, *(TALK,) * 8, 20.0, TALK), Verdict.NO, Reason.SILENCE_UNANNOUNCED),
    ],
    ids=["announced", "mute", "short", "second", "alo into it", "long before"],
)
def test_mute_as_hold_is_a_long_silence_without_notice(
    lines: tuple[str | float, ...], verdict: Verdict, reason: Reason
) -> None:
    found = finding("no_silent_hold", call(OPENING, *lines))

    assert (found.verdict, found.reason) == (verdict, reason)


def test_measured_silences_replace_the_gaps_between_words() -> None:
    facts = CallFacts(silences=(Silence(start_s=6.0, end_s=30.0),))
    found = finding("no_silent_hold", call(OPENING, TALK, 30.0, TALK), facts)

    assert (found.evidence[0].start_s, found.evidence[0].end_s) == (6.0, 30.0)


def test_a_record_type_is_met_missing_or_not_known() -> None:
    key = "record_type"

    assert finding(key, GOOD).verdict is Verdict.YES
    empty = CallFacts(record={"record_type": None})
    assert finding(key, GOOD, empty).reason is Reason.RECORD_INCOMPLETE
    assert finding(key, GOOD, CallFacts()).reason is Reason.RECORD_UNKNOWN


ORDER = "{a: {wordings: [ilk adım budur]}, b: {wordings: [ikinci adım budur]}}"


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (("agent: ilk adım budur", "agent: ikinci adım budur"), Verdict.YES),
        (("agent: ikinci adım budur", "agent: ilk adım budur"), Verdict.NO),
        (("agent: ilk adım budur", TALK), Verdict.NOT_APPLICABLE),
    ],
)
def test_order_is_judged_on_the_steps_that_were_said(
    lines: tuple[str, ...], verdict: Verdict
) -> None:
    form = one_item_form("{in_order: [a, b]}", ORDER)

    assert propose(form, call(*lines)).finding("asked").verdict is verdict


def test_an_item_for_one_direction_leaves_the_other_out() -> None:
    steps = "{a: {wordings: [borcunuz bulunmaktadır efendim]}}"
    form = one_item_form("{said: [a]}", steps, extra=", direction: outbound")
    inbound, outbound = (CallFacts(direction=way) for way in Direction)

    assert propose(form, GOOD, inbound).finding("asked").verdict == "not_applicable"
    assert propose(form, GOOD, outbound).finding("asked").verdict is Verdict.NO
    assert propose(form, GOOD).finding("asked").reason is Reason.DIRECTION_UNKNOWN


def test_a_critical_item_fails_the_form_only_when_it_is_certain() -> None:
    steps = "{a: {wordings: [saçmalamayın artık lütfen]}}"
    form = one_item_form("{not_said: [a]}", steps, extra=", critical: form")
    said = call("agent: saçmalamayın artık lütfen", TALK)
    unclear = said.with_speakers([Speaker.UNKNOWN, Speaker.UNKNOWN])

    assert propose(form, said).score.auto_failed_by == ("asked",)
    assert propose(form, said).score.total == 0
    assert propose(form, unclear).score.auto_failed_by == ()
    assert propose(form, unclear).score.total is None


def test_the_same_call_gets_the_same_proposal() -> None:
    one, again = (propose(default_form(), GOOD, KNOWN) for _ in range(2))

    assert one == again
