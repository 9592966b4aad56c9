import pytest

from qa.errors import FormInvalid, WordingInvalid
from qa.reading import Node, load_yaml
from qa.script import By, Direction, parse_wording, read_steps


def plain(text: str) -> list[str]:
    """Return the readings as text: optional words in brackets, slots in braces."""
    return [
        " ".join(
            ("[{}]" if token.is_optional else "{}").format(
                "/".join(token.texts) or f"<{token.slot}>"
            )
            + "!" * token.is_key
            for token in reading
        )
        for reading in parse_wording(text)
    ]


@pytest.mark.parametrize(
    ("wording", "readings"),
    [
        ("İyi günler, ben {agent_name}", ["iyi günler ben <agent_name>"]),
        ("[kısa bir] süre", ["[kısa] [bir] süre"]),
        ("hatta (kalın|kalınız)", ["hatta kalın/kalınız"]),
        ("(kayıt altında|kaydedildi)", ["kayıt altında", "kaydedildi"]),
        ("[(iyi günler|merhaba)] ben", ["[iyi] [günler] ben", "[merhaba] ben"]),
        ("sizi aktarıyorum! şimdi", ["sizi aktarıyorum! şimdi"]),
        ("ilgili (birime|müdürlüğe)!", ["ilgili birime/müdürlüğe!"]),
        ("153'ü", ["yüz elli üç ü"]),
    ],
)
def test_a_wording_is_read_as_written(wording: str, readings: list[str]) -> None:
    assert plain(wording) == readings


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ("hatta (kalın|kalınız", r"a closing \)"),
        ("hatta [kalın", r"a closing \]"),
        ("kalın)", "an opening bracket first"),
        ("kalın|kalınız", "brackets around alternatives"),
        ("ben {agent}", "a slot of agent_name"),
        ("ben {agent_name", "a slot of agent_name"),
        ("[iyi günler]", "may not be left out"),
        ("...", "may not be left out"),
        ("(a b|c d)" * 9, "at most 256 readings"),
    ],
)
def test_a_wording_that_cannot_be_read_is_refused(wording: str, expected: str) -> None:
    with pytest.raises(WordingInvalid, match=expected):
        parse_wording(wording)


def test_wordings_hold_for_their_direction_and_all_where_it_is_unknown() -> None:
    node = Node(
        load_yaml(
            """
            greet:
              by: caller
              wordings: [merhaba, {say: sizi arıyorum, direction: outbound}]
            """
        )
    )

    step = read_steps(node)["greet"]

    assert node.problems == []
    assert step.by is By.CALLER
    assert len(step.readings(Direction.INBOUND)) == 1
    assert len(step.readings(Direction.OUTBOUND)) == 2
    assert len(step.readings(None)) == 2


def test_broken_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(FormInvalid, match="line 2, column"):
        load_yaml("a: 1\nb: [")
