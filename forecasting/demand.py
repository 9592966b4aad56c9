"""Days as rows and times of day as columns: what the models learn from."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.calendar import Calendar, HolidayKind, SpecialTreatment
from forecasting.grid import MINUTES_PER_DAY, Instants, IntervalGrid
from forecasting.history import Bools, Floats, IntervalHistory

USUAL_SHARE = 0.5
LOOK_BACK_WEEKS = 8
TWO_MONTHS = 60
ONE_YEAR = 365

Days = tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandTable:
    """A history by local day and time of day, followed by days to forecast.

    Rows are consecutive local days. Rows before `first_ahead` hold what happened,
    the others nothing. Columns are times of day, one per interval of a plain day;
    where clocks go back, a repeated time holds the mean of both.

    Attributes:
        days: the local day of each row.
        minutes: length of an interval.
        first_ahead: first row that is to be forecast.
        seen: calls, past rows x columns, NaN where unknown.
        volume: the same, NaN also where nothing is to be learnt.
        work_s: seconds of handling time of `answered` calls, NaN where unknown.
        answered: calls with a known handling time, NaN where unknown.
        is_open: whether calls come in on the day: for days that happened as seen,
            for days ahead as the calendar says and the weekday usually is.
        calendar: what is known beforehand.
    """

    days: Days
    minutes: int
    first_ahead: int
    seen: Floats
    volume: Floats
    work_s: Floats
    answered: Floats
    is_open: Bools
    calendar: Calendar

    @classmethod
    def build(
        cls, history: IntervalHistory, calendar: Calendar, days_ahead: int
    ) -> Self:
        """Return the table of a history, with so many days to forecast after it."""
        grid = history.grid
        first, past = grid.first_day, (grid.last_day - grid.first_day).days + 1
        days = tuple(first + timedelta(days=k) for k in range(past + days_ahead))
        weight = np.where(np.isnan(history.handled), history.offered, history.handled)
        answered = np.where(np.isnan(history.aht_s), np.nan, weight)
        seen = _as_table(grid, history.offered)
        learnt = np.where(calendar.learnable_intervals(grid), history.offered, np.nan)
        is_open = np.zeros(len(days), dtype=np.bool_)
        is_open[:past] = np.nansum(seen, axis=1) > 0.0
        table = cls(
            days=days,
            minutes=grid.minutes,
            first_ahead=past,
            seen=seen,
            volume=_as_table(grid, learnt),
            work_s=_as_table(grid, answered * history.aht_s),
            answered=_as_table(grid, answered),
            is_open=is_open,
            calendar=calendar,
        )
        usual = table.usual_weekdays()[table.weekdays[past:]]
        announced = [calendar.is_closed(day) for day in days[past:]]
        is_open[past:] = usual & ~np.array(announced, dtype=np.bool_)
        return replace(table, is_open=is_open)

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """Weekday of each row, Monday 0 to Sunday 6."""
        return (self.days[0].weekday() + np.arange(len(self.days))) % 7

    @property
    def open_rows(self) -> NDArray[np.int64]:
        """Rows of the past on which calls came in and may be learnt from."""
        learnable = np.isfinite(self.volume).any(axis=1)
        return np.flatnonzero(self.is_open[: self.first_ahead] & learnable)

    @property
    def rows_ahead(self) -> NDArray[np.int64]:
        """Rows to forecast."""
        return np.arange(self.first_ahead, len(self.days))

    def cut(self, first_ahead: int, end: int) -> Self:
        """Return the table as it stood before row `first_ahead`, up to row `end`.

        Which of the days then ahead were open stays known: closures are announced.
        """
        return type(self)(
            days=self.days[:end],
            minutes=self.minutes,
            first_ahead=first_ahead,
            seen=self.seen[:first_ahead],
            volume=self.volume[:first_ahead],
            work_s=self.work_s[:first_ahead],
            answered=self.answered[:first_ahead],
            is_open=self.is_open[:end],
            calendar=self.calendar,
        )

    def usual_weekdays(self) -> Bools:
        """Return which weekdays were open more often than not in recent weeks.

        A weekday that a short history has not met yet counts as usually open.
        """
        past = slice(max(0, self.first_ahead - 7 * LOOK_BACK_WEEKS), self.first_ahead)
        seen = np.bincount(self.weekdays[past], minlength=7)
        opened = np.bincount(
            self.weekdays[past], weights=self.is_open[past], minlength=7
        )
        usual: Bools = (opened > USUAL_SHARE * seen) | (seen == 0)
        return usual

    def usual_slots(self) -> Bools:
        """Return, per weekday and column, where calls have come in: 7 x columns.

        A weekday never met open takes the columns of all others.
        """
        slots = np.zeros((7, self.volume.shape[1]), dtype=np.bool_)
        rows = self.open_rows
        for weekday in range(7):
            own = rows[self.weekdays[rows] == weekday]
            own = own if own.size else rows
            slots[weekday] = (np.nan_to_num(self.volume[own]) > 0.0).any(axis=0)
        return slots


def as_intervals(grid: IntervalGrid, first: date, table: Floats) -> Floats:
    """Return a table's cells in the order of the grid's intervals.

    `first` is the day of the table's first row; the grid must lie within its days.
    """
    rows = (grid.local_days - np.datetime64(first)).astype(np.int64)
    picked: Floats = table[rows, grid.local_minutes // grid.minutes]
    return picked


def describe_days(table: DemandTable) -> tuple[Floats, tuple[str, ...]]:
    """Return calendar features of every row, and what group each belongs to.

    Rows x features. Groups: "weekday" (one column each), "closure" (the first and
    second open day after an unusual closure, the last before one), "holiday" (full,
    half), "month" (smooth position in the month), "month_edge" (first and last four
    open days of it), "year" (smooth position in the year) and "event" (one column per
    name of special days to learn). Month and year come in once two months and one year
    are known: before that they cannot be told from the level.
    """
    columns: list[tuple[str, Floats]] = []
    columns += [("weekday", 1.0 * (table.weekdays == k)) for k in range(7)]
    columns += [("closure", column) for column in _closure_columns(table)]
    kinds = [table.calendar.holiday(day) for day in table.days]
    columns += [
        ("holiday", np.array([1.0 * (kind is wanted) for kind in kinds]))
        for wanted in HolidayKind
    ]
    days = np.arange(len(table.days)) + np.datetime64(table.days[0], "D")
    months = days.astype("datetime64[M]")
    of_month = _position(days, months)
    if table.first_ahead >= TWO_MONTHS:
        columns += [("month", wave) for wave in _waves(of_month, 4)]
        edges = _month_edges(table, days, months)
        columns += [("month_edge", column) for column in edges]
    if table.first_ahead >= ONE_YEAR:
        of_year = _position(days, days.astype("datetime64[Y]"))
        columns += [("year", wave) for wave in _waves(of_year, 3)]
    columns += [("event", column) for column in _event_columns(table)]
    groups = tuple(group for group, _ in columns)
    return np.column_stack([column for _, column in columns]), groups


def _as_table(grid: IntervalGrid, values: Floats) -> Floats:
    """Return one value per interval as days x times of day, NaN where there is none."""
    columns = -(-MINUTES_PER_DAY // grid.minutes)
    rows = (grid.local_days - grid.local_days[0]).astype(np.int64)
    cell = rows * columns + grid.local_minutes // grid.minutes
    known = np.isfinite(values)
    size = (int(rows[-1]) + 1) * columns
    total = np.bincount(cell[known], weights=values[known], minlength=size)
    times = np.bincount(cell[known], minlength=size)
    mean = np.where(times > 0, total / np.maximum(times, 1), np.nan)
    return mean.reshape(-1, columns)


def _closure_columns(table: DemandTable) -> list[Floats]:
    """Mark the days around a closure of a usually open day."""
    usual = table.usual_weekdays()[table.weekdays]
    count = len(table.days)
    after = np.zeros((2, count))
    before = np.zeros(count)
    since, last_open = 3, -1
    for row in range(count):
        if table.is_open[row]:
            if since < 2:
                after[since, row] = 1.0
            since, last_open = since + 1, row
        elif usual[row]:
            since = 0
            if last_open >= 0:
                before[last_open] = 1.0
    return [after[0], after[1], before]


def _position(days: Instants, periods: Instants) -> Floats:
    """Return where in its month or year each day's noon lies, in (0, 1)."""
    starts = periods.astype(days.dtype)
    length = ((periods + 1).astype(days.dtype) - starts).astype(np.float64)
    position: Floats = ((days - starts).astype(np.float64) + 0.5) / length
    return position


def _waves(position: Floats, count: int) -> list[Floats]:
    angles = [2.0 * np.pi * k * position for k in range(1, count + 1)]
    return [wave(angle) for angle in angles for wave in (np.sin, np.cos)]


def _month_edges(table: DemandTable, days: Instants, months: Instants) -> list[Floats]:
    """Mark the first four and last four open days of each month.

    Days of a month before or after the table count as open on usual weekdays.
    """
    first, end = months[0].astype(days.dtype), (months[-1] + 1).astype(days.dtype)
    whole = np.arange(first, end)
    offset = int((days[0] - first).astype(np.int64))
    inside = slice(offset, offset + days.size)
    is_open = table.usual_weekdays()[(whole.astype(np.int64) + 3) % 7]
    is_open[inside] = table.is_open
    month = (whole.astype(months.dtype) - months[0]).astype(np.int64)
    edges = np.zeros((8, whole.size))
    opened = np.flatnonzero(is_open)
    from_start = _ranks(month[opened])
    from_end = _ranks(month[opened][::-1])[::-1]
    for k in range(4):
        edges[k, opened[from_start == k]] = 1.0
        edges[4 + k, opened[from_end == k]] = 1.0
    return list(edges[:, inside])


def _ranks(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each element in its run of equal groups, from 0."""
    place = np.arange(groups.size)
    starts = np.flatnonzero(np.diff(groups, prepend=groups[:1] - 1))
    run = np.cumsum(np.isin(place, starts)) - 1
    ranks: NDArray[np.int64] = place - starts[run]
    return ranks


def _event_columns(table: DemandTable) -> list[Floats]:
    specials = [table.calendar.special(day) for day in table.days]
    learnt = SpecialTreatment.LEARN
    names = [s.name if s and s.treatment is learnt else None for s in specials]
    wanted = sorted({name for name in names if name is not None})
    return [np.array([1.0 * (name == event) for name in names]) for event in wanted]
