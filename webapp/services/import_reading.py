"""An uploaded file read into rows; light, because child processes load it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np

from forecasting.call_file import CallOptions, read_calls
from forecasting.calls import CallRecords
from forecasting.cells import DecimalMark
from forecasting.columns import fold
from forecasting.errors import ForecastingError
from forecasting.grid import DEFAULT_ZONE
from forecasting.instants import DateOrder
from forecasting.interval_file import FIGURES, IntervalOptions, IntervalRows
from forecasting.interval_file import read_intervals as read_interval_rows
from forecasting.table import read_table
from webapp.services.import_findings import Report, refused

Parsed = IntervalRows | CallRecords
INTERVAL_ARRAYS = ("starts", "queues", *FIGURES, "lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person says about a file; what is left empty is found in the file.

    Attributes:
        is_calls: whether it holds calls one by one, or figures per interval.
        zone: IANA name of the zone of its clocks.
        decimal: "," or ".".
        date_order: "day_first" or "month_first".
        minutes: length of its intervals, 0 if not said.
        sheet: the sheet of a workbook.
        columns: field to the name of its column.
        file_queue: the one of the file's own queues to take; "" takes all calls,
            or the only queue of figures.
        all_or_nothing: whether a single bad line keeps the whole file out.
    """

    is_calls: bool = False
    zone: str = DEFAULT_ZONE
    decimal: str = ""
    date_order: str = ""
    minutes: int = 0
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    file_queue: str = ""
    all_or_nothing: bool = False

    def to_json(self) -> dict[str, Any]:  # Any: stored as JSON
        """Return the choices as plain values."""
        return {**asdict(self), "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:  # Any: stored as JSON
        """Return the choices that `to_json` wrote."""
        return cls(**values)


def read_file(data: bytes, file: str, choices: Choices) -> Parsed:
    """Return the good rows of a file with the bad lines and notices.

    Raises:
        ForecastingError: if nothing of it can be used, or a choice is none.
    """
    table = read_table(data, file, sheet=choices.sheet or None)
    decimal = DecimalMark(choices.decimal) if choices.decimal else None
    order = DateOrder(choices.date_order) if choices.date_order else None
    if choices.is_calls:
        return read_calls(
            table,
            CallOptions(
                zone=choices.zone,
                columns=choices.columns,
                decimal=decimal,
                date_order=order,
            ),
        )
    return read_interval_rows(
        table,
        IntervalOptions(
            zone=choices.zone,
            columns=choices.columns,
            decimal=decimal,
            date_order=order,
            minutes=choices.minutes or None,
        ),
    )


def read(data: bytes, file: str, choices: Choices) -> Parsed | Report:
    """Return the rows of a file, or a report of why nothing of it can be used."""
    try:
        return read_file(data, file, choices)
    except ForecastingError as refusal:
        return refused(refusal, _header(data, file, choices))


def _header(data: bytes, file: str, choices: Choices) -> tuple[str, ...]:
    try:
        return read_table(data, file, sheet=choices.sheet or None).header
    except ForecastingError:
        return ()


def only_queue(parsed: Parsed, name: str) -> Parsed:
    """Return the rows of one of the file's own queues, named as the file may write it.

    All errors and notices stay.
    """
    wanted = np.array([fold(queue) == fold(name) for queue in parsed.queues.tolist()])
    if isinstance(parsed, CallRecords):
        return parsed.select(wanted)
    arrays = {name: getattr(parsed, name)[wanted] for name in INTERVAL_ARRAYS}
    return replace(parsed, **arrays)


def weight_of(data: bytes) -> int:
    """Return about how many bytes of text a file unpacks to."""
    if data.startswith(b"\x1f\x8b"):
        return int.from_bytes(data[-4:], "little")
    if data.startswith(b"PK\x03\x04"):
        return len(data) * 6
    return len(data)
