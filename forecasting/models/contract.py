"""What a forecasting method must do."""

from typing import Protocol

import numpy as np

from forecasting.demand import DemandTable
from forecasting.history import Floats


class ForecastModel(Protocol):
    """A method that learns from a table's past rows and fills the rows ahead."""

    @property
    def name(self) -> str:
        """Stable identifier, stored with every forecast."""
        ...

    @property
    def version(self) -> int:
        """Raised with every change that alters figures."""
        ...

    @property
    def minimum_days(self) -> int:
        """Fewest open days from which the method can learn."""
        ...

    def predict(self, table: DemandTable) -> Floats:
        """Return expected calls, finite and >= 0: rows ahead x columns.

        Only the past rows of `table.volume` are read. Cells outside usual slots and
        on closed days are 0.
        """
        ...


def only_when_open(table: DemandTable, expected: Floats) -> Floats:
    """Return the expectation with nothing below 0 and nothing where none call."""
    ahead = table.rows_ahead
    calls = table.usual_slots()[table.weekdays[ahead]]
    calls &= table.is_open[ahead][:, None]
    return np.where(calls, np.maximum(np.nan_to_num(expected), 0.0), 0.0)
