"""How far calls stray from their forecast: 80 % bands from rolling errors."""

from dataclasses import dataclass

import numpy as np

from forecasting.history import Floats

SHARE_INSIDE = 0.80
ANSCOMBE = 0.375
PRIOR_DAYS = 5.0
HALF_LIFE_DAYS = 10.0
# With fewer judged days than this the errors say too little by themselves.
FEWEST_DAYS = 5
ASSUMED_DAY_ERROR = 0.15
NORMAL_DECILE = 1.2815515655446004


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """Lower and upper calls per cell, with 80 % of outcomes meant between them."""

    low: Floats
    high: Floats


def band_from_errors(
    expected: Floats,
    past_actual: Floats,
    past_expected: Floats,
    growth: Floats | float = 1.0,
) -> Band:
    """Return the band around expected calls that past errors of the method suggest.

    Errors are taken on the square-root scale, divided by the spread of their time of
    day (drawn to the common spread by five days' weight), and pooled. The size that
    80 % of them stay below, widened for the few days behind it, reaches equally far
    to both sides: the lean of a method over some weeks says little about the next.
    With fewer than five days of errors, Poisson noise and a day error of 15 % are
    assumed.

    Args:
        expected: columns, or rows x columns.
        past_actual: judged days x columns, NaN where unknown.
        past_expected: the forecasts made for them at the same distance.
        growth: factor on the width, one or one per row.
    """
    root = np.sqrt(expected + ANSCOMBE)
    error = np.sqrt(past_actual + ANSCOMBE) - np.sqrt(past_expected + ANSCOMBE)
    error[(past_actual == 0.0) & (past_expected == 0.0)] = np.nan
    days = int(np.isfinite(error).any(axis=1).sum()) if error.size else 0
    if days < FEWEST_DAYS:
        wide = NORMAL_DECILE * np.sqrt(0.25 + (ASSUMED_DAY_ERROR * root / 2.0) ** 2)
        return _around(expected, root - growth * wide, root + growth * wide)
    spread = _spread(error)
    reach = _weighted_quantile(np.abs(error / spread)) * (1.0 + 1.0 / days) * growth
    return _around(expected, root - reach * spread, root + reach * spread)


def _spread(error: Floats) -> Floats:
    """Return the root mean square error of each column, drawn to the common one."""
    known = np.isfinite(error)
    square = np.where(known, error, 0.0) ** 2
    common = square.sum() / max(1, known.sum())
    mean = (square.sum(axis=0) + PRIOR_DAYS * common) / (known.sum(axis=0) + PRIOR_DAYS)
    spread: Floats = np.sqrt(np.maximum(mean, 1e-12))
    return spread


def _weighted_quantile(size: Floats) -> float:
    """Return the size that 80 % of the errors stay below, recent days weighing more."""
    known = np.isfinite(size)
    age = np.arange(len(size))[::-1, None]
    weight = np.broadcast_to(0.5 ** (age / HALF_LIFE_DAYS), size.shape)[known]
    values = size[known]
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    place = int(np.searchsorted(reached, SHARE_INSIDE * reached[-1]))
    return float(values[order[min(place, values.size - 1)]])


def _around(expected: Floats, low_root: Floats, high_root: Floats) -> Band:
    """Return the band back on the scale of calls; nothing around no calls."""
    some = expected > 0.0
    low = np.maximum(low_root, 0.0) ** 2 - ANSCOMBE
    high = np.maximum(high_root, 0.0) ** 2 - ANSCOMBE
    return Band(
        low=np.where(some, np.clip(low, 0.0, expected), 0.0),
        high=np.where(some, np.maximum(high, expected), 0.0),
    )
