from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.clocks import RepeatedHour, UtcTimes, days_grid, to_utc
from forecasting.findings import LineCode

ZONES = (
    *("Europe/Istanbul", "Europe/Paris", "Asia/Jerusalem", "America/New_York"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca"),
)


def resolved(local_s: list[int], zone: str, repeated: RepeatedHour) -> UtcTimes:
    is_utc = np.zeros(len(local_s), dtype=np.bool_)
    series = [""] * len(local_s)
    readings = np.array(local_s, dtype=np.int64)
    return to_utc(readings, is_utc, zone, repeated=repeated, series=series)


@settings(deadline=None)
@given(
    utc_s=st.lists(st.integers(315_532_800, 1_893_456_000), min_size=1, max_size=5),
    zone=st.sampled_from(ZONES),
)
def test_an_instant_shown_on_local_clocks_comes_back(
    utc_s: list[int], zone: str
) -> None:
    shown = [datetime.fromtimestamp(second, ZoneInfo(zone)) for second in utc_s]
    local_s = [int(at.replace(tzinfo=UTC).timestamp()) for at in shown]

    times = resolved(local_s, zone, RepeatedHour.ERROR)

    twice = [at.utcoffset() != at.replace(fold=1 - at.fold).utcoffset() for at in shown]
    expected = [
        (n, LineCode.LOCAL_TIME_TWICE) for n, is_so in enumerate(twice) if is_so
    ]
    assert list(times.bad) == expected
    for second, got, is_so in zip(utc_s, times.seconds.tolist(), twice, strict=True):
        assert is_so or got == second


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/Paris", datetime(2024, 10, 26, 22, tzinfo=UTC)),
        ("Europe/Istanbul", datetime(2015, 11, 7, 22, tzinfo=UTC)),
        ("Asia/Jerusalem", datetime(1999, 9, 2, 21, tzinfo=UTC)),
        ("America/New_York", datetime(2003, 10, 26, 4, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2024, 4, 6, 12, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("is_backwards", [False, True])
def test_a_whole_night_of_half_hours_is_told_by_order(
    zone: str, night: datetime, is_backwards: bool
) -> None:
    instants = [night + n * timedelta(minutes=30) for n in range(16)]
    shown = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) for at in instants]
    local_s = [int(at.timestamp()) for at in shown]
    step = -1 if is_backwards else 1

    times = resolved(local_s[::step], zone, RepeatedHour.BY_ORDER)

    assert len(set(local_s)) < len(local_s)
    expected = [int(at.timestamp()) for at in instants]
    assert times.seconds.tolist() == expected[::step]


def test_the_days_of_instants_are_whole_local_days() -> None:
    instants = np.array(["2024-02-01T22:00", "2024-02-02T05:00"], dtype="datetime64[s]")

    grid = days_grid(instants, 30, "Europe/Istanbul")

    assert grid.first_day.isoformat() == grid.last_day.isoformat() == "2024-02-02"
    assert grid.count == 48
