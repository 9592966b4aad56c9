"""The methods that compete for every queue; the naive one is always among them."""

from forecasting.models.combination import Combination
from forecasting.models.contract import ForecastModel
from forecasting.models.factor import FactorModel
from forecasting.models.smoothing import Smoothing
from forecasting.models.weekday_mean import WeekdayMean

NAIVE = WeekdayMean(weeks=1)

CONTESTANTS: tuple[ForecastModel, ...] = (
    NAIVE,
    WeekdayMean(weeks=4),
    Smoothing(),
    FactorModel(),
    Combination(members=(Smoothing(), FactorModel())),
)
