"""What an absence does to the staffing: with and without it, and better dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasting.grid import IntervalGrid
from scheduling.errors import InvalidArgument
from scheduling.problem import Absence, RotaProblem
from scheduling.rota import Assignment
from scheduling.staffed import coverage_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Impact:
    """Agents per interval of `grid`, with the absence and without it.

    Attributes:
        required: agents needed.
        without_absence: agents staffed if nobody new is away.
        with_absence: agents staffed if the absence is granted.
    """

    grid: IntervalGrid
    required: NDArray[np.float64]
    without_absence: NDArray[np.float64]
    with_absence: NDArray[np.float64]

    @property
    def short_before(self) -> NDArray[np.float64]:
        """Agents missing per interval without the absence."""
        return np.maximum(self.required - self.without_absence, 0.0)

    @property
    def short_after(self) -> NDArray[np.float64]:
        """Agents missing per interval with the absence."""
        return np.maximum(self.required - self.with_absence, 0.0)

    @property
    def causes_shortfall(self) -> bool:
        """Whether some interval is shorter with the absence than without."""
        return bool((self.short_after > self.short_before + 1e-9).any())

    def days(self) -> tuple["DayImpact", ...]:
        """Return the worst of each local day."""
        return tuple(
            DayImpact(
                day=day,
                worst_before=float(self.short_before[part].max()),
                worst_after=float(self.short_after[part].max()),
                agent_hours_lost=float(
                    (self.without_absence - self.with_absence)[part].sum()
                    * self.grid.minutes
                    / 60
                ),
            )
            for day in self.grid.days
            for part in (self.grid.day_slice(day),)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayImpact:
    """The most agents missing in an interval of a day, before and after."""

    day: date
    worst_before: float
    worst_after: float
    agent_hours_lost: float


def impact(
    grid: IntervalGrid, required: ArrayLike, staffed: ArrayLike, presence: ArrayLike
) -> Impact:
    """Return what it means that somebody's `presence` is taken out of `staffed`.

    Args:
        required, staffed: agents per interval of the grid.
        presence: of those staffed, how many per interval the absence takes away;
            fractions are expected values where no rota says who works when.

    Raises:
        InvalidArgument: if an array does not fit the grid, or more are away than
            staffed.
    """
    arrays = [np.asarray(one, dtype=float) for one in (required, staffed, presence)]
    for name, one in zip(("required", "staffed", "presence"), arrays, strict=True):
        if one.shape != (grid.count,):
            raise InvalidArgument(name, f"of shape ({grid.count},)", one.shape)
        if not (one >= 0).all():
            raise InvalidArgument(name, ">= 0", one.min())
    needed, before, away = arrays
    if (away > before + 1e-9).any():
        raise InvalidArgument("presence", "at most staffed", away.max())
    return Impact(
        grid=grid,
        required=needed,
        without_absence=before,
        with_absence=before - away,
    )


def impact_on_rota(
    problem: RotaProblem, assignments: Sequence[Assignment], absences: Sequence[Absence]
) -> tuple[Impact, ...]:
    """Return the impact of absences on a rota, one for each skill of the problem.

    Shifts that the absences cut are lost for the hours away only. Those at work whom
    no skill needs stand ready for each.
    """
    before = coverage_of(problem, assignments)
    cut = RotaProblem(
        grid=problem.grid,
        skills=problem.skills,
        required=problem.required,
        contracts=problem.contracts,
        agents=problem.agents,
        absences=(*problem.absences, *absences),
        rules=problem.rules,
        goals=problem.goals,
    )
    after = coverage_of(cut, assignments)
    return tuple(
        Impact(
            grid=problem.grid,
            required=problem.required[at].astype(float),
            without_absence=(before.staffed[at] + before.idle).astype(float),
            with_absence=(after.staffed[at] + after.idle).astype(float),
        )
        for at in range(len(problem.skills))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BetterDates:
    """Days on which the same leave would leave fewer missing.

    Attributes:
        worst: the most agents missing in an interval because of it; 0 for none.
        distance: days between this start and the one asked for.
    """

    first: date
    last: date
    worst: float
    distance: int


def nearest_dates(
    worst_by_day: Mapping[date, float],
    first: date,
    length: int,
    *,
    most: int = 5,
    blocked: Sequence[date] = (),
) -> tuple[BetterDates, ...]:
    """Return the starts nearest to `first` at which a leave costs no shortfall.

    Args:
        worst_by_day: by day, the agents that would be missing because of the absence
            (`DayImpact.worst_after` where it exceeds `worst_before`, else 0). Days
            not in it cannot be chosen.
        length: calendar days of the leave.
        blocked: days on which no leave is given.

    Where no stretch is free of shortfall, the least short ones are returned, nearest
    first.

    Raises:
        InvalidArgument: if length or `most` is below 1.
    """
    for name, value in (("length", length), ("most", most)):
        if value < 1:
            raise InvalidArgument(name, "at least 1", value)
    barred = set(blocked)
    found = []
    for start in sorted(worst_by_day):
        days = [start + timedelta(days=at) for at in range(length)]
        if start == first or not all(
            day in worst_by_day and day not in barred for day in days
        ):
            continue
        found.append(
            BetterDates(
                first=start,
                last=days[-1],
                worst=max(worst_by_day[day] for day in days),
                distance=abs((start - first).days),
            )
        )
    if not found:
        return ()
    least = min(one.worst for one in found)
    best = [one for one in found if one.worst == least]
    return tuple(sorted(best, key=lambda one: (one.distance, one.first))[:most])
