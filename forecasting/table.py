"""A file's bytes as a table: header, rows, and the line each row came from."""

import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forecasting.delimited import decode, find_separator, read_rows
from forecasting.errors import InvalidArgumentError
from forecasting.findings import (
    CutOffFileError,
    DamagedFileError,
    EmptyFileError,
    FileTooLargeError,
    LineCode,
    LineError,
    NoHeaderError,
    NoRowsError,
    NotATableError,
)
from forecasting.workbook import Cell, NumberedRow, is_blank, read_sheet

DEFAULT_MAX_BYTES = 256 * 1024 * 1024
CHUNK = 1024 * 1024
HEADER_WITHIN = 30
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
STARTS_WITH_DATE = re.compile(r"\s*\d{4}-\d{1,2}-\d{1,2}")

FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"RIFF", "sound"),
    (b"OggS", "sound"),
    (b"ID3", "sound"),
    (b"fLaC", "sound"),
    (b"{\\rtf", "rtf"),
    (b"SQLite format 3\0", "database"),
    (b"PK\x05\x06", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\xd0\xcf\x11\xe0", "old_excel"),
)
MARKUP = (b"<!doctype", b"<html", b"<table", b"<head", b"<?xml", b"<meta", b"<style")


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as a file holds it; every row is as wide as the header.

    Attributes:
        file: the name it came under.
        kind: text or workbook.
        compressed: whether it was gzipped.
        encoding: of text, e.g. "windows-1254"; "" for a workbook.
        separator: between the cells of text; "" for a workbook.
        sheet: name of the sheet; "" for text.
        header: names of the columns, stripped.
        header_line: the line that holds them.
        rows: cells below the header, blank lines left out; text is not stripped.
        lines: the line each row begins on.
        errors: lines left out because their number of cells is wrong.
        repeated_headers: lines left out because they repeat the header.
    """

    file: str
    kind: FileKind
    compressed: bool
    encoding: str
    separator: str
    sheet: str
    header: tuple[str, ...]
    header_line: int
    rows: Sequence[Sequence[Cell]]
    lines: Sequence[int]
    errors: tuple[LineError, ...]
    repeated_headers: tuple[int, ...]

    def column(self, index: int) -> list[Cell]:
        """Return the cells of one column."""
        return [row[index] for row in self.rows]


def read_table(
    data: bytes,
    file: str,
    *,
    sheet: str | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> Table:
    """Return the table in a CSV (also gzipped) or XLSX file, told by its content.

    The header is the first of the leading rows that is filled with names as far as
    the rows below it are filled; titles above it are passed over.

    Args:
        data: the whole file.
        file: its name, for messages only.
        sheet: the sheet of a workbook; None takes the one with most rows.
        max_bytes: ceiling on the file as it is and as it unpacks.

    Raises:
        FileRefusedError: one of its kinds, if there is no table to be had.
    """
    if max_bytes < 1:
        raise InvalidArgumentError("max_bytes", "at least 1", max_bytes)
    if len(data) > max_bytes:
        raise FileTooLargeError(file=file, limit=max_bytes)
    compressed = data.startswith(GZIP)
    if compressed:
        data = _gunzip(data, file, max_bytes)
    if not data.strip():
        raise EmptyFileError(file=file)
    _refuse_foreign(data, file)
    rows: list[NumberedRow]
    if data.startswith(ZIP):
        kind, encoding, separator = FileKind.XLSX, "", ""
        name, rows = read_sheet(data, file, sheet, max_bytes)
    else:
        kind, name = FileKind.CSV, ""
        text, encoding = decode(data, file)
        separator = find_separator(text)
        rows = [(at, [*row]) for at, row in read_rows(text, separator, file)]
    if not rows:
        raise EmptyFileError(file=file)
    at = _header_index(rows, file)
    header_line, names = rows[at]
    header = _header_names(names)
    body = _Body(header, pad_short_rows=kind is FileKind.XLSX)
    for line, row in rows[at + 1 :]:
        body.add(line, row)
    if not body.rows and not body.errors:
        raise NoRowsError(file=file, line=header_line)
    return Table(
        file=file,
        kind=kind,
        compressed=compressed,
        encoding=encoding,
        separator=separator,
        sheet=name,
        header=header,
        header_line=header_line,
        rows=body.rows,
        lines=body.lines,
        errors=tuple(body.errors),
        repeated_headers=tuple(body.repeated_headers),
    )


def _gunzip(data: bytes, file: str, max_bytes: int) -> bytes:
    unpacked = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += chunk
                if len(unpacked) > max_bytes:
                    raise FileTooLargeError(file=file, limit=max_bytes)
    except EOFError as error:
        raise CutOffFileError(file=file, kind="gzip") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DamagedFileError(
            file=file, kind="gzip", line=0, got=str(error)
        ) from error
    return bytes(unpacked)


def _refuse_foreign(data: bytes, file: str) -> None:
    for magic, got in FOREIGN:
        # "BM" also begins words, so the bitmap's NUL bytes must follow.
        if data.startswith(magic) and (magic != b"BM" or b"\0" in data[:64]):
            raise NotATableError(file=file, got=got)
    if data.startswith(GZIP):
        raise NotATableError(file=file, got="gzip_twice")
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(MARKUP):
        raise NotATableError(file=file, got="web_page")


def _header_index(rows: Sequence[NumberedRow], file: str) -> int:
    """Return which of the first rows holds the names of the columns."""
    filled = [
        [cell for cell in row if not is_blank(cell)]
        for _, row in rows[: 2 * HEADER_WITHIN]
    ]
    usual = Counter(len(cells) for cells in filled).most_common(1)[0][0]
    for index, cells in enumerate(filled[:HEADER_WITHIN]):
        if len(cells) >= 0.6 * usual and all(_is_name(cell) for cell in cells):
            return index
    line, first = rows[0]
    got = ", ".join(str(cell) for cell in first[:4])
    raise NoHeaderError(file=file, line=line, got=got)


def _is_name(cell: Cell) -> bool:
    return (
        isinstance(cell, str)
        and any(character.isalpha() for character in cell)
        and not STARTS_WITH_DATE.match(cell)
    )


def _header_names(cells: Sequence[Cell]) -> tuple[str, ...]:
    names = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


class _Body:
    """The rows below the header, brought to its width or set aside."""

    def __init__(self, header: tuple[str, ...], *, pad_short_rows: bool) -> None:
        self.header = header
        self.pad_short_rows = pad_short_rows
        self.rows: list[list[Cell]] = []
        self.lines: list[int] = []
        self.errors: list[LineError] = []
        self.repeated_headers: list[int] = []

    def add(self, line: int, row: list[Cell]) -> None:
        width = len(self.header)
        if len(row) > width:
            if not all(is_blank(cell) for cell in row[width:]):
                self._refuse(line, LineCode.TOO_MANY_CELLS, row)
                return
            row = row[:width]
        elif len(row) < width:
            if not self.pad_short_rows:
                self._refuse(line, LineCode.TOO_FEW_CELLS, row)
                return
            row = row + [None] * (width - len(row))
        if row[0] == self.header[0] and _header_names(row) == self.header:
            self.repeated_headers.append(line)
            return
        self.rows.append(row)
        self.lines.append(line)

    def _refuse(self, line: int, code: LineCode, row: list[Cell]) -> None:
        value = f"{len(row)} / {len(self.header)}"
        self.errors.append(LineError(line=line, column="", code=code, value=value))
