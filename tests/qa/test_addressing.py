import pytest

from qa.autoscore import Finding, propose
from qa.listening import CallFacts, Reason
from qa.scoring import Verdict
from recordings.transcript import Speaker
from tests.qa.builders import MONO, TWO_CHANNELS, call, one_item_form

FORM = one_item_form("{addressed: caller_name}", "{}")
KNOWN = CallFacts(agent_name="Doğan Kaya", caller_name="Mehmet Doğan")
UNKNOWN = CallFacts()


def asked(
    *lines: str, facts: CallFacts = KNOWN, speakers: tuple[Speaker, ...] = TWO_CHANNELS
) -> Finding:
    return propose(FORM, call(*lines, speakers=speakers), facts).finding("asked")


@pytest.mark.parametrize(
    "said",
    [
        "peki mehmet bey bakıyorum",
        "sayın doğan başvurunuz alınmış",
        "mehmet doğan bey ile mi görüşüyorum",
        "mehmed bay bakıyorum",
        "mehmet şöyle anlatayım mehmet dilekçe gerekiyor",
    ],
    ids=["title", "sayın", "whole name", "misheard", "twice without title"],
)
def test_a_caller_called_by_name_is_heard(said: str) -> None:
    assert asked(f"agent: {said}").verdict is Verdict.YES


@pytest.mark.parametrize(
    "said",
    [
        "ben doğan size nasıl yardımcı olabilirim",
        "emlak satışından doğan gelir için beyanname gerekiyor",
        "evet efendim bakıyorum",
        "sizi hanımefendi diye kaydettim",
        "Mehmet Bey'in dosyası",
    ],
    ids=["own name", "a word that is a name", "no name", "a title alone", "about him"],
)
def test_other_words_are_no_address(said: str) -> None:
    assert asked(f"agent: {said}").verdict is not Verdict.YES


def test_another_persons_name_beside_a_title_is_left_to_a_person() -> None:
    found = asked("agent: peki zübeyde hanım bakıyorum")

    assert (found.verdict, found.reason) == (Verdict.UNSURE, Reason.NAME_UNCLEAR)


def test_a_name_said_by_the_caller_is_no_address() -> None:
    found = asked("caller: ben mehmet doğan mehmet bey derler", "agent: evet buyurun")

    assert found.verdict is Verdict.NO


def test_without_a_record_the_name_that_the_caller_gives_counts() -> None:
    intro = "caller: iyi günler adım kemal öztürk"
    used = asked(intro, "agent: kemal bey bakıyorum", facts=UNKNOWN)
    unused = asked(intro, "agent: hemen bakıyorum", facts=UNKNOWN)

    assert used.verdict is Verdict.YES
    assert unused.verdict is Verdict.NO


def test_without_any_name_a_common_name_with_a_title_does() -> None:
    assert asked("agent: peki fatma hanım", facts=UNKNOWN).verdict is Verdict.YES
    assert asked("agent: peki bir hanım aradı", facts=UNKNOWN).verdict == "unsure"
    assert asked("agent: peki", facts=UNKNOWN).reason is Reason.NAME_UNKNOWN


def test_on_one_channel_only_a_title_shows_that_it_was_the_agent() -> None:
    titled = asked("agent: mehmet bey bakıyorum", speakers=MONO)
    bare = asked("agent: mehmet evet mehmet olacak", speakers=MONO)

    assert titled.verdict is Verdict.YES
    assert (bare.verdict, bare.reason) == (Verdict.UNSURE, Reason.SPEAKER_UNKNOWN)
