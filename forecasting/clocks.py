"""Local clock readings as instants in UTC: hours that happen twice, or never."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from forecasting.findings import LineCode
from forecasting.grid import IntervalGrid, zone_info

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local clocks count from here too
DAY_S = 86_400
SECOND = timedelta(seconds=1)


class RepeatedHour(StrEnum):
    """What to do with clock readings that happen twice when clocks go back."""

    BY_ORDER = "by_order"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class UtcTimes:
    """Clock readings turned into instants.

    Attributes:
        seconds: since 1970 in UTC; without meaning in the rows of `bad`.
        bad: row and reason where no single instant is meant.
        by_order: rows whose reading happens twice and was told by its place.
    """

    seconds: Ints
    bad: tuple[tuple[int, LineCode], ...]
    by_order: tuple[int, ...]


def to_utc(
    local_s: Ints,
    is_utc: Bools,
    zone: str,
    *,
    repeated: RepeatedHour,
    series: Sequence[object],
    slack_s: int = 0,
) -> UtcTimes:
    """Return the instants of clock readings in a zone.

    A reading that happens twice is, by order, the first instant that still lies
    after the row before it in the same series (rows that run backwards are followed
    backwards), else the second.

    Args:
        local_s: seconds since 1970 on local clocks, or in UTC where `is_utc`.
        is_utc: rows that are instants already.
        zone: IANA name of the zone of the clocks.
        repeated: whether to tell by order or to call it an error.
        series: what each row belongs to; order counts within a series only.
        slack_s: how far a row may lie before its predecessor in an ordered file.
    """
    first, second = _candidates(local_s, is_utc, zone_info(zone))
    never = np.flatnonzero(first > second).tolist()
    twice = np.flatnonzero(first < second).tolist()
    bad = [(row, LineCode.NO_SUCH_LOCAL_TIME) for row in never]
    if repeated is RepeatedHour.ERROR:
        bad += [(row, LineCode.LOCAL_TIME_TWICE) for row in twice]
        twice = []
    seconds = first.copy()
    if twice:
        _tell_by_order(seconds, second, series, slack_s)
    return UtcTimes(seconds=seconds, bad=tuple(bad), by_order=tuple(twice))


def days_grid(
    instants: NDArray[np.datetime64], minutes: int, zone: str
) -> IntervalGrid:
    """Return the grid of the whole local days from the first to the last instant."""
    ends = [int(instants.min().astype(np.int64)), int(instants.max().astype(np.int64))]
    tz = zone_info(zone)
    first, last = (datetime.fromtimestamp(end, tz).date() for end in ends)
    return IntervalGrid.for_days(first, (last - first).days + 1, minutes, zone)


def _candidates(local_s: Ints, is_utc: Bools, zone: ZoneInfo) -> tuple[Ints, Ints]:
    """Return each reading's earlier and later instant; earlier > later: no such time.

    On days with the same offset all around, both are reckoned at once; the zone is
    asked row by row only near a change of clocks.
    """
    days = np.unique(local_s // DAY_S)
    before = {day: local_offset_s((day - 1) * DAY_S, zone) for day in days.tolist()}
    after = {day: local_offset_s((day + 2) * DAY_S, zone) for day in days.tolist()}
    row_days = (local_s // DAY_S).tolist()
    offset = np.array([before[day] for day in row_days], dtype=np.int64)
    steady = np.array([before[day] == after[day] for day in row_days], dtype=np.bool_)
    first = np.where(is_utc, local_s, local_s - offset)
    second = first.copy()
    for row in np.flatnonzero(~steady & ~is_utc).tolist():
        clock = (EPOCH + int(local_s[row]) * SECOND).replace(tzinfo=zone)
        first[row] = clock.replace(fold=0).timestamp()
        second[row] = clock.replace(fold=1).timestamp()
    return first, second


def local_offset_s(utc_s: int, zone: ZoneInfo) -> int:
    """Return local minus UTC time at an instant, in seconds."""
    instant = (EPOCH + utc_s * SECOND).replace(tzinfo=UTC).astimezone(zone)
    return int((instant.utcoffset() or timedelta()) / SECOND)


def _tell_by_order(
    seconds: Ints, later: Ints, series: Sequence[object], slack_s: int
) -> None:
    """Move the readings that come second in their series to the later instant."""
    steps = np.sign(np.diff(seconds))
    rows = range(len(seconds))
    order = reversed(rows) if steps.sum() < 0 else rows
    previous: dict[object, int] = {}
    for row in order:
        last = previous.get(series[row])
        if last is not None and later[row] > seconds[row] <= last - slack_s:
            seconds[row] = later[row]
        previous[series[row]] = int(seconds[row])
