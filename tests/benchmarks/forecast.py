"""Times a rolling back-test of one queue over a year of half hours.

Run `python tests/benchmarks/forecast.py` from the repository root. Every method is
refitted at each of 12 origins, and the default choice and band are made from them.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from forecasting.backtest import backtest, roll
from forecasting.calendar import Calendar
from forecasting.demand import DemandTable
from forecasting.forecast import make_forecast
from forecasting.grid import IntervalGrid
from forecasting.history import IntervalHistory
from forecasting.models.contestants import CONTESTANTS

ORIGINS = 12
HORIZON_DAYS = 28


def main() -> None:
    """Print the figures as one JSON object."""
    history, calendar = a_year_of_calls(), Calendar(country="TR")
    started = time.perf_counter()
    table = DemandTable.build(history, calendar, 0)
    roll(table, CONTESTANTS, HORIZON_DAYS, ORIGINS)
    rolled = time.perf_counter()
    result = backtest(history, calendar, 5, 40)
    tested = time.perf_counter()
    ahead = IntervalGrid.for_days(date(2026, 1, 5), 28, 30)
    forecast = make_forecast(history, calendar, ahead)
    figures = {
        "origins": ORIGINS,
        "roll_s": round(rolled - started, 2),
        "backtest_40_days_s": round(tested - rolled, 2),
        "forecast_28_days_s": round(time.perf_counter() - tested, 2),
        "wape": round(result.wape, 4),
        "coverage_80": round(result.coverage_80, 3),
        "method": forecast.model,
    }
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def a_year_of_calls() -> IntervalHistory:
    """Return 364 days of half hours with weekday and day shape and drifting level."""
    random = np.random.default_rng(2026)
    grid = IntervalGrid.for_days(date(2025, 1, 6), 364, 30)
    week = np.array([1.3, 1.1, 1.0, 1.0, 1.15, 0.5, 0.3])[grid.weekdays]
    shape = 0.05 + np.exp(-(((grid.local_minutes - 720.0) / 200.0) ** 2))
    level = np.repeat(random.lognormal(0.0, 0.08, 364), 48)
    calls = random.poisson(60.0 * week * shape * level).astype(float)
    return IntervalHistory.from_offered(grid, calls)


if __name__ == "__main__":
    main()
