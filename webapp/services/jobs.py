"""What people see of long work and may do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp import jobs
from webapp.models.jobs import (
    ACTIVE_STATES,
    Job,
    JobQueue,
    JobState,
    WorkerHeartbeat,
)
from webapp.services import audit
from webapp.services.errors import Conflict, NotFound

ENDED_STATES = tuple(state for state in JobState if not state.is_active)
WORKER_SILENT_AFTER = timedelta(seconds=60)
# Below this share the time that remains is a guess not worth showing.
LEAST_SHARE = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A job as pages show it.

    Attributes:
        share: how much is done, 0-1; None while that is not known.
        elapsed_s: seconds since it started, until it ended; None before.
        remaining_s: seconds it still takes at the pace so far; None if unknown.
    """

    id: int
    kind: str
    queue: JobQueue
    title: dict[str, Any]
    state: JobState
    owner_id: int | None
    owner_name: str | None
    share: float | None
    step: str | None
    step_params: dict[str, Any]
    created_at: datetime
    ended_at: datetime | None
    elapsed_s: float | None
    remaining_s: float | None
    attempts: int
    result: dict[str, Any] | None
    error_code: str | None
    error_params: dict[str, Any]
    error_text: str
    can_retry: bool


def active(session: Session, *, now: datetime) -> list[JobLine]:
    """Return the jobs that run and wait, running ones first, then by their turn."""
    rows = session.scalars(
        _query()
        .where(Job.state.in_(ACTIVE_STATES))
        .order_by(Job.state.desc(), Job.priority, Job.id)
    )
    return [_line(job, now) for job in rows]


def ended(
    session: Session,
    *,
    now: datetime,
    state: JobState | None = None,
    page: int = 1,
    per_page: int = 25,
) -> tuple[list[JobLine], int]:
    """Return a page of the jobs that have ended, latest first, and their number."""
    condition = Job.state.in_(ENDED_STATES if state is None else (state,))
    total = session.scalar(sa.select(sa.func.count(Job.id)).where(condition))
    rows = session.scalars(
        _query()
        .where(condition)
        .order_by(Job.ended_at.desc(), Job.id.desc())
        .offset((page - 1) * per_page)
        .limit(per_page)
    )
    return [_line(job, now) for job in rows], total or 0


def of_subject(
    session: Session, subject: tuple[str, int], *, now: datetime
) -> list[JobLine]:
    """Return the jobs about a row of ours, latest first."""
    kind, number = subject
    rows = session.scalars(
        _query()
        .where(Job.subject_type == kind, Job.subject_id == number)
        .order_by(Job.id.desc())
    )
    return [_line(job, now) for job in rows]


def one(session: Session, job_id: int, *, now: datetime) -> JobLine:
    """Return a job.

    Raises:
        NotFound: if there is none of this number.
    """
    job = session.scalars(_query().where(Job.id == job_id)).one_or_none()
    if job is None:
        raise NotFound("job", job_id)
    return _line(job, now)


def count_active(session: Session) -> int:
    """Return how many jobs run or wait."""
    query = sa.select(sa.func.count(Job.id)).where(Job.state.in_(ACTIVE_STATES))
    return session.scalar(query) or 0


def has_worker(session: Session, *, now: datetime) -> bool:
    """Tell whether a worker has been heard of lately."""
    query = sa.select(WorkerHeartbeat.worker_id).where(
        WorkerHeartbeat.beat_at > now - WORKER_SILENT_AFTER
    )
    return session.scalars(query.limit(1)).first() is not None


def cancel(
    session: Session, job_id: int, *, by: int, may_control: bool, now: datetime
) -> None:
    """End a job that waits or runs.

    Args:
        may_control: whether the person may end other people's jobs as well.

    Raises:
        NotFound: if there is none of this number, or it is not theirs to end.
        Conflict: if it has ended.
    """
    kind = _controlled(session, job_id, by=by, may_control=may_control)
    if not jobs.cancel(session, job_id, now=now):
        raise Conflict("job_ended")
    _record(session, "job.cancelled", job_id, kind=kind, by=by, now=now)


def retry(
    session: Session, job_id: int, *, by: int, may_control: bool, now: datetime
) -> None:
    """Queue a job anew that failed or was cancelled.

    Raises:
        NotFound: if there is none of this number, or it is not theirs.
        Conflict: if it has not failed, or a later one took its place.
    """
    kind = _controlled(session, job_id, by=by, may_control=may_control)
    if not jobs.retry(session, job_id):
        raise Conflict("job_not_to_retry")
    _record(session, "job.retried", job_id, kind=kind, by=by, now=now)


def _controlled(session: Session, job_id: int, *, by: int, may_control: bool) -> str:
    job = session.get(Job, job_id)
    if job is None or not (may_control or job.owner_id == by):
        raise NotFound("job", job_id)
    return job.kind


def _record(
    session: Session, action: str, job_id: int, *, kind: str, by: int, now: datetime
) -> None:
    audit.record(
        session,
        actor_id=by,
        action=action,
        object_type="job",
        object_id=job_id,
        details={"kind": kind},
        now=now,
    )


def _query() -> sa.Select[Job]:
    return sa.select(Job).options(joinedload(Job.owner))


def _line(job: Job, now: datetime) -> JobLine:
    elapsed_s = None
    if job.started_at is not None:
        elapsed_s = ((job.ended_at or now) - job.started_at).total_seconds()
    is_running = job.state is JobState.RUNNING
    remaining_s = None
    if is_running and elapsed_s is not None and job.progress >= LEAST_SHARE:
        remaining_s = elapsed_s * (1 - job.progress) / job.progress
    return JobLine(
        id=job.id,
        kind=job.kind,
        queue=job.queue,
        title=job.title,
        state=job.state,
        owner_id=job.owner_id,
        owner_name=job.owner.full_name if job.owner else None,
        share=job.progress if job.progress > 0 else None,
        step=job.message_code if is_running else None,
        step_params=job.message_params,
        created_at=job.created_at,
        ended_at=job.ended_at,
        elapsed_s=elapsed_s,
        remaining_s=remaining_s,
        attempts=job.attempts,
        result=job.result,
        error_code=job.error_code,
        error_params=job.error_params,
        error_text=job.error_text,
        can_retry=job.is_current and job.state in jobs.RETRIABLE,
    )
