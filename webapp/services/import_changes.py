"""What rows of a file change among those stored, and how they are written."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.calls import CallRecords
from forecasting.interval_file import IntervalRows
from webapp.models.base import Base
from webapp.models.demand import CallOutcome, CallRecord, IntervalActual
from webapp.services.errors import Refused

T = TypeVar("T")
Row = dict[str, Any]  # Any: column values
Key = TypeVar("Key", bound=Hashable)

INTERVAL_FIGURES = ("offered", "answered", "abandoned", "aht_s")
MEASURES = ("answered_in_time", "wait_s")
CALL_FIELDS = (
    *("arrived_at", "outcome", "wait_s", "service_s"),
    *("agent_code", "call_type"),
)
MOST_EXAMPLES = 100
BATCH = 5000
CODE_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What writing a file's rows would do.

    Attributes:
        new: rows to add.
        changed: rows to change, with their `id` and the values that differ.
        same: rows that are stored already as they are.
        examples: per changed row the first hundred: key, what was, what will be.
    """

    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    same: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON


def interval_changes(session: Session, queue_id: int, rows: IntervalRows) -> Changes:
    """Return what the figures of a file change; blank figures change nothing."""
    wanted = wanted_intervals(rows)
    stored = _stored_intervals(session, queue_id, wanted, INTERVAL_FIGURES)
    return _compared(wanted, stored, keeps_unknown=True)


def measure_changes(
    session: Session, queue_id: int, wanted: Mapping[datetime, Row]
) -> Changes:
    """Return what figures reckoned from calls change."""
    fields = (*INTERVAL_FIGURES, *MEASURES)
    stored = _stored_intervals(session, queue_id, wanted, fields)
    return _compared(wanted, stored, keeps_unknown=False)


def call_changes(session: Session, queue_id: int, calls: CallRecords) -> Changes:
    """Return what the calls of a file change; a call is known by its external key."""
    wanted = wanted_calls(calls)
    stored: dict[str, tuple[int, Row]] = {}
    for keys in batches(list(wanted)):
        found = session.execute(
            sa.select(
                CallRecord.external_key,
                CallRecord.id,
                *(getattr(CallRecord, name) for name in CALL_FIELDS),
            ).where(CallRecord.queue_id == queue_id, CallRecord.external_key.in_(keys))
        )
        for key, number, *values in found:
            stored[key] = (number, dict(zip(CALL_FIELDS, values, strict=True)))
    return _compared(wanted, stored, keeps_unknown=False)


def write(session: Session, table: type[Base], changes: Changes, fixed: Row) -> None:
    """Add the new rows and change the changed ones; `fixed` holds for all of them."""
    for rows in batches(changes.new):
        session.execute(sa.insert(table), [{**row, **fixed} for row in rows])
    batch = {"batch_id": fixed["batch_id"]}
    for rows in batches(changes.changed):
        session.execute(sa.update(table), [{**row, **batch} for row in rows])


def wanted_intervals(rows: IntervalRows) -> dict[datetime, Row]:
    """Return a file's figures by their start; rows that leave calls blank are gaps."""
    columns = [getattr(rows, name).tolist() for name in INTERVAL_FIGURES]
    wanted: dict[datetime, Row] = {}
    for start, *values in zip(rows.starts.tolist(), *columns, strict=True):
        known = [None if value != value else value for value in values]  # NaN
        if known[0] is not None:
            starts_at = start.replace(tzinfo=UTC)
            figures = dict(zip(INTERVAL_FIGURES, known, strict=True))
            wanted[starts_at] = {
                "starts_at": starts_at,
                "minutes": rows.minutes,
                **figures,
            }
    return wanted


def wanted_calls(calls: CallRecords) -> dict[str, Row]:
    """Return a file's calls by their external key."""
    return {
        call.external_key: {
            "external_key": call.external_key,
            "arrived_at": call.entered_at,
            "outcome": CallOutcome(call.outcome.value),
            "wait_s": call.wait_s,
            "service_s": call.service_s,
            "agent_code": call.agent[:CODE_LENGTH] or None,
            "call_type": call.queue[:CODE_LENGTH] or None,
        }
        for call in calls
    }


def refuse_other_lengths(
    session: Session, queue_id: int, starts: Sequence[datetime], minutes: int, zone: str
) -> None:
    """Refuse figures on days that hold figures by another length of interval.

    Raises:
        Refused: `other_intervals_there`, with the first such day.
    """
    if not starts:
        return
    days = local_days(starts, zone)
    found = session.execute(
        sa.select(IntervalActual.starts_at, IntervalActual.minutes)
        .where(
            IntervalActual.queue_id == queue_id,
            IntervalActual.minutes != minutes,
            IntervalActual.starts_at.between(min(starts), max(starts)),
        )
        .order_by(IntervalActual.starts_at)
    )
    for starts_at, other in found:
        (day,) = local_days([starts_at], zone)
        if day in days:
            raise Refused("other_intervals_there", minutes=other, got=minutes, day=day)


def local_days(instants: Iterable[datetime], zone: str) -> set[date]:
    """Return the local days on which these instants lie."""
    tz = ZoneInfo(zone)
    hours = {at.replace(minute=at.minute // 15 * 15, second=0) for at in instants}
    return {at.astimezone(tz).date() for at in hours}


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield the rows in lists of at most so many."""
    each = iter(rows)
    while part := list(islice(each, size)):
        yield part


def _stored_intervals(
    session: Session,
    queue_id: int,
    wanted: Mapping[datetime, Row],
    fields: tuple[str, ...],
) -> dict[datetime, tuple[int, Row]]:
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(
            IntervalActual.starts_at,
            IntervalActual.id,
            *(getattr(IntervalActual, name) for name in fields),
        ).where(
            IntervalActual.queue_id == queue_id,
            IntervalActual.starts_at.between(min(wanted), max(wanted)),
        )
    )
    return {
        starts_at: (number, dict(zip(fields, values, strict=True)))
        for starts_at, number, *values in rows
    }


def _compared(
    wanted: Mapping[Key, Row],
    stored: Mapping[Key, tuple[int, Row]],
    *,
    keeps_unknown: bool,
) -> Changes:
    new: list[Row] = []
    changed: list[Row] = []
    examples: list[dict[str, Any]] = []  # Any: JSON
    for key, row in wanted.items():
        if key not in stored:
            new.append(row)
            continue
        number, old = stored[key]
        differing = {
            name: row[name]
            for name, before in old.items()
            if row[name] != before and not (keeps_unknown and row[name] is None)
        }
        if differing:
            changed.append({"id": number, **differing})
            if len(examples) < MOST_EXAMPLES:
                before = {name: old[name] for name in differing}
                examples.append({"key": key, "was": before, "is": differing})
    same = len(wanted) - len(new) - len(changed)
    return Changes(new=new, changed=changed, same=same, examples=examples)


def as_aware(starts: "np.typing.NDArray[np.datetime64]") -> list[datetime]:
    """Return UTC instants as aware datetimes."""
    return [start.replace(tzinfo=UTC) for start in starts.tolist()]
