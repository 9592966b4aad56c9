"""The forecast of a queue: calls with a band and handling times, and who made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.backtest import (
    FEWEST_JUDGED_DAYS,
    JUDGED_DAYS,
    USED_UNJUDGED,
    MethodScore,
    Rolled,
    choose_method,
    comparable_scores,
    roll,
)
from forecasting.bands import Band, band_from_errors
from forecasting.calendar import Calendar
from forecasting.demand import DemandTable, as_intervals
from forecasting.errors import InvalidArgumentError, TooLittleHistoryError
from forecasting.grid import IntervalGrid
from forecasting.history import Floats, IntervalHistory
from forecasting.models.contestants import CONTESTANTS
from forecasting.models.contract import ForecastModel
from forecasting.models.handling_time import predict_aht_s

# Open days ahead at which past errors are measured; days between take the next.
LEADS = (1, 5, 20, 60)
# Errors older than this weigh next to nothing in the band.
BAND_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """Expected calls and handling times per interval of a grid.

    Attributes:
        grid: the intervals.
        volume: expected calls; 0 where the queue is closed.
        low, high: bounds between which 80 % of outcomes are meant to lie.
        aht_s: expected handling time in seconds; NaN throughout if the history has
            none.
        model: name of the method.
        version: its version.
        scores: rolling scores of the contestants over the same days, best first; of
            those old enough to be judged.
        horizon_days: open days ahead at which the scores were taken.
        learnt_from, learnt_until: first and last day of the history used.
    """

    grid: IntervalGrid
    volume: Floats
    low: Floats
    high: Floats
    aht_s: Floats
    model: str
    version: int
    scores: tuple[MethodScore, ...]
    horizon_days: int
    learnt_from: date
    learnt_until: date


def make_forecast(
    history: IntervalHistory,
    calendar: Calendar,
    grid: IntervalGrid,
    models: Sequence[ForecastModel] = CONTESTANTS,
) -> Forecast:
    """Return the forecast of a grid by the method that would have done best.

    History from the grid's first local day on is not looked at. The method is chosen
    by rolling errors at the middle distance of the grid, the band is taken from the
    chosen method's errors at each day's distance. Special days of the calendar are
    applied last: closed, scaled, or copied from the history.

    Raises:
        InvalidArgumentError: if history and grid differ in interval length or zone.
        TooLittleHistoryError: if no calls are known before the grid.
    """
    past = _history_before(history, grid)
    days_ahead = (grid.last_day - past.grid.last_day).days
    table = DemandTable.build(past, calendar, days_ahead)
    if not table.open_rows.size:
        raise TooLittleHistoryError(1, 0)
    distances = np.maximum(np.cumsum(table.is_open[table.first_ahead :]), 1)
    asked = distances[(grid.first_day - past.grid.last_day).days - 1 :]
    lead = _usable_lead(table, int(np.median(asked)))
    rolled = roll_if_possible(table, models, lead, JUDGED_DAYS)
    model, scores = _choose(table, rolled, models)
    volume = model.predict(table)
    band = _bands(table, model, volume, distances)
    handling = predict_aht_s(table)
    cells = _with_special_days(table, volume, band)
    first = table.days[table.first_ahead]
    is_open = calendar.open_intervals(grid)
    picked = [np.where(is_open, as_intervals(grid, first, c), 0.0) for c in cells]
    aht_s = np.full(grid.count, np.nan)
    return Forecast(
        grid=grid,
        volume=picked[0],
        low=picked[1],
        high=picked[2],
        aht_s=aht_s if handling is None else as_intervals(grid, first, handling),
        model=model.name,
        version=model.version,
        scores=scores,
        horizon_days=lead,
        learnt_from=table.days[0],
        learnt_until=table.days[table.first_ahead - 1],
    )


def roll_if_possible(
    table: DemandTable, models: Sequence[ForecastModel], horizon: int, days: int
) -> Rolled | None:
    """Return rolling forecasts of the last days, None if history is too short."""
    try:
        return roll(table, models, horizon, days)
    except TooLittleHistoryError:
        return None


def _history_before(history: IntervalHistory, grid: IntervalGrid) -> IntervalHistory:
    own = history.grid
    if (own.minutes, own.zone) != (grid.minutes, grid.zone):
        raise InvalidArgumentError(
            "grid", f"{own.minutes} minutes in {own.zone}", (grid.minutes, grid.zone)
        )
    if own.first_day >= grid.first_day:
        raise TooLittleHistoryError(1, 0)
    if own.last_day < grid.first_day:
        return history
    end = int(np.searchsorted(own.local_days, np.datetime64(grid.first_day)))
    return history.part(0, end)


def _usable_lead(table: DemandTable, wanted: int) -> int:
    """Return the distance to judge at: as wanted, but at most a third of history."""
    return max(1, min(wanted, table.open_rows.size // 3))


def _choose(
    table: DemandTable, rolled: Rolled | None, models: Sequence[ForecastModel]
) -> tuple[ForecastModel, tuple[MethodScore, ...]]:
    """Return the method to use and the scores it was chosen by."""
    able = [m for m in models if m.minimum_days <= table.open_rows.size] or [models[0]]
    if rolled is None:
        return able[min(USED_UNJUDGED, len(able) - 1)], ()
    everything = slice(0, rolled.rows.size)
    scores = comparable_scores(rolled, everything, models)
    chosen = choose_method(rolled, everything, models, rolled.rows.size - 1)
    return chosen, scores


def _bands(
    table: DemandTable,
    model: ForecastModel,
    volume: Floats,
    distances: NDArray[np.int64],
) -> Band:
    """Return the band of every row ahead, from errors at its own distance.

    Beyond the farthest distance the history can judge, the band widens with the
    square root of the distance.
    """
    farthest = int(distances[-1])
    fitting = [h for h in LEADS if h <= _usable_lead(table, max(farthest, 1))]
    low, high = np.empty_like(volume), np.empty_like(volume)
    begin = 0
    for lead in fitting:
        is_last = lead == fitting[-1]
        mine = (distances > begin) & (is_last | (distances <= lead))
        begin = lead
        if not mine.any():
            continue
        rolled = roll_if_possible(table, (model,), lead, BAND_DAYS)
        growth = np.sqrt(np.maximum(distances[mine] / lead, 1.0))[:, None]
        band = _band(volume[mine], model, rolled, growth)
        low[mine], high[mine] = band.low, band.high
    return Band(low=low, high=high)


def _band(
    volume: Floats, model: ForecastModel, rolled: Rolled | None, growth: Floats
) -> Band:
    if rolled is None or rolled.rows.size < FEWEST_JUDGED_DAYS:
        none = np.empty((0, volume.shape[1]))
        return band_from_errors(volume, none, none, growth)
    return band_from_errors(volume, rolled.actual, rolled.expected[model.name], growth)


def _with_special_days(
    table: DemandTable, volume: Floats, band: Band
) -> tuple[Floats, Floats, Floats]:
    """Return volume, low and high with scaled and copied days put in."""
    ahead = table.days[table.first_ahead :]
    cells = (volume.copy(), band.low.copy(), band.high.copy())
    for row, day in enumerate(ahead):
        for values in cells:
            values[row] *= table.calendar.scale_of(day)
    for day, source in table.calendar.copied_days(ahead).items():
        origin = (source - table.days[0]) // timedelta(days=1)
        row = (day - ahead[0]).days
        if not 0 <= origin < table.first_ahead:
            continue
        copied = table.seen[origin]
        if np.isfinite(copied).any():
            calls = np.nan_to_num(copied)
            ratio = calls / np.where(volume[row] > 0.0, volume[row], 1.0)
            some = volume[row] > 0.0
            cells[0][row] = calls
            for values, bound in ((cells[1], band.low), (cells[2], band.high)):
                values[row] = np.where(some, bound[row] * ratio, calls)
    return cells
