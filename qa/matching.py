"""Wordings found in recognised words, errors and all, each with its evidence.

A wording is aligned with the words heard by dynamic programming: words are compared
by letters and by sound, a word may be missing, added, split in two or joined with
its neighbour. What counts is the share of the wording's weight that was heard (the
*likeness*); how much of it makes a find depends on how long the wording is, because
two short words come together by chance. `tests/benchmarks/scoring.py` made the
thresholds below, from texts with known truth under 0-30 % recognition errors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from qa.heard import Evidence, Floats, Heard, has_ending, spelling
from qa.negation import is_negative
from qa.script import Token, Wording
from qa.text import words

INSERTION_COST = 0.2
"""What a strange word inside a wording costs, in weights of a six-letter word."""

JOINED_LIKENESS = 0.8
"""Two words of a wording count as run together only in a word spelt so like them."""

LETTERS, LONGEST, COMMON_WEIGHT = 6.0, 12, 0.4
"""A word weighs its letters (up to 12) / 6; a common one at most 0.4."""

NAME_WEIGHT = 0.6
"""What a name in a slot weighs: recognisers often lack it."""

NEEDED_AT_WEIGHT = (1.0, 2.0, 3.0, 4.5, 7.0)
NEEDED = (0.92, 0.78, 0.69, 0.55, 0.50)
"""The likeness that makes a find, at those weights; between them, in proportion."""

HEARD_WELL = 0.5
"""A word less like than this does not count as a second word of a wording."""

NEVER = -1e9
"""The gain of what must not be."""

DOUBT = 0.12
"""A likeness short by no more than this leaves it open."""

GAP = 0.35
"""A wording that lacks more than this share of it in one piece was not said whole."""

KEY_SURE, KEY_POSSIBLE = 0.65, 0.4
"""How well the key words of a wording, and negative ones, must be heard themselves."""

COMMON = frozenset(
    words(
        "ve bir bu için ben size siz sizi de da ne var yok mı mi mu mü ile o şu bizi "
        "bize evet tamam efendim iyi miyim mıyım misiniz mısınız musunuz müsünüz"
    )
)
"""Words of every conversation: hearing one says little about a wording."""


class Certainty(StrEnum):
    """Whether a wording was heard."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A wording as it was heard.

    Attributes:
        heard: what it was found in.
        first, last: indices of its first and last word there.
        likeness: share of the wording's weight that was heard, in [0, 1].
        certainty: what that means for a wording of this length.
        evidence: the words, with times.
    """

    heard: Heard
    first: int
    last: int
    likeness: float
    certainty: Certainty
    evidence: Evidence


def find(
    readings: Sequence[Wording],
    heard: Heard,
    slots: Mapping[str, str] | None = None,
) -> list[Match]:
    """Return where any of the readings was, or may have been, heard; surest first.

    Args:
        readings: wordings, any of which will do.
        heard: what to look in.
        slots: values of the slots; one that is absent or blank stands for any words.

    Returns:
        Matches that do not overlap, certain ones before unsure ones.
    """
    found: list[Match] = []
    for reading in readings:
        found += _find_reading(_fill(reading, slots or {}), heard)
    found.sort(key=lambda m: (m.certainty is not Certainty.YES, -m.likeness, m.first))
    kept: list[Match] = []
    for match in found:
        if all(match.last < k.first or k.last < match.first for k in kept):
            kept.append(match)
    return kept


def judge(likeness: float, weight: float) -> Certainty:
    """Return what a likeness means for a wording of a weight (six letters are 1)."""
    needed = _needed(weight)
    if likeness >= needed:
        return Certainty.YES
    return Certainty.UNSURE if likeness >= needed - DOUBT else Certainty.NO


def _needed(weight: float) -> float:
    """Return the likeness that makes a find of a wording of a weight."""
    return float(np.interp(weight, NEEDED_AT_WEIGHT, NEEDED))


@dataclass(frozen=True, slots=True)
class _Part:
    """One token of a wording with its slot filled; no texts: any word will do."""

    texts: tuple[str, ...]
    weight: float
    is_name: bool = False
    is_key: bool = False


def _fill(reading: Wording, slots: Mapping[str, str]) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    for token in reading:
        if not token.slot:
            is_key = token.is_key or all(map(is_negative, token.texts))
            parts.append(_Part(token.texts, _weight(token), is_key=is_key))
            continue
        value = tuple(words(slots.get(token.slot, "")))
        is_counted = bool(value) and not token.is_optional
        weight = NAME_WEIGHT if is_counted else 0.0
        parts.append(_Part(value, weight, is_name=True))
        parts.append(_Part(value, 0.0, is_name=True))
    return tuple(parts)


def _weight(token: Token) -> float:
    if token.is_optional:
        return 0.0
    letters = sum(len(text) for text in token.texts) / len(token.texts)
    weight = min(LONGEST, letters) / LETTERS
    is_common = any(text in COMMON for text in token.texts)
    return min(weight, COMMON_WEIGHT) if is_common else weight


def _find_reading(parts: tuple[_Part, ...], heard: Heard) -> list[Match]:
    weight = sum(part.weight for part in parts)
    if not len(heard) or weight <= 0.0:
        return []
    rows = _align(parts, heard)
    scores = rows[-1] / weight
    found: list[Match] = []
    least = _needed(weight) - DOUBT
    for end in np.argsort(-scores, kind="stable"):
        if scores[end] < least:
            break
        if any(match.first < end <= match.last + 1 for match in found):
            continue
        match = _trace(parts, heard, rows, int(end), weight)
        if match is not None:
            found.append(match)
    return found


def _align(parts: tuple[_Part, ...], heard: Heard) -> list[Floats]:
    """Return best[i][j]: weight heard of i parts, ending with the j-th heard word."""
    count = len(heard)
    ramp: Floats = INSERTION_COST * np.arange(count + 1, dtype=np.float64)
    rows: list[Floats] = [np.zeros(count + 1, dtype=np.float64)]
    for i, part in enumerate(parts):
        best: Floats = np.array(rows[i], dtype=np.float64)
        np.maximum(best[1:], rows[i][:-1] + _gain(part, heard), out=best[1:])
        if count > 1:
            gain = _gain(part, heard, joined=True)
            np.maximum(best[2:], rows[i][:-2] + gain, out=best[2:])
        if i and (gain2 := _joint_gain(parts[i - 1], part, heard)) is not None:
            np.maximum(best[1:], rows[i - 1][:-1] + gain2, out=best[1:])
        if i + 1 < len(parts):
            best = _insert(best, ramp, heard.pauses)
        rows.append(best)
    return rows


def _insert(
    best: NDArray[np.floating], ramp: Floats, pauses: NDArray[np.intp]
) -> Floats:
    """Return the scores when strange words may follow, but no long pause."""
    pieces = np.split(best + ramp, pauses + 1) if len(pauses) else [best + ramp]
    filled = np.concatenate([np.maximum.accumulate(piece) for piece in pieces])
    return np.asarray(filled - ramp, dtype=np.float64)


def _gain(part: _Part, heard: Heard, *, joined: bool = False) -> Floats:
    """Return what hearing each word (or pair) as this part adds to the score."""
    key = (part, joined)
    if key not in heard.gains:
        gain = _new_gain(part, heard, joined=joined)
        gain[heard.pauses[heard.pauses < len(gain)]] = NEVER
        if joined:
            gain[heard.pauses[heard.pauses > 0] - 1] = NEVER
        heard.gains[key] = gain
    return heard.gains[key]


def _new_gain(part: _Part, heard: Heard, *, joined: bool) -> Floats:
    if not part.texts:
        return np.zeros(len(heard) - joined) - (INSERTION_COST if joined else 0.0)
    like = np.max([heard.likeness(text, joined=joined) for text in part.texts], axis=0)
    if part.is_name and not joined:
        like = np.maximum(like, _inflected(part.texts, heard))
    if part.weight > 0.0:
        return np.asarray(part.weight * like)
    return np.asarray(INSERTION_COST * (like - 1.0))


def _joint_gain(one: _Part, two: _Part, heard: Heard) -> Floats | None:
    """Return what each word adds when it is both parts run together."""
    if not (one.weight and two.weight and one.texts and two.texts):
        return None
    key = (one, two)
    if key not in heard.gains:
        pairs = [a + b for a in one.texts for b in two.texts]
        like = np.max([spelling(text, heard.texts) for text in pairs], axis=0)
        gain = (one.weight + two.weight) * like * (like > JOINED_LIKENESS)
        gain[heard.pauses] = NEVER
        heard.gains[key] = gain
    return heard.gains[key]


def _inflected(names: tuple[str, ...], heard: Heard) -> Floats:
    """Return a likeness for a name with an ending (Ayşeyim, Ayşe'den)."""
    return np.array([0.9 * has_ending(text, names) for text in heard.texts])


def _trace(
    parts: tuple[_Part, ...],
    heard: Heard,
    rows: list[Floats],
    end: int,
    weight: float,
) -> Match | None:
    """Return the alignment that ends at a word, or None if it says nothing."""
    path = _path(parts, heard, rows, end)
    used = [index for _, indices, _ in path for index in indices]
    if not used:
        return None
    first, last = min(used), max(used)
    likeness = float(rows[-1][end]) / weight
    certainty = judge(likeness, weight)
    key = _key_heard(parts, path)
    is_lone = _is_lone_word(parts, path)
    if key < KEY_POSSIBLE or (is_lone and certainty is not Certainty.YES):
        return None
    if key < KEY_SURE or is_lone or _longest_gap(parts, path) > GAP * weight:
        certainty = Certainty.UNSURE
    return Match(
        heard=heard,
        first=first,
        last=last,
        likeness=round(likeness, 4),
        certainty=certainty,
        evidence=heard.evidence(first, last, likeness),
    )


_Path = list[tuple[int, tuple[int, ...], float]]


def _path(
    parts: tuple[_Part, ...], heard: Heard, rows: list[Floats], end: int
) -> _Path:
    """Return which words were heard as which part: (part, word indices, likeness)."""
    path: _Path = []
    i, j = len(parts), end
    while i and j:
        part, score = parts[i - 1], rows[i][j]
        one = _gain(part, heard)[j - 1]
        joint = _joint_gain(parts[i - 2], part, heard) if i > 1 else None
        if _same(score, rows[i - 1][j - 1] + one):
            path.append((i - 1, (j - 1,), one / part.weight if part.weight else 0.0))
            i, j = i - 1, j - 1
        elif _same(score, rows[i - 1][j]):
            i -= 1
        elif joint is not None and _same(score, rows[i - 2][j - 1] + joint[j - 1]):
            gain = float(joint[j - 1]) / (part.weight + parts[i - 2].weight)
            path += [(i - 1, (j - 1,), gain), (i - 2, (j - 1,), gain)]
            i, j = i - 2, j - 1
        elif _same(score, rows[i][j - 1] - INSERTION_COST):
            j -= 1
        else:
            gain = float(_gain(part, heard, joined=True)[j - 2])
            share = gain / part.weight if part.weight else 0.0
            path.append((i - 1, (j - 2, j - 1), share))
            i, j = i - 1, j - 2
    return [step for step in path if step[2] > 0.0 or not parts[step[0]].weight]


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 1e-9


def _longest_gap(parts: tuple[_Part, ...], path: _Path) -> float:
    """Return the weight of the longest run of words of which none was heard."""
    heard = {index for index, _, _ in path}
    longest = run = 0.0
    for index, part in enumerate(parts):
        if part.weight:
            run = 0.0 if index in heard else run + part.weight
            longest = max(longest, run)
    return longest


def _is_lone_word(parts: tuple[_Part, ...], path: _Path) -> bool:
    """Say whether only one word was heard well of a wording of several."""
    counted = {index for index, part in enumerate(parts) if part.weight}
    heard = {
        at
        for index, indices, likeness in path
        if index in counted and likeness >= HEARD_WELL
        for at in indices
    }
    return len(counted) > 1 and len(heard) < 2


def _key_heard(parts: tuple[_Part, ...], path: _Path) -> float:
    """Return how well the worst heard key word was heard; 1 without any."""
    heard = {part: likeness for part, _, likeness in path}
    return min(
        (
            heard.get(index, 0.0)
            for index, part in enumerate(parts)
            if part.weight and part.is_key
        ),
        default=1.0,
    )
