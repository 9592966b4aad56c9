"""Calls that came, calls that will come, agents they need."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column
from webapp.models.people import User


class Queue(Base):
    """A line of calls with one promise: so many answered within so many seconds."""

    __tablename__ = "queue"
    __table_args__ = (
        CheckConstraint("service_level > 0 AND service_level < 1", name="level_share"),
        CheckConstraint("answer_within_s >= 0", name="answer_within_s"),
        CheckConstraint("shrinkage >= 0 AND shrinkage < 1", name="shrinkage_share"),
        CheckConstraint("interval_minutes IN (15, 30, 60)", name="interval_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    interval_minutes: Mapped[int] = mapped_column(default=30)
    service_level: Mapped[float] = mapped_column(default=0.80)
    answer_within_s: Mapped[float] = mapped_column(default=20.0)
    max_occupancy: Mapped[float] = mapped_column(default=0.88)
    shrinkage: Mapped[float] = mapped_column(default=0.15)
    default_aht_s: Mapped[float] = mapped_column(default=180.0)
    # Public holidays close it, half ones from 13:00 on.
    closes_on_holidays: Mapped[bool] = mapped_column(default=True)


class OpeningHours(Base):
    """When a queue is open on a weekday (Monday 0), in local minutes of the day."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        UniqueConstraint("queue_id", "weekday"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "opens_minute >= 0 AND closes_minute <= 1440 "
            "AND opens_minute < closes_minute",
            name="within_day",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    weekday: Mapped[int]
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]


class SpecialDayKind(enum.StrEnum):
    CLOSED = "closed"
    EXCLUDE = "exclude"
    SCALE = "scale"


class SpecialDay(Base):
    """A day that is not like its weekday: closed, not to learn from, or scaled."""

    __tablename__ = "special_day"
    __table_args__ = (
        UniqueConstraint("queue_id", "day"),
        CheckConstraint("(kind = 'scale') = (factor IS NOT NULL)", name="factor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[SpecialDayKind] = enum_column(SpecialDayKind)
    factor: Mapped[float | None]


class ImportKind(enum.StrEnum):
    INTERVALS = "intervals"
    CALLS = "calls"


class ImportBatch(Base):
    """One file taken in: what it was and what it changed."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind] = enum_column(ImportKind)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(300))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    rows_new: Mapped[int]
    rows_changed: Mapped[int]
    rows_same: Mapped[int]
    rows_refused: Mapped[int]
    layout: Mapped[dict[str, Any]]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    imported_at: Mapped[datetime]

    imported_by: Mapped[User | None] = relationship()
    queue: Mapped[Queue] = relationship()


class ImportDraft(Base):
    """A file that was uploaded and read, before somebody takes it in.

    Its bytes are a file of the data folder until then, named by `sha256`.
    """

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind] = enum_column(ImportKind)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    # What the person said about the file, and what was found in it so read.
    choices: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any] | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]

    queue: Mapped[Queue] = relationship()


class IntervalActual(Base):
    """What one queue saw in one interval; an interval without a row is unknown.

    `answered_in_time` and `wait_s` (the waits of the answered calls, added up) come
    from calls one by one; `aht_s` is the mean over the answered calls.
    """

    __tablename__ = "interval_actual"
    __table_args__ = (
        UniqueConstraint("queue_id", "starts_at"),
        CheckConstraint("offered >= 0", name="offered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    offered: Mapped[float]
    answered: Mapped[float | None]
    abandoned: Mapped[float | None]
    answered_in_time: Mapped[float | None]
    wait_s: Mapped[float | None]
    aht_s: Mapped[float | None]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)


class CallOutcome(enum.StrEnum):
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    NOT_OFFERED = "not_offered"
    PHANTOM = "phantom"


class CallRecord(Base):
    """One call as the telephone system wrote it; times in seconds.

    Only answered and abandoned calls were offered, and only they have a wait.
    """

    __tablename__ = "call_record"
    __table_args__ = (
        UniqueConstraint("queue_id", "external_key"),
        sa.Index("ix_call_record_queue_id_arrived_at", "queue_id", "arrived_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    external_key: Mapped[str] = mapped_column(sa.String(128))
    arrived_at: Mapped[datetime]
    outcome: Mapped[CallOutcome] = enum_column(CallOutcome)
    wait_s: Mapped[float | None]
    service_s: Mapped[float | None]
    agent_code: Mapped[str | None] = mapped_column(sa.String(64))
    call_type: Mapped[str | None] = mapped_column(sa.String(64))
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)


class Forecast(Base):
    """A snapshot: what one model, at one moment, expected of one queue."""

    __tablename__ = "forecast"

    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    minutes: Mapped[int]
    model: Mapped[str] = mapped_column(sa.String(64))
    scores: Mapped[dict[str, Any]]
    provenance: Mapped[dict[str, Any]]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]

    queue: Mapped[Queue] = relationship()
    created_by: Mapped[User | None] = relationship()
    intervals: Mapped[list["ForecastInterval"]] = relationship(
        order_by="ForecastInterval.starts_at"
    )


class ForecastInterval(Base):
    __tablename__ = "forecast_interval"
    __table_args__ = (
        UniqueConstraint("forecast_id", "starts_at"),
        CheckConstraint("low <= volume AND volume <= high", name="band_holds_volume"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forecast_id: Mapped[int] = mapped_column(ForeignKey("forecast.id"))
    starts_at: Mapped[datetime]
    volume: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    aht_s: Mapped[float]


class Requirement(Base):
    """Agents needed per interval for one forecast and one promise."""

    __tablename__ = "requirement"

    id: Mapped[int] = mapped_column(primary_key=True)
    forecast_id: Mapped[int] = mapped_column(ForeignKey("forecast.id"), index=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    minutes: Mapped[int]
    target: Mapped[dict[str, Any]]
    shrinkage: Mapped[float]
    provenance: Mapped[dict[str, Any]]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]

    queue: Mapped[Queue] = relationship()
    forecast: Mapped[Forecast] = relationship()
    intervals: Mapped[list["RequirementInterval"]] = relationship(
        order_by="RequirementInterval.starts_at"
    )


class RequirementInterval(Base):
    """`agents` are on the phones; `scheduled` adds shrinkage."""

    __tablename__ = "requirement_interval"
    __table_args__ = (
        UniqueConstraint("requirement_id", "starts_at"),
        CheckConstraint("agents >= 0 AND scheduled >= agents", name="scheduled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    starts_at: Mapped[datetime]
    volume: Mapped[float]
    aht_s: Mapped[float]
    agents: Mapped[int]
    scheduled: Mapped[int]
    service_level: Mapped[float]
    asa_s: Mapped[float | None]
    occupancy: Mapped[float]
