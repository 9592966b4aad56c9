"""The Poisson probabilities that Erlang's formulas rest on, exact in the tails."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln, xlogy

Floats = NDArray[np.float64]

SADDLE_POINT_FROM = 16.0
SMALLEST_TRUSTED_TAIL = 1e-200
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)


def poisson_pmf(count: Floats, mean: Floats) -> Floats:
    """Return e^-mean mean^count / count! for real counts, element by element.

    Both arrays have one shape, finite and >= 0. From a count of 16 on the
    saddle-point form is used, which has no large terms that cancel.

    Source: C. Loader, Fast and accurate computation of binomial probabilities (2000).
    """
    large = (count >= SADDLE_POINT_FROM) & (mean > 0.0)
    if large.all():
        return _saddle_point(count, mean)
    result = np.empty_like(mean)
    result[large] = _saddle_point(count[large], mean[large])
    few, own = count[~large], mean[~large]
    result[~large] = np.exp(xlogy(few, own) - own - gammaln(few + 1.0))
    return result


def blocking_ratio(count: Floats, mean: Floats) -> Floats:
    """Return pmf(count) / P(N <= count) of a Poisson count: Erlang's B.

    Real counts take the analytic continuation. Far below the mean, where both parts
    vanish, the continued fraction of the incomplete gamma function is used.
    """
    tail = gammaincc(count + 1.0, mean)
    is_deep = tail < SMALLEST_TRUSTED_TAIL
    ratio: Floats = poisson_pmf(count, mean) / np.where(is_deep, 1.0, tail)
    if is_deep.any():
        ratio[is_deep] = _ratio_by_fraction(count[is_deep], mean[is_deep])
    return np.where(count > 0.0, np.minimum(ratio, 1.0), 1.0)


def _saddle_point(n: Floats, mean: Floats) -> Floats:
    inverse = 1.0 / n
    square = inverse * inverse
    error = np.full_like(n, _STIRLING[-1])
    for coefficient in _STIRLING[-2::-1]:
        error *= square
        error += coefficient
    exponent = -error * inverse - _deviance(n, mean)
    pmf: Floats = np.exp(exponent) * np.sqrt(inverse / (2.0 * np.pi))
    return pmf


def _deviance(n: Floats, mean: Floats) -> Floats:
    """Return n log(n / mean) + mean - n without cancellation near n = mean."""
    gap = n - mean
    v = gap / (n + mean)
    square = v * v
    is_far = square > 0.01
    series = np.full_like(n, 1.0 / 19.0)
    for j in range(8, 0, -1):
        series *= square
        series += 1.0 / (2 * j + 1)
    deviance: Floats = gap * v + 2.0 * n * v * square * series
    if is_far.any():
        far_n, far_mean = n[is_far], mean[is_far]
        deviance[is_far] = far_n * np.log(far_n / far_mean) - gap[is_far]
    return deviance


def _ratio_by_fraction(count: Floats, mean: Floats) -> Floats:
    """Return the ratio from Legendre's continued fraction, by Lentz's method.

    Converges within tens of steps where the count lies many deviations below.
    """
    b = mean - count
    c = np.full_like(b, 1e300)
    d = 1.0 / b
    h = d.copy()
    for i in range(1, 10_000):
        a = -i * (i - (count + 1.0))
        b = b + 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        step = c * d
        h *= step
        if (np.abs(step - 1.0) < 1e-15).all():
            break
    result: Floats = 1.0 / (mean * h)
    return result
