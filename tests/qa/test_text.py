import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import NumberInvalid
from qa.text import (
    lower,
    number_to_words,
    sound_key,
    spoken_digits,
    upper,
    words,
    words_to_number,
)

SPOKEN = {
    0: "sıfır",
    7: "yedi",
    10: "on",
    99: "doksan dokuz",
    100: "yüz",
    101: "yüz bir",
    200: "iki yüz",
    1000: "bin",
    1001: "bin bir",
    1923: "bin dokuz yüz yirmi üç",
    2026: "iki bin yirmi altı",
    100_000: "yüz bin",
    1_000_000: "bir milyon",
    21_000_005: "yirmi bir milyon beş",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IRMAK", "ırmak"),
        ("İSTANBUL", "istanbul"),
        ("I\u0307STANBUL", "istanbul"),
        ("Çağrı MERKEZİ", "çağrı merkezi"),
        ("ISPARTA DEFTERDARLIĞI", "ısparta defterdarlığı"),
    ],
)
def test_lower_case_keeps_the_dot_where_turkish_has_it(
    text: str, expected: str
) -> None:
    assert lower(text) == expected


def test_upper_case_keeps_the_dot_where_turkish_has_it() -> None:
    assert upper("istanbul ısparta") == "İSTANBUL ISPARTA"


@given(st.text("abcçdefgğhıijklmnoöprsştuüvyz ", max_size=40))
def test_turkish_casing_is_a_round_trip(text: str) -> None:
    assert lower(upper(text)) == text


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("İyi günler!", ["iyi", "günler"]),
        ("Defterdarlığı'na, T.C.", ["defterdarlığına", "tc"]),
        ("153’ü arayın", ["yüz", "elli", "üç", "ü", "arayın"]),
        ("kâr hâlâ", ["kar", "hala"]),
        ("1.250 lira", ["bin", "iki", "yüz", "elli", "lira"]),
        ("0212", ["sıfır", "iki", "bir", "iki"]),
        ("...", []),
    ],
)
def test_words_are_as_a_recogniser_writes_them(written: str, heard: list[str]) -> None:
    assert words(written) == heard


@given(st.text(max_size=40))
def test_normalised_words_stay_as_they_are(text: str) -> None:
    once = words(text)

    assert words(" ".join(once)) == once


@pytest.mark.parametrize(("number", "spoken"), SPOKEN.items())
def test_numbers_are_spoken_the_turkish_way(number: int, spoken: str) -> None:
    assert number_to_words(number) == spoken.split()


@given(st.integers(0, 10**15 - 1))
def test_a_spoken_number_is_read_back(number: int) -> None:
    assert words_to_number(number_to_words(number)) == number


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("sıfır beş yüz otuz iki", "0532"),
        ("on iki otuz dört", "1234"),
        ("bir iki üç", "123"),
        ("dört yüz kırk dört sıfır yüz elli üç", "4440153"),
        ("yirmi yirmi beş", "2025"),
        ("sıfır sıfır bir", "001"),
        ("sıfır bin", "01000"),
        ("", ""),
    ],
)
def test_digits_said_in_pieces_are_joined(spoken: str, digits: str) -> None:
    assert spoken_digits(spoken.split()) == digits


@pytest.mark.parametrize("bad", [-1, 10**15])
def test_a_number_that_has_no_words_is_refused(bad: int) -> None:
    with pytest.raises(NumberInvalid, match="from 0 below"):
        number_to_words(bad)


@pytest.mark.parametrize("bad", ["", "bir iki", "elma", "milyon"])
def test_words_that_are_not_one_number_are_refused(bad: str) -> None:
    with pytest.raises(NumberInvalid):
        words_to_number(bad.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("defterdarlığı", "tefderdarlıyı"),
        ("kaldı", "kaltı"),
        ("teşekkür", "deşegür"),
    ],
)
def test_what_the_telephone_confuses_sounds_alike(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)
