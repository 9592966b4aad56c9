from datetime import datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.cells import DecimalMark, read_durations, read_numbers, shown_mark
from forecasting.findings import LineCode
from forecasting.workbook import Cell

POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA


@settings(deadline=None)
@given(
    value=st.integers(0, 999_999_900),
    mark=st.sampled_from([POINT, COMMA]),
    space=st.sampled_from(["other mark", " ", "\u00a0", "\u202f", "'", ""]),
)
def test_a_number_written_with_either_mark_is_the_number(
    value: int, mark: DecimalMark, space: str
) -> None:
    other = "," if mark is POINT else "."
    written = f"{value / 100:_.2f}".replace(".", mark)
    written = written.replace("_", other if space == "other mark" else space)

    numbers = read_numbers([written], mark)

    assert numbers.bad == ()
    assert numbers.values.tolist() == [value / 100]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("beş", LineCode.BAD_NUMBER),
        ("1,23,456", LineCode.BAD_NUMBER),
        ("1,2345", LineCode.BAD_NUMBER),
        ("5.", LineCode.BAD_NUMBER),
        ("--5", LineCode.BAD_NUMBER),
        ("5 %", LineCode.BAD_NUMBER),
        ("٣", LineCode.BAD_NUMBER),
        (True, LineCode.BAD_NUMBER),
        (time(1), LineCode.BAD_NUMBER),
        (datetime(2024, 5, 1), LineCode.BAD_NUMBER),  # noqa: DTZ001 - a cell
        ("−5", LineCode.NEGATIVE),
        (-0.5, LineCode.NEGATIVE),
        ("1e400", LineCode.NOT_FINITE),
        ("+Infinity", LineCode.NOT_FINITE),
        ("nan", LineCode.NOT_FINITE),
        (1e8, LineCode.TOO_LARGE),
    ],
)
def test_what_is_no_count_says_why(cell: Cell, code: LineCode) -> None:
    numbers = read_numbers(["3", cell], POINT)

    assert numbers.bad == ((1, code),)
    assert numbers.values[0] == 3
    assert np.isnan(numbers.values[1])


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "—"])
def test_blanks_and_dashes_are_unknown_and_not_bad(cell: Cell) -> None:
    numbers = read_numbers([cell], POINT)

    assert numbers.bad == ()
    assert np.isnan(numbers.values[0])


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("3:20", 200),
        ("75:30", 4530),
        ("0:03:20", 200),
        ("27:00:00", 97_200),
        ("0:00:03.5", 3.5),
        ("200", 200),
        ("1,5", 1.5),
        (200, 200),
        (time(0, 3, 20, 500_000), 200.5),
        (timedelta(hours=27), 97_200),
        (datetime(1899, 12, 31, 3), 97_200),  # noqa: DTZ001 - how a sheet shows 27 h
    ],
)
def test_durations_are_seconds_however_written(cell: Cell, seconds: float) -> None:
    assert read_durations([cell], COMMA).values.tolist() == [seconds]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("3:2", LineCode.BAD_DURATION),
        ("1:75", LineCode.BAD_DURATION),
        ("1:2:3:4", LineCode.BAD_DURATION),
        ("üç dakika", LineCode.BAD_DURATION),
        ("-0:30", LineCode.NEGATIVE),
        (timedelta(seconds=-1), LineCode.NEGATIVE),
        ("999:00:00", LineCode.TOO_LARGE),
        (datetime(2024, 5, 1), LineCode.BAD_DURATION),  # noqa: DTZ001 - a cell
    ],
)
def test_what_is_no_duration_says_why(cell: Cell, code: LineCode) -> None:
    assert read_durations([cell], COMMA).bad == ((0, code),)


@pytest.mark.parametrize(
    ("cells", "mark", "is_open"),
    [
        (["1,5", "1.000"], COMMA, False),
        (["1.5", "1,000"], POINT, False),
        (["1.000", "2.000"], None, True),
        (["12", 3.5, None], None, False),
        (["1,5", "2.5", "3,5"], COMMA, False),
    ],
)
def test_the_mark_a_column_shows(
    cells: list[Cell], mark: DecimalMark | None, is_open: bool
) -> None:
    assert shown_mark(cells) == (mark, is_open)
