from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.calendar import Calendar, SpecialDay, SpecialTreatment
from forecasting.demand import DemandTable, describe_days
from forecasting.history import Floats
from forecasting.models.combination import Combination, predict_each
from forecasting.models.contestants import CONTESTANTS
from forecasting.models.contract import ForecastModel
from forecasting.models.factor import FactorModel
from forecasting.models.handling_time import predict_aht_s
from forecasting.models.ridge import fit_ridge
from forecasting.models.smoothing import Smoothing
from forecasting.models.weekday_mean import WeekdayMean
from tests.forecasting.builders import history_of

NAN = float("nan")
MONDAY = date(2026, 3, 2)
SHAPE = 20.0 + 15.0 * np.sin(np.arange(24) / 24.0 * 2.0 * np.pi) ** 2
WEEK = np.array([1.3, 1.1, 1.0, 1.0, 1.2, 0.6, 0.4])

each_model = pytest.mark.parametrize("model", CONTESTANTS, ids=lambda model: model.name)


def days_of_calls(days: int, scale: float = 1.0) -> Floats:
    return scale * WEEK[np.arange(days) % 7][:, None] * SHAPE


def table_of(
    calls: Floats, ahead: int = 7, calendar: Calendar | None = None
) -> DemandTable:
    history = history_of(calls.ravel().tolist(), first=MONDAY)
    return DemandTable.build(history, calendar or Calendar(), ahead)


@each_model
def test_a_strictly_weekly_pattern_is_repeated(model: ForecastModel) -> None:
    found = model.predict(table_of(days_of_calls(70)))

    np.testing.assert_allclose(found, days_of_calls(7), rtol=0.03)


@each_model
def test_poisson_noise_is_averaged_away(model: ForecastModel) -> None:
    truth = days_of_calls(140)
    noisy = np.random.default_rng(7).poisson(truth).astype(float)

    found = model.predict(table_of(noisy))

    error = np.abs(found - days_of_calls(7)).sum() / days_of_calls(7).sum()
    assert error < (0.25 if model.name == "seasonal_naive" else 0.13)


@each_model
def test_closed_days_and_times_get_no_calls(model: ForecastModel) -> None:
    calls = days_of_calls(70)
    calls[:, :8] = NAN
    calls[5::7] = NAN
    calls[6::7] = 0.0
    closure = MONDAY + timedelta(days=72)

    found = model.predict(table_of(calls, calendar=Calendar().with_closures([closure])))

    assert (found[:, :8] == 0.0).all()
    assert (found[[2, 5, 6]] == 0.0).all()
    assert (found[[0, 1, 3, 4], 8:] > 0.0).all()


@each_model
@pytest.mark.parametrize("days", [1, 2, 5, 8, 15, 16, 30])
def test_short_and_broken_histories_still_give_numbers(
    model: ForecastModel, days: int
) -> None:
    rng = np.random.default_rng(days)
    calls = rng.poisson(days_of_calls(days, 0.1)).astype(float)
    calls[rng.random(calls.shape) < 0.3] = NAN
    table = table_of(calls, ahead=40)
    if table.open_rows.size < model.minimum_days:
        pytest.skip("fewer days than the method asks for")

    found = model.predict(table)

    assert found.shape == (40, 24)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()


@each_model
def test_what_comes_after_the_cut_is_not_read(model: ForecastModel) -> None:
    calls = np.random.default_rng(3).poisson(days_of_calls(70)).astype(float)
    changed = calls.copy()
    changed[60:] *= 5.0

    found = model.predict(table_of(calls, 0).cut(60, 70))

    np.testing.assert_array_equal(
        found, model.predict(table_of(changed, 0).cut(60, 70))
    )


def test_the_factor_model_learns_the_rush_after_a_closure() -> None:
    calls = days_of_calls(140)
    for closed in (21, 58, 94):
        calls[closed] = NAN
        calls[closed + 1] *= 1.5
    closing = Calendar().with_closures([MONDAY + timedelta(days=141)])

    found = FactorModel().predict(table_of(calls, calendar=closing))

    plain = days_of_calls(7)
    assert found[2].sum() > 1.3 * plain[2].sum()
    assert found[3].sum() == pytest.approx(plain[3].sum(), rel=0.1)


def test_the_factor_model_learns_named_days() -> None:
    calls = days_of_calls(140)
    deadlines = [MONDAY + timedelta(days=k) for k in (24, 51, 85, 112, 143)]
    for day in deadlines[:-1]:
        calls[(day - MONDAY).days] *= 2.0
    calendar = Calendar(
        special_days=tuple(
            SpecialDay(
                name="vat", first=day, last=day, treatment=SpecialTreatment.LEARN
            )
            for day in deadlines
        )
    )

    found = FactorModel().predict(table_of(calls, calendar=calendar))

    plain = days_of_calls(7)
    assert found[3].sum() > 1.6 * plain[3].sum()
    assert found[2].sum() == pytest.approx(plain[2].sum(), rel=0.1)


def test_smoothing_follows_a_new_level() -> None:
    calls = days_of_calls(112)
    calls[84:] *= 1.4

    found = Smoothing().predict(table_of(calls))

    assert found.sum() == pytest.approx(1.4 * days_of_calls(7).sum(), rel=0.05)


def test_one_week_is_the_last_same_weekday() -> None:
    calls = np.arange(14.0 * 24).reshape(14, 24) + 1.0

    found = WeekdayMean(weeks=1).predict(table_of(calls))

    np.testing.assert_array_equal(found, calls[7:])


def test_a_combination_is_the_mean_of_its_members() -> None:
    members = (WeekdayMean(1), WeekdayMean(4))
    both = Combination(members=members)
    table = table_of(np.random.default_rng(1).poisson(days_of_calls(28)).astype(float))

    made = predict_each((*members, both), table)

    expected = (np.sqrt(made[members[0]]) + np.sqrt(made[members[1]])) ** 2 / 4.0
    np.testing.assert_allclose(made[both], expected)
    np.testing.assert_allclose(made[both], both.predict(table))


def test_left_out_residuals_are_those_of_refits_without_the_row() -> None:
    rng = np.random.default_rng(4)
    features = rng.normal(size=(30, 4))
    targets = features @ rng.normal(size=(4, 1)) + rng.normal(size=(30, 1))
    weights, penalties = rng.uniform(0.5, 1.0, 30), np.full(4, 0.5)

    fit = fit_ridge(features, targets, weights, penalties)

    best = np.inf
    for multiplier in (0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 50.0, 200.0):
        left_out = np.empty(30)
        for row in range(30):
            keep = np.arange(30) != row
            x, y, w = features[keep], targets[keep], weights[keep, None]
            normal = x.T @ (w * x) + multiplier * np.diag(penalties)
            slope = np.linalg.solve(normal, x.T @ (w * y))
            left_out[row] = (targets[row] - features[row] @ slope).item()
        error = (weights * left_out**2).sum()
        if error < best:
            best, expected = error, left_out
    np.testing.assert_allclose(fit.left_out_residuals[:, 0], expected, rtol=1e-9)


def test_calendar_features_mark_what_they_say() -> None:
    calls = days_of_calls(70)
    calls[5::7] = NAN
    calls[6::7] = NAN
    calls[30] = NAN
    table = table_of(calls, ahead=0, calendar=Calendar(country="TR"))

    features, groups = describe_days(table)

    closures = features[:, [k for k, g in enumerate(groups) if g == "closure"]]
    assert [np.flatnonzero(column).tolist() for column in closures.T] == [
        [31],
        [32],
        [29],
    ]
    edges = features[:, [k for k, g in enumerate(groups) if g == "month_edge"]]
    first_of_april = table.days.index(date(2026, 4, 2))
    assert edges[first_of_april - 1, 0] == 0.0
    assert edges[first_of_april, 0] == 1.0
    holidays = features[:, [k for k, g in enumerate(groups) if g == "holiday"]]
    assert holidays[table.days.index(date(2026, 4, 23)), 0] == 1.0
    assert holidays[table.days.index(date(2026, 3, 19)), 1] == 1.0


def test_handling_time_follows_weekday_and_time_of_day() -> None:
    calls = np.full((56, 24), 500.0)
    aht_s = np.full((56, 24), 200.0)
    aht_s[:, 12] = 300.0
    aht_s[::7, 9] = 260.0
    history = history_of(
        calls.ravel().tolist(), first=MONDAY, aht_s=aht_s.ravel().tolist()
    )

    found = predict_aht_s(DemandTable.build(history, Calendar(), 7))

    assert found is not None
    assert found[0, 9] == pytest.approx(260.0, abs=8.0)
    assert found[1, 9] == pytest.approx(200.0, abs=4.0)
    assert found[:, 12] == pytest.approx(300.0, abs=4.0)


def test_without_handling_times_there_is_no_aht() -> None:
    assert predict_aht_s(table_of(days_of_calls(7))) is None
