"""The forecast itself, computed in a child process without the database."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasting.forecast import Forecast, make_forecast
from webapp.services.forecast_input import ForecastInput
from webapp.services.forecast_progress import (
    counted_contestants,
    origins_of_forecast,
)

if TYPE_CHECKING:  # the handlers load the database, which a child has no use for
    from webapp.worker.handler import Report


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Computed:
    """A forecast, and what it was computed from."""

    given: ForecastInput
    forecast: Forecast


def compute(value: ForecastInput, report: "Report") -> Computed:
    """Return the forecast by the method that would have done best."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        report(min(0.9, 0.9 * done / origins_of_forecast()), "judging_methods")

    made = make_forecast(
        value.history, value.calendar, value.grid, counted_contestants(count)
    )
    return Computed(given=value, forecast=made)
