"""Private numbers in transcripts: found, masked in text, and located in the sound.

A row of seven digits or more is private whatever it is, so that a number with a digit
misheard is masked like a right one. Checksums only decide what it is called.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from stdnum import iban, luhn
from stdnum.tr import tckimlik, vkn

from recordings.spoken_numbers import Run, digit_runs, is_country_mark
from recordings.transcript import Transcript, Word

SHORTEST = 7
"""Fewer digits in a row are amounts, dates and door numbers."""

LONGEST_PART = 48
"""A row of unknown digits is masked in parts of at most so many."""

LONGEST_PAUSE_S = 8.0
"""People dictate in groups and wait for the other to write."""

BEEP_MARGIN_S = 0.05


class PrivateKind(StrEnum):
    """What a private number is."""

    NATIONAL_ID = "tckn"
    TAX_NUMBER = "vkn"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateSpan:
    """Words of one channel that say one private number.

    Attributes:
        kind: what it is; NUMBER where only its length is known.
        channel: where it is said.
        first, last: positions of its words among those of the channel.
        start_s, end_s: what to silence in the sound, with a small margin.
    """

    kind: PrivateKind
    channel: int
    first: int
    last: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A transcript that may be shown, and what was taken out of it.

    Attributes:
        transcript: each private number replaced by one word such as `[tckn]`.
        spans: the numbers, by channel and time; positions are those of the original.
    """

    transcript: Transcript
    spans: tuple[PrivateSpan, ...]


def redact(transcript: Transcript) -> Redacted:
    """Return a transcript without private numbers."""
    spans: list[PrivateSpan] = []
    words: list[Word] = []
    for channel in range(transcript.channels):
        said = [word for word in transcript.words if word.channel == channel]
        found = list(_spans(said, channel))
        spans += found
        words += _masked(said, found)
    return Redacted(
        transcript=replace(transcript, words=tuple(words)), spans=tuple(spans)
    )


def redact_text(text: str) -> str:
    """Return a written text with each private number as a mark such as `[tckn]`."""
    words = text.split()
    masks = {found.first: found for found in _find(words, frozenset())}
    shown: list[str] = []
    position = 0
    while position < len(words):
        if position in masks:
            shown.append(mask(masks[position].kind))
            position = masks[position].last + 1
        else:
            shown.append(words[position])
            position += 1
    return " ".join(shown) if masks else text


def mask(kind: PrivateKind) -> str:
    """Return the word that stands in a transcript for a private number."""
    return f"[{kind}]"


@dataclass(frozen=True, slots=True, order=True)
class _Cut:
    """The best way to cut the beginning of a run; the smallest is the best.

    Attributes:
        unknown: digits in parts of unknown kind.
        parts: how many parts there are.
        start: the first group of the last part.
        kind: what the last part is.
    """

    unknown: int
    parts: int
    start: int
    kind: PrivateKind


@dataclass(frozen=True, slots=True)
class _Found:
    kind: PrivateKind
    first: int
    last: int


def _spans(said: Sequence[Word], channel: int) -> Iterator[PrivateSpan]:
    pauses = frozenset(
        position
        for position in range(1, len(said))
        if said[position].start_s - said[position - 1].end_s > LONGEST_PAUSE_S
    )
    for found in _find([word.text for word in said], pauses):
        yield PrivateSpan(
            kind=found.kind,
            channel=channel,
            first=found.first,
            last=found.last,
            start_s=max(0.0, said[found.first].start_s - BEEP_MARGIN_S),
            end_s=said[found.last].end_s + BEEP_MARGIN_S,
        )


def _masked(said: Sequence[Word], spans: Sequence[PrivateSpan]) -> Iterator[Word]:
    starts = {span.first: span for span in spans}
    position = 0
    while position < len(said):
        span = starts.get(position)
        if span is None:
            yield said[position]
            position += 1
            continue
        hidden = said[span.first : span.last + 1]
        yield replace(
            hidden[0],
            text=mask(span.kind),
            end_s=hidden[-1].end_s,
            confidence=min(word.confidence for word in hidden),
        )
        position = span.last + 1


def _find(words: Sequence[str], breaks: frozenset[int]) -> Iterator[_Found]:
    for run in digit_runs(words, breaks):
        for kind, part in _parts(run):
            first = part[0].first
            if kind is PrivateKind.IBAN:
                while first and is_country_mark(words[first - 1]):
                    first -= 1
            yield _Found(kind, first, part[-1].last)


def _parts(run: Run) -> list[tuple[PrivateKind, Run]]:
    """Return what a run of digits holds, in order; nothing if it is short.

    The run is cut between groups of digits into known numbers and rows of unknown
    ones, so that as few digits as possible stay unknown, then into as few parts as
    possible. A rest too short to be private is no part: it is a sign that the cut is
    wrong, and the digits around it belong to it.
    """
    best: list[_Cut | None] = [_Cut(0, 0, 0, PrivateKind.NUMBER)]
    for end in range(1, len(run) + 1):
        best.append(min(_cuts(run, end, best), default=None))
    parts: list[tuple[PrivateKind, Run]] = []
    end = len(run)
    while end and (cut := best[end]) is not None:
        parts.append((cut.kind, run[cut.start : end]))
        end = cut.start
    return parts[::-1]


def _cuts(run: Run, end: int, best: Sequence[_Cut | None]) -> Iterator[_Cut]:
    """Yield the ways in which a part can end before group `end`."""
    digits = ""
    for start in reversed(range(end)):
        digits = run[start].digits + digits
        if len(digits) > LONGEST_PART and start < end - 1:
            return
        before = best[start]
        if before is not None and len(digits) >= SHORTEST:
            kind = _kind(digits)
            unknown = before.unknown + (0 if kind else len(digits))
            yield _Cut(unknown, before.parts + 1, start, kind or PrivateKind.NUMBER)


def _kind(digits: str) -> PrivateKind | None:
    """Return what a whole row of digits is, or None if it is nothing known."""
    length = len(digits)
    if length == 24 and iban.is_valid(f"TR{digits}"):
        return PrivateKind.IBAN
    if length in (15, 16) and luhn.is_valid(digits):
        return PrivateKind.CARD
    if length == 11 and tckimlik.is_valid(digits):
        return PrivateKind.NATIONAL_ID
    if _is_phone(digits):
        return PrivateKind.PHONE
    if length == 10 and vkn.is_valid(digits):
        return PrivateKind.TAX_NUMBER
    return None


def _is_phone(digits: str) -> bool:
    """Tell whether these are a Turkish number: area 2-5 or 8 and nine digits more."""
    national = digits.removeprefix("90") if len(digits) == 12 else digits
    if len(national) == 11:
        national = national.removeprefix("0")
    return len(national) == 10 and national[0] in "23458"
