"""Small domain objects for the tests of forecasting."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from forecasting.grid import IntervalGrid
from forecasting.history import IntervalHistory

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def history_of(
    offered: Sequence[float],
    *,
    first: date = date(2026, 3, 2),
    minutes: int = 60,
    zone: str = "Europe/Istanbul",
    aht_s: Sequence[float] | None = None,
) -> IntervalHistory:
    """Return a history of whole days from `first`; NaN marks what is not known."""
    days = -(-len(offered) * minutes // 1440)
    grid = IntervalGrid.for_days(first, days, minutes, zone)
    calls = np.full(grid.count, np.nan)
    calls[: len(offered)] = offered
    handling = np.full(grid.count, np.nan)
    if aht_s is not None:
        handling[: len(aht_s)] = aht_s
    return IntervalHistory.from_offered(grid, calls, handling)


def bank_history(minutes: int) -> IntervalHistory:
    """Return the 164 weekdays of the public bank data, or skip where absent.

    Its local times are read as UTC, as its own zone is not known.
    """
    source = SHARED_DATA / "bank_calls.csv"
    if not source.exists():
        pytest.skip(f"{source.name} is not in the shared data folder")
    rows = np.loadtxt(source, delimiter=",", skiprows=1, dtype=str)
    local = np.char.replace(rows[:, 0], " ", "T").astype("datetime64[s]")
    first, last = (
        instant.astype("datetime64[D]").astype(date) for instant in local[[0, -1]]
    )
    grid = IntervalGrid.for_days(first, (last - first).days + 1, 5, "UTC")
    offered = np.full(grid.count, np.nan)
    offered[grid.indices_of(local)] = rows[:, 1].astype(float)
    return IntervalHistory.from_offered(grid, offered).rebinned(minutes)
