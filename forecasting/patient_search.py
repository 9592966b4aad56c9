"""The least agents for patient callers, by a good guess and a short walk."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx

from forecasting.history import Bools, Floats
from forecasting.poisson import blocking_ratio

Counts = NDArray[np.int64]

# Queues worked on at a time, so that their arrays stay in the processor's cache.
BATCH = 8192
LONGEST_WALK = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPromise:
    """What Erlang C must keep: at most `missed` after `within_s`, and a mean wait."""

    missed: float
    within_s: float
    max_asa_s: float


def least_patient_agents(
    load: Floats, aht_s: Floats, promise: PatientPromise
) -> Counts:
    """Return the least agents that keep the promise, -1 where the walk was too long.

    The heavy-traffic approximation of Halfin & Whitt, solved once for the promise and
    interpolated, guesses the agents; Erlang B is evaluated there and carried from one
    number of agents to the next by its recursion until the promise changes sides.

    Args:
        load: offered load, 1-d, finite and > 0.
        aht_s: mean handling time, of the same shape.
        promise: what to keep.
    """
    agents = np.empty(load.size, dtype=np.int64)
    relief, beta = _quality_by_relief(promise)
    for begin in range(0, load.size, BATCH):
        cut = slice(begin, begin + BATCH)
        a, service_s = load[cut], aht_s[cut]
        root = np.sqrt(a)
        quality = np.interp(root * promise.within_s / service_s, relief, beta)
        guess = np.floor(a + quality * root) + 1.0
        agents[cut] = _walk(guess, a, service_s, promise)
    return agents


def _walk(
    guess: Floats, load: Floats, aht_s: Floats, promise: PatientPromise
) -> Counts:
    """Return the least agents, walking from the guess one agent at a time."""
    blocking = blocking_ratio(guess, load)
    is_kept = _is_kept(guess, load, aht_s, blocking, promise)
    result = np.full(load.size, -1, dtype=np.int64)
    for goes_up in (True, False):
        where = np.flatnonzero(is_kept != goes_up)
        n, a, service_s, b = guess[where], load[where], aht_s[where], blocking[where]
        for _ in range(LONGEST_WALK):
            if not where.size:
                break
            if goes_up:
                n = n + 1.0
                b = a * b / (n + a * b)
            else:
                b = n * b / (a * (1.0 - b))
                n = n - 1.0
            kept = _is_kept(n, a, service_s, b, promise)
            done = kept == goes_up
            result[where[done]] = n[done] if goes_up else n[done] + 1.0
            going = ~done
            where, n, a = where[going], n[going], a[going]
            service_s, b = service_s[going], b[going]
    return result


def _is_kept(
    n: Floats, load: Floats, aht_s: Floats, blocking: Floats, promise: PatientPromise
) -> Bools:
    """Say whether Erlang C with so many agents keeps the promise."""
    spare = n - load
    stable = spare > 0.0
    pace = np.where(stable, spare, 1.0)
    waiting = n * blocking / (pace + load * blocking)
    pace /= aht_s
    kept = stable & (waiting * np.exp(-pace * promise.within_s) <= promise.missed)
    if np.isfinite(promise.max_asa_s):
        kept &= waiting <= promise.max_asa_s * pace
    return kept


def _quality_by_relief(promise: PatientPromise) -> tuple[Floats, Floats]:
    """Return the spare agents in square roots of load that the promise takes.

    As a table over relief, which is the square root of load x answer time / AHT.
    """
    relief = np.concatenate(([0.0], np.geomspace(1e-3, 1e6, 400)))
    low, high = np.zeros_like(relief), np.full_like(relief, 40.0)
    for _ in range(50):
        beta = (low + high) / 2.0
        # Phi(beta) / phi(beta), bounded where the exponential would overflow.
        odds = np.sqrt(2.0 * np.pi) * np.exp(np.minimum(beta**2 / 2.0, 700.0))
        odds -= np.sqrt(np.pi / 2.0) * erfcx(beta / np.sqrt(2.0))
        missed = np.exp(-beta * relief) / (1.0 + beta * odds)
        is_enough = missed <= promise.missed
        high = np.where(is_enough, beta, high)
        low = np.where(is_enough, low, beta)
    return relief, high
