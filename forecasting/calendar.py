"""When a queue is open, which days are holidays, and which days are special."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Self

import numpy as np

from forecasting.errors import InvalidArgumentError
from forecasting.grid import MINUTES_PER_DAY, IntervalGrid
from forecasting.history import Bools, Floats

HALF_DAY_ENDS_AT = 13 * 60


class HolidayKind(StrEnum):
    """How much of a holiday is free."""

    FULL = "full"
    HALF = "half"
    """Work stops at 13:00 (law 2429: 28 October and the eves of both feasts)."""


class SpecialTreatment(StrEnum):
    """What is to be done about a special day."""

    EXCLUDE = "exclude"
    """Learn nothing from it; forecast it as any other day."""

    LEARN = "learn"
    """Let the model learn the effect that days of this name share."""

    SCALE = "scale"
    """Learn nothing from it; multiply its forecast by a factor."""

    COPY = "copy"
    """Learn nothing from it; forecast it as it was on another date."""

    CLOSED = "closed"
    """Nobody calls: learn nothing from it and forecast nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A run of local days that the planner knows to be unlike others.

    Attributes:
        name: what it is called; days of one name share a learnt effect.
        first: its first day.
        last: its last day, included.
        treatment: what is to be done.
        factor: for SCALE, the multiplier, finite and >= 0.
        source: for COPY, the date that `first` repeats; later days follow on.
        repeats_yearly: whether it comes back each year on the same dates.
    """

    name: str
    first: date
    last: date
    treatment: SpecialTreatment
    factor: float = 1.0
    source: date | None = None
    repeats_yearly: bool = False

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidArgumentError("last", f"{self.first} or later", self.last)
        if not 0.0 <= self.factor < np.inf:
            raise InvalidArgumentError("factor", "finite and >= 0", self.factor)
        if (self.treatment is SpecialTreatment.COPY) != (self.source is not None):
            raise InvalidArgumentError("source", "a date for copy only", self.source)

    def offset_of(self, day: date) -> int | None:
        """Return how many days after its first day this is, None if not part of it."""
        if not self.repeats_yearly:
            return (day - self.first).days if self.first <= day <= self.last else None
        length = (self.last - self.first).days
        for year in (day.year, day.year - 1):
            first = _in_year(self.first, year)
            if first <= day and (day - first).days <= length:
                return (day - first).days
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """The minutes of the local day in which each weekday takes calls.

    Attributes:
        by_weekday: Monday to Sunday; (opens, closes) in minutes from midnight with
            0 <= opens < closes <= 1440, or None where closed all day.
    """

    by_weekday: tuple[tuple[int, int] | None, ...]

    def __post_init__(self) -> None:
        if len(self.by_weekday) != 7:
            raise InvalidArgumentError("by_weekday", "7 days", len(self.by_weekday))
        for hours in self.by_weekday:
            if hours and not 0 <= hours[0] < hours[1] <= MINUTES_PER_DAY:
                raise InvalidArgumentError(
                    "by_weekday", "0 <= opens < closes <= 1440", hours
                )

    @classmethod
    def always(cls) -> Self:
        """Return the hours of a centre that never closes."""
        return cls(by_weekday=((0, MINUTES_PER_DAY),) * 7)

    @classmethod
    def on_weekdays(cls, opens: int, closes: int) -> Self:
        """Return the same hours from Monday to Friday and a closed weekend."""
        return cls(by_weekday=((opens, closes),) * 5 + (None, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What is known beforehand about a queue's days.

    Attributes:
        opening: opening hours, always open by default.
        country: ISO code whose public holidays count, or None for none.
        closed_on_holidays: whether a public holiday closes the queue (half days
            from 13:00 on).
        special_days: the planner's special days; the first that holds a day wins.
        closures: further single days on which the queue is closed.
    """

    opening: OpeningHours = field(default_factory=OpeningHours.always)
    country: str | None = None
    closed_on_holidays: bool = False
    special_days: tuple[SpecialDay, ...] = ()
    closures: frozenset[date] = frozenset()

    def with_closures(self, days: Iterable[date]) -> Self:
        """Return the same calendar, closed on those days too."""
        return replace(self, closures=self.closures | frozenset(days))

    def holiday(self, day: date) -> HolidayKind | None:
        """Return how much of the day is a public holiday, None if it is none."""
        if self.country is None:
            return None
        return _holidays(self.country, day.year).get(day)

    def special(self, day: date) -> SpecialDay | None:
        """Return the special day that this day is part of, if any."""
        for special in self.special_days:
            if special.offset_of(day) is not None:
                return special
        return None

    def is_closed(self, day: date) -> bool:
        """Say whether the queue takes no calls at all on that local day."""
        special = self.special(day)
        return (
            day in self.closures
            or self.opening.by_weekday[day.weekday()] is None
            or (self.closed_on_holidays and self.holiday(day) is HolidayKind.FULL)
            or (special is not None and special.treatment is SpecialTreatment.CLOSED)
        )

    def open_intervals(self, grid: IntervalGrid) -> Bools:
        """Return which intervals start while the queue is open."""
        is_open = np.zeros(grid.count, dtype=np.bool_)
        for day in grid.days:
            hours = self.opening.by_weekday[day.weekday()]
            if hours is None or self.is_closed(day):
                continue
            closes = hours[1]
            if self.closed_on_holidays and self.holiday(day) is HolidayKind.HALF:
                closes = min(closes, HALF_DAY_ENDS_AT)
            cut = grid.day_slice(day)
            minutes = grid.local_minutes[cut]
            is_open[cut] = (minutes >= hours[0]) & (minutes < closes)
        return is_open

    def holiday_shares(self, grid: IntervalGrid) -> Floats:
        """Return 1 where an interval starts in a public holiday, 0 elsewhere."""
        share = np.zeros(grid.count)
        for day in grid.days:
            kind = self.holiday(day)
            if kind is None:
                continue
            cut = grid.day_slice(day)
            from_minute = HALF_DAY_ENDS_AT if kind is HolidayKind.HALF else 0
            share[cut] = grid.local_minutes[cut] >= from_minute
        return share

    def learnable_intervals(self, grid: IntervalGrid) -> Bools:
        """Return which intervals a model may learn from, by special days alone."""
        learnable = np.ones(grid.count, dtype=np.bool_)
        for day in grid.days:
            special = self.special(day)
            if special and special.treatment is not SpecialTreatment.LEARN:
                learnable[grid.day_slice(day)] = False
        return learnable

    def scale_of(self, day: date) -> float:
        """Return the multiplier that special days put on a day's forecast."""
        special = self.special(day)
        scaled = special and special.treatment is SpecialTreatment.SCALE
        return special.factor if special and scaled else 1.0

    def copied_days(self, days: Iterable[date]) -> Mapping[date, date]:
        """Return the date each copied day repeats."""
        copies = {}
        for day in days:
            special = self.special(day)
            if special and special.source is not None:
                offset = special.offset_of(day) or 0
                copies[day] = date.fromordinal(special.source.toordinal() + offset)
        return copies


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> Mapping[date, HolidayKind]:
    """Return the public holidays of one year; a full day outranks a half one."""
    import holidays

    try:
        known = holidays.country_holidays(country, years=year)
    except NotImplementedError as unknown:
        raise InvalidArgumentError("country", "an ISO code", country) from unknown
    kinds: dict[date, HolidayKind] = {}
    if "half_day" in known.supported_categories:
        half = holidays.country_holidays(country, years=year, categories=("half_day",))
        kinds.update(dict.fromkeys(half, HolidayKind.HALF))
    kinds.update(dict.fromkeys(known, HolidayKind.FULL))
    return MappingProxyType(kinds)


def _in_year(day: date, year: int) -> date:
    """Return the same date in another year; 29 February becomes 28."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
