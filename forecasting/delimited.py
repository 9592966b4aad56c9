"""Text tables: which encoding, which separator, and the rows with their lines."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from forecasting.findings import CutOffFileError, DamagedFileError, NotTextError

SEPARATORS = ("\t", ";", ",")
SAMPLE_CHARS = 65_536
SAMPLE_ROWS = 200
UTF8_MARK, UTF16_LE_MARK, UTF16_BE_MARK = b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
SEPARATOR_HINT = re.compile(r"sep=([\t;,])\r?\n", re.IGNORECASE)


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Return the text of a table and the name of its encoding.

    Known are UTF-8 and UTF-16 with or without a byte-order mark, and Windows-1254
    (Turkish), which is what remains when the bytes are no UTF-8.

    Raises:
        NotTextError: for NUL and other control characters, or undefined bytes.
        CutOffFileError: if the last character is incomplete.
    """
    encoding = _utf16_encoding(data)
    if encoding:
        text = _decode_utf16(data, encoding, file)
    else:
        encoding, text = _decode_bytes(data, file)
    bad = CONTROL.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        got = f"U+{ord(bad.group()):04X}"
        raise NotTextError(file=file, line=line, got=got)
    return text, encoding


def find_separator(text: str) -> str:
    """Return the separator under which most of the first rows are equally wide.

    On a tie tab goes before semicolon and semicolon before comma, because a comma
    is also the decimal mark. A table of one column counts as separated by commas.
    """
    hint = SEPARATOR_HINT.match(text)
    if hint:
        return hint.group(1)
    sample = text[:SAMPLE_CHARS]
    if len(text) > SAMPLE_CHARS:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    shares = {mark: _share_of_equal_rows(sample, mark) for mark in SEPARATORS}
    best = max(shares.values())
    if best == 0.0:
        return ","
    return next(mark for mark in SEPARATORS if shares[mark] == best)


def read_rows(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the line on which it begins.

    Raises:
        DamagedFileError: where quotes do not close.
    """
    hint = SEPARATOR_HINT.match(text)
    skipped = 1 if hint else 0
    body = io.StringIO(text[hint.end() :] if hint else text, newline="")
    rows = csv.reader(body, delimiter=separator, strict=True)
    line = skipped
    try:
        for row in rows:
            if any(row) and any(cell.strip() for cell in row):
                yield line + 1, row
            line = skipped + rows.line_num
    except csv.Error as error:
        raise DamagedFileError(
            file=file, kind="CSV", line=line + 1, got=str(error)
        ) from error


def _utf16_encoding(data: bytes) -> str:
    """Return which UTF-16 the bytes are in, or "" where they are not."""
    if data.startswith(UTF16_LE_MARK):
        return "utf-16-le"
    if data.startswith(UTF16_BE_MARK):
        return "utf-16-be"
    head = data[:4096]
    pairs = len(head) // 2
    nul_first, nul_second = head[0::2].count(0), head[1::2].count(0)
    if pairs and nul_second > 0.3 * pairs and not nul_first:
        return "utf-16-le"
    if pairs and nul_first > 0.3 * pairs and not nul_second:
        return "utf-16-be"
    return ""


def _decode_utf16(data: bytes, encoding: str, file: str) -> str:
    if len(data) % 2:
        raise CutOffFileError(file=file, kind="UTF-16")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if error.end >= len(data):
            raise CutOffFileError(file=file, kind="UTF-16") from error
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise NotTextError(
            file=file, line=line, got=f"0x{data[error.start]:02X}"
        ) from error


def _decode_bytes(data: bytes, file: str) -> tuple[str, str]:
    if data.startswith(UTF8_MARK):
        data, encoding = data[len(UTF8_MARK) :], "utf-8-sig"
    else:
        encoding = "utf-8"
    try:
        return encoding, data.decode("utf-8")
    except UnicodeDecodeError as error:
        has_utf8_letters = not data[: error.start].isascii()
        at_end = error.reason == "unexpected end of data"
        if at_end and (has_utf8_letters or encoding == "utf-8-sig"):
            raise CutOffFileError(file=file, kind="UTF-8") from error
    try:
        return "windows-1254", data.decode("cp1254")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        got = f"0x{data[error.start]:02X}"
        raise NotTextError(file=file, line=line, got=got) from error


def _share_of_equal_rows(sample: str, separator: str) -> float:
    """Return the share of rows that have the commonest width, 0 if that is 1."""
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    try:
        widths = [len(row) for row in islice(rows, SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    width, count = Counter(widths).most_common(1)[0]
    return count / len(widths) if width > 1 else 0.0
