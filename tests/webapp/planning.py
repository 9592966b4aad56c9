"""A queue with a past, for tests of what is planned from it."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.grid import IntervalGrid
from tests.webapp.conftest import NOW
from webapp.models.demand import (
    ImportBatch,
    ImportKind,
    IntervalActual,
    OpeningHours,
    Queue,
)

ZONE = "Europe/Istanbul"
MONDAY = date(2026, 11, 23)
OPENS, CLOSES = 8 * 60 + 30, 17 * 60 + 30


def add_queue(session: Session, code: str = "vergi", **values: object) -> Queue:
    """Add a queue that is open on weekdays from 08:30 to 17:30."""
    queue = Queue(code=code, name=code.title(), **values)
    session.add(queue)
    session.flush()
    session.add_all(
        OpeningHours(
            queue_id=queue.id, weekday=day, opens_minute=OPENS, closes_minute=CLOSES
        )
        for day in range(5)
    )
    session.flush()
    return queue


def calls_at(instant: datetime) -> float:
    """Return the calls that every queue of these tests gets: by weekday and hour."""
    return 20.0 + 4 * instant.weekday() + (6 * instant.hour + instant.minute // 30) % 13


def add_history(
    session: Session,
    queue: Queue,
    *,
    weeks: int,
    until: date = MONDAY,
    aht_s: float | None = 200.0,
) -> None:
    """Give the queue so many weeks of calls, the last one ending before a day."""
    batch = ImportBatch(
        kind=ImportKind.INTERVALS,
        queue_id=queue.id,
        file_name="history.csv",
        sha256="0" * 64,
        rows_new=0,
        rows_changed=0,
        rows_same=0,
        rows_refused=0,
        layout={},
        imported_at=NOW,
    )
    session.add(batch)
    session.flush()
    first = until - timedelta(weeks=weeks)
    grid = IntervalGrid.for_days(first, 7 * weeks, queue.interval_minutes, ZONE)
    rows = []
    for at in range(grid.count):
        local = grid.local_start_of(at)
        minute = local.hour * 60 + local.minute
        if local.weekday() > 4 or not OPENS <= minute < CLOSES:
            continue
        offered = calls_at(local)
        rows.append(
            {
                "queue_id": queue.id,
                "starts_at": grid.start_of(at).astimezone(UTC),
                "minutes": queue.interval_minutes,
                "offered": offered,
                "answered": offered - 1,
                "abandoned": 1.0,
                "answered_in_time": None,
                "wait_s": None,
                "aht_s": aht_s,
                "batch_id": batch.id,
            }
        )
    session.execute(sa.insert(IntervalActual), rows)
