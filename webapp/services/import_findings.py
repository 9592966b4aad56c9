"""What a dry run found in a file; light, because child processes load it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

from forecasting.errors import ForecastingError
from forecasting.file_layout import FileLayout
from forecasting.findings import FileRefusedError, LineError, Notice
from webapp.services.errors import ServiceError

# Whoever has more bad lines than this has the wrong file, or read it the wrong way.
MOST_LISTED = 20_000
MOST_SHOWN = 50
Json = dict[str, Any]  # Any: kept as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that is not taken; `code` has a sentence, `value` is what came."""

    line: int
    column: str
    code: str
    value: str
    other_line: int

    @classmethod
    def of(cls, error: LineError) -> Self:
        """Return a reader's finding."""
        return cls(
            line=error.line,
            column=error.column,
            code=error.code.value,
            value=error.value[:200],
            other_line=error.other_line,
        )

    @property
    def params(self) -> Json:
        """What the code's sentence needs."""
        return {"value": self.value, "other_line": self.other_line}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A dry run: what the file is, what it would change, what is wrong with it.

    Attributes:
        refusal: {package, code, params} where nothing of the file can be taken.
        layout: how it was understood.
        header: the names of its columns.
        file_queues: the queues that it names itself.
        rows_new, rows_changed, rows_same: what taking it in would do.
        rows_refused: lines left out.
        bad_lines: those lines and why, the first MOST_LISTED findings.
        notices: {code, params, lines} of other remarks.
        first, last: ISO local days of its rows, "" without any.
        days: [ISO day, calls in the file, calls stored or None] per day.
        gaps: [ISO instant, ISO instant] of runs without figures at usual times.
        gap_count, outlier_count: how many there are, shown or not.
        outliers: [ISO instant, calls, usual calls].
        clock_changes: ISO days on which clocks change.
    """

    refusal: Json | None = None
    layout: Json = field(default_factory=dict)
    header: tuple[str, ...] = ()
    file_queues: tuple[str, ...] = ()
    rows_new: int = 0
    rows_changed: int = 0
    rows_same: int = 0
    rows_refused: int = 0
    bad_lines: tuple[BadLine, ...] = ()
    notices: tuple[Json, ...] = ()
    first: str = ""
    last: str = ""
    days: tuple[tuple[str, float, float | None], ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
    gap_count: int = 0
    outliers: tuple[tuple[str, float, float], ...] = ()
    outlier_count: int = 0
    clock_changes: tuple[str, ...] = ()

    @property
    def rows_good(self) -> int:
        """Lines that can be taken, changing something or not."""
        return self.rows_new + self.rows_changed + self.rows_same

    def to_json(self) -> Json:
        """Return the report as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:  # Any: kept as JSON
        """Return the report that `to_json` wrote."""
        lines = tuple(BadLine(**line) for line in values["bad_lines"])
        return cls(**{**values, "bad_lines": lines})


def refused(error: ForecastingError | ServiceError, header: tuple[str, ...]) -> Report:
    """Return the report of a file of which nothing can be taken."""
    found = error.line_errors if isinstance(error, FileRefusedError) else ()
    return Report(
        refusal={
            "package": "webapp" if isinstance(error, ServiceError) else "forecasting",
            "code": error.code,
            "params": {name: _plain(value) for name, value in error.params.items()},
        },
        header=header,
        bad_lines=tuple(BadLine.of(error) for error in found[:MOST_LISTED]),
        rows_refused=len({error.line for error in found}),
    )


def header_of(layout: FileLayout) -> tuple[str, ...]:
    """Return the names of a file's columns, those that were read first."""
    return (*dict.fromkeys(layout.columns.values()), *layout.unused)


def layout_json(layout: FileLayout) -> Json:
    """Return how a file was understood, as plain values."""
    return {
        "kind": layout.kind.value,
        "compressed": layout.compressed,
        "encoding": layout.encoding,
        "separator": layout.separator,
        "sheet": layout.sheet,
        "header_line": layout.header_line,
        "columns": dict(layout.columns),
        "unused": list(layout.unused),
        "decimals": {name: mark.value for name, mark in layout.decimals.items()},
        "date_order": layout.date_order.value,
        "zone": layout.zone,
        "form": layout.form,
        "minutes": layout.minutes,
        "rows": layout.rows,
    }


def notice_json(notice: Notice) -> Json:
    """Return a remark as plain values, with the first of its lines."""
    params = {name: _plain(value) for name, value in notice.params.items()}
    return {
        "code": notice.code.value,
        "params": {**params, "count": len(notice.lines)},
        "lines": list(notice.lines[:MOST_SHOWN]),
    }


def _plain(value: object) -> object:
    match value:
        case float() if value.is_integer():
            return int(value)
        case None | bool() | int() | float():
            return value
        case date():
            return value.isoformat()
        case tuple() | list():
            return ", ".join(str(item) for item in value)
    return str(value)
