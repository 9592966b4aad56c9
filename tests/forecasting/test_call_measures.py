import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.call_file import CallOptions, read_calls
from forecasting.call_measures import (
    AbandonTreatment,
    CallMeasures,
    MeasureOptions,
    grid_of_calls,
    measure_calls,
)
from forecasting.calls import CallRecords
from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid
from forecasting.table import read_table
from tests.forecasting.builders_files import calls_of, shared_file, unpacked

BANK_FILE = "bank_1999_august_calls.csv.gz"
HEADER = "id,start,wait,status,service"
BY_DEFAULT = MeasureOptions()
UTC_FILE = CallOptions(zone="Etc/UTC")


def made(*rows: tuple[str, float, str, float | str]) -> CallRecords:
    lines = [
        f"{n},2024-02-01 {clock},{wait},{status},{service}"
        for n, (clock, wait, status, service) in enumerate(rows)
    ]
    return calls_of(HEADER, *lines, options=UTC_FILE)


def hour_from_eight(
    calls: CallRecords, options: MeasureOptions = BY_DEFAULT
) -> CallMeasures:
    start = datetime(2024, 2, 1, 8, tzinfo=UTC)
    grid = IntervalGrid(start=start, minutes=30, count=2, zone="Etc/UTC")
    return measure_calls(calls, grid, options)


SIX = made(
    ("08:00:00", 0, "answered", 100),
    ("08:10:00", 20, "answered", 200),
    ("08:29:59", 21, "answered", 300),
    ("08:15:00", 20, "abandoned", ""),
    ("08:16:00", 90, "abandoned", ""),
    ("08:20:00", 0, "not_offered", ""),
    ("07:59:59", 3, "answered", 50),
)


def test_a_half_hour_worked_by_hand() -> None:
    measures = hour_from_eight(SIX)

    assert measures.offered.tolist() == [5, 0]
    assert measures.answered.tolist() == [3, 0]
    assert measures.abandoned.tolist() == [2, 0]
    assert measures.answered_in_time.tolist() == [2, 0]
    assert measures.abandoned_quickly.tolist() == [1, 0]
    assert measures.total_wait_s.tolist() == [41, 0]
    assert measures.asa_s[0] == pytest.approx(41 / 3)
    assert measures.aht_s[0] == 200
    assert measures.answer_rate[0] == pytest.approx(0.6)
    assert measures.abandon_rate[0] == pytest.approx(0.4)
    assert measures.outside == 1


def test_nothing_offered_leaves_every_ratio_unknown() -> None:
    measures = hour_from_eight(SIX)

    for ratio in (
        measures.asa_s,
        measures.aht_s,
        measures.answer_rate,
        measures.abandon_rate,
        measures.service_level,
    ):
        assert math.isnan(ratio[1])
    assert measures.known.tolist() == [True, True]


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        (AbandonTreatment.ABANDONS_COUNT_AGAINST, 2 / 5),
        (AbandonTreatment.QUICK_ABANDONS_EXCLUDED, 2 / 4),
        (AbandonTreatment.QUICK_ABANDONS_COUNT_AS_MET, 3 / 5),
        (AbandonTreatment.ABANDONS_EXCLUDED, 2 / 3),
    ],
)
def test_each_treatment_of_abandons_has_its_own_service_level(
    treatment: AbandonTreatment, expected: float
) -> None:
    measures = hour_from_eight(SIX, MeasureOptions(treatment=treatment))

    assert measures.service_level[0] == pytest.approx(expected)


def test_what_is_quick_can_differ_from_what_is_in_time() -> None:
    options = MeasureOptions(
        quick_abandon_s=5, treatment=AbandonTreatment.QUICK_ABANDONS_EXCLUDED
    )

    measures = hour_from_eight(SIX, options)

    assert measures.abandoned_quickly[0] == 0
    assert measures.service_level[0] == pytest.approx(2 / 5)


def test_an_outlying_service_is_left_out_of_the_aht_only_if_so_chosen() -> None:
    calls = made(("08:00:00", 1, "answered", 100), ("08:01:00", 1, "answered", 36_291))

    kept = hour_from_eight(calls)
    cut = hour_from_eight(calls, MeasureOptions(longest_service_s=3_600))

    assert kept.aht_s[0] == pytest.approx((100 + 36_291) / 2)
    assert (cut.aht_s[0], cut.timed[0], cut.answered[0]) == (100, 1, 2)


def test_an_unknown_service_does_not_enter_the_aht() -> None:
    calls = made(("08:00:00", 1, "answered", 100), ("08:01:00", 1, "answered", ""))

    assert hour_from_eight(calls).aht_s[0] == 100


def test_a_day_without_any_record_is_unknown_and_not_without_calls() -> None:
    calls = calls_of(
        HEADER,
        "1,2024-02-01 08:00:00,1,answered,9",
        "2,2024-02-03 08:00:00,1,answered,9",
        options=UTC_FILE,
    )

    history = measure_calls(calls, grid_of_calls(calls, 60)).to_history()

    assert history.grid.count == 72
    assert np.flatnonzero(~history.known).tolist() == list(range(24, 48))
    assert np.nansum(history.offered) == 2


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_impossible_limits_are_refused_by_name(bad: float) -> None:
    with pytest.raises(InvalidArgumentError, match="answer_within_s"):
        MeasureOptions(answer_within_s=bad)


def test_no_calls_have_no_grid() -> None:
    nobody = SIX.select(np.zeros(len(SIX), dtype=np.bool_))

    with pytest.raises(InvalidArgumentError, match="calls"):
        grid_of_calls(nobody, 30)


@settings(deadline=None)
@given(
    waits=st.lists(
        st.tuples(
            st.integers(0, 86_399),
            st.integers(0, 60),
            st.sampled_from(["answered", "abandoned", "not_offered"]),
        ),
        min_size=1,
        max_size=30,
    ),
    minutes=st.sampled_from([5, 6, 10, 15, 30]),
)
def test_coarser_intervals_add_up_and_offered_is_answered_and_abandoned(
    waits: list[tuple[int, int, str]], minutes: int
) -> None:
    rows = [(str(timedelta(seconds=at)), w, status, 10) for at, w, status in waits]
    calls = made(*rows)

    fine = measure_calls(calls, grid_of_calls(calls, minutes))
    coarse = measure_calls(calls, grid_of_calls(calls, 60))

    assert (fine.offered == fine.answered + fine.abandoned).all()
    assert (fine.answered_in_time <= fine.answered).all()
    for name in ("offered", "answered_in_time", "total_wait_s", "total_service_s"):
        per_hour = getattr(fine, name).reshape(24, -1).sum(axis=1)
        assert per_hour.tolist() == getattr(coarse, name).tolist()
    assert fine.total().offered.tolist() == coarse.total().offered.tolist()


@dataclass
class Sums:
    """One half hour of the plain loop below."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    in_time: int = 0
    quick: int = 0
    wait_s: int = 0
    service_s: int = 0


def plain_sums(lines: Iterable[str], minutes: int, within_s: int) -> dict[str, Sums]:
    """Return the sums per local interval, one line of the bank's text at a time."""

    def seconds(clock: str) -> int:
        hours, mins, secs = clock.split(":")
        return 3600 * int(hours) + 60 * int(mins) + int(secs)

    sums: dict[str, Sums] = {}
    for line in lines:
        f = line.split(",")
        queued = f[9] != "0:00:00"
        if f[12] == "PHANTOM" or (f[12] == "HANG" and not queued):
            continue
        entered = seconds(f[9] if queued else f[7])
        day = datetime.fromisoformat(f[5])
        if seconds(f[6]) - entered > 43_200:
            day += timedelta(days=1)
        at = day + timedelta(seconds=entered // (60 * minutes) * 60 * minutes)
        s = sums.setdefault(at.isoformat(), Sums())
        wait = int(f[11])
        s.offered += 1
        if f[12] == "AGENT":
            s.answered += 1
            s.in_time += wait <= within_s
            s.wait_s += wait
            s.service_s += int(f[15])
        else:
            s.abandoned += 1
            s.quick += wait <= within_s
    return sums


@pytest.fixture(scope="module")
def bank_month() -> CallRecords:
    data = shared_file(BANK_FILE)
    return read_calls(read_table(data, BANK_FILE), CallOptions(zone="Asia/Jerusalem"))


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [5, 30, 60])
def test_the_bank_month_agrees_with_a_plain_loop_over_its_text(
    bank_month: CallRecords, minutes: int
) -> None:
    lines = unpacked(shared_file(BANK_FILE)).splitlines()[1:]
    expected = plain_sums(lines, minutes, within_s=20)

    measures = measure_calls(bank_month, grid_of_calls(bank_month, minutes))

    grid = measures.grid
    clocks = grid.local_days.astype("datetime64[s]") + grid.local_minutes * 60
    got = {
        str(clocks[i]): Sums(
            offered=int(measures.offered[i]),
            answered=int(measures.answered[i]),
            abandoned=int(measures.abandoned[i]),
            in_time=int(measures.answered_in_time[i]),
            quick=int(measures.abandoned_quickly[i]),
            wait_s=int(measures.total_wait_s[i]),
            service_s=int(measures.total_service_s[i]),
        )
        for i in np.flatnonzero(measures.offered).tolist()
    }
    assert got == expected
    assert measures.outside == 0
    assert measures.known.all()
