"""Long work: every job, the workers alive, when periodic tasks last ran.

The rows are the truth about a job; the engine that hands them out (`webapp.jobs`)
may forget finished work at any time.
"""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column
from webapp.models.people import User


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether the job still waits or runs."""
        return self in ACTIVE_STATES


ACTIVE_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobQueue(enum.StrEnum):
    """Who waits for whom; each queue has its own slots in every worker."""

    INTERACTIVE = "interactive"
    PLANNING = "planning"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of long work and the queue it waits in."""

    name: str
    queue: JobQueue


class Job(Base):
    """One piece of long work, from the wish to the outcome.

    `run` is the number under which the work was last handed out: a worker may
    write to the row only while it is RUNNING under the number that worker was
    given, so that one which was thought dead and wakes can change nothing.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress"),
        CheckConstraint("run >= 1 AND attempts >= 0", name="counters"),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name="ended_iff_dated",
        ),
        CheckConstraint(
            "(state = 'failed') = (error_code IS NOT NULL)", name="failed_iff_reason"
        ),
        CheckConstraint(
            "state <> 'running' OR (worker_id IS NOT NULL AND started_at IS NOT NULL)",
            name="running_has_worker",
        ),
        CheckConstraint(
            "(subject_type IS NULL) = (subject_id IS NULL)", name="subject"
        ),
        # The newest job under a key; earlier ones that failed or were repeated stay.
        sa.Index(
            "uq_job_current_key",
            "kind",
            "key",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        sa.Index("ix_job_state_created_at", "state", "created_at"),
        sa.Index("ix_job_subject_type_subject_id", "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(200))
    is_current: Mapped[bool] = mapped_column(default=True)
    queue: Mapped[JobQueue] = enum_column(JobQueue)
    # Lower numbers start sooner.
    priority: Mapped[int] = mapped_column(default=100)
    # What the title of this kind names, for the sentence made on the page.
    title: Mapped[dict[str, Any]]
    subject_type: Mapped[str | None] = mapped_column(sa.String(64))
    subject_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]]
    # None for work that nobody asked for, such as a file found in a watched folder.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    state: Mapped[JobState] = enum_column(JobState, default=JobState.QUEUED)
    run: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    # The worker that has it, or had it last.
    worker_id: Mapped[str | None] = mapped_column(sa.String(120))
    progress: Mapped[float] = mapped_column(default=0.0)
    message_code: Mapped[str | None] = mapped_column(sa.String(64))
    message_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any] | None]
    error_code: Mapped[str | None] = mapped_column(sa.String(64))
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error_text: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)

    owner: Mapped[User | None] = relationship()


class WorkerHeartbeat(Base):
    """A worker process that is alive, or was when it last said so."""

    __tablename__ = "worker_heartbeat"

    worker_id: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    host: Mapped[str] = mapped_column(sa.String(120))
    pid: Mapped[int]
    # The kernel and process namespace in which `pid` means something; None if unknown.
    place: Mapped[str | None] = mapped_column(sa.String(120))
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime] = mapped_column(index=True)


class PeriodicRun(Base):
    """When a periodic task was last taken on, by whichever worker."""

    __tablename__ = "periodic_run"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    last_at: Mapped[datetime]
