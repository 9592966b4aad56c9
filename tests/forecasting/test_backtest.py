from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.backtest import BacktestResult, backtest, roll
from forecasting.bands import band_from_errors
from forecasting.calendar import Calendar
from forecasting.demand import DemandTable
from forecasting.errors import InvalidArgumentError, TooLittleHistoryError
from forecasting.history import Floats, IntervalHistory
from forecasting.models.contestants import CONTESTANTS
from forecasting.models.weekday_mean import WeekdayMean
from tests.forecasting.builders import bank_history, history_of

NAN = float("nan")


def poisson_history(days: int, mean: float = 40.0, seed: int = 5) -> IntervalHistory:
    rng = np.random.default_rng(seed)
    week = np.array([1.3, 1.1, 1.0, 1.0, 1.2, 0.6, 0.4])[np.arange(days) % 7]
    shape = 1.0 + 0.5 * np.sin(np.arange(24) / 24.0 * 2.0 * np.pi)
    level = np.repeat(rng.lognormal(0.0, 0.05, days) * week * mean, 24)
    return history_of(rng.poisson(level * np.tile(shape, days)).tolist())


def test_the_naive_score_is_that_of_last_weeks_days() -> None:
    history = poisson_history(42)
    calls = history.offered.reshape(42, 24)

    result = backtest(history, Calendar(), 5, 10)

    naive = {score.name: score for score in result.baselines}["seasonal_naive"]
    errors = np.abs(calls[32:] - calls[25:35])
    assert naive.wape == pytest.approx(errors.sum() / calls[32:].sum())
    assert naive.days == 10


def test_beyond_a_week_the_naive_score_takes_an_older_week() -> None:
    history = poisson_history(42)
    calls = history.offered.reshape(42, 24)

    result = backtest(history, Calendar(), 10, 7, (WeekdayMean(1),))

    errors = np.abs(calls[35:] - calls[21:28])
    assert result.wape == pytest.approx(errors.sum() / calls[35:].sum())
    assert result.method == "seasonal_naive"


@pytest.mark.slow
def test_the_chosen_method_beats_the_naive_one_on_noise() -> None:
    result = backtest(poisson_history(120), Calendar(), 5, 30)

    naive = {score.name: score.wape for score in result.baselines}["seasonal_naive"]
    assert result.wape < 0.8 * naive
    assert abs(result.bias) < 0.05
    assert result.coverage_80 == pytest.approx(0.8, abs=0.08)


def test_no_forecast_reads_its_own_future() -> None:
    history = poisson_history(60)
    later = np.arange(60 * 24) >= 55 * 24
    changed = history_of(np.where(later, 999.0, history.offered).tolist())

    before = roll(DemandTable.build(history, Calendar(), 0), CONTESTANTS, 5, 10)
    after = roll(DemandTable.build(changed, Calendar(), 0), CONTESTANTS, 5, 10)

    for model in CONTESTANTS:
        np.testing.assert_array_equal(
            before.expected[model.name], after.expected[model.name]
        )


def test_days_without_data_are_not_judged_and_not_counted() -> None:
    history = poisson_history(42)
    weekend = np.isin(history.grid.weekdays, (5, 6))

    result = backtest(history.without(weekend), Calendar(), 5, 10, (WeekdayMean(1),))

    assert all(day.weekday() < 5 for day in result.days)
    assert len(result.days) == 10
    week_before = history.offered.reshape(42, 24)[[21, 22, 23, 24, 25, 28]]
    np.testing.assert_array_equal(result.expected[:6], week_before)


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(TooLittleHistoryError):
        backtest(poisson_history(5), Calendar(), 5, 5)


@pytest.mark.parametrize(
    ("name", "horizon_days", "last_days"), [("horizon_days", 0, 5), ("last_days", 5, 0)]
)
def test_impossible_lengths_are_refused_by_name(
    name: str, horizon_days: int, last_days: int
) -> None:
    with pytest.raises(InvalidArgumentError, match=name):
        backtest(poisson_history(30), Calendar(), horizon_days, last_days)


def test_a_band_holds_four_fifths_of_errors_like_those_it_was_made_from() -> None:
    rng = np.random.default_rng(9)
    mean = np.linspace(5.0, 400.0, 30)

    def outcomes(days: int) -> Floats:
        return rng.poisson(rng.lognormal(0.0, 0.06, (days, 1)) * mean).astype(float)

    past = outcomes(60)
    band = band_from_errors(mean, past, np.tile(mean, (60, 1)))

    new = outcomes(2000)
    inside = (new >= band.low) & (new <= band.high)
    assert inside.mean() == pytest.approx(0.8, abs=0.06)
    assert (band.low <= mean).all()
    assert (band.high >= mean).all()


def test_without_errors_to_learn_from_the_band_is_wide_but_there() -> None:
    none = np.empty((0, 2))

    band = band_from_errors(np.array([0.0, 100.0]), none, none)

    assert band.low[0] == band.high[0] == 0.0
    assert 60.0 < band.low[1] < 90.0
    assert 110.0 < band.high[1] < 140.0


@pytest.fixture(scope="module")
def bank() -> IntervalHistory:
    return bank_history(30)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("horizon_days", "wape", "mean_of_four"), [(5, 0.060, 0.0731), (20, 0.063, 0.0797)]
)
def test_the_bank_is_forecast_well_ahead_of_the_mean_of_four(
    bank: IntervalHistory, horizon_days: int, wape: float, mean_of_four: float
) -> None:
    result: BacktestResult = backtest(bank, Calendar(), horizon_days, 40)

    scores = {score.name: score.wape for score in result.baselines}
    assert scores["weekday_mean_4"] == pytest.approx(mean_of_four, abs=5e-5)
    assert result.wape <= wape
    assert 0.77 <= result.coverage_80 <= 0.83
    assert result.days[-1] == date(2003, 10, 24)
    assert result.days[0] >= result.days[-1] - timedelta(days=60)
