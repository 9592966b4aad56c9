import pytest

from qa.negation import is_negative, is_opposite


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bilmiyorum", "biliyorum"),
        ("yapamıyoruz", "yapıyoruz"),
        ("kapatmayın", "kapatın"),
        ("gelmeyeceğim", "geleceğim"),
        ("ödemedim", "ödedim"),
    ],
)
def test_a_negation_makes_the_opposite_either_way_round(one: str, other: str) -> None:
    assert is_opposite(one, other)
    assert is_opposite(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("aradığınız", "aradığımız"),
        ("ederim", "ederiz"),
        ("yardımcı", "yardıcı"),
        ("merkezi", "merkezine"),
        ("olamam", "olamam"),
    ],
)
def test_a_slip_or_an_ending_is_no_opposite(one: str, other: str) -> None:
    assert not is_opposite(one, other)


@pytest.mark.parametrize("word", ["olamam", "olmaz", "değil", "yok", "bilmiyorum"])
def test_negative_words_are_known(word: str) -> None:
    assert is_negative(word)


@pytest.mark.parametrize("word", ["tamam", "ödeme", "ödemeyi", "memur", "olabilirim"])
def test_words_that_only_look_negative_are_not(word: str) -> None:
    assert not is_negative(word)
