"""What reading a file can find: a refusal of the whole, a bad line, a remark.

ForecastingError
└── FileRefusedError             nothing of the file can be used
    ├── EmptyFileError           no bytes, or only blank lines
    ├── NotATableError           a PDF, an image, a web page, an old workbook ...
    ├── NotTextError             bytes that are no text of a known encoding
    ├── CutOffFileError          the end of the file is missing
    ├── DamagedFileError         packed or quoted in a way that cannot be undone
    ├── FileTooLargeError        larger than allowed, packed or unpacked
    ├── NoSheetError             a workbook without the sheet asked for
    ├── NoHeaderError            no line of column names
    ├── NoRowsError              column names and nothing below them
    ├── MissingColumnError       a column that cannot be done without
    ├── AmbiguousColumnError     two columns that claim the same meaning
    ├── UnknownIntervalError     intervals of a length that is not read
    └── OneIntervalError         a single interval of unknown length
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from forecasting.errors import ForecastingError

FOREIGN_KINDS = (
    *("pdf", "image", "sound", "rtf", "database", "archive", "old_excel"),
    *("web_page", "other_zip", "gzip_twice"),
)


class FileRefusedError(ForecastingError):
    """A file cannot be read at all; `params["file"]` names it.

    Attributes:
        line_errors: the bad lines found before the refusal, which may explain it.
    """

    code = "file_refused"
    wording: ClassVar[str] = "{file}: cannot be read"

    def __init__(
        self, *, line_errors: tuple["LineError", ...] = (), **params: object
    ) -> None:
        super().__init__(self.wording.format(**params), **params)
        self.line_errors = line_errors


class EmptyFileError(FileRefusedError):
    """There is nothing in the file."""

    code = "file_empty"
    wording = "{file}: expected a table, got an empty file"


class NotATableError(FileRefusedError):
    """The file is of another kind; `got` is one of FOREIGN_KINDS."""

    code = "file_not_a_table"
    wording = "{file}: expected CSV, gzipped CSV or XLSX, got {got}"


class NotTextError(FileRefusedError):
    """A byte (0x81) or character (U+0000) that no text table holds."""

    code = "file_not_text"
    wording = "{file}, line {line}: expected text, got {got}"


class CutOffFileError(FileRefusedError):
    """The end is missing, as after a broken transfer."""

    code = "file_cut_off"
    wording = "{file}: expected a whole {kind} file, got one without its end"


class DamagedFileError(FileRefusedError):
    """The packing or the quotes cannot be undone.

    `line` is 0 where there is none, `got` what the library that gave up said.
    """

    code = "file_damaged"
    wording = "{file}, line {line}: expected a sound {kind} file, got {got}"


class FileTooLargeError(FileRefusedError):
    """More bytes than allowed, before or after unpacking."""

    code = "file_too_large"
    wording = "{file}: expected at most {limit} bytes, got more"


class NoSheetError(FileRefusedError):
    """The workbook has no sheet of the wanted name."""

    code = "file_no_sheet"
    wording = "{file}: expected the sheet {sheet}, got {sheets}"


class NoHeaderError(FileRefusedError):
    """No line among the first ones names the columns."""

    code = "file_no_header"
    wording = "{file}, line {line}: expected the names of the columns, got {got}"


class NoRowsError(FileRefusedError):
    """There are column names, and no row below them."""

    code = "file_no_rows"
    wording = "{file}: expected rows below the header in line {line}, got none"


class MissingColumnError(FileRefusedError):
    """No column for `wanted`, a field name; `header` is what the file has."""

    code = "file_missing_column"
    wording = "{file}: expected a column for {wanted}, got {header}"


class AmbiguousColumnError(FileRefusedError):
    """Two columns for one field."""

    code = "file_ambiguous_column"
    wording = "{file}: expected one column for {wanted}, got {first} and {second}"


class UnknownIntervalError(FileRefusedError):
    """The spacing of the rows, `got` minutes, is none of the lengths that are read."""

    code = "file_interval_unknown"
    wording = "{file}: expected intervals of {expected} minutes, got {got}"


class OneIntervalError(FileRefusedError):
    """One interval alone does not tell its length, and it was not given either."""

    code = "file_one_interval"
    wording = "{file}: expected two intervals or their length in minutes, got one"


class LineCode(StrEnum):
    """Why a line was not taken."""

    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    MISSING_VALUE = "missing_value"
    BAD_NUMBER = "bad_number"
    BAD_DURATION = "bad_duration"
    NEGATIVE = "negative"
    NOT_FINITE = "not_finite"
    TOO_LARGE = "too_large"
    BAD_DATE = "bad_date"
    BAD_TIME = "bad_time"
    NO_SUCH_LOCAL_TIME = "no_such_local_time"
    LOCAL_TIME_TWICE = "local_time_twice"
    OFF_GRID = "off_grid"
    WRONG_LENGTH = "wrong_length"
    MORE_THAN_OFFERED = "more_than_offered"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    BAD_OUTCOME = "bad_outcome"


class NoticeCode(StrEnum):
    """What a reader should know about a file that was taken."""

    DUPLICATE_LINE = "duplicate_line"
    REPEATED_HEADER = "repeated_header"
    TOTAL_LINE = "total_line"
    UNUSED_COLUMNS = "unused_columns"
    REPEATED_HOUR_BY_ORDER = "repeated_hour_by_order"
    DECIMAL_MARK_ASSUMED = "decimal_mark_assumed"
    DAY_FIRST_ASSUMED = "day_first_assumed"
    OFFERED_DERIVED = "offered_derived"
    AHT_FROM_PARTS = "aht_from_parts"
    FRACTIONAL_COUNT = "fractional_count"
    AHT_OVER_AN_HOUR = "aht_over_an_hour"
    LONG_SERVICE = "long_service"
    NO_SERVICE_TIME = "no_service_time"
    SERVICE_WITHOUT_ANSWER = "service_without_answer"
    NOT_OFFERED = "not_offered"
    PHANTOM = "phantom"
    NEGATIVE_MENU_TIME = "negative_menu_time"
    DURATION_DISAGREES = "duration_disagrees"
    OUTCOME_DERIVED = "outcome_derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineError:
    """One bad cell or line.

    Attributes:
        line: number of the line in the file (of the row in a sheet), from 1.
        column: name of the column as the file writes it; "" for the whole line.
        code: what is wrong.
        value: what came, as text.
        other_line: the line that this one contradicts, 0 where there is none.
    """

    line: int
    column: str
    code: LineCode
    value: str
    other_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something done or seen that is no error.

    Attributes:
        code: what it is.
        lines: the lines concerned, in order; empty where it concerns the file.
        params: further plain values by name.
    """

    code: NoticeCode
    lines: tuple[int, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)


def in_line_order(errors: Iterable[LineError]) -> tuple[LineError, ...]:
    """Return the errors sorted by line, then column and code."""
    return tuple(sorted(errors, key=lambda e: (e.line, e.column, e.code)))
