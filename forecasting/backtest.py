"""Rolling-origin scores: what each method would have been worth, and the choice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.bands import Band, band_from_errors
from forecasting.calendar import Calendar
from forecasting.demand import Days, DemandTable
from forecasting.errors import InvalidArgumentError, TooLittleHistoryError
from forecasting.history import Bools, Floats, IntervalHistory
from forecasting.models.combination import predict_each
from forecasting.models.contestants import CONTESTANTS
from forecasting.models.contract import ForecastModel

JUDGED_DAYS = 60
FEWEST_JUDGED_DAYS = 5
HALF_LIFE_JUDGED_DAYS = 30.0
USED_UNJUDGED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodScore:
    """What one method was worth over the judged days; shares of actual calls.

    Attributes:
        name: the method.
        wape: sum of absolute errors / sum of calls.
        bias: sum of (forecast - actual) / sum of calls.
        days: judged days.
    """

    name: str
    wape: float
    bias: float
    days: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BacktestResult:
    """What the automatic choice would have been worth, and every contestant.

    Attributes:
        wape: sum of absolute errors / sum of calls, the method chosen anew at every
            origin from what was known then.
        bias: sum of (forecast - actual) / sum of calls.
        coverage_80: share of intervals whose calls fell inside the 80 % band.
        method: the method chosen at the last origin.
        baselines: every contestant that could forecast any of these days; best first,
            after those the ones that could not forecast all of them.
        horizon_days: how many open days before each day its forecast was made.
        days: the judged days.
        actual, expected, low, high: calls, judged days x times of day; NaN in
            `actual` where unknown.
    """

    wape: float
    bias: float
    coverage_80: float
    method: str
    baselines: tuple[MethodScore, ...]
    horizon_days: int
    days: Days
    actual: Floats
    expected: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rolled:
    """Forecasts of past days, each made from what was known so many days before.

    Attributes:
        rows: judged rows of the table, in order.
        horizon: open days between the last day known and the judged day.
        actual: judged rows x columns.
        expected: by method, likewise; NaN where it could not learn yet.
    """

    rows: NDArray[np.int64]
    horizon: int
    actual: Floats
    expected: Mapping[str, Floats]

    def known_at(self, place: int) -> slice:
        """Return the judged rows already known when row `place` was forecast."""
        end = max(0, place - self.horizon + 1)
        return slice(max(0, end - JUDGED_DAYS), end)

    def has_forecast(self, name: str) -> Bools:
        """Return the judged rows that the method could forecast."""
        able: Bools = np.logical_or.reduce(np.isfinite(self.expected[name]), axis=1)
        return able

    def score(
        self,
        name: str,
        judged: slice,
        half_life_days: float = np.inf,
        only: Bools | None = None,
    ) -> MethodScore:
        """Return the score of one method over a slice of the judged rows.

        With a half-life, a day counts half as much as one so many days younger. With
        `only`, one value per judged row, the others are passed over.
        """
        actual = self.actual[judged]
        error = self.expected[name][judged] - actual
        everywhere = np.ones(len(actual), dtype=np.bool_)
        compared = everywhere if only is None else only[judged]
        known: Bools = np.isfinite(error)
        known[~compared] = False
        age = np.arange(len(actual))[::-1, None]
        weight = known * 0.5 ** (age / half_life_days)
        calls = max(float((weight * np.nan_to_num(actual)).sum()), 1e-12)
        error = weight * np.nan_to_num(error)
        return MethodScore(
            name=name,
            wape=float(np.abs(error).sum()) / calls,
            bias=float(error.sum()) / calls,
            days=int(known.any(axis=1).sum()),
        )


def backtest(
    history: IntervalHistory,
    calendar: Calendar,
    horizon_days: int,
    last_days: int,
    models: Sequence[ForecastModel] = CONTESTANTS,
) -> BacktestResult:
    """Return what forecasts made `horizon_days` ahead would have been worth.

    Days are days of data: open days on which calls are known. Each of the last
    `last_days` is forecast by models refitted on everything up to `horizon_days` such
    days before, and the method is chosen by its errors on days known by then. That a
    day between would be closed is taken as announced; nothing else of the future is
    known.

    Raises:
        InvalidArgumentError: if either number of days is not positive.
        TooLittleHistoryError: if no judged day has a day to learn from.
    """
    if horizon_days < 1:
        raise InvalidArgumentError("horizon_days", "at least 1", horizon_days)
    if last_days < 1:
        raise InvalidArgumentError("last_days", "at least 1", last_days)
    table = DemandTable.build(history, calendar, 0)
    rolled = roll(table, models, horizon_days, last_days + JUDGED_DAYS + horizon_days)
    judged = slice(max(0, rolled.rows.size - last_days), rolled.rows.size)
    method, expected, band = _played(rolled, models, judged)
    actual = rolled.actual[judged]
    used = np.isfinite(actual) & ((actual > 0.0) | (expected > 0.0))
    inside = (actual >= band.low) & (actual <= band.high)
    calls = max(float(np.nansum(actual)), 1e-12)
    return BacktestResult(
        wape=float(np.nansum(np.abs(expected - actual))) / calls,
        bias=float(np.nansum(expected - actual)) / calls,
        coverage_80=float(inside[used].mean()) if used.any() else 1.0,
        method=method,
        baselines=ranked(rolled.score(model.name, judged) for model in models),
        horizon_days=horizon_days,
        days=tuple(table.days[row] for row in rolled.rows[judged]),
        actual=actual,
        expected=expected,
        low=band.low,
        high=band.high,
    )


def _played(
    rolled: Rolled, models: Sequence[ForecastModel], judged: slice
) -> tuple[str, Floats, Band]:
    """Return the last method chosen, and what was forecast for the judged rows.

    Method and band are made anew for every row from what was known at its origin.
    """
    method = ""
    rows: list[tuple[Floats, Floats, Floats]] = []
    for place in range(judged.start, judged.stop):
        known = rolled.known_at(place)
        method = choose_method(rolled, known, models, place).name
        forecasts = rolled.expected[method]
        band = band_from_errors(
            forecasts[place], rolled.actual[known], forecasts[known]
        )
        rows.append((forecasts[place], band.low, band.high))
    expected, low, high = (np.array(column) for column in zip(*rows, strict=True))
    return method, expected, Band(low=low, high=high)


def roll(
    table: DemandTable, models: Sequence[ForecastModel], horizon: int, count: int
) -> Rolled:
    """Return forecasts of the last `count` open days, each `horizon` open days ahead.

    Fewer where the history is short; each method from its fewest days on.

    Raises:
        TooLittleHistoryError: if not a single day can be forecast.
    """
    rows = table.open_rows
    least = min(model.minimum_days for model in models)
    first = max(horizon + least - 1, rows.size - count)
    if first >= rows.size:
        raise TooLittleHistoryError(horizon + least, rows.size)
    judged = rows[first:]
    shape = (judged.size, table.volume.shape[1])
    expected = {model.name: np.full(shape, np.nan) for model in models}
    for place, row in enumerate(judged):
        learnt = first + place - horizon + 1
        past = table.cut(int(rows[learnt - 1]) + 1, int(row) + 1)
        able = [model for model in models if learnt >= model.minimum_days]
        for model, forecast in predict_each(able, past).items():
            expected[model.name][place] = forecast[-1]
    return Rolled(
        rows=judged, horizon=horizon, actual=table.volume[judged], expected=expected
    )


def ranked(scores: Iterable[MethodScore]) -> tuple[MethodScore, ...]:
    """Return the scores with judged days: the most days first, then the best."""
    judged = (score for score in scores if score.days)
    return tuple(sorted(judged, key=lambda score: (-score.days, score.wape)))


def choose_method(
    rolled: Rolled, known: slice, models: Sequence[ForecastModel], place: int
) -> ForecastModel:
    """Return the method with the least WAPE over the judged rows in `known`.

    Recent days count more. With fewer than five judged days the least error is a
    matter of luck, and the third method in order that can learn is taken, or the last
    if there are not three: among CONTESTANTS smoothing, which follows the level.
    """
    able = [m for m in models if rolled.has_forecast(m.name)[place]]
    scores = comparable_scores(rolled, known, able, HALF_LIFE_JUDGED_DAYS)
    if not scores:
        return able[min(USED_UNJUDGED, len(able) - 1)]
    return next(model for model in able if model.name == scores[0].name)


def comparable_scores(
    rolled: Rolled,
    known: slice,
    models: Sequence[ForecastModel],
    half_life_days: float = np.inf,
) -> tuple[MethodScore, ...]:
    """Return scores over the days that all the methods could forecast, best first.

    Methods that could forecast fewer than five of the days are left out.
    """
    able = {model.name: rolled.has_forecast(model.name) for model in models}
    names = [n for n, days in able.items() if days[known].sum() >= FEWEST_JUDGED_DAYS]
    if not names:
        return ()
    common = np.logical_and.reduce([able[name] for name in names])
    return ranked(rolled.score(n, known, half_life_days, common) for n in names)
