"""What a forecast is computed from; light, because child processes load it."""

from dataclasses import dataclass

from forecasting.calendar import Calendar
from forecasting.grid import IntervalGrid
from forecasting.history import IntervalHistory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastInput:
    """A queue's history and calendar, and the intervals to forecast."""

    history: IntervalHistory
    calendar: Calendar
    grid: IntervalGrid
