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
    scaled = features * root / np.sqrt(penalties)
    left, singular, right = np.linalg.svd(scaled, full_matrices=False)
    projected = left.T @ (targets * root)
    best = np.full(targets.shape[1], np.inf)
    coefficients = np.zeros((features.shape[1], targets.shape[1]))
    residuals = np.zeros_like(targets)
    for multiplier in MULTIPLIERS:
        gain = singular**2 / (singular**2 + multiplier)
        leverage = np.minimum((left**2 * gain).sum(axis=1), 0.99)
        fitted = left @ (gain[:, None] * projected) / root
        left_out = (targets - fitted) / (1.0 - leverage[:, None])
        error = (weights[:, None] * left_out**2).sum(axis=0)
        slope = right.T @ ((gain / np.maximum(singular, 1e-12))[:, None] * projected)
        better = error < best
        best = np.where(better, error, best)
        residuals = np.where(better, left_out, residuals)
        coefficients = np.where(
            better, slope / np.sqrt(penalties)[:, None], coefficients
        )
    return RidgeFit(coefficients=coefficients, left_out_residuals=residuals)
