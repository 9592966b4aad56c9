from datetime import datetime, time, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.cells import DecimalMark
from forecasting.clocks import RepeatedHour
from forecasting.errors import InvalidArgumentError
from forecasting.findings import FileRefusedError, LineCode, NoticeCode
from forecasting.instants import DateOrder
from forecasting.interval_file import IntervalOptions, IntervalRows, read_intervals
from forecasting.table import read_table
from forecasting.workbook import Cell
from tests.forecasting.builders_files import (
    delimited,
    intervals_of,
    shared_file,
    workbook,
)

PARIS = IntervalOptions(zone="Europe/Paris")
EIGHT = np.datetime64("2024-02-01T05:00:00", "s")  # 08:00 in Istanbul


def codes(rows: IntervalRows) -> list[tuple[int, str, LineCode, str]]:
    return [(e.line, e.column, e.code, e.value) for e in rows.errors]


def noticed(rows: IntervalRows, code: NoticeCode) -> list[tuple[int, ...]]:
    return [notice.lines for notice in rows.notices if notice.code is code]


def minutes_after_eight(rows: IntervalRows) -> list[int]:
    return [int(passed) // 60 for passed in (rows.starts - EIGHT).astype(np.int64)]


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("Tarih;Saat;Gelen Çağrı", "01.02.2024;08:00;5", "01.02.2024;08:30;6"),
        ("TARİH;SAAT;GELEN ÇAĞRI", "1.2.2024;8:00;5", "1.2.2024;8:30;6"),
        ("Tarih Saat;Gelen", "01.02.2024 08:00;5", "01.02.2024 08:30:00;6"),
        ("Tarih;Zaman Aralığı;gelen", "1.2.24;08:00-08:30;5", "1.2.24;08:30 - 09:00;6"),
        (
            "tarih;saat aralığı;çağrı",
            "1.2.2024;08.00–08.29;5",
            "1.2.2024;08.30–08.59;6",
        ),
        ("Başlangıç;Gelen Çağrı (adet)", "1/2/2024 08:00;5", "1/2/2024 08:30;6"),
        ("Tarih;Başlangıç;Gelen", "1.2.2024;08:00;5", "1.2.2024;08:30;6"),
        ("DateTime;Calls", "2024-02-01 08:00:00;5.0", "2024-02-01 08:30:00;6.0"),
        ("start;OFFERED", "2024-02-01T05:00:00Z;5", "2024-02-01T08:30+03:00;6"),
        ("Date;Time;Calls Offered", "2/1/2024;8:00 AM;5", "2/29/2024;8:30 AM;6"),
        ("Date;Interval;calls", "20240201;08:00-08:30;5", "20240201;08:30-09:00;6"),
        ("start;calls", "45323.333333;5", "45323,354167;6"),
        ("date;hour;calls", "2024-02-01;8;5", "2024-02-01;0,354167;6"),
    ],
)
def test_dates_and_names_are_read_in_the_ways_reports_write_them(
    header: str, first: str, second: str
) -> None:
    options = IntervalOptions(minutes=30)

    rows = intervals_of(header, first, second, options=options)

    assert rows.errors == ()
    assert rows.offered.tolist() == [5, 6]
    day = 28 * 1440 if "29" in second.split(";")[0] else 0
    assert minutes_after_eight(rows) == [0, 30 + day]


def test_typed_cells_of_a_workbook_are_taken_as_they_are() -> None:
    day = datetime(2024, 2, 1)  # noqa: DTZ001 - a workbook knows no zone
    almost = time(8, 29, 59, 999_997)
    table: list[list[Cell]] = [
        ["Tarih", "Saat", "Gelen Çağrı", "AHT"],
        [day, time(8, 0), 5, time(0, 3, 20)],
        [day, almost, 6, timedelta(seconds=90)],
        [day, time(9, 0), 7, 210.5],
    ]

    rows = read_intervals(read_table(workbook({"Veri": table}), "veri.xlsx"))

    assert rows.errors == ()
    assert minutes_after_eight(rows) == [0, 30, 60]
    assert rows.aht_s.tolist() == [200, 90, 210.5]


@pytest.mark.parametrize("minutes", [5, 6, 10, 15, 30, 60])
def test_the_length_of_the_intervals_is_found_despite_gaps(minutes: int) -> None:
    offsets = [0, 1, 2, 5, 6, 7]
    moments = [timedelta(minutes=minutes * offset) for offset in offsets]
    lines = [f"2024-02-01 0{moment},4" for moment in moments]

    rows = intervals_of("start,calls", *lines)

    assert rows.minutes == rows.layout.minutes == minutes
    assert len(rows) == 6


def test_a_spacing_that_is_no_interval_is_refused() -> None:
    with pytest.raises(FileRefusedError, match="got 20") as refused:
        intervals_of(
            "start,calls", *(f"2024-02-01 08:{m},4" for m in ("00", "20", "40"))
        )

    assert refused.value.code == "file_interval_unknown"


def test_one_row_alone_needs_its_length_given_or_written() -> None:
    with pytest.raises(FileRefusedError, match="two intervals or their length"):
        intervals_of("start,calls", "2024-02-01 08:00,4")

    assert intervals_of("start,calls", "2024-02-01 08:00-08:15,4").minutes == 15


@pytest.mark.parametrize(
    ("written", "mark", "expected"),
    [
        (["1.234,5", "7"], DecimalMark.COMMA, [1234.5, 7]),
        (["1,234.5", "7"], DecimalMark.POINT, [1234.5, 7]),
        (["1.234", "12,5"], DecimalMark.COMMA, [1234, 12.5]),
        (["1,234", "12.5"], DecimalMark.POINT, [1234, 12.5]),
        (["1.234", "5.678"], DecimalMark.COMMA, [1234, 5678]),
        (["1,234", "5,678"], DecimalMark.POINT, [1234, 5678]),
        (["1 234,0", "1.2e1"], DecimalMark.COMMA, [1234, None]),
    ],
)
def test_the_decimal_mark_is_decided_for_the_whole_column(
    written: list[str], mark: DecimalMark, expected: list[float | None]
) -> None:
    rows = intervals_of(
        "start;calls",
        *(f"1.2.2024 08:{30 * n:02};{w}" for n, w in enumerate(written)),
        options=IntervalOptions(minutes=30),
    )

    assert rows.layout.decimals == {"offered": mark}
    assert rows.offered.tolist() == [value for value in expected if value is not None]


def test_a_column_that_reads_both_ways_follows_the_others_else_it_is_said() -> None:
    lines = ("1.2.2024 08:00;1.234;180,5", "1.2.2024 08:30;1.300;170,25")

    shown = intervals_of("start;calls;aht", *lines)
    guessed = intervals_of("start;calls", *(line.rpartition(";")[0] for line in lines))

    assert shown.offered.tolist() == guessed.offered.tolist() == [1234, 1300]
    assert noticed(shown, NoticeCode.DECIMAL_MARK_ASSUMED) == []
    assert noticed(guessed, NoticeCode.DECIMAL_MARK_ASSUMED) == [()]


def test_durations_are_seconds_minutes_or_clocks() -> None:
    rows = intervals_of(
        "start;calls;aht",
        "1.2.2024 08:00;1;03:20",
        "1.2.2024 08:30;1;00:03:20",
        "1.2.2024 09:00;1;200",
        "1.2.2024 09:30;1;",
    )
    in_minutes = intervals_of(
        "start;calls;AHT (dk)", "1.2.2024 08:00;1;3,5", "1.2.2024 08:30;1;4"
    )

    assert rows.aht_s.tolist()[:3] == [200, 200, 200]
    assert np.isnan(rows.aht_s[3])
    assert in_minutes.aht_s.tolist() == [210, 240]


def test_talk_and_after_call_work_make_the_handling_time() -> None:
    rows = intervals_of(
        "start;calls;Ort. Görüşme Süresi (sn);Ort. Çağrı Sonrası İş",
        "1.2.2024 08:00;1;100;20",
        "1.2.2024 08:30;1;200;",
    )

    assert rows.aht_s[0] == 120
    assert np.isnan(rows.aht_s[1])
    assert len(noticed(rows, NoticeCode.AHT_FROM_PARTS)) == 1


def test_every_bad_line_is_named_with_column_reason_and_value() -> None:
    rows = intervals_of(
        "Tarih;Saat;Gelen;Cevaplanan;Kaçan;AHT",
        "1.2.2024;08:00;10;8;2;100",
        "31.2.2024;08:30;10;8;2;100",
        "1.2.2024;25:00;10;8;2;100",
        ";09:00;10;8;2;100",
        "1.2.2024;;10;8;2;100",
        "1.2.2024;09:30;on;8;2;100",
        "1.2.2024;10:00;-10;8;2;100",
        "1.2.2024;10:30;NaN;8;2;inf",
        "1.2.2024;11:00;10;9;2;100",
        "1.2.2024;11:07;10;8;2;100",
        "1.2.2024;11:30;10;8;2;1:75",
        "1.2.2024;12:00;99999999;8;2;100",
        "1.2.2024;12:30;10;8;2",
        "1.2.2024;13:00-13:15;10;8;2;100",
        "1.2.2024;13:30;10;8;2;100",
        "1.2.2024;14:00;10;8;2;100",
        options=IntervalOptions(minutes=30),
    )

    assert codes(rows) == [
        (3, "Tarih", LineCode.BAD_DATE, "31.2.2024"),
        (4, "Saat", LineCode.BAD_TIME, "25:00"),
        (5, "Tarih", LineCode.MISSING_VALUE, ""),
        (6, "Saat", LineCode.MISSING_VALUE, ""),
        (7, "Gelen", LineCode.BAD_NUMBER, "on"),
        (8, "Gelen", LineCode.NEGATIVE, "-10"),
        (9, "AHT", LineCode.NOT_FINITE, "inf"),
        (9, "Gelen", LineCode.NOT_FINITE, "NaN"),
        (10, "Gelen", LineCode.MORE_THAN_OFFERED, "9 + 2 > 10"),
        (11, "Saat", LineCode.OFF_GRID, "11:07"),
        (12, "AHT", LineCode.BAD_DURATION, "1:75"),
        (13, "Gelen", LineCode.TOO_LARGE, "99999999"),
        (14, "", LineCode.TOO_FEW_CELLS, "5 / 6"),
        (15, "Saat", LineCode.WRONG_LENGTH, "13:00-13:15"),
    ]
    assert rows.lines.tolist() == [2, 16, 17]
    assert rows.layout.rows == 16


def test_equal_duplicates_are_noted_and_different_ones_are_bad() -> None:
    rows = intervals_of(
        "start,calls",
        "2024-02-01 08:00,4",
        "2024-02-01 08:30,5",
        "2024-02-01 08:00,4",
        "2024-02-01 08:30,6",
        options=IntervalOptions(minutes=30),
    )

    assert codes(rows) == [(5, "calls", LineCode.CONFLICTING_DUPLICATE, "6")]
    assert rows.errors[0].other_line == 3
    assert noticed(rows, NoticeCode.DUPLICATE_LINE) == [(4,)]
    assert rows.offered.tolist() == [4, 5]


def test_the_same_interval_of_two_queues_is_no_duplicate() -> None:
    rows = intervals_of(
        "start,queue,calls",
        "2024-02-01 08:00,Vergi,4",
        "2024-02-01 08:00,Emlak,5",
        "2024-02-01 08:30,Vergi,6",
        "2024-02-01 09:00,Vergi,7",
    )

    assert rows.queue_names == ("Vergi", "Emlak")
    assert len(set(rows.keys())) == 4
    assert np.nansum(rows.to_history("Vergi").offered) == 17
    with pytest.raises(InvalidArgumentError, match="Vergi, Emlak"):
        rows.to_history()


def test_gaps_and_blank_cells_stay_unknown() -> None:
    rows = intervals_of(
        "start,calls,abandoned",
        "2024-02-01 08:00,4,",
        "2024-02-01 08:30,-,1",
        "2024-02-01 10:00,0,0",
    )

    history = rows.to_history()

    eight = 16
    assert history.grid.count == 48
    assert np.flatnonzero(history.known).tolist() == [eight, eight + 4]
    assert history.offered[[eight, eight + 4]].tolist() == [4, 0]
    assert np.isnan(rows.abandoned[0])


def test_offered_is_reckoned_where_the_file_gives_only_its_parts() -> None:
    rows = intervals_of(
        "start,answered,abandoned", "2024-02-01 08:00,4,1", "2024-02-01 08:30,5,0"
    )

    assert rows.offered.tolist() == [5, 5]
    assert noticed(rows, NoticeCode.OFFERED_DERIVED) == [()]


def test_a_total_below_the_rows_is_no_row() -> None:
    rows = intervals_of(
        "Tarih;Gelen", "1.2.2024 08:00;4", "1.2.2024 08:30;5", "GENEL TOPLAM;9"
    )

    assert rows.errors == ()
    assert noticed(rows, NoticeCode.TOTAL_LINE) == [(4,)]


NIGHT = ("01:00", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00")


@pytest.mark.parametrize("is_backwards", [False, True])
def test_the_hour_that_happens_twice_is_told_by_order(is_backwards: bool) -> None:
    lines = [f"2024-10-27 {clock},{n}" for n, clock in enumerate(NIGHT)]

    rows = intervals_of(
        "start,calls", *(reversed(lines) if is_backwards else lines), options=PARIS
    )

    order = np.argsort(rows.starts)
    steps = np.diff(rows.starts[order]).astype(np.int64)
    assert steps.tolist() == [1800] * 6
    assert rows.offered[order].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert rows.errors == ()
    assert len(noticed(rows, NoticeCode.REPEATED_HOUR_BY_ORDER)[0]) == 4


def test_the_hour_that_happens_twice_can_be_an_error() -> None:
    strict = IntervalOptions(zone="Europe/Paris", repeated_hour=RepeatedHour.ERROR)

    rows = intervals_of(
        "start,calls", *(f"2024-10-27 {clock},4" for clock in NIGHT), options=strict
    )

    assert [e.code for e in rows.errors] == [LineCode.LOCAL_TIME_TWICE] * 4
    assert len(rows) == 3


def test_an_hour_that_never_happens_is_an_error() -> None:
    clocks = ("01:00", "01:30", "02:00", "02:30", "03:00")

    rows = intervals_of(
        "start,calls", *(f"2024-03-31 {clock},4" for clock in clocks), options=PARIS
    )

    assert [(e.line, e.code) for e in rows.errors] == [
        (4, LineCode.NO_SUCH_LOCAL_TIME),
        (5, LineCode.NO_SUCH_LOCAL_TIME),
    ]
    assert np.diff(rows.starts).astype(np.int64).tolist() == [1800, 1800]


def test_slashes_that_show_no_order_are_taken_day_first_and_that_is_said() -> None:
    lines = ("start,calls", "03/02/2024 08:00,4", "03/02/2024 08:30,4")
    american = IntervalOptions(date_order=DateOrder.MONTH_FIRST)

    assumed, told = intervals_of(*lines), intervals_of(*lines, options=american)

    assert str(assumed.starts[0]) == "2024-02-03T05:00:00"
    assert str(told.starts[0]) == "2024-03-02T05:00:00"
    assert noticed(assumed, NoticeCode.DAY_FIRST_ASSUMED) == [()]
    assert noticed(told, NoticeCode.DAY_FIRST_ASSUMED) == []


def test_columns_may_be_named_by_the_reader() -> None:
    options = IntervalOptions(columns={"start": "t0", "offered": "N"})

    rows = intervals_of(
        "t0,N,m", "2024-02-01 08:00,4,9", "2024-02-01 08:30,5,9", options=options
    )

    assert rows.offered.tolist() == [4, 5]
    assert rows.layout.columns == {"start": "t0", "offered": "N"}
    assert rows.layout.unused == ("m",)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("saat,kaçan", "file_missing_column"),
        ("gün,gelen,gelen", "file_ambiguous_column"),
        ("ad,soyad", "file_missing_column"),
    ],
)
def test_a_table_without_what_is_needed_is_refused(header: str, code: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        intervals_of(header, "1" + ",1" * header.count(","))

    assert refused.value.code == code


def test_a_length_that_is_not_read_is_refused_as_an_argument() -> None:
    with pytest.raises(InvalidArgumentError, match="5 / 6 / 10 / 15 / 30 / 60"):
        IntervalOptions(minutes=20)


DATE_FORMS = ("%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%Y.%m.%d")
CLOCK_FORMS = ("%H:%M", "%H:%M:%S", "%H.%M")


@settings(deadline=None)
@given(
    first=st.datetimes(datetime(2001, 1, 13), datetime(2099, 1, 1)),  # noqa: DTZ001
    minutes=st.sampled_from([5, 6, 10, 15, 30, 60]),
    counts=st.lists(st.integers(0, 9_999), min_size=3, max_size=9),
    date_form=st.sampled_from(DATE_FORMS),
    clock_form=st.sampled_from(CLOCK_FORMS),
    separator=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1254"]),
    is_split=st.booleans(),
    has_comma=st.booleans(),
)
def test_any_layout_written_is_the_same_rows_read(
    first: datetime,
    minutes: int,
    counts: list[int],
    date_form: str,
    clock_form: str,
    separator: str,
    encoding: str,
    is_split: bool,
    has_comma: bool,
) -> None:
    at = first.replace(
        day=max(first.day, 13), hour=7, minute=0, second=0, microsecond=0
    )
    starts = [at + n * timedelta(minutes=minutes) for n in range(len(counts))]
    aht = [f"{count % 997 + 0.25:.2f}" for count in counts]
    written = [value.replace(".", ",") if has_comma else value for value in aht]
    clocks = [
        (start.strftime(date_form), start.strftime(clock_form)) for start in starts
    ]
    whens = [[*pair] if is_split else [" ".join(pair)] for pair in clocks]
    header = ["Tarih", "Saat"] if is_split else ["Tarih Saat"]
    body = [[*w, str(c), a] for w, c, a in zip(whens, counts, written, strict=True)]
    data = delimited([[*header, "Gelen Çağrı", "AHT"], *body], separator, "\r\n")

    rows = read_intervals(
        read_table(data.encode(encoding), "x"), IntervalOptions(zone="Etc/GMT-3")
    )

    assert rows.errors == ()
    assert rows.minutes == minutes
    assert rows.offered.tolist() == counts
    assert rows.aht_s.tolist() == [float(value) for value in aht]
    utc = [start - timedelta(hours=3) for start in starts]
    assert rows.starts.tolist() == utc


@pytest.mark.slow
def test_the_bank_file_goes_in_whole() -> None:
    data = shared_file("bank_calls.csv")
    lines = data.decode().splitlines()[1:]
    expected = sum(float(line.split(",")[1]) for line in lines)

    rows = read_intervals(
        read_table(data, "bank_calls.csv"), IntervalOptions(zone="Etc/UTC")
    )
    history = rows.to_history()

    assert rows.errors == ()
    assert len(rows) == len(lines) == 27_716
    assert rows.minutes == 5
    assert rows.offered.sum() == np.nansum(history.offered) == expected
    assert len(history.known_days) == 164
    moments = [line.split(",")[0].replace(" ", "T") for line in lines]
    assert rows.starts.astype(str).tolist() == moments


def test_reading_twice_gives_the_same_identities() -> None:
    columns = ("start,queue,calls", "queue;calls;start")
    rows = [("2024-02-01 08:00", "a", "4"), ("2024-02-01 08:30", "a", "5")]
    one = intervals_of(columns[0], *(",".join(row) for row in rows))
    other = intervals_of(
        columns[1], *(f"{queue};{calls};{start}" for start, queue, calls in rows)
    )

    assert list(one.keys()) == list(other.keys())


@pytest.mark.parametrize(("zone", "aware"), list(product(["Asia/Kolkata"], [0, 1])))
def test_intervals_lie_on_local_hours_even_where_the_offset_is_a_half(
    zone: str, aware: int
) -> None:
    suffix = "+05:30" if aware else ""
    lines = [f"2024-02-01T{hour:02}:00:00{suffix},4" for hour in (8, 9, 10)]

    rows = intervals_of("start,calls", *lines, options=IntervalOptions(zone=zone))

    assert rows.errors == ()
    assert rows.to_history().known.sum() == 3


def test_a_file_of_bad_lines_only_gives_them_all() -> None:
    rows = intervals_of("start,calls", "31.02.2024 08:00,4", "x,5")

    assert [error.line for error in rows.errors] == [2, 3]
    assert (len(rows), rows.minutes) == (0, 0)


def test_a_refusal_brings_the_bad_lines_that_may_explain_it() -> None:
    with pytest.raises(FileRefusedError) as refused:
        intervals_of("start,calls", "2024-02-01 08:00,4", "2024-02-01 08:3O,5")

    assert [error.line for error in refused.value.line_errors] == [3]


NASTY: list[Cell] = [
    *("", "-", "0", "-3", "1.234,5", "1e400", "nan", "9" * 30, "24:00", "08:00-08:30"),
    *("8", "45292,33", "0000-01-01", "9999-12-31T23:59:59-14:00", "2024-03-31 02:30"),
    *("2024-10-27 02:30", "2024-02-01 08:00", "2024-02-01 08:30", "Toplam", "²", "çğ"),
    *(None, True, 5, 5.5, 1e300, 45292.4, time(23, 59, 59, 999_999)),
    *(timedelta(seconds=-4), datetime(9999, 12, 31, 23, 59, 59)),  # noqa: DTZ001
]


@settings(deadline=None)
@given(
    header=st.lists(
        st.sampled_from(["Tarih", "Saat", "start", "Gelen", "Kaçan", "AHT", "Kuyruk"]),
        min_size=2,
        max_size=6,
        unique=True,
    ),
    cells=st.lists(
        st.lists(st.sampled_from(NASTY), min_size=6, max_size=6), max_size=6
    ),
)
def test_no_cells_make_the_reader_fail_in_another_way(
    header: list[str], cells: list[list[Cell]]
) -> None:
    sheet: list[list[Cell]] = [[*header], *(row[: len(header)] for row in cells)]

    try:
        rows = read_intervals(read_table(workbook({"Veri": sheet}), "x"), PARIS)
    except FileRefusedError:
        return

    bad = {error.line for error in rows.errors}
    assert not bad & set(rows.lines.tolist())
    assert len(rows) + len(bad) <= rows.layout.rows
    for name in rows.queue_names:
        assert rows.to_history(name).known.sum() <= len(rows)
