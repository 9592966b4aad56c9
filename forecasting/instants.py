"""Columns of dates and times as instants in UTC, clock changes included."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecasting.findings import LineCode
from forecasting.workbook import Cell

Ints = NDArray[np.int64]

DAY_S, HOUR_S = 86_400, 3_600
UNIX_DAY = date(1970, 1, 1).toordinal()
EXCEL_DAY = date(1899, 12, 30).toordinal()
YEARS = range(1954, 2120)
EXCEL_SERIALS = (20_000.0, 80_000.0)  # 1954 to 2119

YEAR_FIRST = re.compile(
    r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})|(\d{4})(\d\d)(\d\d)", re.ASCII
)
YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d\d)", re.ASCII)
SERIAL = re.compile(r"\d{5}([.,]\d+)?|0[.,]\d{3,}", re.ASCII)
CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?)?\s*(am|pm|öö|ös|ÖÖ|ÖS)?",
    re.IGNORECASE | re.ASCII,
)
PLAIN_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII)
OFFSET = re.compile(r"(z|[+-]\d\d:?\d\d|[+-]\d\d)", re.IGNORECASE | re.ASCII)
RANGE = re.compile(r"\s*[-–—]\s*")


class DateOrder(StrEnum):
    """How d/m/Y and m/d/Y are told apart; Y-m-d is known by its year."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class Moment(NamedTuple):
    """One cell read: seconds since 1970, of local clocks unless `is_utc`.

    `has_date` is False for a time of day alone, which counts from midnight.
    `length_s` is given where a range such as 08:00-08:30 was written, else 0.
    """

    seconds: int
    is_utc: bool = False
    has_date: bool = True
    length_s: int = 0


def date_order(cells: Sequence[Cell]) -> tuple[DateOrder, bool]:
    """Return how the dates of a column are ordered, and whether that is assumed.

    A first part above 12 shows the day first, a second one the month first. Dates
    that show neither are taken day first, as in Turkey; with slashes, which are
    written both ways, that is an assumption.
    """
    first = second = 0
    has_slash = False
    for text in {cell.strip() for cell in cells if isinstance(cell, str)}:
        match = YEAR_LAST.match(text)
        if match:
            first = max(first, int(match.group(1)))
            second = max(second, int(match.group(3)))
            has_slash |= match.group(2) == "/"
    if second > 12 >= first:
        return DateOrder.MONTH_FIRST, False
    return DateOrder.DAY_FIRST, has_slash and first <= 12


def read_moments(
    cells: Sequence[Cell], order: DateOrder
) -> list[Moment | LineCode | None]:
    """Return each cell as a moment, as the reason why not, or None where blank."""
    # Typed cells are keyed with their type, because 1 == 1.0 == True.
    keys = [(type(cell), cell) for cell in cells]
    seen = {key: _moment(key[1], order) for key in set(keys)}
    return [seen[key] for key in keys]


def plain_clocks(cells: Sequence[Cell]) -> Ints | None:
    """Return a column of h:mm:ss texts in seconds, None if any cell is not such."""
    seen: dict[Cell, int] = {}
    for cell in set(cells):
        match = PLAIN_CLOCK.fullmatch(cell) if isinstance(cell, str) else None
        if not match:
            return None
        hour, minute, second = match.groups()
        seen[cell] = int(hour) * HOUR_S + int(minute) * 60 + int(second)
    return np.array([seen[cell] for cell in cells], dtype=np.int64)


def joined(day: Moment, clock: Moment) -> Moment | LineCode:
    """Return the moment of a date cell and a time cell of the same row."""
    if not day.has_date or day.is_utc or clock.is_utc:
        return LineCode.BAD_DATE
    midnight = day.seconds // DAY_S * DAY_S
    within = clock.seconds
    if clock.has_date:
        if clock.seconds // DAY_S * DAY_S != midnight:
            return LineCode.BAD_TIME
        within -= midnight
    return Moment(seconds=midnight + within, length_s=clock.length_s)


def _moment(cell: Cell, order: DateOrder) -> Moment | LineCode | None:
    if isinstance(cell, str):
        text = " ".join(cell.split())
        return _text_moment(text, order) if text else None
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return _typed_datetime(cell)
    if isinstance(cell, date):
        known = cell.year in YEARS
        return Moment(seconds=_day_s(cell)) if known else LineCode.BAD_DATE
    if isinstance(cell, time):
        return Moment(seconds=_rounded(_clock_of(cell)), has_date=False)
    if isinstance(cell, timedelta):
        return _within_a_day(cell.total_seconds())
    return LineCode.BAD_DATE if isinstance(cell, bool) else _serial(float(cell))


def _typed_datetime(cell: datetime) -> Moment | LineCode:
    if cell.year in (1899, 1900):
        # A workbook may give a time of day as a moment of its first day.
        return Moment(seconds=_rounded(_clock_of(cell.time())), has_date=False)
    if cell.year not in YEARS:
        return LineCode.BAD_DATE
    if cell.tzinfo is not None:
        seconds = (cell - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
        return Moment(seconds=_rounded(seconds), is_utc=True)
    return Moment(seconds=_rounded(_day_s(cell.date()) + _clock_of(cell.time())))


def _serial(value: float) -> Moment | LineCode:
    """Return a number as Excel counts: whole days and their fraction, or an hour."""
    low, high = EXCEL_SERIALS
    if low <= value < high:
        seconds = _rounded((value + EXCEL_DAY - UNIX_DAY) * DAY_S)
        return Moment(seconds=seconds)
    if 0.0 <= value < 1.0:
        return Moment(seconds=_rounded(value * DAY_S), has_date=False)
    if value.is_integer() and 1 <= value <= 24:
        return Moment(seconds=int(value) * HOUR_S, has_date=False)
    return LineCode.BAD_DATE


def _text_moment(text: str, order: DateOrder) -> Moment | LineCode:
    if SERIAL.fullmatch(text):
        return _serial(float(text.replace(",", ".")))
    match = YEAR_FIRST.match(text) or YEAR_LAST.match(text)
    if not match:
        return _text_clock(text)
    day = _date_of(match, order)
    if day is None:
        return LineCode.BAD_DATE
    rest = text[match.end() :]
    if not rest:
        return Moment(seconds=day)
    if rest[0] not in " Tt":
        return LineCode.BAD_DATE
    clock = _clock_with_zone(rest[1:].strip(), is_iso=rest[0] != " ")
    if isinstance(clock, LineCode):
        return clock
    return Moment(
        seconds=day + clock.seconds, is_utc=clock.is_utc, length_s=clock.length_s
    )


def _date_of(match: re.Match[str], order: DateOrder) -> int | None:
    if match.re is YEAR_FIRST:
        parts = [part for part in match.group(1, 3, 4, 5, 6, 7) if part]
        year, month, day = (int(part) for part in parts)
    else:
        day, month = int(match.group(1)), int(match.group(3))
        year = int(match.group(4))
        if len(match.group(4)) == 2:
            year += 2000
        if order is DateOrder.MONTH_FIRST:
            day, month = month, day
    try:
        return _day_s(date(year, month, day)) if year in YEARS else None
    except ValueError:
        return None


def _clock_with_zone(text: str, *, is_iso: bool) -> Moment | LineCode:
    """Return a time that follows a date; an offset makes it an instant.

    Without the T of ISO 8601 and without seconds "08:00-08:30" is a range; with
    either of them "-08:30" is an offset.
    """
    match = CLOCK.match(text)
    offset = OFFSET.fullmatch(text[match.end() :].strip()) if match else None
    if match and offset:
        is_range = offset.group().startswith("-") and not (is_iso or match.group(3))
        clock = _clock_s(match)
        if clock is not None and not is_range:
            return Moment(seconds=clock - _offset_s(offset.group()), is_utc=True)
    return _text_clock(text)


def _text_clock(text: str) -> Moment | LineCode:
    parts = RANGE.split(text)
    matches = [CLOCK.fullmatch(part) for part in parts]
    seconds = [_clock_s(match) if match else None for match in matches]
    if len(parts) > 2 or None in seconds:
        return LineCode.BAD_DATE if not matches[0] else LineCode.BAD_TIME
    begin, *end = (value for value in seconds if value is not None)
    if end:
        length = (end[0] - begin) % DAY_S
        # Reports write the last second or minute of the interval as its end.
        length += 1 if length % 60 == 59 else 60 if length // 60 % 5 == 4 else 0
        return Moment(seconds=begin, has_date=False, length_s=length)
    return Moment(seconds=begin, has_date=False)


def _clock_s(match: re.Match[str]) -> int | None:
    hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3))
    half = (match.group(4) or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in ("pm", "ös") else 0)
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    return hour * HOUR_S + minute * 60 + second


def _offset_s(text: str) -> int:
    if text in "zZ":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = int(digits[:2]) * HOUR_S + int(digits[2:]) * 60
    return -size if text[0] == "-" else size


def _within_a_day(seconds: float) -> Moment | LineCode:
    if not 0.0 <= seconds <= DAY_S:
        return LineCode.BAD_TIME
    return Moment(seconds=_rounded(seconds), has_date=False)


def _day_s(day: date) -> int:
    return (day.toordinal() - UNIX_DAY) * DAY_S


def _clock_of(clock: time) -> float:
    seconds = clock.hour * HOUR_S + clock.minute * 60 + clock.second
    return seconds + clock.microsecond / 1e6


def _rounded(seconds: float) -> int:
    """Return whole seconds; a workbook's fraction of a day is never exact."""
    return int(np.floor(seconds + 0.5))
