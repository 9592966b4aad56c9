"""Long work: ask for it, cancel it, try it again, hand it out.

A job is a row of ours; DBOS, whose only importer this is, merely hands its number
to one worker. Each handing-out has its own run number, and what a worker writes
counts only under the number it was given. Losing DBOS's tables loses no job: the
workers' sweep hands every job that is still wanted out again.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.models.jobs import ACTIVE_STATES, Job, JobQueue, JobState, Kind

APPLICATION = "vardiya"
WORKFLOW = "vardiya_job"

# DBOS hands a job only to workers of the same version, and by default derives the
# version from the code: an upgrade would strand every job in flight. Ours says how
# jobs are handed out, which is one way for ever.
ENGINE_VERSION = "1"

# How soon a free slot looks for work; each look costs a worker a few milliseconds.
POLL_S = {
    JobQueue.INTERACTIVE: 0.1,
    JobQueue.PLANNING: 0.25,
    JobQueue.SPEECH: 0.5,
}
DEFAULT_PRIORITY = 100
RETRIABLE = (JobState.FAILED, JobState.CANCELLED)

WAITING = ("ENQUEUED", "DELAYED")
CLAIMED = ("PENDING",)
FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
PURGE_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """One handing-out of a job, as the engine knows it.

    Attributes:
        worker_id: the worker that took it; None while it waits.
        version: the ENGINE_VERSION under which it was handed out.
    """

    workflow_id: str
    job_id: int
    run: int
    worker_id: str | None
    version: str | None


def enqueue(
    session: Session,
    kind: Kind,
    *,
    key: str,
    payload: dict[str, Any],
    title: dict[str, Any],
    owner_id: int | None,
    now: datetime,
    subject: tuple[str, int] | None = None,
    priority: int = DEFAULT_PRIORITY,
    again: bool = False,
) -> Job:
    """Return the job for this work, new or already there, in the caller's transaction.

    Args:
        key: what the work is about, such as "recording-17"; work of one kind and
            key that waits, runs or is done is not started a second time.
        payload: what the handler needs, as JSON; numbers of rows, not their contents.
        title: what the page's sentence about this kind names, as JSON.
        owner_id: who asked; None for the application itself.
        subject: table and id of the row that the work is about.
        priority: lower starts sooner within the queue, >= 1.
        again: start anew where the work is done already.
    """
    current = _current(session, kind, key)
    if current is not None:
        if current.state.is_active or (current.state is JobState.DONE and not again):
            return current
        current.is_current = False
        session.flush()
    job = Job(
        kind=kind.name,
        key=key,
        queue=kind.queue,
        priority=priority,
        title=title,
        subject_type=subject[0] if subject else None,
        subject_id=subject[1] if subject else None,
        payload=payload,
        owner_id=owner_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        winner = _current(session, kind, key)
        if winner is None:
            raise
        return winner
    _hand_out(session, job)
    return job


def cancel(session: Session, job_id: int, *, now: datetime) -> bool:
    """End a job that waits or runs; tell whether there was one.

    The worker that has it notices within half a second and kills its process;
    whatever it may still bring is refused from this transaction on.
    """
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or not job.state.is_active:
        return False
    job.state, job.ended_at = JobState.CANCELLED, now
    session.flush()
    return True


def retry(session: Session, job_id: int) -> bool:
    """Queue a failed or cancelled job anew with all its tries; tell whether it was."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or not job.is_current or job.state not in RETRIABLE:
        return False
    job.state, job.run, job.attempts = JobState.QUEUED, job.run + 1, 0
    job.error_code, job.error_params, job.error_text = None, {}, ""
    job.ended_at = job.started_at = None
    _forget_progress(job)
    session.flush()
    _hand_out(session, job)
    return True


def requeue(session: Session, job_id: int, *, run: int, forgive: bool = False) -> bool:
    """Queue an interrupted run anew under the next number; tell whether it was.

    Args:
        run: the run that was interrupted; a job that has moved on stays as it is.
        forgive: do not count the interrupted try, as for a worker told to stop.
    """
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.run != run or not job.state.is_active:
        return False
    if forgive and job.state is JobState.RUNNING:
        job.attempts -= 1
    job.state, job.run = JobState.QUEUED, run + 1
    _forget_progress(job)
    session.flush()
    _hand_out(session, job)
    return True


def active_runs(session: Session) -> dict[int, int]:
    """Return the present run number of every job that waits or runs."""
    rows = session.execute(
        sa.select(Job.id, Job.run).where(Job.state.in_(ACTIVE_STATES))
    )
    return dict(rows.tuples().all())


def prepare_database(url: str) -> None:
    """Create or upgrade the engine's own tables; safe to repeat.

    They stand beside ours in a SQLite file and in the schema `dbos` on PostgreSQL.
    """
    logging.getLogger("dbos").setLevel(logging.WARNING)  # it tells of every step
    DBOS.migrate(url)


class Engine:
    """The side of DBOS that works: one per worker process."""

    def __init__(
        self, url: str, *, worker_id: str, run: Callable[[int, int], None]
    ) -> None:
        """Make an engine that calls `run(job_id, run_number)` for each job handed out.

        `run` is called in a thread of its own, records the outcome itself and
        returns only once it is recorded.
        """

        def hand_to_worker() -> None:
            numbers = _numbers(str(DBOS.workflow_id))
            if numbers is not None:
                run(*numbers)

        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(hand_to_worker)
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": url,
                "executor_id": worker_id,
                "application_version": ENGINE_VERSION,
                "log_level": "WARNING",
            }
        )

    def start(self, slots: Mapping[JobQueue, int]) -> None:
        """Begin to take jobs, so many of each queue at a time."""
        DBOS.launch()
        for queue, number in slots.items():
            DBOS.register_queue(
                queue.value,
                worker_concurrency=number,
                polling_interval_sec=POLL_S[queue],
                on_conflict="always_update",
            )

    def handouts(self) -> list[Handout]:
        """Return every handing-out that waits for a worker or has one."""
        found = DBOS.list_workflows(
            status=[*WAITING, *CLAIMED],
            name=WORKFLOW,
            load_input=False,
            load_output=False,
        )
        return [
            Handout(
                workflow_id=w.workflow_id,
                job_id=numbers[0],
                run=numbers[1],
                worker_id=w.executor_id if w.status in CLAIMED else None,
                version=w.app_version,
            )
            for w in found
            if (numbers := _numbers(w.workflow_id)) is not None
        ]

    def withdraw(self, handouts: Iterable[Handout]) -> None:
        """Stop the engine from handing these out."""
        ids = [handout.workflow_id for handout in handouts]
        if ids:
            DBOS.cancel_workflows(ids)

    def purge(self, *, before: datetime) -> int:
        """Delete the engine's rows of work that ended before then; return how many."""
        deleted = 0
        while ids := [
            w.workflow_id
            for w in DBOS.list_workflows(
                status=list(FINISHED),
                completed_before=before.isoformat(),
                limit=PURGE_BATCH,
                load_input=False,
                load_output=False,
            )
        ]:
            DBOS.delete_workflows(ids)
            deleted += len(ids)
        return deleted

    def stop(self, *, grace_s: int) -> None:
        """Take no more jobs, wait so long for those that run, and let go."""
        DBOS.destroy(workflow_completion_timeout_sec=grace_s, destroy_registry=True)


def _current(session: Session, kind: Kind, key: str) -> Job | None:
    return session.scalars(
        sa.select(Job).where(Job.kind == kind.name, Job.key == key, Job.is_current)
    ).one_or_none()


def _forget_progress(job: Job) -> None:
    job.progress, job.message_code, job.message_params = 0.0, None, {}


def _hand_out(session: Session, job: Job) -> None:
    # The random part keeps a restored database, whose job numbers start over, apart
    # from what the engine still remembers.
    workflow_id = f"{job.id}-{job.run}-{secrets.token_hex(4)}"
    engine = session.get_bind().engine
    _client(engine.url.render_as_string(hide_password=False)).enqueue_in_transaction(
        session,
        {
            "workflow_name": WORKFLOW,
            "queue_name": job.queue.value,
            "workflow_id": workflow_id,
            "workflow_id_reuse_policy": "reject",
            "app_version": ENGINE_VERSION,
            "priority": job.priority,
        },
    )


@cache
def _client(url: str) -> DBOSClient:
    return DBOSClient(system_database_url=url, application_name=APPLICATION, lazy=True)


def _numbers(workflow_id: str) -> tuple[int, int] | None:
    parts = workflow_id.split("-")
    if len(parts) != 3 or not (parts[0].isdigit() and parts[1].isdigit()):
        return None
    return int(parts[0]), int(parts[1])
