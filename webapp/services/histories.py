"""What is known of a queue's past, from its stored intervals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from forecasting.grid import IntervalGrid, first_instant
from forecasting.history import IntervalHistory
from webapp.models.demand import IntervalActual, Queue
from webapp.services.errors import NotFound

Floats = NDArray[np.float64]

COUNTS = ("offered", "answered", "abandoned", "answered_in_time", "wait_s")
FIGURES = (*COUNTS, "aht_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChoice:
    """A queue as a page lets people choose it."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figures:
    """Everything stored about a queue per interval of a grid; NaN where unknown.

    Attributes:
        grid: the intervals.
        offered, answered, abandoned, answered_in_time: calls.
        wait_s: waits of the answered calls, added up.
        aht_s: mean handling time of the answered calls.
    """

    grid: IntervalGrid
    offered: Floats
    answered: Floats
    abandoned: Floats
    answered_in_time: Floats
    wait_s: Floats
    aht_s: Floats

    @property
    def history(self) -> IntervalHistory:
        """The part that forecasts are made from."""
        return IntervalHistory(
            grid=self.grid,
            offered=self.offered,
            handled=self.answered,
            abandoned=self.abandoned,
            aht_s=self.aht_s,
            known=np.isfinite(self.offered),
        )


def choices(session: Session) -> list[QueueChoice]:
    """Return the active queues by name."""
    rows = session.scalars(sa.select(Queue).where(Queue.is_active).order_by(Queue.name))
    return [QueueChoice(id=q.id, code=q.code, name=q.name) for q in rows]


def queue_of(session: Session, code: str) -> Queue:
    """Return the active queue of a code.

    Raises:
        NotFound: if there is none.
    """
    found = session.scalars(
        sa.select(Queue).where(Queue.is_active, Queue.code == code)
    ).one_or_none()
    if found is None:
        raise NotFound("queue", code)
    return found


def queue_chosen(session: Session, queue_id: int | None) -> Queue | None:
    """Return the active queue of a page's address; without one the first, if any.

    Raises:
        NotFound: if no active queue has this number.
    """
    active = sa.select(Queue).where(Queue.is_active).order_by(Queue.name, Queue.id)
    if queue_id is None:
        return session.scalars(active.limit(1)).first()
    found = session.scalars(active.where(Queue.id == queue_id)).one_or_none()
    if found is None:
        raise NotFound("queue", queue_id)
    return found


def known_days(
    session: Session, queue_id: int, *, zone: str
) -> tuple[date, date] | None:
    """Return the first and last local day with figures, None without any."""
    ends = session.execute(
        sa.select(
            sa.func.min(IntervalActual.starts_at), sa.func.max(IntervalActual.starts_at)
        ).where(IntervalActual.queue_id == queue_id)
    ).one()
    if not any(ends):
        return None
    first, last = (
        IntervalGrid(start=end, minutes=1, count=1, zone=zone).first_day for end in ends
    )
    return first, last


def figures(
    session: Session, queue: Queue, first: date, last: date, *, zone: str
) -> Figures:
    """Return a queue's figures from one local day to another, both included.

    Rows shorter than the queue's interval are added up; an interval is known only if
    all its parts are.
    """
    minutes = queue.interval_minutes
    days = (last - first).days + 1
    grid = IntervalGrid.for_days(first, days, minutes, zone)
    found = {name: np.full(grid.count, np.nan) for name in FIGURES}
    for length, rows in _rows_by_length(session, queue, grid).items():
        fine = IntervalGrid.for_days(first, days, length, zone)
        values = {name: np.full(fine.count, np.nan) for name in FIGURES}
        at = fine.indices_of(np.array([row[0] for row in rows], dtype="datetime64[s]"))
        kept = at >= 0
        for place, name in enumerate(FIGURES, start=1):
            column = np.array([row[place] for row in rows], dtype=np.float64)
            values[name][at[kept]] = column[kept]
        for name, coarse in _rebinned(fine, values, minutes).items():
            found[name] = np.where(np.isnan(found[name]), coarse, found[name])
    return Figures(grid=grid, **found)


def history(
    session: Session,
    queue: Queue,
    *,
    zone: str,
    until: date | None = None,
    most_days: int | None = None,
) -> IntervalHistory | None:
    """Return what a queue's forecasts learn from, None where nothing is known.

    Args:
        until: the first local day left out; None takes everything.
        most_days: how many days before the last one at most.
    """
    ends = known_days(session, queue.id, zone=zone)
    if ends is None:
        return None
    first, last = ends
    if until is not None:
        last = min(last, until - timedelta(days=1))
    if most_days is not None:
        first = max(first, last - timedelta(days=most_days - 1))
    if last < first:
        return None
    return figures(session, queue, first, last, zone=zone).history


def local_day_bounds(days: Iterable[date], zone: str) -> tuple[datetime, datetime]:
    """Return the instants at which the first of these days begins and the last ends."""
    every = sorted(days)
    return (
        first_instant(every[0], zone),
        first_instant(every[-1] + timedelta(days=1), zone),
    )


def _rows_by_length(
    session: Session, queue: Queue, grid: IntervalGrid
) -> dict[int, list[Sequence[object]]]:
    rows = session.execute(
        sa.select(
            IntervalActual.minutes,
            IntervalActual.starts_at,
            *(getattr(IntervalActual, name) for name in FIGURES),
        )
        .where(
            IntervalActual.queue_id == queue.id,
            IntervalActual.starts_at >= grid.start,
            IntervalActual.starts_at < grid.end,
        )
        .order_by(IntervalActual.starts_at)
    )
    by_length: dict[int, list[Sequence[object]]] = {}
    for minutes, starts_at, *values in rows:
        naive = starts_at.replace(tzinfo=None)
        by_length.setdefault(minutes, []).append((naive, *values))
    return by_length


def _rebinned(
    fine: IntervalGrid, values: dict[str, Floats], minutes: int
) -> dict[str, Floats]:
    """Return figures on a queue's own intervals: counts add up, AHT by its weight."""
    if fine.minutes == minutes:
        return values
    history = IntervalHistory(
        grid=fine,
        offered=values["offered"],
        handled=values["answered"],
        abandoned=values["abandoned"],
        aht_s=values["aht_s"],
        known=np.isfinite(values["offered"]),
    ).rebinned(minutes)
    parts = minutes // fine.minutes
    whole = history.grid.count * parts
    coarse = {
        "offered": history.offered,
        "answered": history.handled,
        "abandoned": history.abandoned,
        "aht_s": history.aht_s,
    }
    for name in ("answered_in_time", "wait_s"):
        padded = np.full(whole, np.nan)
        padded[: fine.count] = values[name]
        coarse[name] = padded.reshape(-1, parts).sum(axis=1)
    return coarse
