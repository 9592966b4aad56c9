"""Columns of cells as numbers and durations, the decimal mark decided per column."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from forecasting.findings import LineCode
from forecasting.workbook import Cell, is_blank

Floats = NDArray[np.float64]
Parsed = float | LineCode

MAX_NUMBER = 1e7
MAX_DURATION_S = 7 * 86_400.0
DASHES = frozenset({"-", "--", "–", "—"})
NOT_FINITE = frozenset({"nan", "inf", "infinity"})
SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
WITH_POINT = re.compile(r"((\d{1,3}(,\d{3})+|\d+)(\.\d+)?|\.\d+)(e[+-]?\d+)?", re.ASCII)
WITH_COMMA = re.compile(r"((\d{1,3}(\.\d{3})+|\d+)(,\d+)?|,\d+)(e[+-]?\d+)?", re.ASCII)
CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?", re.ASCII)
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a workbook, no instant
FIRST_REAL_YEAR = 1901


class DecimalMark(StrEnum):
    """What stands before the decimals; the other one may group thousands."""

    POINT = "."
    COMMA = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A column of numbers.

    Attributes:
        values: one per cell; NaN where blank or bad.
        bad: row and reason for each cell that is no such number.
    """

    values: Floats
    bad: tuple[tuple[int, LineCode], ...]


def read_numbers(cells: Sequence[Cell], mark: DecimalMark) -> Numbers:
    """Return a column of numbers >= 0, written with the decimal mark or typed."""
    return _convert(cells, lambda cell: _number(cell, mark))


def read_durations(
    cells: Sequence[Cell], mark: DecimalMark, unit_s: float = 1.0
) -> Numbers:
    """Return a column of durations in seconds.

    Text with two parts is mm:ss, with three hh:mm:ss; a plain number counts units
    of `unit_s` seconds; times and durations typed in a workbook are taken as such.
    """
    return _convert(cells, lambda cell: _duration(cell, unit_s, mark))


def shown_mark(cells: Iterable[Cell]) -> tuple[DecimalMark | None, bool]:
    """Return the decimal mark that a column shows, and whether it allows both.

    The mark under which more of the distinct cells are numbers wins. (None, True)
    means that every cell with a mark reads either way, (None, False) that there is
    none with a mark.
    """
    texts = {cell for cell in cells if isinstance(cell, str) and ":" not in cell}
    marked = {_bare(text) for text in texts if "." in text or "," in text}
    point = sum(WITH_POINT.fullmatch(text) is not None for text in marked)
    comma = sum(WITH_COMMA.fullmatch(text) is not None for text in marked)
    if point == comma:
        return None, point > 0
    return (DecimalMark.POINT if point > comma else DecimalMark.COMMA), False


def whole_number_mark(cells: Iterable[Cell]) -> DecimalMark:
    """Return the mark under which ambiguous cells such as "1.234" are whole."""
    has_point = any(isinstance(cell, str) and "." in cell for cell in cells)
    return DecimalMark.COMMA if has_point else DecimalMark.POINT


def agreed_mark(columns: Iterable[Sequence[Cell]]) -> DecimalMark | None:
    """Return the decimal mark that the columns of a file show, if they agree."""
    marks = {shown_mark(cells)[0] for cells in columns} - {None}
    return marks.pop() if len(marks) == 1 else None


def text_of(cell: Cell) -> str:
    """Return a cell as text, whole floats without decimals, blank as ""."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()


def is_unknown(cell: Cell) -> bool:
    """Return whether a cell is blank or holds only a dash."""
    return is_blank(cell) or (isinstance(cell, str) and cell.strip() in DASHES)


def _convert(cells: Sequence[Cell], parse: Callable[[Cell], Parsed]) -> Numbers:
    # Typed cells are keyed with their type, because 1 == 1.0 == True.
    keys = [(type(cell), cell) for cell in cells]
    seen = {key: np.nan if is_unknown(key[1]) else parse(key[1]) for key in set(keys)}
    parsed = [seen[key] for key in keys]
    bad: list[tuple[int, LineCode]] = []
    if any(isinstance(value, LineCode) for value in seen.values()):
        for row, value in enumerate(parsed):
            if isinstance(value, LineCode):
                bad.append((row, value))
                parsed[row] = np.nan
    values = np.array(parsed, dtype=np.float64)
    values.flags.writeable = False
    return Numbers(values=values, bad=tuple(bad))


def _number(cell: Cell, mark: DecimalMark) -> Parsed:
    if isinstance(cell, bool):
        return LineCode.BAD_NUMBER
    if isinstance(cell, int | float):
        return _checked(float(cell), MAX_NUMBER)
    if not isinstance(cell, str):
        return LineCode.BAD_NUMBER
    text = _bare(cell)
    if text.lstrip("+-") in NOT_FINITE:
        return LineCode.NOT_FINITE
    sign = -1.0 if text.startswith("-") else 1.0
    text = text.removeprefix("-").removeprefix("+")
    pattern = WITH_POINT if mark is DecimalMark.POINT else WITH_COMMA
    if not pattern.fullmatch(text):
        return LineCode.BAD_NUMBER
    if mark is DecimalMark.COMMA:
        text = text.replace(".", "").replace(",", ".")
    return _checked(sign * float(text.replace(",", "")), MAX_NUMBER)


def _duration(cell: Cell, unit_s: float, mark: DecimalMark) -> Parsed:
    if isinstance(cell, timedelta):
        return _checked(cell.total_seconds())
    if isinstance(cell, datetime):
        # Beyond 24 hours a workbook shows a duration as a day of January 1900.
        if cell.year >= FIRST_REAL_YEAR:
            return LineCode.BAD_DURATION
        return _checked((cell - EXCEL_EPOCH).total_seconds())
    if isinstance(cell, time):
        clock_s = 3600.0 * cell.hour + 60.0 * cell.minute + cell.second
        return _checked(clock_s + cell.microsecond / 1e6)
    if isinstance(cell, str) and ":" in cell:
        return _clock_s(cell.strip())
    number = _number(cell, mark)
    if isinstance(number, LineCode):
        is_shape = number is LineCode.BAD_NUMBER
        return LineCode.BAD_DURATION if is_shape else number
    return _checked(number * unit_s)


def _clock_s(text: str) -> Parsed:
    unsigned = text.lstrip("-−")
    match = CLOCK.fullmatch(unsigned)
    if not match:
        return LineCode.BAD_DURATION
    first, second, third, fraction = match.groups()
    if third is None:
        seconds = 60.0 * float(first) + float(second)
    else:
        seconds = 3600.0 * float(first) + 60.0 * float(second) + float(third)
        seconds += float(f"0.{fraction or 0}")
    return _checked(-seconds if unsigned != text else seconds)


def _checked(value: float, most: float = MAX_DURATION_S) -> Parsed:
    if not np.isfinite(value):
        return LineCode.NOT_FINITE
    if value < 0.0:
        return LineCode.NEGATIVE
    return LineCode.TOO_LARGE if value > most else value


def _bare(text: str) -> str:
    """Return the text of a number in lower case, spaces between thousands removed."""
    return SPACES.sub("", text.strip().replace("−", "-")).lower()
