"""Penalised regression with its penalty chosen by leave-one-out error."""

from dataclasses import dataclass

import numpy as np

from forecasting.history import Floats

MULTIPLIERS = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 50.0, 200.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RidgeFit:
    """Coefficients, features x targets, and residuals without the row's own pull."""

    coefficients: Floats
    left_out_residuals: Floats


def fit_ridge(
    features: Floats, targets: Floats, weights: Floats, penalties: Floats
) -> RidgeFit:
    """Return the weighted ridge regression of every target on the features.

    Args:
        features: rows x features.
        targets: rows x targets, centred.
        weights: weight of each row, > 0.
        penalties: relative penalty of each feature, in rows' worth of evidence, > 0.

    The penalties are multiplied, per target, by that of MULTIPLIERS with the least
    weighted leave-one-out squared error.
    """
    root = np.sqrt(weights)[:, None]
    scale = 1.0 / np.sqrt(penalties)
    scaled = features * root * scale
    energy, axes = np.linalg.eigh(plain_product(scaled.T, scaled))
    energy = np.maximum(energy, 0.0)
    turned = plain_product(scaled, axes)
    projected = plain_product(turned.T, targets * root)
    best = np.full(targets.shape[1], np.inf)
    coefficients = np.zeros((features.shape[1], targets.shape[1]))
    residuals = np.zeros_like(targets)
    for multiplier in MULTIPLIERS:
        shrunk = 1.0 / (energy + multiplier)
        leverage = np.minimum((turned**2 * shrunk).sum(axis=1), 0.99)
        solution = shrunk[:, None] * projected
        fitted = plain_product(turned, solution) / root
        left_out = (targets - fitted) / (1.0 - leverage[:, None])
        error = (weights[:, None] * left_out**2).sum(axis=0)
        better = error < best
        best = np.where(better, error, best)
        residuals = np.where(better, left_out, residuals)
        slope = scale[:, None] * plain_product(axes, solution)
        coefficients = np.where(better, slope, coefficients)
    return RidgeFit(coefficients=coefficients, left_out_residuals=residuals)


def plain_product(left: Floats, right: Floats) -> Floats:
    """Return the matrix product without the threads of a linear-algebra library.

    For matrices as small as these, threads that wait for each other on a busy machine
    cost many times the work.
    """
    product: Floats = np.einsum("ij,jk->ik", left, right)
    return product
