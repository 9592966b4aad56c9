"""Rotas as stored: drafts are edited, published versions never change."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column
from webapp.models.demand import Queue, Requirement
from webapp.models.people import User


class QueueSkill(Base):
    """A person who answers a queue's calls."""

    __tablename__ = "queue_skill"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    queue_id: Mapped[int] = mapped_column(
        ForeignKey("queue.id"), primary_key=True, index=True
    )


class ShiftPattern(Base):
    """A shift people may be given: its start in the day and its length."""

    __tablename__ = "shift_pattern"
    __table_args__ = (
        CheckConstraint("starts_minute BETWEEN 0 AND 1439", name="starts_in_day"),
        CheckConstraint("minutes BETWEEN 60 AND 660", name="at_most_11_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    starts_minute: Mapped[int]
    minutes: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)


class RotaState(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class Rota(Base):
    """A queue's plan for some days. Publishing a newer version supersedes the old."""

    __tablename__ = "rota"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('published', 'superseded')) = (published_at IS NOT NULL)",
            name="published_iff_dated",
        ),
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        UniqueConstraint("queue_id", "first_day", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    requirement_id: Mapped[int] = mapped_column(
        ForeignKey("requirement.id"), index=True
    )
    first_day: Mapped[date] = mapped_column(index=True)
    last_day: Mapped[date]
    version: Mapped[int]
    state: Mapped[RotaState] = enum_column(RotaState, default=RotaState.DRAFT)
    # The version this draft was made from, so that changes can be shown.
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("rota.id"))
    status: Mapped[str] = mapped_column(sa.String(32))
    objective: Mapped[float | None]
    bound: Mapped[float | None]
    penalties: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]]
    provenance: Mapped[dict[str, Any]]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    published_at: Mapped[datetime | None]

    queue: Mapped[Queue] = relationship()
    requirement: Mapped[Requirement] = relationship()
    published_by: Mapped[User | None] = relationship(foreign_keys=[published_by_id])
    assignments: Mapped[list["Assignment"]] = relationship(
        order_by="Assignment.starts_at", back_populates="rota"
    )


class Assignment(Base):
    """One person's shift on one day, with its lunch and its other break."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("rota_id", "user_id", "day"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "(lunch_starts_at IS NULL) = (lunch_ends_at IS NULL)", name="lunch_whole"
        ),
        CheckConstraint(
            "lunch_starts_at IS NULL OR (lunch_starts_at >= starts_at "
            "AND lunch_ends_at <= ends_at AND lunch_ends_at > lunch_starts_at)",
            name="lunch_within_shift",
        ),
        CheckConstraint(
            "(break_starts_at IS NULL) = (break_ends_at IS NULL)", name="break_whole"
        ),
        CheckConstraint(
            "break_starts_at IS NULL OR (break_starts_at >= starts_at "
            "AND break_ends_at <= ends_at AND break_ends_at > break_starts_at)",
            name="break_within_shift",
        ),
        sa.Index("ix_assignment_user_id_day", "user_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    day: Mapped[date]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    lunch_starts_at: Mapped[datetime | None]
    lunch_ends_at: Mapped[datetime | None]
    # What the labour law asks for beyond the lunch (4857 art. 68).
    break_starts_at: Mapped[datetime | None]
    break_ends_at: Mapped[datetime | None]
    is_locked: Mapped[bool] = mapped_column(default=False)
    lunch_is_locked: Mapped[bool] = mapped_column(default=False)

    rota: Mapped[Rota] = relationship(back_populates="assignments")
    user: Mapped[User] = relationship()
