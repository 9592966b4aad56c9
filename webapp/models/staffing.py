"""What goes up to the top manager: shortfalls of staff, and what to destroy."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column
from webapp.models.people import User


class EscalationState(enum.StrEnum):
    SENT = "sent"
    READ = "read"
    ANSWERED = "answered"
    CLOSED = "closed"


class EscalationAnswer(enum.StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    ASKS_FOR_MORE = "asks_for_more"


class Escalation(Base):
    """The manager's notice that staff do not suffice (D 4 ç), its figures frozen."""

    __tablename__ = "escalation"
    __table_args__ = (
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name="answered_iff_dated"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(64), unique=True)
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    figures: Mapped[dict[str, Any]]
    state: Mapped[EscalationState] = enum_column(
        EscalationState, default=EscalationState.SENT
    )
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    answer: Mapped[EscalationAnswer | None] = enum_column(
        EscalationAnswer, nullable=True
    )
    answer_text: Mapped[str] = mapped_column(sa.Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    sent_by: Mapped[User] = relationship(foreign_keys=[sent_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])


class DestructionState(enum.StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"


class DestructionProposal(Base):
    """Nothing is destroyed before the top manager approves it here (D 5c)."""

    __tablename__ = "destruction_proposal"
    __table_args__ = (
        CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name="decided_iff_dated"
        ),
        # A refused thing may be proposed again; nothing is proposed or done twice.
        sa.Index(
            "uq_destruction_proposal_standing",
            "object_type",
            "object_id",
            unique=True,
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    object_type: Mapped[str] = mapped_column(sa.String(64))
    object_id: Mapped[str] = mapped_column(sa.String(64), index=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[DestructionState] = enum_column(
        DestructionState, default=DestructionState.PROPOSED
    )
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(sa.Text, default="")
    done_at: Mapped[datetime | None]
    certificate: Mapped[dict[str, Any] | None]

    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
