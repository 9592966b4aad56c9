"""Tables as files: Excel workbooks and CSV that opens in Excel."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import quote

import xlsxwriter
from flask import Response

from webapp.i18n.formats import local

Cell = str | int | float | bool | date | datetime | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_WIDE = 60


def spreadsheet(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """Return a workbook with one sheet to download; instants in local time."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1})
    formats: dict[type[date], object] = {
        datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"}),
        date: book.add_format({"num_format": "dd.mm.yyyy"}),
    }
    widths = [len(column) for column in columns]
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, bold)
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            _write(sheet, line, place, cell, formats)
            widths[place] = max(widths[place], min(len(str(cell or "")), MOST_WIDE))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width + 2)
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, max(1, sheet.dim_rowmax or 1), len(columns) - 1)
    book.close()
    return _download(file.getvalue(), f"{name}.xlsx", XLSX)


def _write(
    sheet: "xlsxwriter.worksheet.Worksheet",
    line: int,
    place: int,
    cell: Cell,
    formats: dict[type[date], object],
) -> None:
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(line, place, cell)
        case int() | float():
            sheet.write_number(line, place, cell)
        case datetime():
            naive = local(cell).replace(tzinfo=None)
            sheet.write_datetime(line, place, naive, formats[datetime])
        case date():
            sheet.write_datetime(line, place, cell, formats[date])
        case _:  # never a formula, whatever the text begins with
            sheet.write_string(line, place, cell[:32_767])


def comma_separated(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """Return a CSV file to download, in UTF-8 with the mark that Excel looks for."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return _download(
        b"\xef\xbb\xbf" + file.getvalue().encode(), f"{name}.csv", "text/csv"
    )


def _plain(cell: Cell) -> str | int | float | bool | None:
    if isinstance(cell, datetime):
        return local(cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell  # else a spreadsheet would compute it
    return cell


def _download(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, mimetype=kind, headers=headers)
