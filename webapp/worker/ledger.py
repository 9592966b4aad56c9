"""How a job's row moves from state to state.

Every move is made under a run number. A worker whose run is no longer the job's
present one finds nothing to lock and can therefore change nothing, however late
it comes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.jobs import Job, JobState
from webapp.worker.computing import Failure


def begin(
    session: Session, job_id: int, *, run: int, worker_id: str, now: datetime
) -> Job | None:
    """Start a queued job under this run; None if it was cancelled or has moved on."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.run != run or job.state is not JobState.QUEUED:
        return None
    job.state, job.worker_id, job.started_at = JobState.RUNNING, worker_id, now
    job.attempts += 1
    return job


def lock(session: Session, job_id: int, *, run: int) -> Job | None:
    """Return the job, held until the transaction ends, if it runs under this run."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.run != run or job.state is not JobState.RUNNING:
        return None
    return job


def finish(job: Job, result: dict[str, Any] | None, *, now: datetime) -> None:
    """End a locked job well."""
    job.state, job.result, job.ended_at = JobState.DONE, result, now
    job.progress = 1.0


def fail(job: Job, failure: Failure, *, now: datetime) -> None:
    """End a locked job with a reason."""
    job.state, job.ended_at = JobState.FAILED, now
    job.error_code, job.error_params = failure.code, failure.params
    job.error_text = failure.text


def note_progress(
    session: Session,
    job_id: int,
    *,
    run: int,
    share: float,
    code: str,
    params: dict[str, Any],
) -> bool:
    """Note how far a run is; tell whether it is still the job's present one."""
    noted = session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.run == run, Job.state == JobState.RUNNING)
        .values(
            progress=min(max(share, 0.0), 1.0),
            message_code=code or None,
            message_params=params,
        )
        .returning(Job.id)
    )
    return noted.first() is not None


def unwanted(session: Session, runs: Iterable[tuple[int, int]]) -> set[int]:
    """Return those of the (job, run) pairs' jobs that no longer run under that run."""
    asked = dict(runs)
    rows = session.execute(
        sa.select(Job.id, Job.run).where(
            Job.id.in_(asked), Job.state == JobState.RUNNING
        )
    )
    present = dict(rows.tuples().all())
    return {job_id for job_id, run in asked.items() if present.get(job_id) != run}
