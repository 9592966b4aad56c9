import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.heard import Heard
from qa.matching import Certainty, find, judge
from qa.script import parse_wording
from qa.text import upper
from tests.qa.builders import call, heard

GREETING = parse_wording(
    "[iyi günler] istanbul defterdarlığı çağrı merkezi ben {agent_name} "
    "[size] nasıl yardımcı olabilirim"
)
SLOTS = {"agent_name": "Ayşe Yılmaz"}
SAID = (
    "iyi günler istanbul defterdarlığı çağrı merkezi ben ayşe yılmaz size nasıl "
    "yardımcı olabilirim"
)


def certainty(wording: str, text: str, **slots: str) -> Certainty:
    found = find(parse_wording(wording), heard(text), slots)
    return found[0].certainty if found else Certainty.NO


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        f"alo evet {SAID} buyurun",
        "istanbul defterdarlığı çağrı merkezi ben ayşe nasıl yardımcı olabilirim",
        "istanbul defter darlığı çağrı merkezine ben ayşe nasıl yardımcı olabilirim",
        "istanbul tefterdarlıgı çarı merkezi ben ayla nasıl yardımcı olabilirim",
        "istanbul defterdarlığı çağrı merkezi ben hanım yardımcı olabilirim",
        "istanbul defterdarlığı çağrımerkezi ben ayşe size nasıl yardımcı olabilirim",
    ],
    ids=["whole", "inside", "options out", "split", "misheard", "lost word", "joined"],
)
def test_a_wording_is_found_with_the_errors_that_recognisers_make(text: str) -> None:
    found = find(GREETING, heard(text), SLOTS)

    assert found[0].certainty is Certainty.YES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alo buyurun",
        "ben istanbul dışındayım defterdarlığa nasıl geleceğim",
        "motorlu taşıtlar vergisi yılda iki taksit halinde ödenir",
    ],
)
def test_other_speech_is_not_taken_for_it(text: str) -> None:
    assert find(GREETING, heard(text), SLOTS) == []


def test_evidence_has_the_words_their_times_and_a_trust() -> None:
    found = find(parse_wording("iyi günler dileriz"), heard("peki iyi günler dileriz"))
    evidence = found[0].evidence

    assert evidence.text == "iyi günler dileriz"
    assert evidence.start_s == pytest.approx(0.6)
    assert evidence.end_s == pytest.approx(1.75)
    assert evidence.confidence == pytest.approx(0.9)


def test_every_occurrence_is_found_once() -> None:
    text = "hatta kalınız evet dosyanız geldi ekranıma hatta kalınız"
    found = find(parse_wording("hatta (kalın|kalınız)"), heard(text))

    assert sorted(match.first for match in found) == [0, 6]


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("bunu bilmiyorum ben", "bunu biliyorum ben"),
        ("telefonu kapatın", "telefonu kapatmayın"),
        ("size yardımcı olamam", "size yardımcı olabilirim"),
        ("size yardımcı olamam", "size yardımcı olmaya çalışıyorum"),
        ("işleminizi yapmıyorum", "işleminizi yapıyorum"),
    ],
)
def test_the_opposite_is_not_found_however_alike_it_looks(
    wording: str, text: str
) -> None:
    same = certainty(wording, wording)

    assert same is Certainty.YES
    assert certainty(wording, text) is not Certainty.YES


@pytest.mark.parametrize(
    "text",
    [
        "istanbul defterdarlığı çağrı merkezi ben ayşe yılmaz",
        "ben ayşe yılmaz size nasıl yardımcı olabilirim",
    ],
    ids=["no offer", "no institution"],
)
def test_a_wording_that_lacks_a_whole_piece_is_not_certain(text: str) -> None:
    assert all(
        m.certainty is not Certainty.YES for m in find(GREETING, heard(text), SLOTS)
    )


def test_a_key_word_must_itself_be_heard() -> None:
    said = "önerinizi ilgili birime iletiyorum"

    assert certainty("ilgili birime aktarıyorum", said) is not Certainty.NO
    assert certainty("ilgili birime aktarıyorum!", said) is Certainty.NO
    assert certainty("ilgili birime aktarıyorum!", "ilgili birime aktarıyorum") == "yes"


def test_a_single_word_of_a_wording_is_never_certain() -> None:
    assert certainty("beni ilgilendirmez", "ilgilendirmez") is not Certainty.YES


def test_two_words_run_together_are_one_word_heard() -> None:
    wording = "başka numara verebilir misiniz"

    assert certainty(wording, "belgeyi şubeye verebilirsiniz") is not Certainty.YES


def test_a_short_wording_needs_more_than_a_long_one() -> None:
    likeness = 0.7

    assert judge(likeness, 1.0) is Certainty.NO
    assert judge(likeness, 2.0) is Certainty.UNSURE
    assert judge(likeness, 6.0) is Certainty.YES


def test_a_wording_is_not_spread_over_a_long_pause() -> None:
    together = call("agent: aradığınız için", 1.0, "agent: teşekkür ederiz")
    apart = call("agent: aradığınız için", 30.0, "agent: teşekkür ederiz")
    wording = parse_wording("aradığınız için teşekkür ederiz")

    assert find(wording, Heard(together.words))[0].certainty is Certainty.YES
    assert all(
        m.certainty is Certainty.UNSURE for m in find(wording, Heard(apart.words))
    )


@pytest.mark.parametrize("name", ["ayşe", "yılmaz", "ayşe yılmaz", "ayşeyim"])
def test_a_slot_takes_the_name_or_part_of_it(name: str) -> None:
    assert certainty("benim adım {agent_name}", f"benim adım {name}", **SLOTS) == "yes"


def test_a_slot_without_a_value_takes_any_words() -> None:
    assert certainty("sizi {unit} aktarıyorum", "sizi emlak birimine aktarıyorum")
    assert certainty("benim adım {agent_name}", "benim adım zübeyde hanım") == "yes"


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 11))
def test_losing_a_word_never_makes_a_wording_likelier(lost: int) -> None:
    said = SAID.split()
    whole = find(GREETING, heard(SAID), SLOTS)[0].likeness
    rest = find(GREETING, heard(" ".join(said[:lost] + said[lost + 1 :])), SLOTS)

    assert all(match.likeness <= whole for match in rest)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(["vergi", "evet", "borç", "taksit"]), max_size=6))
def test_words_around_it_do_not_change_a_match(around: list[str]) -> None:
    text = " ".join([*around, SAID, *around])
    found = find(GREETING, heard(text), SLOTS)

    assert found[0].likeness == find(GREETING, heard(SAID), SLOTS)[0].likeness
    assert found[0].first == len(around)


def test_casing_and_punctuation_of_what_was_heard_do_not_matter() -> None:
    plain = find(GREETING, heard(SAID), SLOTS)[0]
    loud = find(GREETING, heard(upper(SAID).replace(" BEN", ", BEN")), SLOTS)[0]

    assert (plain.likeness, plain.first, plain.last) == (
        loud.likeness,
        loud.first,
        loud.last,
    )
