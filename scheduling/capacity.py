"""Weeks ahead: full-time equivalents needed and available, and the shortfall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike

from forecasting.grid import IntervalGrid
from scheduling.errors import InvalidArgument


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Somebody's place in the plan.

    Attributes:
        hours_per_week: contract hours, breaks left out.
        since, until: first and last day of the post; None for open ends.
    """

    hours_per_week: float
    since: date | None = None
    until: date | None = None

    def hours_on(self, day: date, working_days: int) -> float:
        """Return the hours of one of the week's working days."""
        is_in = (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )
        return self.hours_per_week / working_days if is_in else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveSpan:
    """Days away of a post, planned or expected, both ends included.

    Attributes:
        share: of a post: 1.0 for a person, a fraction for an expectation.
    """

    first: date
    last: date
    hours_per_week: float
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What turns agents on the phones into people employed.

    Attributes:
        fte_hours: weekly hours of one full-time equivalent (657 art. 99: 40).
        shrinkage: share of paid time not available for calls, planned leave left
            out because it is counted by itself; in [0, 1).
        working_days: days a week over which contract hours are spread.
    """

    fte_hours: float = 40.0
    shrinkage: float = 0.0
    working_days: int = 5

    def __post_init__(self) -> None:
        if not self.fte_hours > 0:
            raise InvalidArgument("fte_hours", "over 0", self.fte_hours)
        if not 0.0 <= self.shrinkage < 1.0:
            raise InvalidArgument("shrinkage", "in [0, 1)", self.shrinkage)
        if not 1 <= self.working_days <= 7:
            raise InvalidArgument("working_days", "1 to 7", self.working_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityWeek:
    """One week, in full-time equivalents.

    Attributes:
        monday: its first day.
        days: how many of its days the requirement covers.
        required: needed, shrinkage added.
        employed: under contract.
        on_leave: of these away.
    """

    monday: date
    days: int
    required: float
    employed: float
    on_leave: float

    @property
    def available(self) -> float:
        """Under contract and not away."""
        return self.employed - self.on_leave

    @property
    def shortfall(self) -> float:
        """Missing full-time equivalents; 0 where there are enough."""
        return max(0.0, self.required - self.available)


def capacity(
    grid: IntervalGrid,
    required_agents: ArrayLike,
    posts: Sequence[Post],
    leave: Sequence[LeaveSpan] = (),
    assumptions: Assumptions | None = None,
) -> tuple[CapacityWeek, ...]:
    """Return need and supply of each week (Monday to Sunday) that the grid touches.

    Args:
        required_agents: agents on the phones per interval, before shrinkage.

    A week that the grid covers in part is compared over the days it covers.

    Raises:
        InvalidArgument: if the requirement does not fit the grid or is negative.
    """
    given = assumptions or Assumptions()
    agents = np.asarray(required_agents, dtype=float)
    if agents.shape != (grid.count,):
        raise InvalidArgument(
            "required_agents", f"of shape ({grid.count},)", agents.shape
        )
    if not (agents >= 0).all():
        raise InvalidArgument("required_agents", ">= 0", agents.min())
    weeks = []
    for monday, days in _weeks(grid):
        hours = (
            sum(agents[grid.day_slice(day)].sum() for day in days) * grid.minutes / 60
        )
        working = [day for day in days if day.weekday() < given.working_days]
        employed = sum(
            post.hours_on(day, given.working_days) for post in posts for day in working
        )
        away = sum(
            span.share * span.hours_per_week / given.working_days
            for span in leave
            for day in working
            if span.first <= day <= span.last
        )
        full = given.fte_hours * len(working) / given.working_days or given.fte_hours
        weeks.append(
            CapacityWeek(
                monday=monday,
                days=len(days),
                required=float(hours) / (1.0 - given.shrinkage) / full,
                employed=employed / full,
                on_leave=away / full,
            )
        )
    return tuple(weeks)


def _weeks(grid: IntervalGrid) -> Iterator[tuple[date, list[date]]]:
    week: list[date] = []
    for day in grid.days:
        if week and day.weekday() == 0:
            yield week[0] - timedelta(days=week[0].weekday()), week
            week = []
        week.append(day)
    yield week[0] - timedelta(days=week[0].weekday()), week
