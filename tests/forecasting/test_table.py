import gzip
import io
import zipfile
from datetime import datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.findings import FileRefusedError, LineCode
from forecasting.table import FileKind, Table, read_table
from forecasting.workbook import Cell
from tests.forecasting.builders_files import delimited, text, workbook

ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "cp1254": b"",
}
LABELS = {"cp1254": "windows-1254"}

turkish = st.text("abcçğıİöşüXYZ 0123456789.,;:-\"'\t\n", max_size=8)
rows_of_text = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(turkish, min_size=width, max_size=width), min_size=1, max_size=8
    )
)


def read(data: bytes, max_bytes: int = 2**24) -> Table:
    return read_table(data, "dosya", max_bytes=max_bytes)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_encoding_separator_and_line_end_is_told_from_the_content(
    encoding: str, separator: str, newline: str, packed: bool
) -> None:
    body = delimited(
        [["Tarih", "Gelen Çağrı"], ["01.02.2024", "şğıİ"], ["02.02.2024", "8"]],
        separator,
        newline,
    )
    data = ENCODINGS[encoding] + body.encode(encoding)

    table = read(gzip.compress(data) if packed else data)

    assert table.header == ("Tarih", "Gelen Çağrı")
    assert [list(row) for row in table.rows] == [
        ["01.02.2024", "şğıİ"],
        ["02.02.2024", "8"],
    ]
    assert list(table.lines) == [2, 3]
    assert (table.encoding, table.separator) == (
        LABELS.get(encoding, encoding),
        separator,
    )
    assert (table.kind, table.compressed) == (FileKind.CSV, packed)


@settings(deadline=None)
@given(rows=rows_of_text, separator=st.sampled_from([",", ";", "\t"]))
def test_what_a_csv_writer_wrote_is_read_back(
    rows: list[list[str]], separator: str
) -> None:
    header = [f"sütun {number}" for number in range(len(rows[0]))]
    written = [row for row in rows if any(cell.strip() for cell in row)]
    hint = f"sep={separator}\n"
    data = (hint + delimited([header, *rows], separator, "\n")).encode()

    if not written:
        with pytest.raises(FileRefusedError, match="expected rows below the header"):
            read(data)
        return
    table = read(data)

    assert [list(row) for row in table.rows] == written


def test_utf16_without_a_mark_is_told_by_its_nul_bytes() -> None:
    data = text("Tarih;Gelen", "01.02.2024;5", encoding="utf-16-be")

    assert read(data).encoding == "utf-16-be"


def test_lines_are_counted_through_blank_lines_and_quoted_line_ends() -> None:
    table = read(text("a,b", "", '1,"x', 'y"', "2,z", ",", "3,w"))

    assert list(table.lines) == [3, 5, 7]
    assert table.rows[0][1] == "x\ny"


def test_titles_above_the_header_are_passed_over() -> None:
    table = read(
        text(
            "Çağrı Raporu;;", ";;", "Tarih;Gelen;Kaçan", "1.2.2024;4;1", "2.2.2024;4;1"
        )
    )

    assert table.header == ("Tarih", "Gelen", "Kaçan")
    assert table.header_line == 3


def test_semicolon_goes_before_the_decimal_comma() -> None:
    table = read(text("saat;gelen;aht", "08:00;1,5;2,5", "08:30;2,5;3,5"))

    assert table.separator == ";"


def test_lines_of_another_width_are_named_and_left_out() -> None:
    table = read(text("a,b,c", "1,2,3", "1,2", "1,2,3,,", "1,2,3,4", "4,5,6"))

    assert [(e.line, e.code, e.value) for e in table.errors] == [
        (3, LineCode.TOO_FEW_CELLS, "2 / 3"),
        (5, LineCode.TOO_MANY_CELLS, "4 / 3"),
    ]
    assert list(table.lines) == [2, 4, 6]


def test_a_header_repeated_on_each_page_is_left_out() -> None:
    table = read(text("a,b", "1,2", "a,b", "3,4"))

    assert table.repeated_headers == (3,)
    assert list(table.lines) == [2, 4]


def test_the_sheet_with_the_table_is_found_and_its_cells_keep_their_types() -> None:
    start = datetime(2024, 2, 1, 8, 30)  # noqa: DTZ001 - a workbook knows no zone
    data = workbook(
        {
            "Kapak": [["Çağrı Merkezi"], ["Şubat"]],
            "Veri": [
                ["Rapor"],
                [],
                ["Tarih", "Saat", "Gelen", "AHT"],
                [start, time(8, 30), 12, 210.5],
                [start, time(9, 0), None, None],
            ],
        }
    )

    table = read(data)

    assert (table.kind, table.sheet, table.header_line) == (FileKind.XLSX, "Veri", 3)
    assert list(table.rows[0]) == [start, time(8, 30), 12, 210.5]
    assert list(table.rows[1])[2:] == [None, None]
    assert list(table.lines) == [4, 5]


def test_a_sheet_can_be_asked_for_by_name() -> None:
    rows: list[list[Cell]] = [["a", "b"], [1, 2], [3, 4]]
    data = workbook({"büyük": rows, "küçük": rows[:2]})

    assert len(read_table(data, "x", sheet="küçük").rows) == 1
    with pytest.raises(FileRefusedError, match="büyük, küçük"):
        read_table(data, "x", sheet="yok")


WORKBOOK = workbook({"Veri": [["a", "b"], *([n, n * n] for n in range(200))]})
PACKED = gzip.compress(text("a,b", *(f"{n},{n * n}" for n in range(500))))


def zip_of(name: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as package:
        package.writestr(name, "x")
    return body.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "file_empty"),
    "blank lines": (b"\n \n\r\n", "file_empty"),
    "separators only": (b";;\n;;\n", "file_empty"),
    "an empty workbook": (workbook({"a": []}), "file_empty"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "file_not_a_table"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0", "file_not_a_table"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "file_not_a_table"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_not_a_table"),
    "a web page named .xls": (b"\n<html><table>", "file_not_a_table"),
    "a zip of something else": (zip_of("mimetype"), "file_not_a_table"),
    "gzip in gzip": (gzip.compress(PACKED), "file_not_a_table"),
    "NUL bytes": (b"a,b\n1,\x00\x00\n", "file_not_text"),
    "control characters": (b"a,b\n1,\x07\n", "file_not_text"),
    "bytes of no encoding": (b"a,b\n1,\x81\n", "file_not_text"),
    "half a character": ("tarih,çağrı\n1,ş".encode()[:-1], "file_cut_off"),
    "half a UTF-16 character": (b"\xff\xfea\0,\0b\0\n", "file_cut_off"),
    "half a gzip": (PACKED[: len(PACKED) // 2], "file_cut_off"),
    "half a workbook": (WORKBOOK[: len(WORKBOOK) // 2], "file_cut_off"),
    "a gzip that says nonsense": (PACKED[:20] + b"\xff" * 40, "file_damaged"),
    "a quote that never closes": (b'a,b\n1,"2\n3,4\n', "file_damaged"),
    "a header alone": (b"tarih,saat,gelen\n", "file_no_rows"),
    "numbers alone": (b"2024-01-01 08:00,5\n2024-01-01 08:30,6\n", "file_no_header"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_table_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(FileRefusedError, match="dosya") as refused:
        read(data)

    assert refused.value.code == code
    assert refused.value.params["file"] == "dosya"


def test_a_damaged_sheet_is_refused() -> None:
    body = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WORKBOOK)) as sound,
        zipfile.ZipFile(body, "w") as damaged,
    ):
        for part in sound.infolist():
            is_sheet = "sheet1" in part.filename
            content = sound.read(part)
            damaged.writestr(part.filename, content[:300] if is_sheet else content)

    with pytest.raises(FileRefusedError) as refused:
        read(body.getvalue())

    assert refused.value.code == "file_damaged"


@pytest.mark.parametrize("data", [gzip.compress(b"a,b\n" * 500_000), WORKBOOK])
def test_a_file_that_unpacks_beyond_the_cap_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(data, max_bytes=len(data))

    assert refused.value.code == "file_too_large"


def test_the_line_of_a_refusal_is_given() -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(b"a,b\n1,2\n3,\x00\n")

    assert refused.value.params["line"] == 3


@settings(deadline=None)
@given(cut=st.integers(1, len(WORKBOOK) - 1))
def test_no_cut_of_a_workbook_escapes_as_another_error(cut: int) -> None:
    with pytest.raises(FileRefusedError):
        read(WORKBOOK[:cut])


@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_refusal(data: bytes) -> None:
    try:
        table = read(data)
    except FileRefusedError:
        return

    assert all(len(row) == len(table.header) for row in table.rows)
