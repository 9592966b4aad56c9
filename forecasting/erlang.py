"""Erlang's formulas, evaluated for a whole planning horizon at once."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasting.errors import InvalidArgumentError
from forecasting.patience import waiting_calls
from forecasting.poisson import blocking_ratio

Floats = NDArray[np.float64]

# exp(-threshold) is 0 in double precision from 746 on.
NEVER_IN_PATIENCES = 1e3


class AbandonTreatment(StrEnum):
    """How abandoned calls enter the service level."""

    COUNTED = "counted"
    """Answered in time / offered: every abandoned call is a missed one."""

    IGNORED = "ignored"
    """Answered in time / answered."""

    SHORT_IGNORED = "short_ignored"
    """Answered in time / (offered - abandoned within the answer time)."""

    SHORT_MET = "short_met"
    """(Answered in time + abandoned within the answer time) / offered."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traffic:
    """The calls a queue must take: arrays that broadcast with each other.

    Attributes:
        load_erlangs: calls per time times handling time, finite and >= 0.
        aht_s: mean handling time in seconds, finite and > 0.
        patience_s: mean time a caller waits before hanging up, >= 0; infinite
            patience gives Erlang C, no patience Erlang B.
    """

    load_erlangs: Floats
    aht_s: Floats
    patience_s: Floats

    def __post_init__(self) -> None:
        load = _checked("load_erlangs", self.load_erlangs)
        aht_s = _checked("aht_s", self.aht_s)
        patience_s = np.asarray(self.patience_s, dtype=np.float64)
        if not (aht_s > 0.0).all():
            raise InvalidArgumentError("aht_s", "> 0", aht_s.min())
        if not (patience_s >= 0.0).all():
            raise InvalidArgumentError("patience_s", ">= 0", patience_s.min())
        for name, values in (
            ("load_erlangs", load),
            ("aht_s", aht_s),
            ("patience_s", patience_s),
        ):
            object.__setattr__(self, name, values)

    @classmethod
    def from_calls(
        cls,
        calls: ArrayLike,
        interval_s: float,
        aht_s: ArrayLike,
        patience_s: ArrayLike = np.inf,
    ) -> Self:
        """Return the traffic of so many calls in each interval of that length."""
        volume = _checked("calls", calls)
        handling_s = _checked("aht_s", aht_s)
        if not (np.isfinite(interval_s) and interval_s > 0.0):
            raise InvalidArgumentError("interval_s", "finite and > 0", interval_s)
        return cls(
            load_erlangs=volume * handling_s / interval_s,
            aht_s=handling_s,
            patience_s=np.asarray(patience_s, dtype=np.float64),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueMeasures:
    """What callers and agents of a queue meet in steady state; arrays of one shape.

    Attributes:
        wait_probability: share of calls that cannot be answered at once.
        service_level: share answered in time, abandons treated as was asked.
        missed_share: 1 - service_level, to full relative precision.
        asa_s: mean wait of the answered calls; infinite where none are answered.
        mean_wait_s: mean time in queue of all calls, abandoned ones included.
        delayed_wait_s: the same, of those calls that wait at all.
        abandon_rate: share of calls that hang up before an answer.
        occupancy: busy share of an agent's time.
        queue_length: mean number of calls waiting.
    """

    wait_probability: Floats
    service_level: Floats
    missed_share: Floats
    asa_s: Floats
    mean_wait_s: Floats
    delayed_wait_s: Floats
    abandon_rate: Floats
    occupancy: Floats
    queue_length: Floats


def blocking_probability(servers: ArrayLike, load_erlangs: ArrayLike) -> Floats:
    """Return the Erlang B probability that all servers are busy.

    Args:
        servers: lines or agents, >= 0; may be fractional; broadcasts with the load.
        load_erlangs: offered load, >= 0.

    Returns:
        Probabilities in [0, 1], in the broadcast shape. Relative error below 1e-11
        to 100,000 erlangs, in both tails.

    Raises:
        InvalidArgumentError: if any value is negative, infinite or NaN.

    Source: Erlang (1917), as the Poisson ratio pmf(n) / P(N <= n).
    """
    n, load = np.broadcast_arrays(
        _checked("servers", servers), _checked("load_erlangs", load_erlangs)
    )
    return blocking_ratio(n.ravel(), load.ravel()).reshape(n.shape)


def wait_probability(agents: ArrayLike, load_erlangs: ArrayLike) -> Floats:
    """Return the Erlang C probability that an arriving call must wait.

    Args:
        agents: agents on the phones, >= 0; may be fractional; broadcasts.
        load_erlangs: offered load, >= 0.

    Returns:
        Probabilities in [0, 1], in the broadcast shape. Where load reaches
        agents the queue has no steady state and everyone waits: 1.

    Raises:
        InvalidArgumentError: if any value is negative, infinite or NaN.

    Source: Erlang (1917).
    """
    n, load = np.broadcast_arrays(
        _checked("agents", agents), _checked("load_erlangs", load_erlangs)
    )
    result = np.ones(n.shape)
    is_stable = n > load
    n, load = n[is_stable], load[is_stable]
    blocking = blocking_ratio(n, load)
    result[is_stable] = blocking * n / ((n - load) + load * blocking)
    return result


def measure_queue(
    agents: ArrayLike,
    traffic: Traffic,
    answer_within_s: ArrayLike = 20.0,
    abandons: AbandonTreatment = AbandonTreatment.COUNTED,
) -> QueueMeasures:
    """Return the steady-state measures of queues, by Erlang A, B or C as patience says.

    Args:
        agents: agents on the phones, >= 0; may be fractional; broadcasts.
        traffic: the calls.
        answer_within_s: the answer time that counts, finite and >= 0.
        abandons: how abandoned calls enter the service level.

    Returns:
        Arrays in the broadcast shape, never NaN. Patient callers (Erlang C) facing
        as many erlangs as agents or more have no steady state: all wait, for ever.
        Where there are no calls nothing is missed: service level 1, no wait.

    Raises:
        InvalidArgumentError: if any value is outside its domain.
    """
    queues = np.broadcast_arrays(
        _checked("agents", agents),
        traffic.load_erlangs,
        traffic.aht_s,
        traffic.patience_s,
        _checked("answer_within_s", answer_within_s),
    )
    shape = queues[0].shape
    flat = np.array([values.ravel() for values in queues])
    load, patience_s = flat[1], flat[3]
    table = np.zeros((_ROWS, flat.shape[1]))
    table[_SERVED] = 1.0
    for chosen, solve in (
        (np.isinf(patience_s), _patient),
        (patience_s == 0.0, _without_patience),
        (np.isfinite(patience_s) & (patience_s > 0.0), _impatient),
    ):
        where = np.flatnonzero(chosen & (load > 0.0))
        if where.size:
            table[:, where] = solve(*flat[:, where])
    return _measures(table, flat, abandons, shape)


# Rows of the table of shares from which every measure follows. All are shares of
# offered calls except the two means, which are seconds per offered call.
_WAITING, _SOON, _LATE, _PAST, _ABANDONED, _SERVED, _WAIT, _ANSWERED_WAIT = range(8)
_ROWS = 8


def _patient(
    n: Floats, load: Floats, aht_s: Floats, _patience_s: Floats, within_s: Floats
) -> Floats:
    """Fill the table by Erlang C."""
    table = np.zeros((_ROWS, n.size))
    table[[_WAITING, _LATE, _PAST, _SERVED]] = 1.0
    table[[_WAIT, _ANSWERED_WAIT]] = np.inf
    stable = np.flatnonzero(n > load)
    n, load, aht_s, within_s = (v[stable] for v in (n, load, aht_s, within_s))
    blocking = blocking_ratio(n, load)
    spare = n - load
    scale = spare + load * blocking
    waiting = n * blocking / scale
    decay = spare * within_s / aht_s
    table[_WAITING, stable] = waiting
    table[_SOON, stable] = spare * (1.0 - blocking) / scale - waiting * np.expm1(-decay)
    table[_LATE, stable] = table[_PAST, stable] = waiting * np.exp(-decay)
    table[_WAIT, stable] = table[_ANSWERED_WAIT, stable] = waiting * aht_s / spare
    return table


def _without_patience(
    n: Floats, load: Floats, _aht_s: Floats, _patience_s: Floats, _within_s: Floats
) -> Floats:
    """Fill the table by Erlang B: whoever finds no free agent is gone at once."""
    blocking = blocking_ratio(n, load)
    table = np.zeros((_ROWS, n.size))
    table[[_WAITING, _ABANDONED]] = blocking
    table[[_SOON, _SERVED]] = 1.0 - blocking
    table[_ANSWERED_WAIT] = np.where(blocking < 1.0, 0.0, np.inf)
    return table


def _impatient(
    n: Floats, load: Floats, aht_s: Floats, patience_s: Floats, within_s: Floats
) -> Floats:
    """Fill the table by Erlang A."""
    with np.errstate(over="ignore"):
        threshold = np.minimum(within_s / patience_s, NEVER_IN_PATIENCES)
    fate = waiting_calls(n, load, patience_s / aht_s, threshold)
    blocking = blocking_ratio(n, load)
    scale = fate.idle_ratio * (1.0 - blocking) + blocking
    waiting = blocking / scale
    at_once = fate.idle_ratio * (1.0 - blocking) / scale
    table = np.empty((_ROWS, n.size))
    table[_WAITING] = waiting
    table[_SOON] = at_once + waiting * fate.answered_soon
    table[_LATE] = waiting * fate.answered_late
    table[_PAST] = waiting * fate.past_threshold * np.exp(-threshold)
    table[_ABANDONED] = waiting * fate.abandoned
    table[_SERVED] = table[_SOON] + table[_LATE]
    table[_WAIT] = table[_ABANDONED] * patience_s
    served = table[_SERVED] > 0.0
    answered_wait = waiting * fate.wait_of_answered * patience_s
    table[_ANSWERED_WAIT] = np.where(served, answered_wait, np.inf)
    return table


def _measures(
    table: Floats, queues: Floats, abandons: AbandonTreatment, shape: tuple[int, ...]
) -> QueueMeasures:
    """Turn the table, one column a queue, into measures of the given shape."""
    n, load, aht_s = queues[:3]
    no_calls = load == 0.0
    waiting, soon, served = table[_WAITING], table[_SOON], table[_SERVED]
    soon = np.where(no_calls, 1.0, soon)
    if abandons is AbandonTreatment.COUNTED:
        met, missed, base = soon, table[_LATE] + table[_ABANDONED], np.ones_like(soon)
    elif abandons is AbandonTreatment.IGNORED:
        met, missed, base = soon, table[_LATE], served
    elif abandons is AbandonTreatment.SHORT_IGNORED:
        met, missed, base = soon, table[_PAST], soon + table[_PAST]
    else:
        met, missed, base = 1.0 - table[_PAST], table[_PAST], np.ones_like(soon)
    none = base <= 0.0
    base = np.where(none, 1.0, base)
    wait_s = table[_WAIT]
    positive = np.where(waiting > 0.0, waiting, 1.0)
    rate = np.where(served > 0.0, served, 1.0)
    return QueueMeasures(
        wait_probability=(waiting).reshape(shape),
        service_level=(np.clip(np.where(none, 0.0, met / base), 0.0, 1.0)).reshape(
            shape
        ),
        missed_share=(np.clip(np.where(none, 1.0, missed / base), 0.0, 1.0)).reshape(
            shape
        ),
        asa_s=(table[_ANSWERED_WAIT] / rate).reshape(shape),
        mean_wait_s=(wait_s).reshape(shape),
        delayed_wait_s=(wait_s / positive).reshape(shape),
        abandon_rate=(np.minimum(table[_ABANDONED], 1.0)).reshape(shape),
        occupancy=(_occupancy(n, load * served)).reshape(shape),
        queue_length=(np.where(no_calls, 0.0, load / aht_s * wait_s)).reshape(shape),
    )


def _occupancy(agents: Floats, carried: Floats) -> Floats:
    """Return carried load per agent, at most 1; 1 for calls that meet no agent."""
    busy = np.ones(agents.shape)
    np.divide(carried, agents, out=busy, where=agents > 0.0)
    busy[(agents == 0.0) & (carried == 0.0)] = 0.0
    return np.minimum(busy, 1.0)


def _checked(name: str, values: ArrayLike) -> Floats:
    """Return the values as floats, all finite and >= 0."""
    array = np.asarray(values, dtype=np.float64)
    is_bad = ~(np.isfinite(array) & (array >= 0.0))
    if is_bad.any():
        raise InvalidArgumentError(name, "finite and >= 0", array[is_bad].flat[0])
    return array
