from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.errors import InvalidArgumentError, OutsideGridError
from forecasting.grid import IntervalGrid, first_instant


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "count"),
    [
        ("Europe/Istanbul", date(2026, 3, 29), 15, 96),
        ("Europe/Paris", date(2026, 3, 29), 15, 92),
        ("Europe/Paris", date(2026, 10, 25), 15, 100),
        ("Europe/Paris", date(2026, 6, 1), 15, 96),
        ("Australia/Lord_Howe", date(2026, 10, 4), 15, 94),
        ("Australia/Lord_Howe", date(2026, 10, 4), 30, 47),
        ("Australia/Lord_Howe", date(2026, 10, 4), 60, 24),
        ("Europe/Istanbul", date(2016, 3, 27), 30, 46),
    ],
)
def test_a_local_day_has_as_many_intervals_as_its_clocks_say(
    zone: str, day: date, minutes: int, count: int
) -> None:
    assert IntervalGrid.for_days(day, 1, minutes, zone).count == count


def test_the_skipped_hour_has_no_interval() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 29), 1, 60, "Europe/Paris")

    assert grid.local_minutes.tolist() == [60 * h for h in range(24) if h != 2]


def test_the_repeated_hour_has_two() -> None:
    grid = IntervalGrid.for_days(date(2026, 10, 25), 1, 60, "Europe/Paris")

    assert grid.local_minutes.tolist()[:5] == [0, 60, 120, 120, 180]


def test_a_day_whose_midnight_is_skipped_starts_after_the_gap() -> None:
    # Beirut moved its clocks from 00:00 to 01:00 on 26 March 2017.
    grid = IntervalGrid.for_days(date(2017, 3, 26), 1, 30, "Asia/Beirut")

    assert grid.count == 46
    assert grid.local_minutes[0] == 60
    assert grid.days == (date(2017, 3, 26),)


def test_instants_are_utc_and_days_are_local() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 2), 2, 30)

    assert grid.start == datetime(2026, 3, 1, 21, tzinfo=UTC)
    assert grid.end == datetime(2026, 3, 3, 21, tzinfo=UTC)
    assert grid.starts[0] == np.datetime64("2026-03-01T21:00:00")
    assert grid.days == (date(2026, 3, 2), date(2026, 3, 3))
    assert grid.weekdays[[0, 48]].tolist() == [0, 1]
    assert grid.day_slice(date(2026, 3, 3)) == slice(48, 96)


def test_a_grid_given_in_another_zone_is_the_same_grid() -> None:
    plus_three = timezone(timedelta(hours=3))
    local = IntervalGrid(
        start=datetime(2026, 3, 2, tzinfo=plus_three), minutes=30, count=4
    )
    utc = IntervalGrid(start=datetime(2026, 3, 1, 21, tzinfo=UTC), minutes=30, count=4)

    assert local == utc
    assert local.start.tzinfo is UTC


@given(
    day=st.dates(date(1995, 1, 1), date(2035, 12, 31)),
    days=st.integers(1, 9),
    minutes=st.sampled_from([5, 6, 10, 15, 30, 60]),
    zone=st.sampled_from(
        ["Europe/Istanbul", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_local_fields_agree_with_the_zone_at_every_interval(
    day: date, days: int, minutes: int, zone: str
) -> None:
    grid = IntervalGrid.for_days(day, days, minutes, zone)
    for index in range(0, grid.count, 7):
        local = grid.local_start_of(index)

        assert grid.local_days[index].astype(date) == local.date()
        assert grid.local_minutes[index] == 60 * local.hour + local.minute
        assert grid.weekdays[index] == local.weekday()
        last_minute = grid.start_of(index) + timedelta(minutes=minutes - 1)
        assert grid.index_of(last_minute) == index


def test_indices_of_marks_instants_outside_the_grid() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 2), 1, 30)
    second = np.timedelta64(1, "s")
    end = grid.starts[-1] + np.timedelta64(30, "m")

    found = grid.indices_of(
        np.array([grid.starts[0] - second, grid.starts[0], end - second, end])
    )

    assert found.tolist() == [-1, 0, 47, -1]


def test_coarser_intervals_start_at_local_multiples() -> None:
    start = first_instant(date(2026, 3, 2), "Asia/Kathmandu") + timedelta(minutes=425)
    grid = IntervalGrid(start=start, minutes=5, count=169, zone="Asia/Kathmandu")

    coarse = grid.rebinned(30)

    assert coarse.local_minutes[0] == 420
    assert coarse.end >= grid.end
    assert coarse.count == 29


def test_arrays_cannot_be_changed() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 2), 1, 30)

    with pytest.raises(ValueError, match="read-only"):
        grid.local_minutes[0] = 1


def test_an_instant_outside_is_refused() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 2), 1, 30)

    with pytest.raises(OutsideGridError):
        grid.index_of(grid.end)
    with pytest.raises(OutsideGridError):
        grid.day_slice(date(2026, 3, 3))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("start", {"start": datetime.fromisoformat("2026-03-02")}),
        ("start", {"start": datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)}),
        ("minutes", {"minutes": 7}),
        ("minutes", {"minutes": 0}),
        ("count", {"count": 0}),
        ("zone", {"zone": "Mars/Olympus"}),
        ("zone", {"zone": "../etc/passwd"}),
    ],
)
def test_an_impossible_grid_is_refused_by_name(
    name: str, change: dict[str, object]
) -> None:
    fields: dict[str, object] = {
        "start": datetime(2026, 3, 2, tzinfo=UTC),
        "minutes": 30,
        "count": 1,
        **change,
    }

    with pytest.raises(InvalidArgumentError) as refusal:
        IntervalGrid(**fields)  # type: ignore[arg-type]  # wrong on purpose

    assert refusal.value.params["name"] == name
