"""What a planner promises for a queue, and the least agents that keep it."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasting.erlang import AbandonTreatment, QueueMeasures, Traffic, measure_queue
from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid
from forecasting.history import Bools, Floats
from forecasting.patient_search import PatientPromise, least_patient_agents

Counts = NDArray[np.int64]

# A promise is kept if it is missed by no more than rounding.
TOLERANCE = 1e-12
LARGEST_DENOMINATOR = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingTarget:
    """The promise that staffing must keep in every interval.

    Attributes:
        service_level: share of offered calls answered in time, in (0, 1).
        answer_within_s: the time meant above, in seconds; 0 means at once.
        max_occupancy: ceiling on the busy share of an agent's time, in (0, 1].
        max_asa_s: ceiling on the mean wait of answered calls, > 0, or no ceiling.
        max_abandon_rate: ceiling on the share that hangs up, in (0, 1), or none.
        abandons: how abandoned calls enter the service level.
    """

    service_level: float = 0.80
    answer_within_s: float = 20.0
    max_occupancy: float = 0.88
    max_asa_s: float | None = None
    max_abandon_rate: float | None = None
    abandons: AbandonTreatment = AbandonTreatment.COUNTED

    def __post_init__(self) -> None:
        if not 0.0 < self.service_level < 1.0:
            raise InvalidArgumentError("service_level", "in (0, 1)", self.service_level)
        if not 0.0 <= self.answer_within_s < np.inf:
            raise InvalidArgumentError(
                "answer_within_s", "finite and >= 0", self.answer_within_s
            )
        if not 0.0 < self.max_occupancy <= 1.0:
            raise InvalidArgumentError("max_occupancy", "in (0, 1]", self.max_occupancy)
        if self.max_asa_s is not None and not self.max_asa_s > 0.0:
            raise InvalidArgumentError("max_asa_s", "> 0", self.max_asa_s)
        if self.max_abandon_rate is not None and not 0.0 < self.max_abandon_rate < 1.0:
            raise InvalidArgumentError(
                "max_abandon_rate", "in (0, 1)", self.max_abandon_rate
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingRules:
    """What is true of a requirement besides the promise.

    Attributes:
        shrinkage: share of paid time not available for calls, in [0, 1).
        minimum_agents: agents on the phones in every open interval, >= 0.
        patience_s: mean patience of callers, >= 0; infinite for Erlang C.
    """

    shrinkage: float = 0.0
    minimum_agents: int = 0
    patience_s: float = np.inf

    def __post_init__(self) -> None:
        _shrinkage_as_fraction(self.shrinkage)
        if self.minimum_agents < 0:
            raise InvalidArgumentError("minimum_agents", ">= 0", self.minimum_agents)
        if not self.patience_s >= 0.0:
            raise InvalidArgumentError("patience_s", ">= 0", self.patience_s)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaffingRequirement:
    """The agents a queue needs per interval, and what callers then meet.

    Arrays have length `grid.count`. In closed intervals nobody is required and,
    as nobody is to be answered, nothing is missed.

    Attributes:
        grid: the intervals.
        target: the promise.
        rules: shrinkage, minimum staff and patience.
        is_open: whether the queue takes calls.
        load_erlangs: offered load; 0 where closed.
        agents: agents on the phones.
        scheduled_agents: agents to schedule so that those remain after shrinkage.
        expected: the measures of the queue with that many agents on the phones.
    """

    grid: IntervalGrid
    target: StaffingTarget
    rules: StaffingRules
    is_open: Bools
    load_erlangs: Floats
    agents: Counts
    scheduled_agents: Counts
    expected: QueueMeasures


def required_agents(traffic: Traffic, target: StaffingTarget) -> Counts:
    """Return the least agents on the phones that keep the target; 0 without calls.

    Every measure improves with each further agent. Patient queues take the short
    walk of `patient_search`; for the others the answer is bracketed from a square-root
    guess, which may lie below the load, and bisected.
    """
    load, aht_s, patience_s = np.broadcast_arrays(
        traffic.load_erlangs, traffic.aht_s, traffic.patience_s
    )
    queues = np.array([v.ravel() for v in (load, aht_s, patience_s)])
    agents = np.where(queues[0] > 0.0, -1, 0).astype(np.int64)
    patient = np.flatnonzero((agents < 0) & np.isinf(queues[2]))
    if patient.size:
        agents[patient] = _least_patient(queues[:, patient], target)
    open_ended = np.flatnonzero(agents < 0)
    if open_ended.size:
        agents[open_ended] = _Search(queues[:, open_ended], target).least()
    return agents.reshape(load.shape)


def plan_requirement(
    grid: IntervalGrid,
    volume: ArrayLike,
    aht_s: ArrayLike,
    target: StaffingTarget,
    rules: StaffingRules,
    is_open: Bools | None = None,
) -> StaffingRequirement:
    """Return the requirement for forecast calls and handling times per interval.

    Args:
        grid: the intervals.
        volume: expected calls per interval, >= 0.
        aht_s: expected handling time in seconds, > 0; one value or one per interval.
        target: the promise.
        rules: shrinkage, minimum staff and patience.
        is_open: where the queue takes calls; everywhere if not given.
    """
    opened = np.ones(grid.count, bool) if is_open is None else np.asarray(is_open)
    if opened.shape != (grid.count,):
        raise InvalidArgumentError("is_open", f"{grid.count} values", opened.shape)
    calls = np.asarray(volume, dtype=np.float64)
    if calls.shape != (grid.count,):
        raise InvalidArgumentError("volume", f"{grid.count} values", calls.shape)
    traffic = Traffic.from_calls(
        np.where(opened, calls, 0.0),
        grid.interval_s,
        np.broadcast_to(np.asarray(aht_s, dtype=np.float64), calls.shape),
        rules.patience_s,
    )
    least = np.where(opened, rules.minimum_agents, 0)
    agents = np.maximum(required_agents(traffic, target), least)
    return StaffingRequirement(
        grid=grid,
        target=target,
        rules=rules,
        is_open=opened,
        load_erlangs=traffic.load_erlangs,
        agents=agents,
        scheduled_agents=scheduled_agents(agents, rules.shrinkage),
        expected=measure_queue(
            agents, traffic, target.answer_within_s, target.abandons
        ),
    )


def scheduled_agents(agents: ArrayLike, shrinkage: float) -> Counts:
    """Return the least scheduled agents of whom `agents` remain after shrinkage.

    Shrinkage is taken as the decimal it is written as, so 14 agents at 0.3 are 20
    scheduled and not 21: the ceiling is of whole numbers, never of a float product.
    """
    available = 1 - _shrinkage_as_fraction(shrinkage)
    wanted = np.asarray(agents, dtype=np.int64)
    if (wanted < 0).any():
        raise InvalidArgumentError("agents", ">= 0", wanted.min())
    result: Counts = -(-wanted * available.denominator // available.numerator)
    return np.asarray(result)


def agents_left(scheduled: ArrayLike, shrinkage: float) -> Counts:
    """Return the agents on the phones that remain of so many scheduled, whole."""
    available = 1 - _shrinkage_as_fraction(shrinkage)
    present = np.asarray(scheduled, dtype=np.int64)
    if (present < 0).any():
        raise InvalidArgumentError("scheduled", ">= 0", present.min())
    return np.asarray(present * available.numerator // available.denominator)


def _shrinkage_as_fraction(shrinkage: float) -> Fraction:
    if not 0.0 <= shrinkage < 1.0:
        raise InvalidArgumentError("shrinkage", "in [0, 1)", shrinkage)
    exact = Fraction(str(float(shrinkage))).limit_denominator(LARGEST_DENOMINATOR)
    if exact == 1:
        raise InvalidArgumentError("shrinkage", "at most 0.999999", shrinkage)
    return exact


def _least_patient(queues: Floats, target: StaffingTarget) -> Counts:
    """Return the least agents of patient queues, -1 where the fast way gives up."""
    load, aht_s = queues[:2]
    slack = 1.0 + TOLERANCE
    promise = PatientPromise(
        missed=(1.0 - target.service_level) * slack,
        within_s=target.answer_within_s,
        max_asa_s=np.inf if target.max_asa_s is None else target.max_asa_s * slack,
    )
    agents = least_patient_agents(load, aht_s, promise)
    for_occupancy = np.ceil(load / (target.max_occupancy * slack)).astype(np.int64)
    return np.where(agents < 0, -1, np.maximum(agents, for_occupancy))


class _Search:
    """The bracketing of the least agents for a batch of busy queues."""

    def __init__(self, queues: Floats, target: StaffingTarget) -> None:
        self.queues = queues
        self.target = target

    def least(self) -> Counts:
        """Return the least agents that keep the target, per queue."""
        fails, keeps = self._bracket()
        open_ended = np.flatnonzero(keeps - fails > 1)
        while open_ended.size:
            middle = (fails[open_ended] + keeps[open_ended]) // 2
            is_kept = self._is_kept(middle, open_ended)
            keeps[open_ended[is_kept]] = middle[is_kept]
            fails[open_ended[~is_kept]] = middle[~is_kept]
            open_ended = open_ended[keeps[open_ended] - fails[open_ended] > 1]
        return keeps

    def _bracket(self) -> tuple[Counts, Counts]:
        """Return agents that fail (-1 at least) and agents that keep the target."""
        guess = self._guess()
        everyone = np.arange(guess.size)
        is_kept = self._is_kept(guess, everyone)
        keeps = np.where(is_kept, guess, 0)
        fails = np.where(is_kept, -1, guess)
        step = np.maximum(1, np.sqrt(self.queues[0]).astype(np.int64) // 8)
        for is_up in (True, False):
            moving = everyone[is_kept != is_up]
            reach = guess.copy()
            stride = step.copy()
            while moving.size:
                shift = stride[moving] if is_up else -stride[moving]
                reach[moving] = np.maximum(reach[moving] + shift, -1)
                stride[moving] *= 2
                good = reach[moving] >= 0
                good[good] = self._is_kept(reach[moving][good], moving[good])
                keeps[moving[good]] = reach[moving[good]]
                fails[moving[~good]] = reach[moving[~good]]
                moving = moving[good != is_up]
        return fails, keeps

    def _is_kept(self, agents: Counts, which: NDArray[np.int64]) -> Bools:
        """Say whether so many agents keep every part of the target."""
        load, aht_s, patience_s = self.queues[:, which]
        target = self.target
        found = measure_queue(
            agents,
            Traffic(load_erlangs=load, aht_s=aht_s, patience_s=patience_s),
            target.answer_within_s,
            target.abandons,
        )
        slack = 1.0 + TOLERANCE
        kept = found.missed_share <= (1.0 - target.service_level) * slack
        kept &= found.occupancy <= target.max_occupancy * slack
        if target.max_asa_s is not None:
            kept &= found.asa_s <= target.max_asa_s * slack
        if target.max_abandon_rate is not None:
            kept &= found.abandon_rate <= target.max_abandon_rate * slack
        return kept

    def _guess(self) -> Counts:
        """Return a first number of agents from the square-root rule.

        Patient callers need beta deviations above the load for the delay to be as
        rare as promised; callers who hang up allow some below it.
        """
        load, aht_s, patience_s = self.queues
        missed = 1.0 - self.target.service_level
        deviation = np.sqrt(load)
        relief = deviation * self.target.answer_within_s / aht_s
        beta = np.sqrt(-np.log(missed) / (0.8 + relief))
        guess = load + np.minimum(beta, 6.0) * deviation
        impatient = np.isfinite(patience_s)
        hurried = load * (1.0 - missed / 2.0) + deviation / 2.0
        guess = np.where(impatient, np.minimum(guess, hurried), guess)
        least = np.where(impatient, 0.0, load / self.target.max_occupancy)
        whole: Counts = np.ceil(np.maximum(guess, least)).astype(np.int64)
        return whole
