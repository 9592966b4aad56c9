"""How an agent's scores stand and move, with intervals that own up to few calls."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from qa.errors import TrendInvalid

CONFIDENCE = 0.95
ENOUGH_CALLS = 5
"""With fewer scored calls a mean is shown as provisional."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The mean of some scores.

    Attributes:
        mean: in 0-100, or None without scores.
        low, high: Student's interval for the mean at 95 %, within 0-100; None for
            fewer than two scores, or equal ones, which do not tell their spread.
        count: how many scores.
        is_enough: whether there are enough of them to go by.
    """

    mean: float | None
    low: float | None
    high: float | None
    count: int
    is_enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The later mean less the earlier.

    Attributes:
        difference: in points, or None where either has no scores.
        low, high: Welch's interval at 95 %; None where it cannot be told.
        is_clear: whether the interval leaves out 0 and both have enough calls.
    """

    difference: float | None
    low: float | None
    high: float | None
    is_clear: bool


def trend(scores: Sequence[float]) -> Trend:
    """Return the mean of scores in 0-100 with its interval.

    Raises:
        TrendInvalid: if a score is outside 0-100.
    """
    values = _checked(scores)
    count = len(values)
    mean = float(values.mean()) if count else None
    low = high = None
    if mean is not None and count > 1 and (spread := float(values.std(ddof=1))) > 0:
        half = _quantile(count - 1) * spread / math.sqrt(count)
        low, high = max(0.0, mean - half), min(100.0, mean + half)
    return Trend(
        mean=mean, low=low, high=high, count=count, is_enough=count >= ENOUGH_CALLS
    )


def change(earlier: Sequence[float], later: Sequence[float]) -> Change:
    """Return how the mean moved between two periods.

    Raises:
        TrendInvalid: if a score is outside 0-100.

    Source: Welch (1947), with Satterthwaite's degrees of freedom.
    """
    before, after = _checked(earlier), _checked(later)
    if not len(before) or not len(after):
        return Change(difference=None, low=None, high=None, is_clear=False)
    difference = float(after.mean() - before.mean())
    parts = [
        float(values.var(ddof=1)) / len(values)
        for values in (before, after)
        if len(values) > 1
    ]
    if len(parts) < 2 or sum(parts) <= 0.0:
        return Change(difference=difference, low=None, high=None, is_clear=False)
    freedom = sum(parts) ** 2 / (
        parts[0] ** 2 / (len(before) - 1) + parts[1] ** 2 / (len(after) - 1)
    )
    half = _quantile(freedom) * math.sqrt(sum(parts))
    low, high = difference - half, difference + half
    is_enough = min(len(before), len(after)) >= ENOUGH_CALLS
    return Change(
        difference=difference,
        low=low,
        high=high,
        is_clear=is_enough and (low > 0.0 or high < 0.0),
    )


def _quantile(freedom: float) -> float:
    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))


def _checked(scores: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.array([float(score) for score in scores], dtype=np.float64)
    wrong = values[~((values >= 0.0) & (values <= 100.0))]
    if len(wrong):
        raise TrendInvalid("scores", "in 0-100", wrong[0])
    return values
