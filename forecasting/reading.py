"""One reading of a table: its columns converted, and what was found on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from forecasting.cells import (
    DecimalMark,
    Numbers,
    agreed_mark,
    read_durations,
    read_numbers,
    shown_mark,
    text_of,
    whole_number_mark,
)
from forecasting.clocks import local_offset_s, to_utc
from forecasting.columns import Synonyms, fold, map_columns, require
from forecasting.file_layout import FileLayout, ReadOptions
from forecasting.findings import (
    LineCode,
    LineError,
    Notice,
    NoticeCode,
    in_line_order,
)
from forecasting.grid import zone_info
from forecasting.instants import (
    DateOrder,
    Moment,
    date_order,
    joined,
    plain_clocks,
    read_moments,
)
from forecasting.table import Table
from forecasting.workbook import Cell, is_blank

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

TOTALS = frozenset({"toplam", "geneltoplam", "total", "grandtotal", "sum", "ortalama"})
LONGEST_TOTAL = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When each row is: rows that are bad hold zeros.

    Attributes:
        utc_s: seconds since 1970.
        local_s: the same on the clocks of the zone.
        length_s: length of the range that was written, 0 where none was.
    """

    utc_s: Ints
    local_s: Ints
    length_s: Ints


class Reading:
    """A table being read: columns found by name, errors and notices collected."""

    def __init__(self, table: Table, synonyms: Synonyms, options: ReadOptions) -> None:
        kept = [not _is_total(row) for row in table.rows]
        self.table = replace(
            table,
            rows=list(compress(table.rows, kept)),
            lines=list(compress(table.lines, kept)),
        )
        self.columns = map_columns(table, synonyms, options.columns)
        self.options = options
        self.size = len(self.table.rows)
        self.is_good: Bools = np.ones(self.size, dtype=np.bool_)
        self.decimals: dict[str, DecimalMark] = {}
        self.date_order = options.date_order or DateOrder.DAY_FIRST
        self._errors: list[LineError] = list(table.errors)
        self._notices: list[Notice] = []
        self._agreed: DecimalMark | None = None
        dropped = compress(table.lines, (not good for good in kept))
        self._note_lines(NoticeCode.TOTAL_LINE, dropped)
        self._note_lines(NoticeCode.REPEATED_HEADER, table.repeated_headers)
        if self.columns.unused:
            self.note(NoticeCode.UNUSED_COLUMNS, columns=self.columns.unused)

    def require(self, *alternatives: str) -> None:
        """Raise MissingColumnError unless one of the fields has a column."""
        require(self.table, self.columns, *alternatives)

    def cells(self, field: str) -> list[Cell]:
        """Return the field's cells."""
        return self.columns.cells(self.table, field)

    def texts(self, field: str, default: str = "") -> list[str]:
        """Return the field's cells as text, `default` where it has no column."""
        if field not in self.columns:
            return [default] * self.size
        return [text_of(cell) for cell in self.cells(field)]

    def expect_numbers(self, fields: Iterable[str]) -> None:
        """Let the columns of these fields settle the decimal mark among them."""
        present = [self.cells(field) for field in fields if field in self.columns]
        self._agreed = agreed_mark(present)

    def counts(self, field: str) -> Floats:
        """Return a column of counts, NaN where blank, bad or without a column."""
        if field not in self.columns:
            return np.full(self.size, np.nan)
        cells = self.cells(field)
        mark = self._mark(field, cells, whole_number_mark(cells))
        values = self._accept(field, cells, read_numbers(cells, mark))
        fractional = np.flatnonzero(np.isfinite(values) & (values % 1.0 != 0.0))
        self.note_rows(NoticeCode.FRACTIONAL_COUNT, fractional, column=field)
        return values

    def durations(self, field: str) -> Floats:
        """Return a column of seconds, NaN where blank, bad or without a column."""
        if field not in self.columns:
            return np.full(self.size, np.nan)
        cells = self.cells(field)
        has_semicolons = self.table.separator == ";"
        guess = DecimalMark.COMMA if has_semicolons else DecimalMark.POINT
        mark = self._mark(field, cells, guess)
        unit_s = 60.0 if field in self.columns.in_minutes else 1.0
        return self._accept(field, cells, read_durations(cells, mark, unit_s))

    def times(
        self, start: str, day: str, clock: str, series: Sequence[object], slack_s: int
    ) -> Times:
        """Return when each row is, from a column with both or from day and clock.

        A `start` column without dates serves as the clock beside a `day` column.
        """
        moments = self._row_moments(start, day, clock)
        has_moment = [moment is not None for moment in moments]
        self.is_good &= np.array(has_moment, dtype=np.bool_)
        sound = [moment or Moment(seconds=0) for moment in moments]
        field = start if start in self.columns else day
        utc_s, local_s = self.resolved(
            np.array([moment.seconds for moment in sound], dtype=np.int64),
            np.array([moment.is_utc for moment in sound], dtype=np.bool_),
            field if field in self.columns else clock,
            series,
            slack_s,
        )
        length_s = np.array([moment.length_s for moment in sound], dtype=np.int64)
        return Times(utc_s=utc_s, local_s=local_s, length_s=length_s)

    def resolved(
        self,
        seconds: Ints,
        is_utc: Bools,
        field: str,
        series: Sequence[object],
        slack_s: int,
    ) -> tuple[Ints, Ints]:
        """Return UTC and local seconds of moments, 0 where bad; field as blamed."""
        utc = to_utc(
            seconds,
            is_utc | ~self.is_good,
            self.options.zone,
            repeated=self.options.repeated_hour,
            series=series,
            slack_s=slack_s,
        )
        for row, code in utc.bad:
            self.error(row, field, code)
        self.note_rows(NoticeCode.REPEATED_HOUR_BY_ORDER, utc.by_order)
        utc_s = np.where(self.is_good, utc.seconds, 0)
        local_s = np.where(is_utc, utc_s + self._offsets_s(utc_s, is_utc), seconds)
        return utc_s, np.where(self.is_good, local_s, 0)

    def clock(self, field: str) -> Ints:
        """Return a column of times of day in seconds, 0 where bad."""
        plain = plain_clocks(self.cells(field))
        if plain is not None:
            return plain
        found = self._sounds(field, self.moments(field), needs_date=False)
        return np.array([m.seconds if m else 0 for m in found], dtype=np.int64)

    def day(self, field: str) -> Ints:
        """Return a column of dates in seconds since 1970, 0 where bad."""
        self._settle_date_order(field)
        found = self._sounds(field, self.moments(field), needs_date=True)
        return np.array([m.seconds if m else 0 for m in found], dtype=np.int64)

    def moments(self, field: str) -> list[Moment | LineCode | None]:
        """Return the field's cells as moments, not yet joined with a date."""
        return read_moments(self.cells(field), self.date_order)

    def local_s(self, moment: Moment) -> int:
        """Return the seconds since 1970 that the clocks of the zone show."""
        if not moment.is_utc:
            return moment.seconds
        zone = zone_info(self.options.zone)
        return moment.seconds + local_offset_s(moment.seconds, zone)

    def error(
        self,
        row: int,
        field: str,
        code: LineCode,
        value: str | None = None,
        other_row: int | None = None,
    ) -> None:
        """Set a row aside; the value is the field's cell unless given."""
        self.is_good[row] = False
        if value is None:
            value = text_of(self.table.rows[row][self.columns.indices[field]])
        other = 0 if other_row is None else self.table.lines[other_row]
        self._errors.append(
            LineError(
                line=self.table.lines[row],
                column=self.columns.names.get(field, ""),
                code=code,
                value=value,
                other_line=other,
            )
        )

    def note(self, code: NoticeCode, **params: object) -> None:
        """Remark on the file as a whole."""
        self._notices.append(Notice(code=code, params=params))

    def note_rows(
        self, code: NoticeCode, rows: Iterable[int], **params: object
    ) -> None:
        """Remark on some rows; no rows, no remark."""
        self._note_lines(code, (self.table.lines[row] for row in rows), **params)

    @property
    def errors(self) -> tuple[LineError, ...]:
        """Every bad line found so far, in line order."""
        return in_line_order(self._errors)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Every remark so far."""
        return tuple(self._notices)

    def layout(self, form: str, minutes: int = 0) -> FileLayout:
        """Return how the table was understood."""
        table = self.table
        return FileLayout(
            file=table.file,
            kind=table.kind,
            compressed=table.compressed,
            encoding=table.encoding,
            separator=table.separator,
            sheet=table.sheet,
            header_line=table.header_line,
            columns=dict(self.columns.names),
            unused=self.columns.unused,
            decimals=dict(self.decimals),
            date_order=self.date_order,
            zone=self.options.zone,
            form=form,
            minutes=minutes,
            rows=self.size + len(table.errors),
        )

    def _mark(
        self, field: str, cells: Sequence[Cell], guess: DecimalMark
    ) -> DecimalMark:
        shown, is_open = shown_mark(cells)
        known = self.options.decimal or shown or self._agreed
        if shown or is_open:
            self.decimals[field] = known or guess
        if is_open and not known:
            column = self.columns.names[field]
            self.note(NoticeCode.DECIMAL_MARK_ASSUMED, column=column, mark=guess)
        return known or guess

    def _accept(self, field: str, cells: Sequence[Cell], numbers: Numbers) -> Floats:
        for row, code in numbers.bad:
            self.error(row, field, code, text_of(cells[row]))
        return numbers.values

    def _row_moments(self, start: str, day: str, clock: str) -> list[Moment | None]:
        if start not in self.columns and day not in self.columns:
            start, clock = clock, ""
        self._settle_date_order(day if day in self.columns else start)
        starts = self.moments(start) if start in self.columns else []
        if starts and any(isinstance(m, Moment) and m.has_date for m in starts):
            return self._sounds(start, starts, needs_date=True)
        if day not in self.columns:
            return self._sounds(start, starts, needs_date=True)
        clock = start if starts else clock
        days = self.moments(day)
        if clock not in self.columns:
            return self._sounds(day, days, needs_date=True)
        return self._joined(day, days, clock, starts or self.moments(clock))

    def _settle_date_order(self, field: str) -> None:
        if self.options.date_order is None:
            self.date_order, is_assumed = date_order(self.cells(field))
            if is_assumed:
                column = self.columns.names[field]
                self.note(NoticeCode.DAY_FIRST_ASSUMED, column=column)

    def _joined(
        self,
        day: str,
        days: Sequence[Moment | LineCode | None],
        clock: str,
        clocks: Sequence[Moment | LineCode | None],
    ) -> list[Moment | None]:
        found: list[Moment | None] = []
        pairs = zip(
            self._sounds(day, days, needs_date=True),
            self._sounds(clock, clocks, needs_date=False),
            strict=True,
        )
        for row, (first, second) in enumerate(pairs):
            both = joined(first, second) if first and second else None
            if isinstance(both, LineCode):
                self.error(row, day if both is LineCode.BAD_DATE else clock, both)
                both = None
            found.append(both)
        return found

    def _sounds(
        self,
        field: str,
        moments: Sequence[Moment | LineCode | None],
        *,
        needs_date: bool,
    ) -> list[Moment | None]:
        """Return the moments of a column, None after reporting why there is none."""
        found: list[Moment | None] = []
        for row, moment in enumerate(moments):
            if isinstance(moment, Moment) and (moment.has_date or not needs_date):
                found.append(moment)
                continue
            code = LineCode.BAD_DATE if needs_date else LineCode.BAD_TIME
            if moment is None:
                code = LineCode.MISSING_VALUE
            elif moment is LineCode.BAD_TIME:
                code = LineCode.BAD_TIME
            self.error(row, field, code)
            found.append(None)
        return found

    def _offsets_s(self, utc_s: Ints, wanted: Bools) -> Ints:
        """Return local minus UTC seconds for the wanted rows, 0 for the others."""
        zone = zone_info(self.options.zone)
        offsets = np.zeros(len(utc_s), dtype=np.int64)
        for row in np.flatnonzero(wanted).tolist():
            offsets[row] = local_offset_s(int(utc_s[row]), zone)
        return offsets

    def _note_lines(
        self, code: NoticeCode, lines: Iterable[int], **params: object
    ) -> None:
        found = tuple(lines)
        if found:
            self._notices.append(Notice(code=code, lines=found, params=params))


def _is_total(row: Sequence[Cell]) -> bool:
    first = next((cell for cell in row if not is_blank(cell)), None)
    is_short = isinstance(first, str) and len(first) <= LONGEST_TOTAL
    return is_short and fold(str(first)) in TOTALS
