"""Where a coverage falls short: intervals one after the other told as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np

from webapp.services.coverage import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A run of intervals of one day in which equally many are missing."""

    day: date
    starts: datetime
    ends: datetime
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a coverage comes to.

    Attributes:
        intervals: how many intervals are short.
        worst: most agents missing at once.
        shortfalls: where, in order of time.
        is_known: whether there is any requirement to hold it against.
    """

    intervals: int
    worst: int
    shortfalls: tuple[Shortfall, ...]
    is_known: bool


def verdict_of(coverage: Coverage, days: Sequence[date] | None = None) -> Verdict:
    """Return what a coverage comes to on these days, on all of them if None."""
    grid, missing = coverage.grid, coverage.missing
    found: list[Shortfall] = []
    count, worst, is_known = 0, 0, False
    for day in grid.days if days is None else days:
        cut = grid.day_slice(day)
        short = missing[cut]
        is_known |= bool(np.isfinite(coverage.required[cut]).any())
        count += int((short > 0).sum())
        worst = max(worst, int(short.max(initial=0)))
        edges = np.flatnonzero(np.diff(short, prepend=0, append=0))
        for begin, end in pairwise(edges):
            if short[begin]:
                found.append(
                    Shortfall(
                        day=day,
                        starts=grid.start_of(cut.start + int(begin)),
                        ends=grid.start_of(cut.start + int(end)),
                        missing=int(short[begin]),
                    )
                )
    return Verdict(
        intervals=count, worst=worst, shortfalls=tuple(found), is_known=is_known
    )
