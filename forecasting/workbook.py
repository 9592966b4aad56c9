"""XLSX workbooks: the sheet that holds the table, with typed cells."""

import io
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from forecasting.findings import (
    CutOffFileError,
    DamagedFileError,
    EmptyFileError,
    FileTooLargeError,
    NoSheetError,
    NotATableError,
)

Cell = str | int | float | bool | datetime | date | time | timedelta | None
NumberedRow = tuple[int, list[Cell]]

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    EOFError,
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
)


class Sheet(NamedTuple):
    """A sheet's name and its rows that are not blank, numbered as Excel does."""

    name: str
    rows: list[NumberedRow]


def read_sheet(data: bytes, file: str, sheet: str | None, max_bytes: int) -> Sheet:
    """Return the named sheet, or the visible one with most rows of two cells or more.

    Raises:
        CutOffFileError, DamagedFileError: if it cannot be unpacked or parsed.
        NotATableError: if it is a packed file of another kind.
        FileTooLargeError: if its parts add up to more than max_bytes.
        NoSheetError: if there is no sheet of that name.
        EmptyFileError: if no sheet has a filled cell.
    """
    _check_package(data, file, max_bytes)
    try:
        sheets = _read_sheets(data, sheet)
    except UNREADABLE as error:
        got = f"{type(error).__name__}: {error}"
        raise DamagedFileError(file=file, kind="XLSX", line=0, got=got) from error
    if sheet is not None and sheet not in [each.name for each in sheets]:
        names = ", ".join(each.name for each in sheets)
        raise NoSheetError(file=file, sheet=sheet, sheets=names)
    wanted = [each for each in sheets if sheet in (None, each.name)]
    best = max(wanted, key=_rows_of_two, default=Sheet("", []))
    if not best.rows:
        raise EmptyFileError(file=file)
    return best


def is_blank(cell: Cell) -> bool:
    """Return whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _check_package(data: bytes, file: str, max_bytes: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise CutOffFileError(file=file, kind="XLSX") from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > max_bytes:
        raise FileTooLargeError(file=file, limit=max_bytes)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise NotATableError(file=file, got="other_zip")


def _read_sheets(data: bytes, wanted: str | None) -> list[Sheet]:
    """Return every sheet's name, with rows where they may be needed."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        visible = [each for each in book.worksheets if each.sheet_state == "visible"]
        sheets = []
        for each in visible if wanted is None else book.worksheets:
            rows: list[NumberedRow] = []
            if wanted in (None, each.title):
                # The stated dimensions of a sheet are often wrong; read what is there.
                each.reset_dimensions()
                for number, cells in enumerate(each.iter_rows(values_only=True), 1):
                    row: list[Cell] = [_plain(cell) for cell in cells]
                    while row and is_blank(row[-1]):
                        row.pop()
                    if row:
                        rows.append((number, row))
            sheets.append(Sheet(each.title, rows))
        return sheets
    finally:
        book.close()


def _plain(cell: object) -> Cell:
    if isinstance(cell, str | int | float | datetime | date | time | timedelta):
        return cell
    return None if cell is None else str(cell)


def _rows_of_two(sheet: Sheet) -> int:
    return sum(sum(not is_blank(cell) for cell in row) >= 2 for _, row in sheet.rows)
