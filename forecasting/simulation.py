"""A queue's day, call by call: the check on the formulas, and the truth of a rota."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import InvalidArgumentError
from forecasting.history import Bools, Floats

# Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom, then 1.96.
_STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


class ServiceShape(StrEnum):
    """How handling times vary around their mean."""

    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueDay:
    """What happens to one queue over consecutive intervals.

    Attributes:
        interval_s: length of an interval in seconds, > 0.
        volume: expected calls per interval, >= 0; they arrive as a Poisson stream.
        aht_s: mean handling time of calls that arrive in the interval, > 0.
        agents: agents on the phones per interval, >= 0, whole. Whoever leaves ends
            the call in hand first.
        patience_s: mean of the exponential patience, > 0, infinite for none.
        service: shape of the handling times.
        service_cv: their standard deviation over their mean, for lognormal ones.
    """

    interval_s: float
    volume: Floats
    aht_s: Floats
    agents: NDArray[np.int64]
    patience_s: float = np.inf
    service: ServiceShape = ServiceShape.LOGNORMAL
    service_cv: float = 1.0

    def __post_init__(self) -> None:
        count = len(self.volume)
        for name in ("volume", "aht_s", "agents"):
            values = np.asarray(getattr(self, name))
            if values.shape != (count,):
                raise InvalidArgumentError(name, f"{count} values", values.shape)
            if not (np.isfinite(values) & (values >= 0)).all():
                raise InvalidArgumentError(name, "finite and >= 0", values.min())
        for name in ("interval_s", "patience_s", "service_cv"):
            value = getattr(self, name)
            if not value > 0.0:
                raise InvalidArgumentError(name, "> 0", value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedCalls:
    """The calls of one simulated day, in order of arrival.

    Attributes:
        interval: the interval in which each call arrived.
        arrival_s: when, in seconds from the start of the first interval.
        wait_s: time in queue, to the answer or to hanging up.
        is_answered: whether an agent answered; calls still waiting when the last
            agent has left for good are not.
        service_s: handling time each call takes, or would have taken.
    """

    interval: NDArray[np.int64]
    arrival_s: Floats
    wait_s: Floats
    is_answered: Bools
    service_s: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean over replications and the half-width of its 95 % interval."""

    mean: float
    half_width: float

    def holds(self, value: float) -> bool:
        """Say whether a value lies within the interval."""
        return abs(value - self.mean) <= self.half_width


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulationResult:
    """What callers met over many simulated days.

    Attributes:
        service_level: answered in time / offered, over the whole day.
        asa_s: mean wait of answered calls.
        abandon_rate: share of calls that hung up.
        interval_service_level: per interval of arrival, over all replications; 1
            where no call came.
        interval_half_width: half-width of its 95 % interval.
        calls: calls simulated in all.
    """

    service_level: Estimate
    asa_s: Estimate
    abandon_rate: Estimate
    interval_service_level: Floats
    interval_half_width: Floats
    calls: int


def simulate(
    day: QueueDay, answer_within_s: float, replications: int, seed: int
) -> SimulationResult:
    """Return the measures of independent replications of a day, reproducible by seed.

    Raises:
        InvalidArgumentError: if there are fewer than two replications.
    """
    if replications < 2:
        raise InvalidArgumentError("replications", "at least 2", replications)
    count = len(day.volume)
    offered, met = np.zeros((replications, count)), np.zeros((replications, count))
    waits, lost = np.zeros(replications), np.zeros(replications)
    streams = np.random.SeedSequence(seed).spawn(replications)
    for run, stream in enumerate(streams):
        calls = simulate_day(day, np.random.default_rng(stream))
        in_time = calls.is_answered & (calls.wait_s <= answer_within_s)
        offered[run] = np.bincount(calls.interval, minlength=count)
        met[run] = np.bincount(calls.interval[in_time], minlength=count)
        answered = calls.wait_s[calls.is_answered]
        waits[run] = answered.mean() if answered.size else np.nan
        lost[run] = calls.wait_s.size - answered.size
    total = offered.sum(axis=1)
    share, width = _shares(met, offered)
    return SimulationResult(
        service_level=_ratio(met.sum(axis=1), total),
        asa_s=_mean(waits[np.isfinite(waits)]),
        abandon_rate=_ratio(lost, total),
        interval_service_level=share,
        interval_half_width=width,
        calls=int(total.sum()),
    )


def simulate_day(day: QueueDay, random: np.random.Generator) -> SimulatedCalls:
    """Return the calls of one day, first come first served."""
    arrivals, interval = _arrivals(day, random)
    service_s = _service_times(day, interval, random)
    if np.isinf(day.patience_s):
        hangs_up = np.full(arrivals.size, np.inf)
    else:
        hangs_up = arrivals + random.exponential(day.patience_s, arrivals.size)
    answered = _answer_times(day, arrivals, service_s, hangs_up)
    is_answered = np.isfinite(answered)
    closing = len(day.volume) * day.interval_s
    gone = np.minimum(hangs_up, np.maximum(closing, arrivals))
    left = np.where(is_answered, answered, gone)
    return SimulatedCalls(
        interval=interval,
        arrival_s=arrivals,
        wait_s=left - arrivals,
        is_answered=is_answered,
        service_s=service_s,
    )


def _arrivals(
    day: QueueDay, random: np.random.Generator
) -> tuple[Floats, NDArray[np.int64]]:
    """Return arrival times in seconds from the start, and their intervals."""
    counts = random.poisson(day.volume)
    interval = np.repeat(np.arange(counts.size), counts)
    times = (interval + random.random(interval.size)) * day.interval_s
    return np.sort(times), interval


def _service_times(
    day: QueueDay, interval: NDArray[np.int64], random: np.random.Generator
) -> Floats:
    mean_s = np.asarray(day.aht_s, dtype=np.float64)[interval]
    if day.service is ServiceShape.EXPONENTIAL:
        return mean_s * random.exponential(1.0, interval.size)
    variance = np.log1p(day.service_cv**2)
    shape = random.lognormal(-variance / 2.0, np.sqrt(variance), interval.size)
    return mean_s * shape


def _answer_times(
    day: QueueDay, arrivals: Floats, service_s: Floats, hangs_up: Floats
) -> Floats:
    """Return when each call is answered, infinite where it never is.

    Events are arrivals, ends of calls and changes of staff, in order of time. Calls
    that have hung up are dropped when they reach the head of the queue. The agents of
    the last interval stay until the queue is empty.
    """
    answered = np.full(arrivals.size, np.inf)
    arrival, service, patience = (v.tolist() for v in (arrivals, service_s, hangs_up))
    staff = np.asarray(day.agents).tolist()
    waiting: deque[int] = deque()
    ends: list[float] = []
    present, change, call, now = staff[0], 1, 0, 0.0
    never = float("inf")
    while call < len(arrival) or waiting:
        next_arrival = arrival[call] if call < len(arrival) else never
        next_end = ends[0] if ends else never
        next_change = change * day.interval_s if change < len(staff) else never
        now = min(next_arrival, next_end, next_change)
        if now == never:
            break
        if now == next_end:
            heappop(ends)
        elif now == next_change:
            present, change = staff[change], change + 1
        else:
            waiting.append(call)
            call += 1
        while waiting and len(ends) < present:
            head = waiting.popleft()
            if patience[head] > now:
                answered[head] = now
                heappush(ends, now + service[head])
    return answered


def _ratio(parts: Floats, wholes: Floats) -> Estimate:
    """Return the ratio of totals with its 95 % interval, by the delta method."""
    total = float(wholes.sum())
    if total == 0.0:
        return Estimate(mean=0.0, half_width=0.0)
    ratio = float(parts.sum()) / total
    spread = (parts - ratio * wholes).std(ddof=1) / wholes.mean()
    return Estimate(mean=ratio, half_width=_half_width(float(spread), parts.size))


def _mean(values: Floats) -> Estimate:
    """Return the mean of replications; infinite where none answered a call."""
    if values.size < 2:
        return Estimate(mean=np.inf, half_width=0.0)
    spread = float(values.std(ddof=1))
    half_width = _half_width(spread, values.size)
    return Estimate(mean=float(values.mean()), half_width=half_width)


def _shares(parts: Floats, wholes: Floats) -> tuple[Floats, Floats]:
    """Return, per column, the ratio of totals (1 of nothing) and its half-width."""
    total = wholes.sum(axis=0)
    some = np.maximum(total, 1.0)
    ratio = np.where(total > 0.0, parts.sum(axis=0) / some, 1.0)
    runs = parts.shape[0]
    spread = (parts - ratio * wholes).std(axis=0, ddof=1) / (some / runs)
    return ratio, spread * _half_width(1.0, runs)


def _half_width(spread: float, count: int) -> float:
    degrees = count - 1
    point = _STUDENT[degrees - 1] if degrees <= len(_STUDENT) else 1.96
    return float(point * spread / np.sqrt(count))
