"""Intervals of equal length, and the only place that knows local time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import InvalidArgumentError, OutsideGridError

DEFAULT_ZONE = "Europe/Istanbul"
MINUTES_PER_DAY = 1440
SECOND = timedelta(seconds=1)

Instants = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalGrid:
    """A run of `count` intervals of `minutes` each, without holes, read in a zone.

    The intervals are equally long in real time, so a local day may hold more or
    fewer of them where clocks change; the accessors below say which local day,
    weekday and minute of day each interval starts in. Arrays are read-only and
    have length `count`.

    Attributes:
        start: aware instant at which the first interval starts; kept in UTC.
        minutes: length of an interval, a divisor of 1,440.
        count: number of intervals, >= 1.
        zone: IANA name of the zone in which local days are read.
    """

    start: datetime
    minutes: int
    count: int
    zone: str = DEFAULT_ZONE

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.start.utcoffset() is None:
            raise InvalidArgumentError("start", "an aware instant", self.start)
        if self.start.second or self.start.microsecond:
            raise InvalidArgumentError("start", "a whole minute", self.start)
        if self.minutes < 1 or MINUTES_PER_DAY % self.minutes:
            raise InvalidArgumentError("minutes", "a divisor of 1440", self.minutes)
        if self.count < 1:
            raise InvalidArgumentError("count", "at least 1", self.count)
        zone_info(self.zone)
        object.__setattr__(self, "start", self.start.astimezone(UTC))

    @classmethod
    def for_days(
        cls, first: date, days: int, minutes: int, zone: str = DEFAULT_ZONE
    ) -> Self:
        """Return the grid of `days` whole local days from `first` on.

        Where a change of clocks leaves a remainder shorter than an interval, the
        last interval reaches into the following day.
        """
        if days < 1:
            raise InvalidArgumentError("days", "at least 1", days)
        if minutes < 1:
            raise InvalidArgumentError("minutes", "a divisor of 1440", minutes)
        start = first_instant(first, zone)
        length = first_instant(first + timedelta(days=days), zone) - start
        count = -(-length // timedelta(minutes=minutes))
        return cls(start=start, minutes=minutes, count=count, zone=zone)

    @property
    def end(self) -> datetime:
        """The instant at which the last interval ends, in UTC."""
        return self.start + self.count * timedelta(minutes=self.minutes)

    @property
    def interval_s(self) -> int:
        """Length of an interval in seconds."""
        return 60 * self.minutes

    @property
    def starts(self) -> Instants:
        """Start of each interval in UTC, as datetime64[s]."""
        return _Local.of(self).starts

    @property
    def local_days(self) -> Instants:
        """Local calendar day in which each interval starts, as datetime64[D]."""
        return _Local.of(self).days

    @property
    def local_minutes(self) -> NDArray[np.int64]:
        """Minute of the local day, 0 to 1,439, at which each interval starts."""
        return _Local.of(self).minutes

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """Local weekday of each interval, Monday 0 to Sunday 6."""
        return _Local.of(self).weekdays

    @property
    def days(self) -> tuple[date, ...]:
        """The local days in which intervals start, in order."""
        return tuple(_Local.of(self).slices)

    @property
    def first_day(self) -> date:
        """The local day of the first interval."""
        return next(iter(_Local.of(self).slices))

    @property
    def last_day(self) -> date:
        """The local day of the last interval."""
        return next(reversed(_Local.of(self).slices))

    def day_slice(self, day: date) -> slice:
        """Return the slice of the intervals that start on the local day.

        Raises:
            OutsideGridError: if none does.
        """
        try:
            return _Local.of(self).slices[day]
        except KeyError:
            raise OutsideGridError(day, self.first_day, self.last_day) from None

    def index_of(self, instant: datetime) -> int:
        """Return the index of the interval that holds the aware instant.

        Raises:
            InvalidArgumentError: if the instant is naive.
            OutsideGridError: if it lies before the start, or at or after the end.
        """
        if instant.tzinfo is None:
            raise InvalidArgumentError("instant", "aware", instant)
        index = (instant.astimezone(UTC) - self.start) // timedelta(
            minutes=self.minutes
        )
        if not 0 <= index < self.count:
            raise OutsideGridError(instant, self.start, self.end)
        return index

    def indices_of(self, instants: Instants) -> NDArray[np.int64]:
        """Return the index of each UTC instant's interval, -1 outside the grid."""
        passed = instants.astype("datetime64[s]") - self.starts[0]
        index = passed.astype(np.int64) // self.interval_s
        return np.where((index >= 0) & (index < self.count), index, -1)

    def start_of(self, index: int) -> datetime:
        """Return the aware UTC start of interval `index`; `count` gives the end."""
        return self.start + index * timedelta(minutes=self.minutes)

    def local_start_of(self, index: int) -> datetime:
        """Return the start of interval `index`, aware, in the grid's own zone."""
        return self.start_of(index).astimezone(zone_info(self.zone))

    def part(self, begin: int, end: int) -> Self:
        """Return the grid of intervals `begin` (included) to `end` (excluded)."""
        if not 0 <= begin < end <= self.count:
            raise InvalidArgumentError("part", f"within 0..{self.count}", (begin, end))
        return type(self)(
            start=self.start_of(begin),
            minutes=self.minutes,
            count=end - begin,
            zone=self.zone,
        )

    def rebinned(self, minutes: int) -> Self:
        """Return the grid of coarser intervals that covers this one.

        Coarse intervals start at local multiples of `minutes` counted from the
        first local midnight; the first and last may reach beyond this grid.
        """
        if minutes < self.minutes or minutes % self.minutes:
            raise InvalidArgumentError(
                "minutes", f"a multiple of {self.minutes}", minutes
            )
        lead = timedelta(minutes=int(self.local_minutes[0]) % minutes)
        count = -(-(self.end - self.start + lead) // timedelta(minutes=minutes))
        start = self.start - lead
        return type(self)(start=start, minutes=minutes, count=count, zone=self.zone)


@lru_cache(maxsize=64)
def zone_info(zone: str) -> ZoneInfo:
    """Return the named zone.

    Raises:
        InvalidArgumentError: if there is no zone of that name.
    """
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as unknown:
        raise InvalidArgumentError("zone", "an IANA zone name", zone) from unknown


def first_instant(day: date, zone: str) -> datetime:
    """Return the UTC instant at which the local day begins.

    That is midnight, or the moment after the gap where clocks skip midnight.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone_info(zone))
    return midnight.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Local:
    """The per-interval arrays of a grid, computed once per grid."""

    starts: Instants
    days: Instants
    minutes: NDArray[np.int64]
    weekdays: NDArray[np.int64]
    slices: dict[date, slice]

    @staticmethod
    @lru_cache(maxsize=128)
    def of(grid: IntervalGrid) -> "_Local":
        first = np.datetime64(grid.start.replace(tzinfo=None), "s")
        steps = np.arange(grid.count) * np.timedelta64(grid.interval_s, "s")
        starts = first + steps
        local = starts + _utc_offsets(starts, zone_info(grid.zone))
        days = local.astype("datetime64[D]")
        minutes = (local - days).astype("timedelta64[m]").astype(np.int64)
        # 1970-01-01 was a Thursday, weekday 3 when Monday is 0.
        weekdays = (days.astype(np.int64) + 3) % 7
        for values in (starts, days, minutes, weekdays):
            values.flags.writeable = False
        return _Local(starts, days, minutes, weekdays, _slices(days))


def _utc_offsets(starts: Instants, zone: ZoneInfo) -> NDArray[np.timedelta64]:
    """Return local minus UTC time at each start, asking the zone once per day.

    Days at whose two ends the zone gives the same offset hold it throughout; the
    few others are asked interval by interval.
    """
    day_of = starts.astype("datetime64[D]").astype(np.int64)
    day_of -= day_of[0]
    days = starts[0].astype("datetime64[D]") + np.arange(day_of[-1] + 2)
    at_midnight = np.array([_offset_s(day, zone) for day in days])
    offsets = at_midnight[day_of]
    changing = np.flatnonzero(at_midnight[day_of] != at_midnight[day_of + 1])
    offsets[changing] = [_offset_s(start, zone) for start in starts[changing]]
    return offsets.astype("timedelta64[s]")


def _offset_s(instant: np.datetime64, zone: ZoneInfo) -> float:
    seconds = int(instant.astype("datetime64[s]").astype(np.int64))
    local = datetime.fromtimestamp(seconds, zone)
    return (local.replace(tzinfo=UTC) - datetime.fromtimestamp(seconds, UTC)) / SECOND


def _slices(days: Instants) -> dict[date, slice]:
    first = np.flatnonzero(np.diff(days.astype(np.int64), prepend=-(2**40)))
    bounds = [*first.tolist(), len(days)]
    return {
        days[begin].astype(date): slice(begin, end) for begin, end in pairwise(bounds)
    }
