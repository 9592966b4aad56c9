"""Files as bytes, made in the test that reads them."""

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from forecasting.call_file import CallOptions, read_calls
from forecasting.calls import CallRecords
from forecasting.interval_file import IntervalOptions, IntervalRows, read_intervals
from forecasting.table import Table, read_table
from forecasting.workbook import Cell

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

BY_DEFAULT = IntervalOptions()
CALLS_BY_DEFAULT = CallOptions()
AT_THE_BANK = CallOptions(zone="Asia/Jerusalem")
BANK_HEADER = (
    "vru+line,call_id,customer_id,priority,type,date,vru_entry,vru_exit,vru_time,"
    "q_start,q_exit,q_time,outcome,ser_start,ser_exit,ser_time,server"
)
QUEUED = (
    "AA0101,33116,9664491,2,PS,1999-01-01,0:00:31,0:00:36,5,"
    "0:00:36,0:03:09,153,HANG,0:00:00,0:00:00,0,NO_SERVER"
)
SERVED_AT_ONCE = (
    "AA0101,33117,0,0,PS,1999-01-01,0:34:12,0:34:23,11,"
    "0:00:00,0:00:00,0,AGENT,0:34:23,0:36:21,118,MICHAL"
)
QUEUED_AND_SERVED = (
    "AA0103,33118,27997683,2,PS,1999-01-01,6:55:20,6:55:26,6,"
    "6:55:26,6:55:43,17,AGENT,6:55:43,6:56:37,54,TOVA"
)
HUNG_UP_IN_MENU = (
    "AA0104,33119,0,0,NW,1999-01-01,7:00:00,7:00:40,40,"
    "0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,NO_SERVER"
)
PHANTOM = (
    "AA0105,33120,0,0,NW,1999-01-01,7:10:00,7:10:05,5,"
    "7:10:05,7:10:25,20,PHANTOM,7:10:25,7:11:00,35,NO_SERVER"
)


def text(*lines: str, encoding: str = "utf-8", newline: str = "\n") -> bytes:
    """Return lines as the bytes of a text file."""
    return newline.join((*lines, "")).encode(encoding)


def delimited(rows: Sequence[Sequence[str]], separator: str, newline: str) -> str:
    """Return rows as CSV, quoted where needed."""
    body = io.StringIO()
    csv.writer(body, delimiter=separator, lineterminator=newline).writerows(rows)
    return body.getvalue()


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    formats: Mapping[str, str] | None = None,
) -> bytes:
    """Return an XLSX file; formats maps a column letter to its number format."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for letter, form in (formats or {}).items():
            for cell in sheet[letter]:
                cell.number_format = form
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def table_of(*lines: str) -> Table:
    """Return the table in some lines of UTF-8 text."""
    return read_table(text(*lines), "rows.csv")


def intervals_of(*lines: str, options: IntervalOptions = BY_DEFAULT) -> IntervalRows:
    """Return the interval rows in some lines of text."""
    return read_intervals(table_of(*lines), options)


def calls_of(*lines: str, options: CallOptions = CALLS_BY_DEFAULT) -> CallRecords:
    """Return the call records in some lines of text."""
    return read_calls(table_of(*lines), options)


def bank_calls_of(*rows: str, options: CallOptions = AT_THE_BANK) -> CallRecords:
    """Return the records of some lines in the Technion bank's layout."""
    return calls_of(BANK_HEADER, *rows, options=options)


def shared_file(name: str) -> bytes:
    """Return a public data file, or skip where the shared folder is absent."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"the shared data file {name} is not on this machine")
    return path.read_bytes()


def unpacked(data: bytes) -> str:
    """Return the text of a gzipped file, read by the standard library alone."""
    return gzip.decompress(data).decode()
