"""Calls added up per interval of arrival: volumes, waits and service level."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasting.calls import CallRecords
from forecasting.clocks import days_grid
from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid
from forecasting.history import IntervalHistory

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class AbandonTreatment(StrEnum):
    """How abandoned calls enter a service level.

    ABANDONS_COUNT_AGAINST: answered in time / offered.
    QUICK_ABANDONS_EXCLUDED: answered in time / (offered - abandoned quickly).
    QUICK_ABANDONS_COUNT_AS_MET: (answered in time + abandoned quickly) / offered.
    ABANDONS_EXCLUDED: answered in time / answered.
    """

    ABANDONS_COUNT_AGAINST = "abandons_count_against"
    QUICK_ABANDONS_EXCLUDED = "quick_abandons_excluded"
    QUICK_ABANDONS_COUNT_AS_MET = "quick_abandons_count_as_met"
    ABANDONS_EXCLUDED = "abandons_excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOptions:
    """What the measures are taken against.

    Attributes:
        answer_within_s: Y of a service level X/Y; a wait of exactly Y is in time.
        quick_abandon_s: an abandon after at most so long is quick; None takes Y.
        longest_service_s: longer services are left out of the AHT; None keeps all.
        treatment: how abandoned calls enter the service level.
    """

    answer_within_s: float = 20.0
    quick_abandon_s: float | None = None
    longest_service_s: float | None = None
    treatment: AbandonTreatment = AbandonTreatment.ABANDONS_COUNT_AGAINST

    def __post_init__(self) -> None:
        for name in ("answer_within_s", "quick_abandon_s", "longest_service_s"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value < np.inf:
                raise InvalidArgumentError(name, "finite and >= 0", value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CallMeasures:
    """Sums per interval and the measures they give, as the trade defines them.

    A call counts in the interval in which it entered the queue, whenever it ended.
    Arrays have length `grid.count` and are read-only.

    Attributes:
        grid: the intervals.
        options: what was measured against.
        offered: calls that entered the queue: answered + abandoned.
        answered: of those, calls that reached an agent.
        abandoned: of those, calls that hung up while queued.
        answered_in_time: answered within `answer_within_s`.
        abandoned_quickly: abandoned within `quick_abandon_s`.
        total_wait_s: waits of the answered calls, added up.
        total_service_s: services that count in the AHT, added up.
        timed: answered calls whose service counts in the AHT.
        known: intervals of the days on which there was any record; on other days
            nothing is known, which is not the same as no calls.
        outside: offered calls before or after the grid, which count nowhere.
    """

    grid: IntervalGrid
    options: MeasureOptions
    offered: Ints
    answered: Ints
    abandoned: Ints
    answered_in_time: Ints
    abandoned_quickly: Ints
    total_wait_s: Floats
    total_service_s: Floats
    timed: Ints
    known: Bools
    outside: int

    def __post_init__(self) -> None:
        for name in (*SUMS, "known"):
            getattr(self, name).flags.writeable = False

    @property
    def asa_s(self) -> Floats:
        """Mean wait of the answered calls in seconds; NaN where there is none."""
        return _ratio(self.total_wait_s, self.answered)

    @property
    def aht_s(self) -> Floats:
        """Mean service of the timed calls in seconds; NaN where there is none."""
        return _ratio(self.total_service_s, self.timed)

    @property
    def answer_rate(self) -> Floats:
        """Answered / offered, 0 to 1; NaN where nothing was offered."""
        return _ratio(self.answered, self.offered)

    @property
    def abandon_rate(self) -> Floats:
        """Abandoned / offered, 0 to 1; NaN where nothing was offered."""
        return _ratio(self.abandoned, self.offered)

    @property
    def service_level(self) -> Floats:
        """Share answered in time, 0 to 1, as `options.treatment` says; or NaN."""
        in_time, quick = self.answered_in_time, self.abandoned_quickly
        match self.options.treatment:
            case AbandonTreatment.ABANDONS_COUNT_AGAINST:
                return _ratio(in_time, self.offered)
            case AbandonTreatment.QUICK_ABANDONS_EXCLUDED:
                return _ratio(in_time, self.offered - quick)
            case AbandonTreatment.QUICK_ABANDONS_COUNT_AS_MET:
                return _ratio(in_time + quick, self.offered)
            case AbandonTreatment.ABANDONS_EXCLUDED:
                return _ratio(in_time, self.answered)

    def total(self) -> "CallMeasures":
        """Return the same over the whole grid, as one interval's arrays of length 1.

        Its grid is the first interval of this one.
        """
        sums = {name: getattr(self, name).sum(keepdims=True) for name in SUMS}
        return CallMeasures(
            grid=self.grid.part(0, 1),
            options=self.options,
            **sums,
            known=np.array([self.known.any()]),
            outside=self.outside,
        )

    def to_history(self) -> IntervalHistory:
        """Return offered, answered, abandoned and AHT as a history."""
        return IntervalHistory(
            grid=self.grid,
            offered=self.offered.astype(np.float64),
            handled=self.answered.astype(np.float64),
            abandoned=self.abandoned.astype(np.float64),
            aht_s=self.aht_s,
            known=self.known,
        )


SUMS = (
    *("offered", "answered", "abandoned", "answered_in_time", "abandoned_quickly"),
    *("total_wait_s", "total_service_s", "timed"),
)


def grid_of_calls(calls: CallRecords, minutes: int) -> IntervalGrid:
    """Return the grid of the whole local days from the first to the last call.

    Raises:
        InvalidArgumentError: if there is no call, or no day divides so.
    """
    if not len(calls):
        raise InvalidArgumentError("calls", "at least one", 0)
    return days_grid(calls.entered, minutes, calls.zone)


def measure_calls(
    calls: CallRecords,
    grid: IntervalGrid,
    options: MeasureOptions = MeasureOptions(),
) -> CallMeasures:
    """Return the sums of the offered calls per interval of the grid.

    Calls that ended before the queue and phantoms count only in saying which days
    are known. Of answered calls those without a service time do not enter the AHT.
    """
    every = grid.indices_of(calls.entered)
    at = np.where(calls.is_offered, every, -1)
    inside = at >= 0
    answered = calls.is_answered & inside
    abandoned = calls.is_abandoned & inside
    quick_s = options.quick_abandon_s
    quick_s = options.answer_within_s if quick_s is None else quick_s
    timed = answered & np.isfinite(calls.service_s)
    if options.longest_service_s is not None:
        timed &= calls.service_s <= options.longest_service_s

    def count(chosen: Bools) -> Ints:
        return np.bincount(at[chosen], minlength=grid.count).astype(np.int64)

    def add(values: Floats, chosen: Bools) -> Floats:
        sums = np.bincount(at[chosen], weights=values[chosen], minlength=grid.count)
        return np.asarray(sums, dtype=np.float64)

    return CallMeasures(
        grid=grid,
        options=options,
        offered=count(inside),
        answered=count(answered),
        abandoned=count(abandoned),
        answered_in_time=count(answered & (calls.wait_s <= options.answer_within_s)),
        abandoned_quickly=count(abandoned & (calls.wait_s <= quick_s)),
        total_wait_s=add(calls.wait_s, answered),
        total_service_s=add(calls.service_s, timed),
        timed=count(timed),
        known=np.isin(grid.local_days, grid.local_days[every[every >= 0]]),
        outside=int((calls.is_offered & ~inside).sum()),
    )


def _ratio(part: ArrayLike, whole: ArrayLike) -> Floats:
    above = np.asarray(part, dtype=np.float64)
    below = np.asarray(whole, dtype=np.float64)
    nothing = np.full(below.shape, np.nan)
    np.divide(above, below, out=nothing, where=below > 0.0)
    return nothing
