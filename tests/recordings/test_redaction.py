import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.tr import tckimlik

from recordings.redaction import PrivateKind, redact, redact_text
from recordings.spoken_numbers import digit_runs
from recordings.transcript import Speaker, Transcript, Word
from tests.recordings.builders import said

UNITS = "bir iki üç dört beş altı yedi sekiz dokuz"
DIGITS = ["sıfır", *UNITS.split()]
NAMED_TENS = "on yirmi otuz kırk elli altmış yetmiş seksen doksan"
TENS = ["", *NAMED_TENS.split()]


def transcript(*words: Word) -> Transcript:
    return Transcript(
        words=words,
        duration_s=max(word.end_s for word in words) + 1,
        speakers=(Speaker.AGENT, Speaker.CALLER),
    )


def spoken(digits: str) -> str:
    return " ".join(DIGITS[int(digit)] for digit in digits)


@pytest.mark.parametrize(
    ("said_words", "digits"),
    [
        ("bir iki üç", "123"),
        ("on iki", "12"),
        ("yüz yirmi üç", "123"),
        ("beş yüz elli beş elli beş", "55555"),
        ("sıfır iki yüz on altı", "0216"),
        ("yüz beş", "105"),
        ("dokuz yüz", "900"),
        ("elli sıfır üç", "5003"),
        ("ON İKİ", "12"),
        ("12 otuz 4567", "12304567"),
        ("bir iki, evet, üç", "123"),
    ],
)
def test_digits_are_heard_as_they_are_said(said_words: str, digits: str) -> None:
    (run,) = digit_runs(said_words.split())

    assert "".join(group.digits for group in run) == digits


@given(st.lists(st.integers(0, 999), min_size=1, max_size=8))
def test_any_number_below_a_thousand_is_read_back(numbers: list[int]) -> None:
    words: list[str] = []
    for number in numbers:
        hundreds, tens, units = number // 100, number // 10 % 10, number % 10
        words += [DIGITS[hundreds]] * (hundreds > 1) + ["yüz"] * (hundreds > 0)
        words += [TENS[tens]] * (tens > 0) + [DIGITS[units]] * (units > 0)
        words += ["sıfır"] * (number == 0)
        words.append("tamam")

    runs = digit_runs(words)

    said_digits = "".join(group.digits for run in runs for group in run)
    assert said_digits == "".join(str(number) for number in numbers)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"numaram {spoken('10000000146')} tamam", "numaram [tckn] tamam"),
        ("kimliğim 10000000146.", "kimliğim [tckn]"),
        ("yüz yirmi üç dört yüz elli altı yedi yüz seksen dokuz elli", "[tckn]"),
        ("sıfır beş yüz elli beş beş yüz elli beş elli beş elli beş", "[phone]"),
        ("ara 0532 123 45 67 numarayı", "ara [phone] numarayı"),
        ("+90 (532) 123-45-67", "[phone]"),
        ("4111 1111 1111 1111 kartım", "[card] kartım"),
        ("TR33 0006 1005 1978 6457 8413 26 hesabı", "[iban] hesabı"),
        (f"tr {spoken('330006100519786457841326')}", "[iban]"),
        (f"vergi numaram {spoken('4540536920')} efendim", None),
        (f"yanlış {spoken('10000000147')} oldu", "yanlış [number] oldu"),
        (f"{spoken('12345678950')} {spoken('05555555555')}", "[tckn] [phone]"),
        (f"{spoken('123456')} evet peki {spoken('78950')}", "[tckn]"),
    ],
)
def test_private_numbers_are_masked(text: str, shown: str | None) -> None:
    masked = redact_text(text)

    if shown is not None:
        assert masked == shown
    assert not any(digit in masked.split() for digit in DIGITS)


@pytest.mark.parametrize(
    "text",
    [
        "borcunuz on iki bin üç yüz kırk beş lira",
        "iki milyon beş yüz bin lira",
        "saat on dört otuz beş",
        "yirmi yedi mart iki bin yirmi altı",
        "yüz yetmiş numaralı hattı arayın",
        "bir iki gün içinde",
        "  boşluklar   kalır ",
    ],
)
def test_amounts_dates_and_short_numbers_stay(text: str) -> None:
    assert redact_text(text) == text


def test_spans_cover_the_words_in_the_sound() -> None:
    words = said("kimlik numaram", 2.0, 1) + said(spoken("10000000146"), 4.0, 1)
    words += said("tamam", 9.0, 1) + said("evet", 5.0, 0)

    redacted = redact(transcript(*words))

    (span,) = redacted.spans
    assert span.kind is PrivateKind.NATIONAL_ID
    assert (span.channel, span.first, span.last) == (1, 2, 12)
    assert (span.start_s, span.end_s) == pytest.approx((3.95, 8.45))
    masks = [word for word in redacted.transcript.words if "[" in word.text]
    (masked,) = masks
    assert masked.text == "[tckn]"
    assert (masked.start_s, masked.end_s) == pytest.approx((4.0, 8.4))
    assert redacted.transcript.words_of(Speaker.AGENT) == tuple(said("evet", 5.0, 0))


def test_a_number_dictated_in_groups_with_pauses_is_one() -> None:
    words = said(spoken("100000"), 0.0, 1) + said("evet", 3.5, 0)
    words += said(spoken("00146"), 7.0, 1)

    assert [span.kind for span in redact(transcript(*words)).spans] == [
        PrivateKind.NATIONAL_ID
    ]


def test_a_whole_page_of_digits_is_masked_quickly() -> None:
    text = " ".join(["yedi"] * 500)

    assert set(redact_text(text).split()) == {"[number]"}


def test_digits_minutes_apart_are_not_one_number() -> None:
    words = said(spoken("1234"), 0.0, 1) + said(spoken("5678"), 60.0, 1)

    assert redact(transcript(*words)).spans == ()


@given(st.integers(100_000_000, 999_999_999), st.randoms(use_true_random=False))
def test_every_valid_national_number_is_found_however_grouped(
    first_nine: int, chance: random.Random
) -> None:
    digits = str(first_nine)
    digits += tckimlik.calc_check_digits(digits)
    written = list(digits)
    for position in sorted(chance.sample(range(1, 11), k=3)):
        written[position] += " "
    text = f"numaram {''.join(written)} efendim"

    assert redact_text(text) == "numaram [tckn] efendim"
    assert redact_text(f"numaram {spoken(digits)} efendim") == "numaram [tckn] efendim"
