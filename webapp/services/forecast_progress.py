"""How far a forecast or back-test is, counted by the origins it has refitted at."""

from collections.abc import Callable
from dataclasses import dataclass

from forecasting.backtest import JUDGED_DAYS
from forecasting.demand import DemandTable
from forecasting.history import Floats
from forecasting.models.contestants import CONTESTANTS
from forecasting.models.contract import ForecastModel


@dataclass(frozen=True, slots=True)
class Counting:
    """A method that says each time it forecasts, and is otherwise the method."""

    method: ForecastModel
    count: Callable[[], None]

    @property
    def name(self) -> str:
        """The method's name."""
        return self.method.name

    @property
    def version(self) -> int:
        """The method's version."""
        return self.method.version

    @property
    def minimum_days(self) -> int:
        """The method's fewest days."""
        return self.method.minimum_days

    def predict(self, table: DemandTable) -> Floats:
        """Return the method's forecast."""
        self.count()
        return self.method.predict(table)


def counted_contestants(count: Callable[[], None]) -> tuple[ForecastModel, ...]:
    """Return the methods that compete; `count` is called once for every origin.

    The first of them, which learns from the fewest days, does the counting.
    """
    first, *others = CONTESTANTS
    return (Counting(first, count), *others)


def origins_of_forecast() -> int:
    """Return at how many past days a forecast is tried, where history has as many."""
    return JUDGED_DAYS


def origins_of_backtest(*, known_days: int, horizon_days: int, last_days: int) -> int:
    """Return at how many days a back-test is refitted."""
    return max(
        1, min(known_days - horizon_days, last_days + JUDGED_DAYS + horizon_days)
    )
