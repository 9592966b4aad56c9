"""The last same weekday, and the mean of the last few: what every method must beat."""

from dataclasses import dataclass

import numpy as np

from forecasting.demand import DemandTable
from forecasting.history import Floats
from forecasting.models.contract import only_when_open


@dataclass(frozen=True, slots=True)
class WeekdayMean:
    """The mean of the last `weeks` open days of the same weekday, interval by interval.

    One week is the seasonal naive method. Intervals unknown on all of those days take
    the mean of every known day of the weekday; a weekday never met, of all days.
    """

    weeks: int = 4

    @property
    def name(self) -> str:
        return "seasonal_naive" if self.weeks == 1 else f"weekday_mean_{self.weeks}"

    @property
    def version(self) -> int:
        return 1

    @property
    def minimum_days(self) -> int:
        return 1

    def predict(self, table: DemandTable) -> Floats:
        rows = table.open_rows
        profiles = np.zeros((7, table.volume.shape[1]))
        for weekday in range(7):
            own = rows[table.weekdays[rows] == weekday]
            own = own if own.size else rows
            recent = _known_mean(table.volume[own[-self.weeks :]])
            profiles[weekday] = np.where(
                np.isnan(recent), _known_mean(table.volume[own]), recent
            )
        return only_when_open(table, profiles[table.weekdays[table.rows_ahead]])


def _known_mean(values: Floats) -> Floats:
    """Return the mean of each column's known values, NaN where it has none."""
    known = np.isfinite(values)
    times = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(times > 0, total / np.maximum(times, 1), np.nan)
