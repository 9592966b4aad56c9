"""Leave: requests with their two steps, and a ledger that is only added to."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column
from webapp.models.people import User


class LeaveKind(enum.StrEnum):
    ANNUAL = "annual"
    SICK = "sick"
    EXCUSE = "excuse"
    UNPAID = "unpaid"
    PATERNITY = "paternity"
    MARRIAGE = "marriage"
    BEREAVEMENT = "bereavement"


class LeaveState(enum.StrEnum):
    """Where a request stands: the service lead screens, the manager decides (D 8)."""

    WAITING = "waiting"
    RETURNED = "returned"
    FORWARDED = "forwarded"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class LeaveRequest(Base):
    """One absence asked for. Days are counted in halves, so that none is lost."""

    __tablename__ = "leave_request"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        CheckConstraint("half_days > 0", name="half_days"),
        CheckConstraint(
            "NOT is_half OR (half_days = 1 AND first_day = last_day)", name="half_day"
        ),
        sa.Index("ix_leave_request_user_id_first_day", "user_id", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    kind: Mapped[LeaveKind] = enum_column(LeaveKind)
    first_day: Mapped[date]
    last_day: Mapped[date]
    half_days: Mapped[int]
    # Only half of a single day is asked for.
    is_half: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[LeaveState] = enum_column(
        LeaveState, default=LeaveState.WAITING, index=True
    )
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    steps: Mapped[list["LeaveStep"]] = relationship(order_by="LeaveStep.id")


class LeaveStep(Base):
    """One act on a request, with the figures its actor saw."""

    __tablename__ = "leave_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("leave_request.id"), index=True)
    state: Mapped[LeaveState] = enum_column(LeaveState)
    actor_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    figures: Mapped[dict[str, Any]]

    actor: Mapped[User] = relationship()


class LedgerReason(enum.StrEnum):
    OPENING = "opening"
    ENTITLEMENT = "entitlement"
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    LAPSED = "lapsed"
    CORRECTION = "correction"


class LeaveEntry(Base):
    """A line of a person's annual-leave ledger; the balance is the sum of the lines."""

    __tablename__ = "leave_entry"
    __table_args__ = (
        CheckConstraint("half_days <> 0", name="moves_something"),
        sa.Index("ix_leave_entry_user_id_day", "user_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    day: Mapped[date]
    # The leave year it is booked under: unused leave may lapse by year.
    year: Mapped[int]
    half_days: Mapped[int]
    reason: Mapped[LedgerReason] = enum_column(LedgerReason)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("leave_request.id"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    entered_at: Mapped[datetime]
