"""What taking a file in would change, reckoned against what is stored."""

from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.clocks import days_grid
from forecasting.history import IntervalHistory
from forecasting.interval_file import IntervalRows
from webapp.models.demand import IntervalActual, Queue
from webapp.services import histories
from webapp.services.import_changes import Changes
from webapp.services.import_findings import (
    MOST_LISTED,
    MOST_SHOWN,
    BadLine,
    Json,
    Report,
    header_of,
    layout_json,
    notice_json,
)
from webapp.services.import_reading import Parsed


def report_of(
    session: Session,
    queue: Queue,
    parsed: Parsed,
    chosen: Parsed,
    changes: Changes,
    *,
    zone: str,
) -> Report:
    """Return the dry run of a file.

    Args:
        parsed: everything in it.
        chosen: the rows about the queue.
        changes: what those would do.
    """
    layout = parsed.layout
    about: Json = {
        "layout": layout_json(layout),
        "header": header_of(layout),
        "file_queues": tuple(name for name in parsed.queue_names if name),
        "rows_new": len(changes.new),
        "rows_changed": len(changes.changed),
        "rows_same": changes.same,
        "rows_refused": len({error.line for error in parsed.errors}),
        "bad_lines": tuple(BadLine.of(e) for e in parsed.errors[:MOST_LISTED]),
        "notices": tuple(notice_json(notice) for notice in parsed.notices),
    }
    if len(chosen):
        about |= _contents(session, queue, chosen, zone)
    return Report(**about)


def _contents(session: Session, queue: Queue, chosen: Parsed, zone: str) -> Json:
    history = _history(chosen, queue, zone)
    grid = history.grid
    days = grid.days
    calls = _per_day(history)
    stored = _stored_per_day(session, queue, days[0], days[-1], zone)
    gaps, outliers = history.gaps(), history.outliers()
    return {
        "first": days[0].isoformat(),
        "last": days[-1].isoformat(),
        "days": tuple(
            (day.isoformat(), total, stored.get(day))
            for day, total in calls.items()
            if total is not None
        ),
        "gaps": tuple(
            (grid.start_of(g.begin).isoformat(), grid.start_of(g.end).isoformat())
            for g in gaps[:MOST_SHOWN]
        ),
        "gap_count": len(gaps),
        "outliers": tuple(
            (grid.start_of(o.index).isoformat(), o.offered, o.expected)
            for o in sorted(outliers, key=lambda o: -abs(o.score))[:MOST_SHOWN]
        ),
        "outlier_count": len(outliers),
        "clock_changes": tuple(
            day.isoformat() for day in days if _has_clock_change(day, zone)
        ),
    }


def _history(chosen: Parsed, queue: Queue, zone: str) -> IntervalHistory:
    """Return the rows of one queue on its own intervals."""
    if isinstance(chosen, IntervalRows):
        grid = days_grid(chosen.starts, chosen.minutes, zone)
        at = grid.indices_of(chosen.starts)
        offered = np.full(grid.count, np.nan)
        offered[at] = chosen.offered
        fine = IntervalHistory.from_offered(grid, offered)
        return fine.rebinned(queue.interval_minutes)
    grid = days_grid(chosen.entered, queue.interval_minutes, zone)
    at = grid.indices_of(chosen.entered)
    calls = np.bincount(at[chosen.is_offered], minlength=grid.count)
    known = np.isin(grid.local_days, grid.local_days[at])
    return IntervalHistory.from_offered(grid, np.where(known, calls, np.nan))


def _per_day(history: IntervalHistory) -> dict[date, float | None]:
    totals: dict[date, float | None] = {}
    for day in history.grid.days:
        cut = history.grid.day_slice(day)
        known = history.known[cut]
        totals[day] = float(history.offered[cut][known].sum()) if known.any() else None
    return totals


def _stored_per_day(
    session: Session, queue: Queue, first: date, last: date, zone: str
) -> dict[date, float | None]:
    begin, end = histories.local_day_bounds((first, last), zone)
    any_there = session.scalar(
        sa.select(IntervalActual.id)
        .where(
            IntervalActual.queue_id == queue.id,
            IntervalActual.starts_at >= begin,
            IntervalActual.starts_at < end,
        )
        .limit(1)
    )
    if any_there is None:
        return {}
    return _per_day(histories.figures(session, queue, first, last, zone=zone).history)


def _has_clock_change(day: date, zone: str) -> bool:
    begin, end = histories.local_day_bounds([day], zone)
    return end - begin != timedelta(days=1)
