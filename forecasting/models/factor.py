"""Patterns of the day, each regressed on the calendar."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.demand import DemandTable, describe_days
from forecasting.history import Floats
from forecasting.models.contract import only_when_open
from forecasting.models.ridge import fit_ridge, plain_product

HALF_LIFE_DAYS = 180.0
MOST_PATTERNS = 6
IMPUTATIONS = 4
POISSON_ROOT_DEVIATION = 0.5
# Anscombe's constant: sqrt(calls + 3/8) varies by about 1/4 at any level.
ANSCOMBE = 0.375
CARRY_HALF_LIVES = (1.5, 4.0, 10.0, 25.0)
CARRY_PRIOR = 3.0

# Rows' worth of evidence against an effect, by group of calendar features.
PENALTIES = {
    "weekday": 0.05,
    "closure": 0.2,
    "holiday": 0.2,
    "month": 1.0,
    "month_edge": 2.0,
    "year": 1.0,
    "event": 0.3,
}


@dataclass(frozen=True, slots=True)
class FactorModel:
    """Few patterns of the day, whose strengths follow the calendar and recent days.

    On the square-root scale, where counts vary alike at any level, the days x times
    matrix is split into its mean and the singular patterns that rise above Poisson
    noise. Each pattern's daily strength is regressed on weekday, closures, holidays,
    position in month and year, and named events; what recent days leave over is
    carried forward as far as it has been worth in the past at that distance.

    Source: Shen & Huang, Interday forecasting and intraday updating of call center
    arrivals (2008), with calendar regression in place of its time series.
    """

    @property
    def name(self) -> str:
        return "factor"

    @property
    def version(self) -> int:
        return 1

    @property
    def minimum_days(self) -> int:
        return 28

    def predict(self, table: DemandTable) -> Floats:
        rows, ahead = table.open_rows, table.rows_ahead
        features, groups = describe_days(table)
        penalties = np.array([PENALTIES[group] for group in groups])
        weights = 0.5 ** ((rows[-1] - rows) / HALF_LIFE_DAYS)
        volume = table.volume[rows]
        used = np.isfinite(volume).any(axis=0)
        roots = _filled(np.sqrt(volume[:, used] + ANSCOMBE), table.weekdays[rows])
        mean, patterns = _patterns(roots, weights, ~np.isfinite(volume[:, used]))
        strengths = plain_product(roots - mean, patterns.T)
        fit = fit_ridge(features[rows], strengths, weights, penalties)
        expected = plain_product(features[ahead], fit.coefficients)
        expected += _carried(fit.left_out_residuals, _distances(table))
        forecast = mean + plain_product(expected, patterns)
        fitted = plain_product(strengths - fit.left_out_residuals, patterns)
        left = roots - mean - fitted
        spread = np.average(left**2, axis=0, weights=weights)
        calls = np.zeros((ahead.size, volume.shape[1]))
        calls[:, used] = np.maximum(forecast, 0.0) ** 2 + spread - ANSCOMBE
        return only_when_open(table, calls)


def _filled(roots: Floats, weekdays: NDArray[np.int64]) -> Floats:
    """Return the matrix with unknown cells at their weekday's or column's mean."""
    filled = roots.copy()
    column_mean = np.nanmean(roots, axis=0)
    for weekday in range(7):
        own = np.flatnonzero(weekdays == weekday)
        known = np.isfinite(roots[own])
        times = known.sum(axis=0)
        total = np.where(known, roots[own], 0.0).sum(axis=0)
        mean = np.where(times > 0, total / np.maximum(times, 1), column_mean)
        filled[own] = np.where(known, roots[own], mean)
    return filled


def _patterns(
    roots: Floats, weights: Floats, unknown: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return the weighted mean day and the patterns above noise: patterns x columns.

    Unknown cells are re-estimated from the patterns found so far, in place.
    """
    root_weight = np.sqrt(weights / weights.max())[:, None]
    rounds = IMPUTATIONS if unknown.any() else 1
    for _ in range(rounds):
        mean = np.average(roots, axis=0, weights=weights)
        centred = (roots - mean) * root_weight
        energy, axes = np.linalg.eigh(plain_product(centred.T, centred))
        singular = np.sqrt(np.maximum(energy[::-1], 0.0))
        edge = POISSON_ROOT_DEVIATION * sum(np.sqrt(roots.shape))
        count = int(np.clip((singular > edge).sum(), 1, MOST_PATTERNS))
        patterns = axes.T[::-1][:count]
        if rounds > 1:
            strengths = plain_product(roots - mean, patterns.T)
            rebuilt = mean + plain_product(strengths, patterns)
            roots[unknown] = rebuilt[unknown]
    return mean, patterns


def _distances(table: DemandTable) -> NDArray[np.int64]:
    """Return how many open days after the last known one each row ahead lies."""
    opened = np.cumsum(table.is_open[table.first_ahead :])
    return np.maximum(opened, 1).astype(np.int64)


def _carried(residuals: Floats, distances: NDArray[np.int64]) -> Floats:
    """Return what the recent residuals are worth at each distance, per pattern.

    At distance h the residual mean with the half-life that did best is multiplied by
    its regression slope on residuals h days later, shrunk to 0 by CARRY_PRIOR rows'
    worth of evidence. Distances are judged at the next lower of a geometric series.
    """
    count = residuals.shape[0]
    means = _trailing_means(residuals)
    judged = np.array([1, 2, 3, 5, 8, 12, 20, 30, 45, 65, 90])
    judged = judged[judged <= max(1, count // 3)]
    worth = np.zeros((judged.size, residuals.shape[1]))
    for place, lag in enumerate(judged):
        x, y = means[:, : count - lag], residuals[lag:]
        energy = (x**2).sum(axis=1)
        slope = (x * y).sum(axis=1) / (
            energy * (1.0 + CARRY_PRIOR / (count - lag)) + 1e-12
        )
        slope = np.clip(slope, 0.0, 1.0)
        error = ((y - slope[:, None] * x) ** 2).sum(axis=1)
        best = error.argmin(axis=0)
        pattern = np.arange(residuals.shape[1])
        worth[place] = slope[best, pattern] * means[best, -1, pattern]
    carried: Floats = worth[np.searchsorted(judged, distances, side="right") - 1]
    carried[distances > 2 * judged[-1]] = 0.0
    return carried


def _trailing_means(residuals: Floats) -> Floats:
    """Return, per half-life, the weighted mean of each row and those before it."""
    keep = 0.5 ** (1.0 / np.array(CARRY_HALF_LIVES))[:, None]
    total = np.zeros((keep.size, residuals.shape[1]))
    totals = np.empty((residuals.shape[0], *total.shape))
    for row, values in enumerate(residuals):
        total = keep * total + values
        totals[row] = total
    age = np.arange(1, residuals.shape[0] + 1)
    weights = (1.0 - keep**age) / (1.0 - keep)
    means: Floats = totals.transpose(1, 0, 2) / weights[:, :, None]
    return means
