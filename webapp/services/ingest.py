"""Files of history: a dry run that changes nothing, and taking them in."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.calls import CallRecords
from forecasting.columns import fold
from forecasting.grid import IntervalGrid
from webapp import jobs
from webapp.models.demand import (
    CallRecord,
    ImportBatch,
    ImportDraft,
    ImportKind,
    IntervalActual,
    Queue,
)
from webapp.models.jobs import JobQueue, Kind
from webapp.services import audit
from webapp.services.errors import Refused, ServiceError
from webapp.services.import_changes import (
    Changes,
    batches,
    call_changes,
    interval_changes,
    local_days,
    refuse_other_lengths,
    wanted_calls,
    wanted_intervals,
    write,
)
from webapp.services.import_findings import Report, header_of, layout_json, refused
from webapp.services.import_reading import Choices, Parsed, only_queue
from webapp.services.import_recount import recount
from webapp.services.import_reports import report_of

CHECK_IMPORT = Kind("check_import", JobQueue.PLANNING)
STORE_IMPORT = Kind("store_import", JobQueue.PLANNING)

# A file that unpacks to more than this is read in a job, with its progress shown.
AT_ONCE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file as its batch remembers it, and who brought it."""

    file_name: str
    sha256: str
    by: int | None


def dry_run(
    session: Session,
    queue: Queue,
    read: Parsed | Report,
    choices: Choices,
    *,
    zone: str,
) -> Report:
    """Return what taking a file in would do; nothing is written."""
    if isinstance(read, Report):
        return read
    try:
        chosen = chosen_rows(read, queue, choices)
        changes = _changes(session, queue, chosen, zone)
    except ServiceError as refusal:
        return replace(
            refused(refusal, header_of(read.layout)),
            file_queues=tuple(name for name in read.queue_names if name),
            layout=layout_json(read.layout),
        )
    return report_of(session, queue, read, chosen, changes, zone=zone)


def take_in(
    session: Session,
    queue: Queue,
    parsed: Parsed,
    choices: Choices,
    origin: Origin,
    *,
    zone: str,
    now: datetime,
) -> ImportBatch:
    """Store the good lines of a file; taking the same file in again changes nothing.

    Raises:
        Refused: if the lines do not fit the queue, none is good, or one is bad and
            the person wants all or nothing.
    """
    session.get(Queue, queue.id, with_for_update=True)  # one import a queue at a time
    if choices.all_or_nothing and parsed.errors:
        raise Refused("bad_lines_refused", count=_lines(parsed))
    chosen = chosen_rows(parsed, queue, choices)
    if not len(chosen):
        raise Refused("nothing_to_import")
    changes = _changes(session, queue, chosen, zone)
    batch = ImportBatch(
        kind=ImportKind.CALLS if choices.is_calls else ImportKind.INTERVALS,
        queue_id=queue.id,
        file_name=origin.file_name,
        sha256=origin.sha256,
        rows_new=len(changes.new),
        rows_changed=len(changes.changed),
        rows_same=changes.same,
        rows_refused=_lines(parsed),
        layout=layout_json(parsed.layout),
        imported_by_id=origin.by,
        imported_at=now,
    )
    session.add(batch)
    session.flush()
    fixed = {"queue_id": queue.id, "batch_id": batch.id}
    if isinstance(chosen, CallRecords):
        days = _touched_days(session, changes, zone)
        write(session, CallRecord, changes, fixed)
        recount(session, queue, days, chosen, batch_id=batch.id, zone=zone)
    else:
        write(session, IntervalActual, changes, fixed)
    _record(session, batch, changes, now=now)
    return batch


def chosen_rows(parsed: Parsed, queue: Queue, choices: Choices) -> Parsed:
    """Return the rows of a file that are about the queue.

    All calls are, unless a queue of the file is chosen. Of figures of several queues
    those are that bear the queue's own name or code, unless another is chosen.

    Raises:
        Refused: `file_queues` where that leaves it open, `no_such_file_queue` where
            the file has no queue of the name chosen.
    """
    names = tuple(name for name in parsed.queue_names if name)
    known = {fold(name): name for name in names}
    listed = ", ".join(names)
    if choices.file_queue:
        if fold(choices.file_queue) not in known:
            raise Refused("no_such_file_queue", name=choices.file_queue, names=listed)
        return only_queue(parsed, choices.file_queue)
    if choices.is_calls or len(names) < 2:
        return parsed
    for own in (queue.code, queue.name):
        if fold(own) in known:
            return only_queue(parsed, own)
    raise Refused("file_queues", names=listed)


def ask(
    session: Session, draft: ImportDraft, kind: Kind, *, by: int, now: datetime
) -> int:
    """Ask a worker to check a draft or take it in; return the job's number."""
    said = json.dumps(draft.choices, sort_keys=True).encode()
    job = jobs.enqueue(
        session,
        kind,
        key=f"draft-{draft.id}-{hashlib.sha256(said).hexdigest()[:16]}",
        payload={"draft_id": draft.id},
        title={"file": draft.file_name},
        subject=("import_draft", draft.id),
        owner_id=by,
        now=now,
        again=True,
    )
    return job.id


def check_draft(
    session: Session, draft: ImportDraft, read: Parsed | Report, *, zone: str
) -> Report:
    """Run a draft dry and keep what was found with it."""
    choices = Choices.from_json(draft.choices)
    report = dry_run(session, draft.queue, read, choices, zone=zone)
    draft.report = report.to_json()
    return report


def take_in_draft(
    session: Session,
    draft: ImportDraft,
    read: Parsed | Report,
    *,
    zone: str,
    now: datetime,
) -> ImportBatch:
    """Take in the file of a draft and end the draft.

    Raises:
        Refused: as `take_in` does, and if nothing of the file can be used.
    """
    if isinstance(read, Report):
        raise Refused("nothing_to_import")
    batch = take_in(
        session,
        draft.queue,
        read,
        Choices.from_json(draft.choices),
        Origin(file_name=draft.file_name, sha256=draft.sha256, by=draft.created_by_id),
        zone=zone,
        now=now,
    )
    draft.batch_id, draft.report = batch.id, None
    return batch


def _changes(session: Session, queue: Queue, chosen: Parsed, zone: str) -> Changes:
    if isinstance(chosen, CallRecords):
        arrivals = [row["arrived_at"] for row in wanted_calls(chosen).values()]
        minutes = queue.interval_minutes
        refuse_other_lengths(session, queue.id, arrivals, minutes, zone)
        return call_changes(session, queue.id, chosen)
    starts = list(wanted_intervals(chosen))
    if starts:
        _check_fit(queue, starts, chosen.minutes, zone)
    refuse_other_lengths(session, queue.id, starts, chosen.minutes, zone)
    return interval_changes(session, queue.id, chosen)


def _check_fit(queue: Queue, starts: list[datetime], minutes: int, zone: str) -> None:
    """Refuse intervals that do not add up to the queue's."""
    if queue.interval_minutes % minutes:
        raise Refused(
            "interval_does_not_fit", got=minutes, minutes=queue.interval_minutes
        )
    day = next(iter(local_days(starts[:1], zone)))
    midnight = IntervalGrid.for_days(day, 1, minutes, zone).start
    width = timedelta(minutes=minutes)
    if any((start - midnight) % width for start in starts):
        raise Refused("off_the_clock")


def _touched_days(session: Session, changes: Changes, zone: str) -> set[date]:
    """Return the local days whose calls change, those a call moves away from too."""
    instants = [row["arrived_at"] for row in changes.new]
    numbers = [row["id"] for row in changes.changed]
    for part in batches(numbers):
        instants += session.scalars(
            sa.select(CallRecord.arrived_at).where(CallRecord.id.in_(part))
        )
    instants += [r["arrived_at"] for r in changes.changed if "arrived_at" in r]
    return local_days(instants, zone)


def _lines(parsed: Parsed) -> int:
    return len({error.line for error in parsed.errors})


def _record(
    session: Session, batch: ImportBatch, changes: Changes, *, now: datetime
) -> None:
    audit.record(
        session,
        actor_id=batch.imported_by_id,
        action="history.imported",
        object_type="import_batch",
        object_id=batch.id,
        details={
            "queue_id": batch.queue_id,
            "file": batch.file_name,
            "sha256": batch.sha256,
            "new": batch.rows_new,
            "changed": batch.rows_changed,
            "same": batch.rows_same,
            "refused": batch.rows_refused,
            "changes": changes.examples,
        },
        now=now,
    )
