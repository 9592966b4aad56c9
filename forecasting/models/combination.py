"""The mean of several methods, which errs less than most of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.demand import DemandTable
from forecasting.history import Floats
from forecasting.models.contract import ForecastModel


@dataclass(frozen=True, slots=True)
class Combination:
    """The plain mean of its members' forecasts, taken on the square-root scale."""

    members: tuple[ForecastModel, ...]

    @property
    def name(self) -> str:
        return "combination"

    @property
    def version(self) -> int:
        return 1

    @property
    def minimum_days(self) -> int:
        return max(member.minimum_days for member in self.members)

    def predict(self, table: DemandTable) -> Floats:
        return self.mean_of([member.predict(table) for member in self.members])

    def mean_of(self, forecasts: Sequence[Floats]) -> Floats:
        """Return the combination of the members' own forecasts."""
        mean: Floats = np.mean([np.sqrt(f) for f in forecasts], axis=0) ** 2
        return mean


def predict_each(
    models: Sequence[ForecastModel], table: DemandTable
) -> dict[ForecastModel, Floats]:
    """Return every model's forecast, asking no method twice."""
    made: dict[ForecastModel, Floats] = {}
    for model in models:
        if isinstance(model, Combination) and made.keys() >= set(model.members):
            made[model] = model.mean_of([made[member] for member in model.members])
        else:
            made[model] = model.predict(table)
    return made
