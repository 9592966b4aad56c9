from datetime import date

import numpy as np
import pytest

from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid
from forecasting.history import Gap, IntervalHistory
from tests.forecasting.builders import history_of

NAN = float("nan")


def test_a_coarse_interval_is_known_only_if_all_its_parts_are() -> None:
    history = history_of([1, 2, NAN, 4, 0, 0], minutes=30)

    coarse = history.rebinned(60)

    assert coarse.known.tolist()[:4] == [True, False, True, False]
    assert coarse.offered[[0, 2]].tolist() == [3.0, 0.0]
    assert np.isnan(coarse.offered[1])


def test_coarse_aht_is_weighted_by_calls() -> None:
    history = history_of([1, 3, 0, 0], minutes=30, aht_s=[100, 200, NAN, NAN])

    coarse = history.rebinned(60)

    assert coarse.aht_s[0] == pytest.approx(175.0)
    assert np.isnan(coarse.aht_s[1])


def test_handled_calls_weigh_the_aht_where_the_source_has_them() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 2), 1, 30)
    ones = np.ones(48)
    handled = np.tile([1.0, 0.0], 24)
    history = IntervalHistory(
        grid=grid,
        offered=ones,
        handled=handled,
        abandoned=1.0 - handled,
        aht_s=np.tile([90.0, NAN], 24),
        known=np.full(48, True),
    )

    coarse = history.rebinned(60)

    assert coarse.aht_s.tolist() == [90.0] * 24
    assert coarse.handled.tolist() == [1.0] * 24
    assert coarse.abandoned.tolist() == [1.0] * 24


def test_rebinning_keeps_every_call() -> None:
    calls = np.random.default_rng(1).poisson(9.0, 3 * 288).astype(float)

    history = history_of(calls.tolist(), minutes=5)

    assert history.rebinned(60).offered.sum() == calls.sum()


def test_nights_are_not_gaps_and_a_missing_morning_is() -> None:
    open_day = [NAN] * 9 + [10.0] * 8 + [NAN] * 7
    days = open_day * 28
    days[14 * 24 + 10 : 14 * 24 + 12] = [NAN, NAN]

    history = history_of(days)

    assert history.gaps() == (Gap(begin=346, end=348),)


def test_a_zero_is_not_a_gap() -> None:
    assert history_of([0.0] * 24 * 14).gaps() == ()


def test_a_spike_is_an_outlier_and_noise_is_not() -> None:
    calls = np.random.default_rng(2).poisson(50.0, 24 * 42).astype(float)
    calls[500] = 400.0

    found = history_of(calls.tolist()).outliers()

    assert [outlier.index for outlier in found] == [500]
    assert found[0].expected == pytest.approx(50.0, rel=0.3)


def test_intervals_left_out_become_unknown() -> None:
    history = history_of([1.0] * 24)
    first = np.arange(24) < 2

    assert history.without(first).known.tolist() == [False] * 2 + [True] * 22


def test_unknown_figures_are_nan_everywhere() -> None:
    history = history_of([5.0, NAN], aht_s=[100.0, 200.0])

    assert np.isnan(history.aht_s[1])
    assert history.known_days == (date(2026, 3, 2),)


@pytest.mark.parametrize("bad", [-1.0, float("inf")])
def test_impossible_figures_are_refused_by_name(bad: float) -> None:
    with pytest.raises(InvalidArgumentError, match="offered"):
        history_of([1.0, bad])


def test_a_wrong_length_is_refused_by_name() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 2), 1, 60)

    with pytest.raises(InvalidArgumentError, match="known"):
        IntervalHistory.from_offered(grid, [1.0, 2.0])
