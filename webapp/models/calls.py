"""Recorded calls and their transcripts."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column
from webapp.models.demand import Queue
from webapp.models.people import User


class Direction(enum.StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class RecordType(enum.StrEnum):
    """What the call was about, as the agent recorded it (D.2.5)."""

    INFORMATION = "information"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    SATISFACTION = "satisfaction"
    TRANSACTION = "transaction"


class RecordingState(enum.StrEnum):
    STORED = "stored"
    TRANSCRIBED = "transcribed"
    FAILED = "failed"
    DESTROYED = "destroyed"


class Recording(Base):
    """One recorded call: its sound is in the store under `sha256`."""

    __tablename__ = "recording"
    __table_args__ = (
        CheckConstraint("channels IN (1, 2)", name="channels"),
        CheckConstraint(
            "agent_channel IS NULL OR agent_channel < channels", name="agent_channel"
        ),
        CheckConstraint("duration_s > 0", name="duration_s"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    file_name: Mapped[str] = mapped_column(sa.String(300))
    media_type: Mapped[str] = mapped_column(sa.String(64))
    size_bytes: Mapped[int]
    channels: Mapped[int]
    sample_rate: Mapped[int]
    duration_s: Mapped[float]
    # None when mono: nobody knows who speaks.
    agent_channel: Mapped[int | None]
    state: Mapped[RecordingState] = enum_column(
        RecordingState, default=RecordingState.STORED
    )
    failure: Mapped[str] = mapped_column(sa.String(64), default="")
    call_key: Mapped[str | None] = mapped_column(sa.String(128), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"), index=True)
    caller_name: Mapped[str | None] = mapped_column(sa.String(200))
    direction: Mapped[Direction] = enum_column(Direction, default=Direction.INBOUND)
    record_type: Mapped[RecordType | None] = enum_column(RecordType, nullable=True)
    unit: Mapped[str | None] = mapped_column(sa.String(100))
    was_transferred: Mapped[bool | None]
    started_at: Mapped[datetime] = mapped_column(index=True)
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    stored_at: Mapped[datetime]
    keep_until: Mapped[date]
    legal_hold: Mapped[str] = mapped_column(sa.Text, default="")
    # Speech, silence and talk-over, measured on the sound itself.
    sound: Mapped[dict[str, Any] | None]

    agent: Mapped[User | None] = relationship(foreign_keys=[agent_id])
    queue: Mapped[Queue | None] = relationship()
    transcripts: Mapped[list["Transcript"]] = relationship(order_by="Transcript.id")


class Transcript(Base):
    """What one engine with one model heard; a newer one never replaces it."""

    __tablename__ = "transcript"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    # recordings.transcript.Transcript as JSON: every word, unredacted.
    original: Mapped[dict[str, Any]]
    # Spans to mask, from recordings.redaction.
    redactions: Mapped[list[Any]]
    engine: Mapped[str] = mapped_column(sa.String(64))
    model_name: Mapped[str] = mapped_column(sa.String(100))
    model_hash: Mapped[str] = mapped_column(sa.String(64))
    provenance: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Quarantined(Base):
    """A file that could not be taken in: kept with the reason, never lost.

    Its bytes are in the store under `sha256` like a recording's, and encrypted like
    them, for a broken recording still holds somebody's voice.
    """

    __tablename__ = "quarantined_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(sa.String(300))
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size_bytes: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(64))
    params: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime]
