"""Figures per interval, reckoned again for the days whose calls have changed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.call_measures import CallMeasures, MeasureOptions, measure_calls
from forecasting.calls import NO_PRIORITY, CallRecords
from forecasting.grid import IntervalGrid
from webapp.models.demand import CallRecord, IntervalActual, Queue
from webapp.services.import_changes import (
    Row,
    as_aware,
    measure_changes,
    refuse_other_lengths,
    write,
)


def recount(
    session: Session,
    queue: Queue,
    days: Iterable[date],
    like: CallRecords,
    *,
    batch_id: int,
    zone: str,
) -> int:
    """Bring the intervals of these local days in line with the stored calls.

    Every interval of a day with any call is known, be it with no calls.

    Args:
        like: records that the stored calls take their layout from.

    Returns:
        How many intervals are new or changed.
    """
    touched = sorted(days)
    if not touched:
        return 0
    count = (touched[-1] - touched[0]).days + 1
    grid = IntervalGrid.for_days(touched[0], count, queue.interval_minutes, zone)
    calls = _stored_calls(session, queue.id, grid.start, grid.end, like)
    options = MeasureOptions(answer_within_s=queue.answer_within_s)
    wanted = _rows(measure_calls(calls, grid, options), set(touched))
    refuse_other_lengths(session, queue.id, list(wanted), grid.minutes, zone)
    changes = measure_changes(session, queue.id, wanted)
    write(
        session, IntervalActual, changes, {"queue_id": queue.id, "batch_id": batch_id}
    )
    return len(changes.new) + len(changes.changed)


def _stored_calls(
    session: Session, queue_id: int, begin: datetime, end: datetime, like: CallRecords
) -> CallRecords:
    rows = session.execute(
        sa.select(
            CallRecord.external_key,
            CallRecord.arrived_at,
            CallRecord.outcome,
            CallRecord.wait_s,
            CallRecord.service_s,
        ).where(
            CallRecord.queue_id == queue_id,
            CallRecord.arrived_at >= begin,
            CallRecord.arrived_at < end,
        )
    ).all()
    size = len(rows)
    blank = np.full(size, "", dtype=np.str_)
    entered = [row[1].replace(tzinfo=None) for row in rows]
    return replace(
        like,
        external_keys=np.array([row[0] for row in rows], dtype=np.str_),
        call_ids=blank.copy(),
        queues=blank.copy(),
        priorities=np.full(size, NO_PRIORITY, dtype=np.int64),
        entered=np.array(entered, dtype="datetime64[s]"),
        outcomes=np.array([row[2].value for row in rows], dtype=np.str_),
        wait_s=np.array([row[3] for row in rows], dtype=np.float64),
        service_s=np.array([row[4] for row in rows], dtype=np.float64),
        agents=blank.copy(),
        lines=np.zeros(size, dtype=np.int64),
    )


def _rows(measures: CallMeasures, days: set[date]) -> dict[datetime, Row]:
    grid = measures.grid
    wanted: dict[datetime, Row] = {}
    local = grid.local_days.tolist()
    aht_s = measures.aht_s.tolist()
    for at, start in enumerate(as_aware(grid.starts)):
        if local[at] in days and measures.known[at]:
            wanted[start] = {
                "starts_at": start,
                "minutes": grid.minutes,
                "offered": float(measures.offered[at]),
                "answered": float(measures.answered[at]),
                "abandoned": float(measures.abandoned[at]),
                "answered_in_time": float(measures.answered_in_time[at]),
                "wait_s": float(measures.total_wait_s[at]),
                "aht_s": None if aht_s[at] != aht_s[at] else aht_s[at],
            }
    return wanted
