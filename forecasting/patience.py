"""Erlang A's integrals: what happens to a call that must wait and may hang up.

With patience exponential, let u be the wait a patient caller would be offered, in
mean patiences, c = agents * patience / AHT and eta = load * patience / AHT. Given
that a call must wait, u has density proportional to exp(h(u) + u) with

    h(u) = -(c + 1) u + eta (1 - exp(-u)).

Integrating by parts turns every measure into a sum of positive integrals of exp(h)
times 1, 1 - exp(-u) or u, so nothing cancels. h is concave, and away from its peak
it falls as (c + 1) (s + exp(-s) - 1) at distance s whatever the load: Gauss-Legendre
panels on both sides of the peak, cut where exp(h) has lost 17 digits, reach full
precision with a fixed number of nodes.

Source: Mandelbaum & Zeltyn, The Palm/Erlang-A queue (2004), section 4, reworked.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NODES = 40
LOST = 40.0
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)
_UNIT_POINTS = (_POINTS + 1.0) / 2.0
_UNIT_WEIGHTS = _WEIGHTS / 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaitingCalls:
    """What becomes of the calls that must wait; shares of them, arrays of one shape.

    Attributes:
        idle_ratio: 1 / (1 + probability ratio of waiting states to the full state);
            the queue's only part in the probability of waiting, in (0, 1].
        answered_soon: answered within the threshold.
        answered_late: answered after the threshold.
        abandoned: hang up.
        past_threshold: would be offered an agent only after the threshold.
        wait_of_answered: mean of the wait, 0 for those who hang up, in patiences.
    """

    idle_ratio: Floats
    answered_soon: Floats
    answered_late: Floats
    abandoned: Floats
    past_threshold: Floats
    wait_of_answered: Floats


def waiting_calls(
    agents: Floats, load: Floats, patience: Floats, threshold: Floats
) -> WaitingCalls:
    """Return what becomes of waiting calls, for 1-d arrays of one length.

    Args:
        agents: agents on the phones, >= 0.
        load: offered load in erlangs, > 0.
        patience: mean patience over AHT, finite and > 0.
        threshold: the answer time that counts, over mean patience, finite and >= 0.
    """
    eta = load * patience
    c = agents * patience
    surplus = (agents - load) * patience + 1.0
    peak = np.maximum(np.log(np.maximum(eta, 1e-300) / (c + 1.0)), 0.0)
    summit = _height(peak, eta, surplus)
    zero = np.zeros_like(eta)
    shape = _Shape(eta, surplus, summit)
    before = shape.integrals(zero, threshold, np.minimum(peak, threshold))
    after = shape.integrals(threshold, zero + np.inf, np.maximum(peak, threshold))
    ground = np.exp(-summit)
    total = ground + eta * (before.plain + after.plain)
    at_threshold = np.exp(_height(threshold, eta, surplus) + threshold - summit)
    impatient = before.impatient + after.impatient
    return WaitingCalls(
        idle_ratio=ground / total,
        answered_soon=c * before.plain / total,
        answered_late=c * after.plain / total,
        abandoned=(before.plain + after.plain + eta * impatient) / total,
        past_threshold=np.minimum((at_threshold + eta * after.plain) / total, 1.0),
        wait_of_answered=c * (before.timed + after.timed) / total,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Integrals:
    """Integrals of exp(h - summit) times 1, 1 - exp(-u) and u."""

    plain: Floats
    impatient: Floats
    timed: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """The function h of a batch of queues, and the height of its peak."""

    eta: Floats
    surplus: Floats
    summit: Floats

    def integrals(self, low: Floats, high: Floats, top: Floats) -> _Integrals:
        """Integrate from `low` to `high`, where h is highest at `top`."""
        slope = self.surplus - self.eta * np.expm1(-top)
        curve = self.eta * np.exp(-top)
        right = np.minimum(high - top, _reach_right(slope, curve))
        left = np.minimum(top - low, _reach_left(slope, curve))
        height = np.exp(_height(top, self.eta, self.surplus) - self.summit)
        ahead = _panel(top, right, slope, curve)
        behind = _panel(top, -left, slope, curve)
        return _Integrals(
            height * (ahead.plain + behind.plain),
            height * (ahead.impatient + behind.impatient),
            height * (ahead.timed + behind.timed),
        )


def _height(u: Floats, eta: Floats, surplus: Floats) -> Floats:
    """Return h(u), grouped so that a balanced queue loses no digits."""
    return -(surplus * u + eta * _excess(u))


def _panel(top: Floats, width: Floats, slope: Floats, curve: Floats) -> _Integrals:
    """Integrate exp(h - h(top)) from `top` over `width`, which may be negative."""
    step = width[:, None] * _UNIT_POINTS
    fall = slope[:, None] * step + curve[:, None] * _excess(step)
    mass = np.exp(-fall) * (np.abs(width)[:, None] * _UNIT_WEIGHTS)
    u = top[:, None] + step
    return _Integrals(
        mass.sum(axis=1),
        -(mass * np.expm1(-u)).sum(axis=1),
        (mass * u).sum(axis=1),
    )


def _reach_right(slope: Floats, curve: Floats) -> Floats:
    """Return a distance right of the top at which h has fallen by at least LOST.

    The fall slope*d + curve*(d + exp(-d) - 1) is at least
    slope*d + curve*d^2 / (2 + d), which leaves a quadratic.
    """
    slope = np.maximum(slope, 0.0)
    square = slope + curve
    linear = 2.0 * slope - LOST
    root = np.sqrt(linear * linear + 8.0 * LOST * square)
    by_sum = 4.0 * LOST / np.where(linear > 0.0, linear + root, 1.0)
    by_difference = (root - linear) / (2.0 * square)
    return np.where(linear > 0.0, by_sum, by_difference)


def _reach_left(slope: Floats, curve: Floats) -> Floats:
    """Return a distance left of the top at which h has fallen by at least LOST.

    There the slope is zero or negative, and the fall is at least
    |slope|*d + curve*d^2 / 2, and at least curve*(exp(d) - 1 - d).
    """
    steep = np.maximum(-slope, 0.0)
    flat = np.maximum(curve, 1e-300)
    quadratic = 2.0 * LOST / (steep + np.sqrt(steep * steep + 2.0 * LOST * flat))
    relative = LOST / flat
    exponential = np.log1p(relative + np.minimum(np.sqrt(2.0 * relative), 1e150))
    return np.minimum(quadratic, exponential)


def _excess(s: Floats) -> Floats:
    """Return s + exp(-s) - 1, without cancellation near 0."""
    tiny = np.abs(s) < 1e-3
    near = s * s * (0.5 - s * (1 / 6 - s * (1 / 24 - s * (1 / 120 - s / 720))))
    far: Floats = s + np.expm1(-s)
    return np.where(tiny, near, far)
