"""AHT per weekday and time of day."""

import numpy as np

from forecasting.demand import DemandTable
from forecasting.history import Floats

HALF_LIFE_WEEKS = 6.0
PRIOR_CALLS = 200.0


def predict_aht_s(table: DemandTable) -> Floats | None:
    """Return the expected handling time in seconds: rows ahead x columns.

    Recent weeks count more. A weekday's time of day is drawn towards the time of day
    on all days, and that towards the overall mean, each with the weight of 200 calls.
    None if the history has no handling time at all.
    """
    known = np.isfinite(table.work_s) & np.isfinite(table.answered)
    age = table.first_ahead - np.arange(table.first_ahead)
    weight = 0.5 ** (age / (7.0 * HALF_LIFE_WEEKS))[:, None]
    work_s = np.where(known, table.work_s, 0.0) * weight
    calls = np.where(known, table.answered, 0.0) * weight
    if calls.sum() <= 0.0:
        return None
    overall = work_s.sum() / calls.sum()
    by_time = _drawn(work_s.sum(axis=0), calls.sum(axis=0), overall)
    weekdays = table.weekdays
    past = weekdays[: table.first_ahead]
    expected = np.empty((7, calls.shape[1]))
    for weekday in range(7):
        own = past == weekday
        expected[weekday] = _drawn(
            work_s[own].sum(axis=0), calls[own].sum(axis=0), by_time
        )
    ahead: Floats = expected[weekdays[table.rows_ahead]]
    return ahead


def _drawn(work_s: Floats, calls: Floats, towards: Floats | float) -> Floats:
    """Return the mean handling time with so many calls' weight of another value."""
    mean: Floats = (work_s + PRIOR_CALLS * towards) / (calls + PRIOR_CALLS)
    return mean
