"""Level x weekday x profile, with the level exponentially smoothed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.demand import DemandTable
from forecasting.history import Floats
from forecasting.models.contract import only_when_open

RATES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
HALF_LIFE_WEEKS = 6.0
SHRINK_TO_COMMON_WEEKS = 2.0
LARGEST_JUMP = 0.3


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A day's calls as level x weekday index, spread over the day by its profile.

    Profiles and weekday indices are means in which a week counts half as much as one
    six weeks younger, shrunk to the common one where a weekday has been met rarely.
    The level is smoothed on the log scale at the rate that would have forecast the
    history best, and an innovation beyond a jump of 30 % counts as that jump, so one
    odd day does not carry the level away.

    Source: Taylor, A comparison of univariate time series methods for forecasting
    intraday arrivals at a call center (2008), in its multiplicative form.
    """

    @property
    def name(self) -> str:
        return "smoothing"

    @property
    def version(self) -> int:
        return 1

    @property
    def minimum_days(self) -> int:
        return 8

    def predict(self, table: DemandTable) -> Floats:
        rows = table.open_rows
        weekdays = table.weekdays[rows]
        volume = table.volume[rows]
        weight = 0.5 ** ((rows[-1] - rows) / (7.0 * HALF_LIFE_WEEKS))
        profiles = _profiles(volume, weekdays, weight)
        totals = _totals(volume, profiles[weekdays])
        index = _weekday_index(totals, weekdays, weight)
        adjusted = np.log(np.maximum(totals, 0.5) / index[weekdays])
        level = float(np.exp(_smoothed_level(adjusted, _lead(table, rows))))
        ahead = table.weekdays[table.rows_ahead]
        return only_when_open(table, level * index[ahead, None] * profiles[ahead])


def _profiles(volume: Floats, weekdays: NDArray[np.int64], weight: Floats) -> Floats:
    """Return each weekday's share of calls per column: 7 x columns, rows sum to 1."""
    known = np.isfinite(volume)
    calls = np.where(known, volume, 0.0) * weight[:, None]
    common = _rate(calls.sum(axis=0), (known * weight[:, None]).sum(axis=0), 0.0)
    profiles = np.empty((7, volume.shape[1]))
    for weekday in range(7):
        own = weekdays == weekday
        times = (known[own] * weight[own, None]).sum(axis=0)
        scale = _rate(calls[own].sum(), (common * times).sum(), 1.0)
        prior = SHRINK_TO_COMMON_WEEKS * common * scale
        profiles[weekday] = (calls[own].sum(axis=0) + prior) / (
            times + SHRINK_TO_COMMON_WEEKS
        )
    total = profiles.sum(axis=1, keepdims=True)
    return np.divide(profiles, np.where(total > 0.0, total, 1.0))


def _totals(volume: Floats, profiles: Floats) -> Floats:
    """Return whole-day totals, completing days known in part by their profile."""
    known = np.isfinite(volume)
    share = np.where(known, profiles, 0.0).sum(axis=1)
    totals: Floats = np.nansum(volume, axis=1) / np.maximum(share, 1e-6)
    return totals


def _weekday_index(
    totals: Floats, weekdays: NDArray[np.int64], weight: Floats
) -> Floats:
    """Return each weekday's calls relative to the mean day; 1 if never met."""
    mean = float(np.average(totals, weights=weight))
    index = np.ones(7)
    for weekday in range(7):
        own = weekdays == weekday
        if own.any() and mean > 0.0:
            index[weekday] = np.average(totals[own], weights=weight[own]) / mean
    return np.maximum(index, 1e-6)


def _smoothed_level(adjusted: Floats, lead: int) -> float:
    """Return the last level, at the rate with the least absolute error `lead` on."""
    rates = np.array(RATES)
    level = np.full(rates.shape, float(np.median(adjusted[:7])))
    levels = np.empty((adjusted.size + 1, rates.size))
    levels[0] = level
    for day, value in enumerate(adjusted):
        jump = np.minimum(np.maximum(value - level, -LARGEST_JUMP), LARGEST_JUMP)
        level = level + rates * jump
        levels[day + 1] = level
    start = min(14, adjusted.size // 2)
    errors = np.abs(adjusted[lead - 1 :, None] - levels[: adjusted.size - lead + 1])
    best = int(errors[start:].mean(axis=0).argmin()) if len(errors) > start else 2
    return float(level[best])


def _lead(table: DemandTable, rows: NDArray[np.int64]) -> int:
    """Return how many open days ahead the middle of the forecast lies, 1 to 20."""
    ahead = int(table.is_open[table.first_ahead :].sum())
    return max(1, min(ahead // 2 + 1, 20, rows.size // 2))


def _rate(part: Floats | float, whole: Floats | float, otherwise: float) -> Floats:
    """Return part / whole, or the given value where the whole is 0."""
    over = np.asarray(whole, dtype=np.float64)
    ratio = np.asarray(part, dtype=np.float64) / np.where(over > 0.0, over, 1.0)
    return np.where(over > 0.0, ratio, otherwise)
