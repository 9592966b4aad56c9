from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.calendar import Calendar, OpeningHours, SpecialDay, SpecialTreatment
from forecasting.errors import InvalidArgumentError, TooLittleHistoryError
from forecasting.forecast import Forecast, make_forecast
from forecasting.grid import IntervalGrid
from forecasting.history import Floats, IntervalHistory
from tests.forecasting.builders import history_of

NAN = float("nan")
MONDAY = date(2026, 3, 2)
WEEK = np.array([1.3, 1.1, 1.0, 1.0, 1.2, 0.6, 0.4])
SHAPE = 30.0 + 20.0 * np.sin(np.arange(24) / 24.0 * np.pi)


def calls_of(days: int, seed: int = 3) -> Floats:
    truth = WEEK[np.arange(days) % 7][:, None] * SHAPE
    return np.random.default_rng(seed).poisson(truth).astype(float)


def history(days: int, aht_s: float | None = None) -> IntervalHistory:
    calls = calls_of(days).ravel().tolist()
    handling = None if aht_s is None else [aht_s] * len(calls)
    return history_of(calls, first=MONDAY, aht_s=handling)


def ahead_of(past: IntervalHistory, days: int) -> IntervalGrid:
    grid = past.grid
    first = grid.last_day + timedelta(days=1)
    return IntervalGrid.for_days(first, days, grid.minutes, grid.zone)


def forecast(days: int, ahead: int, calendar: Calendar | None = None) -> Forecast:
    past = history(days)
    return make_forecast(past, calendar or Calendar(), ahead_of(past, ahead))


def test_a_forecast_is_near_the_truth_and_its_band_around_it() -> None:
    found = forecast(56, 7)

    truth = WEEK[:, None] * SHAPE
    assert np.abs(found.volume - truth.ravel()).sum() / truth.sum() < 0.12
    assert (found.low <= found.volume).all()
    assert (found.high >= found.volume).all()
    assert found.scores[0].wape <= found.scores[-1].wape
    assert len({score.days for score in found.scores}) == 1
    assert "seasonal_naive" in {score.name for score in found.scores}
    assert (found.learnt_from, found.learnt_until) == (
        MONDAY,
        MONDAY + timedelta(days=55),
    )


@pytest.mark.parametrize("days", [1, 2, 3, 6, 7, 9, 14, 16])
def test_a_young_queue_is_forecast_from_what_there_is(days: int) -> None:
    found = forecast(days, 10)

    assert np.isfinite(found.volume).all()
    assert found.volume.sum() > 0.0
    assert (found.low <= found.volume).all()
    assert (found.high >= found.volume).all()


@pytest.mark.slow
def test_a_far_day_has_a_wider_band_than_a_near_one() -> None:
    found = forecast(90, 120)

    width = ((found.high - found.low) / found.volume).reshape(120, 24).mean(axis=1)
    assert width[-7:].mean() > 1.1 * width[:7].mean()


def test_the_history_from_the_first_day_on_is_not_looked_at() -> None:
    past = history(56)
    grid = IntervalGrid.for_days(MONDAY + timedelta(days=42), 7, 60)

    found = make_forecast(past, Calendar(), grid)

    again = make_forecast(past.part(0, 42 * 24), Calendar(), grid)
    np.testing.assert_array_equal(found.volume, again.volume)
    assert found.learnt_until == MONDAY + timedelta(days=41)


def test_days_between_history_and_grid_are_passed_over() -> None:
    past = history(56)
    grid = IntervalGrid.for_days(MONDAY + timedelta(days=63), 7, 60)

    found = make_forecast(past, Calendar(), grid)

    truth = WEEK[:, None] * SHAPE
    assert np.abs(found.volume - truth.ravel()).sum() / truth.sum() < 0.12


def special(treatment: SpecialTreatment, **fields: object) -> Calendar:
    wednesday = MONDAY + timedelta(days=58)
    named: dict[str, object] = {"name": "day", "first": wednesday, "last": wednesday}
    day = SpecialDay(treatment=treatment, **named, **fields)  # type: ignore[arg-type]  # fields by name
    return Calendar(special_days=(day,))


@pytest.mark.slow
def test_special_days_are_scaled_copied_or_closed() -> None:
    plain = forecast(56, 7)
    source = MONDAY + timedelta(days=50)
    scaled = forecast(56, 7, special(SpecialTreatment.SCALE, factor=2.0))
    copied = forecast(56, 7, special(SpecialTreatment.COPY, source=source))
    closed = forecast(56, 7, special(SpecialTreatment.CLOSED))
    day = slice(48, 72)

    np.testing.assert_allclose(scaled.volume[day], 2.0 * plain.volume[day])
    np.testing.assert_allclose(scaled.high[day], 2.0 * plain.high[day])
    np.testing.assert_array_equal(copied.volume[day], calls_of(56)[50])
    assert (copied.low[day] <= copied.volume[day]).all()
    assert (closed.volume[day] == 0.0).all()
    np.testing.assert_allclose(scaled.volume[:48], plain.volume[:48])


def test_opening_hours_bound_the_forecast() -> None:
    office = Calendar(opening=OpeningHours.on_weekdays(9 * 60, 17 * 60))

    found = forecast(56, 7, office)

    opened = np.flatnonzero(found.volume)
    assert set(opened % 24) == set(range(9, 17))
    assert found.volume.reshape(7, 24)[5:].sum() == 0.0


def test_a_day_with_25_hours_has_25_forecasts() -> None:
    calls = calls_of(35)
    past = history_of(
        calls.ravel().tolist(), first=date(2026, 9, 20), zone="Europe/Paris"
    )
    grid = IntervalGrid.for_days(date(2026, 10, 25), 1, 60, "Europe/Paris")

    found = make_forecast(past, Calendar(), grid)

    assert found.volume.shape == (25,)
    assert found.volume[2] == found.volume[3] > 0.0


def test_handling_times_come_along() -> None:
    past = history(28, aht_s=240.0)

    found = make_forecast(past, Calendar(), ahead_of(past, 7))

    assert found.aht_s == pytest.approx(240.0)
    assert np.isnan(forecast(28, 7).aht_s).all()


def test_the_same_history_gives_the_same_figures() -> None:
    first, second = forecast(42, 7), forecast(42, 7)

    np.testing.assert_array_equal(first.volume, second.volume)
    np.testing.assert_array_equal(first.high, second.high)


def test_a_forecast_without_history_is_refused() -> None:
    past = history(7)
    with pytest.raises(TooLittleHistoryError):
        make_forecast(past, Calendar(), IntervalGrid.for_days(MONDAY, 7, 60))
    unknown = past.without(np.ones(past.grid.count, dtype=bool))
    with pytest.raises(TooLittleHistoryError):
        make_forecast(unknown, Calendar(), ahead_of(past, 7))


def test_another_interval_length_is_refused_by_name() -> None:
    past = history(7)
    grid = IntervalGrid.for_days(MONDAY + timedelta(days=7), 1, 30)

    with pytest.raises(InvalidArgumentError, match="grid"):
        make_forecast(past, Calendar(), grid)
