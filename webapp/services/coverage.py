"""Required against staffed, interval by interval: what every desk's picture shows.

Required is what must be scheduled, shrinkage included, because those on a rota
include the ones who will be lost to it. Staffed counts people on shift and neither at
lunch nor on a break.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from forecasting.erlang import Traffic, measure_queue
from forecasting.grid import IntervalGrid
from forecasting.staffing import agents_left
from webapp.models.demand import Queue, Requirement, RequirementInterval
from webapp.models.rotas import Assignment, Rota, RotaState

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Coverage:
    """One queue's staffing over the intervals of a grid; arrays of its length.

    Attributes:
        required: agents to schedule; NaN where no requirement was made.
        staffed: people on shift, neither at lunch nor on a break.
        at_lunch: people on shift at lunch.
        on_break: people on shift on another break.
        volume: forecast calls; NaN where unknown.
        aht_s: forecast handling time; NaN where unknown.
        shrinkage: share of those staffed who are not available for calls.
        answer_within_s: the time of the queue's promise.
    """

    grid: IntervalGrid
    required: Floats
    staffed: Counts
    at_lunch: Counts
    on_break: Counts
    volume: Floats
    aht_s: Floats
    shrinkage: float
    answer_within_s: float

    @cached_property
    def missing(self) -> Counts:
        """Agents missing per interval; 0 where nothing is known to be required."""
        short = np.nan_to_num(self.required) - self.staffed
        return np.maximum(short, 0).astype(np.int64)

    @cached_property
    def expected_level(self) -> Floats:
        """Service level to expect per interval (Erlang C); NaN where unknown."""
        level = np.full(self.grid.count, np.nan)
        busy = np.flatnonzero(self.volume > 0)
        if busy.size:
            traffic = Traffic.from_calls(
                self.volume[busy], self.grid.interval_s, self.aht_s[busy]
            )
            present = agents_left(self.staffed[busy], self.shrinkage)
            found = measure_queue(present, traffic, self.answer_within_s)
            level[busy] = found.service_level
        return level

    @property
    def is_required_known(self) -> bool:
        """Tell whether any interval has a requirement."""
        return bool(np.isfinite(self.required).any())


def grid_of(queue: Queue, first: date, last: date, *, zone: str) -> IntervalGrid:
    """Return the queue's intervals from one local day to another, both included."""
    return IntervalGrid.for_days(
        first, (last - first).days + 1, queue.interval_minutes, zone
    )


def newest_requirements(
    session: Session, queue_id: int, first: date, last: date
) -> list[Requirement]:
    """Return the requirements that say the newest about each day, oldest first."""
    touching = session.scalars(
        sa.select(Requirement)
        .where(
            Requirement.queue_id == queue_id,
            Requirement.first_day <= last,
            Requirement.last_day >= first,
        )
        .order_by(Requirement.id.desc())
    )
    chosen: list[Requirement] = []
    open_days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    for requirement in touching:
        if not open_days:
            break
        told = {
            day
            for day in open_days
            if requirement.first_day <= day <= requirement.last_day
        }
        if told:
            chosen.insert(0, requirement)
            open_days -= told
    return chosen


def of_days(
    session: Session, queue: Queue, first: date, last: date, *, zone: str
) -> Coverage:
    """Return the published staffing of these days.

    Each day's requirement is its published rota's; where no rota is published, the
    newest one made.
    """
    grid = grid_of(queue, first, last, zone=zone)
    rotas = published(session, queue.id, first, last)
    needed = _Needed(grid)
    newest = newest_requirements(session, queue.id, first, last)
    for requirement in (*newest, *(rota.requirement for rota in rotas)):
        needed.fill(session, requirement.id)
    shifts = session.scalars(
        sa.select(Assignment).where(
            Assignment.rota_id.in_([rota.id for rota in rotas]),
            Assignment.day.between(first, last),
        )
    )
    return _coverage(queue, needed, list(shifts), newest[-1] if newest else None)


def of_rota(session: Session, rota: Rota, *, zone: str) -> Coverage:
    """Return the staffing of a rota, draft or published, against its requirement."""
    grid = grid_of(rota.queue, rota.first_day, rota.last_day, zone=zone)
    needed = _Needed(grid)
    needed.fill(session, rota.requirement_id)
    return _coverage(rota.queue, needed, rota.assignments, rota.requirement)


def published(
    session: Session, queue_id: int, first: date, last: date
) -> Sequence[Rota]:
    """Return the published rotas that touch these days."""
    return session.scalars(
        sa.select(Rota).where(
            Rota.queue_id == queue_id,
            Rota.state == RotaState.PUBLISHED,
            Rota.first_day <= last,
            Rota.last_day >= first,
        )
    ).all()


def _coverage(
    queue: Queue,
    needed: "_Needed",
    shifts: Iterable[Assignment],
    requirement: Requirement | None,
) -> Coverage:
    present = presence(needed.grid, shifts)
    return Coverage(
        grid=needed.grid,
        required=needed.required,
        staffed=present.staffed,
        at_lunch=present.at_lunch,
        on_break=present.on_break,
        volume=needed.volume,
        aht_s=needed.aht_s,
        shrinkage=requirement.shrinkage if requirement else queue.shrinkage,
        answer_within_s=queue.answer_within_s,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """People per interval: at work, at lunch, on another break."""

    staffed: Counts
    at_lunch: Counts
    on_break: Counts


def presence(grid: IntervalGrid, shifts: Iterable[Assignment]) -> Presence:
    """Return how many people are at work, at lunch and on a break per interval.

    An interval counts for a person who is at work for the whole of it.
    """
    on, lunch, pause = (np.zeros(grid.count + 1, dtype=np.int64) for _ in range(3))
    for shift in shifts:
        _mark(grid, on, shift.starts_at, shift.ends_at, outward=False)
        if shift.lunch_starts_at and shift.lunch_ends_at:
            _mark(grid, lunch, shift.lunch_starts_at, shift.lunch_ends_at, outward=True)
        if shift.break_starts_at and shift.break_ends_at:
            _mark(grid, pause, shift.break_starts_at, shift.break_ends_at, outward=True)
    on, lunch, pause = (steps.cumsum()[:-1] for steps in (on, lunch, pause))
    return Presence(np.maximum(on - lunch - pause, 0), lunch, pause)


def _mark(
    grid: IntervalGrid, steps: Counts, begin: datetime, end: datetime, *, outward: bool
) -> None:
    """Add one from `begin` to `end`: whole intervals, or every one touched."""
    width = timedelta(minutes=grid.minutes)
    first, last = (begin - grid.start) / width, (end - grid.start) / width
    low, high = (
        (np.floor(first), np.ceil(last))
        if outward
        else (
            np.ceil(first),
            np.floor(last),
        )
    )
    low, high = np.clip([low, high], 0, grid.count).astype(int)
    if high > low:
        steps[low] += 1
        steps[high] -= 1


class _Needed:
    """Requirement, volume and handling time on a grid, filled from stored rows."""

    def __init__(self, grid: IntervalGrid) -> None:
        self.grid = grid
        self.required = np.full(grid.count, np.nan)
        self.volume = np.full(grid.count, np.nan)
        self.aht_s = np.full(grid.count, np.nan)

    def fill(self, session: Session, requirement_id: int) -> None:
        """Put a requirement's intervals in their places; those outside are left out."""
        rows = session.execute(
            sa.select(
                RequirementInterval.starts_at,
                RequirementInterval.scheduled,
                RequirementInterval.volume,
                RequirementInterval.aht_s,
            ).where(
                RequirementInterval.requirement_id == requirement_id,
                RequirementInterval.starts_at >= self.grid.start,
                RequirementInterval.starts_at < self.grid.end,
            )
        )
        width = timedelta(minutes=self.grid.minutes)
        for starts_at, scheduled, volume, aht_s in rows:
            at = int((starts_at - self.grid.start) / width)
            self.required[at] = scheduled
            self.volume[at] = volume
            self.aht_s[at] = aht_s
