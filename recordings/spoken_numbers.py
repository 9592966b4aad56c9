"""Digits as they are said in Turkish: one by one, in tens, in hundreds, or written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_UNITS = {
    "bir": 1,
    "iki": 2,
    "üç": 3,
    "dört": 4,
    "beş": 5,
    "altı": 6,
    "yedi": 7,
    "sekiz": 8,
    "dokuz": 9,
}
_TENS = {
    "on": 10,
    "yirmi": 20,
    "otuz": 30,
    "kırk": 40,
    "elli": 50,
    "altmış": 60,
    "yetmiş": 70,
    "seksen": 80,
    "doksan": 90,
}
_HUNDRED = "yüz"
_ZERO = "sıfır"
_THOUSANDS = {"bin", "milyon", "milyar"}
_FILLERS = frozenset({"evet", "tamam", "peki", "eee", "ee", "ıı", "şey", "sonra", "ve"})
_COUNTRY = {"tr", "te", "re", "türkiye"}
_WRITTEN = re.compile(r"\+?[\d()./-]*\d[\d()./-]*")
_MAX_FILLERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Words that together say some digits.

    Attributes:
        digits: what they say.
        first, last: positions of the first and the last of the words.
    """

    digits: str
    first: int
    last: int


Run = tuple[Group, ...]
"""Groups that follow one another with nothing but fillers between them."""


def digit_runs(words: Sequence[str], breaks: frozenset[int] = frozenset()) -> list[Run]:
    """Return all runs of digits in a row of words, in order.

    Quantities with a thousand or a million in them are no digits to remember and
    end a run.

    Args:
        words: in the order they were said.
        breaks: positions before which a run must end, such as a long pause.
    """
    runs: list[list[Group]] = [[]]
    position, fillers = 0, 0
    while position < len(words):
        if position in breaks:
            runs.append([])
        group = _group_at(words, position, breaks)
        word = plain(words[position])
        if group is not None:
            runs[-1].append(group)
            position, fillers = group.last + 1, 0
            continue
        fillers += 1
        if word in _THOUSANDS:
            runs[-1:] = [[], []]
        elif word not in _FILLERS or fillers > _MAX_FILLERS:
            runs.append([])
        position += 1
    return [tuple(run) for run in runs if run]


def plain(word: str) -> str:
    """Return a word in Turkish lower case without the marks around it."""
    lowered = word.replace("I", "ı").replace("İ", "i").lower()
    return lowered.strip(".,;:!?\"'()")


def _group_at(words: Sequence[str], first: int, breaks: frozenset[int]) -> Group | None:
    word = plain(words[first])
    if word == _ZERO:
        return Group(digits="0", first=first, last=first)
    written = _written(words[first])
    if written:
        return Group(digits=written, first=first, last=first)
    end = first
    while end < len(words) and end - first < 4 and (end == first or end not in breaks):
        end += 1
    said = [plain(w) for w in words[first:end]]
    hundreds, used = _hundreds(said)
    tens = _TENS.get(said[used], 0) if used < len(said) else 0
    used += tens > 0
    may_add_unit = used < len(said) and (tens > 0 or hundreds > 0 or used == 0)
    units = _UNITS.get(said[used], 0) if may_add_unit else 0
    used += units > 0
    if not used:
        return None
    return Group(
        digits=str(hundreds + tens + units), first=first, last=first + used - 1
    )


def _hundreds(said: Sequence[str]) -> tuple[int, int]:
    """Return the hundreds at the start of some words, and how many words say them."""
    if said[0] == _HUNDRED:
        return 100, 1
    if len(said) > 1 and said[1] == _HUNDRED and said[0] in _UNITS:
        return 100 * _UNITS[said[0]], 2
    return 0, 0


def _written(word: str) -> str:
    """Return the digits of a word written in them; an IBAN's country is left off."""
    bare = word.strip(".,;:!?\"'")
    if bare[:2].upper() == "TR" and bare[2:].isdigit():
        return bare[2:]
    if not _WRITTEN.fullmatch(bare):
        return ""
    return re.sub(r"\D", "", bare)


def is_country_mark(word: str) -> bool:
    """Tell whether a word may be the letters before an IBAN's digits."""
    return plain(word) in _COUNTRY
