"""What is said about a file before it is read, and how it was understood after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forecasting.cells import DecimalMark
from forecasting.clocks import RepeatedHour
from forecasting.grid import DEFAULT_ZONE, zone_info
from forecasting.instants import DateOrder
from forecasting.table import FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the reader of a file may say about it; None leaves it to the data.

    Attributes:
        zone: IANA name of the zone of its clocks.
        columns: field to the name of its column, where the names are not known.
        decimal: what stands before decimals in every column.
        date_order: how d/m/Y and m/d/Y are told apart.
        repeated_hour: how readings that happen twice are resolved.
    """

    zone: str = DEFAULT_ZONE
    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: DecimalMark | None = None
    date_order: DateOrder | None = None
    repeated_hour: RepeatedHour = RepeatedHour.BY_ORDER

    def __post_init__(self) -> None:
        zone_info(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLayout:
    """How a file was understood, for a reader to confirm.

    Attributes:
        file, kind, compressed, encoding, separator, sheet, header_line: as in Table.
        columns: field to the name of the column it was read from.
        unused: names of the columns that were not read.
        decimals: field to the decimal mark of its column, where one showed.
        date_order: of dates that end with the year.
        zone: of the clocks.
        form: "intervals", "calls" or "bank_calls".
        minutes: length of the intervals; 0 for calls.
        rows: rows below the header, good or bad.
    """

    file: str
    kind: FileKind
    compressed: bool
    encoding: str
    separator: str
    sheet: str
    header_line: int
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    decimals: Mapping[str, DecimalMark]
    date_order: DateOrder
    zone: str
    form: str
    minutes: int
    rows: int
