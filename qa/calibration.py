"""Whether reviewers agree beyond chance: Cohen's, Fleiss' kappa, Krippendorff's alpha.

1 is perfect agreement and 0 what chance would give. Where all ratings fall in one
category there is nothing to disagree about and no coefficient: None.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from qa.errors import RatingsInvalid

Rating = Hashable | None
"""A category, for example a verdict; None where a reviewer has not rated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Krippendorff's alpha with an interval over the calls.

    Attributes:
        alpha: the coefficient, or None where it does not exist.
        low, high: percentile interval at 95 % from resampled calls, or None.
        calls: calls with at least two ratings.
    """

    alpha: float | None
    low: float | None
    high: float | None
    calls: int


def cohen_kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Return the agreement of two reviewers over the same calls.

    Raises:
        RatingsInvalid: unless both rated the same number of calls, at least one.

    Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46.
    """
    if len(one) != len(other) or not one:
        raise RatingsInvalid(
            "two equally long lists of ratings", f"{len(one)} and {len(other)}"
        )
    count = len(one)
    observed = Fraction(sum(a == b for a, b in zip(one, other, strict=True)), count)
    first, second = Counter(one), Counter(other)
    chance = Fraction(sum(first[c] * second[c] for c in first), count**2)
    return _beyond_chance(observed, chance)


def fleiss_kappa(ratings: Sequence[Sequence[Hashable]]) -> float | None:
    """Return the agreement of several reviewers: a row of ratings for each call.

    Raises:
        RatingsInvalid: unless every call has the same number of ratings, at least 2.

    Source: Fleiss (1971), Psychological Bulletin 76, 378-382.
    """
    sizes = {len(row) for row in ratings}
    if len(sizes) != 1 or min(sizes) < 2:
        raise RatingsInvalid("rows of equal length, at least 2", sorted(sizes))
    raters = sizes.pop()
    pairs = raters * (raters - 1)
    counts = [Counter(row) for row in ratings]
    agreed = sum(n * (n - 1) for row in counts for n in row.values())
    observed = Fraction(agreed, pairs * len(counts))
    overall = sum(counts, Counter())
    total = raters * len(counts)
    chance = sum((Fraction(n, total) ** 2 for n in overall.values()), Fraction(0))
    return _beyond_chance(observed, chance)


def krippendorff_alpha(ratings: Sequence[Sequence[Rating]]) -> float | None:
    """Return the agreement of reviewers of whom some missed some calls.

    Args:
        ratings: a row for each call; None where a reviewer has not rated it.

    Raises:
        RatingsInvalid: if no call has two ratings.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, nominal.
    """
    counts = [Counter(r for r in row if r is not None) for row in ratings]
    counts = [row for row in counts if row.total() > 1]
    if not counts:
        raise RatingsInvalid("a call with two ratings", "none")
    overall = sum(counts, Counter())
    total = overall.total()
    agreed = sum(
        Fraction(n * (n - 1), row.total() - 1) for row in counts for n in row.values()
    )
    by_chance = sum(n * (n - 1) for n in overall.values())
    return _beyond_chance(
        Fraction(agreed) / total, Fraction(by_chance, total * (total - 1))
    )


def agreement(
    ratings: Sequence[Sequence[Rating]], *, seed: int, samples: int = 1000
) -> Agreement:
    """Return Krippendorff's alpha with a bootstrap interval over calls.

    Raises:
        RatingsInvalid: if no call has two ratings.
    """
    alpha = krippendorff_alpha(ratings)
    rated = [row for row in ratings if sum(r is not None for r in row) > 1]
    draws = np.random.default_rng(seed).integers(len(rated), size=(samples, len(rated)))
    found = [
        value
        for draw in draws.tolist()
        if (value := krippendorff_alpha([rated[i] for i in draw])) is not None
    ]
    found.sort()
    is_known = alpha is not None and len(rated) > 1 and bool(found)
    return Agreement(
        alpha=alpha,
        low=found[int(0.025 * (len(found) - 1))] if is_known else None,
        high=found[round(0.975 * (len(found) - 1))] if is_known else None,
        calls=len(rated),
    )


def _beyond_chance(observed: Fraction, chance: Fraction) -> float | None:
    if chance == 1:
        return None
    return float((observed - chance) / (1 - chance))
