"""Forms, evaluations with their evidence, and what agents answer to them."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, enum_column
from webapp.models.calls import Recording, Transcript
from webapp.models.people import User


class FormVersion(Base):
    """A form as it was at a time. A version that scored a call never changes."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("form_key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_key: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    definition: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    is_current: Mapped[bool] = mapped_column(default=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime]


class EvaluationState(enum.StrEnum):
    """A machine proposes; only a person's confirmation counts."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"


class Evaluation(Base):
    """One form filled for one call."""

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint(
            "(state <> 'confirmed' OR confirmed_at IS NOT NULL) "
            "AND (state <> 'proposed' OR confirmed_at IS NULL)",
            name="confirmed_iff_dated",
        ),
        CheckConstraint(
            "total IS NULL OR (total >= 0 AND total <= 1)", name="total_share"
        ),
        # A recording has one evaluation that stands; the rest are history.
        sa.Index(
            "uq_evaluation_standing",
            "recording_id",
            unique=True,
            sqlite_where=sa.text("state <> 'superseded'"),
            postgresql_where=sa.text("state <> 'superseded'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcript.id"))
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    state: Mapped[EvaluationState] = enum_column(
        EvaluationState, default=EvaluationState.PROPOSED, index=True
    )
    # Share of the reachable points; None while nothing could be scored.
    total: Mapped[float | None]
    auto_failed_by: Mapped[list[Any]]
    provenance: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    confirmed_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    # The evaluation that an appeal, or a newer transcript, put this one in place of.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation.id"))

    recording: Mapped[Recording] = relationship()
    transcript: Mapped[Transcript] = relationship()
    form_version: Mapped[FormVersion] = relationship()
    agent: Mapped[User | None] = relationship(foreign_keys=[agent_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    items: Mapped[list["EvaluationItem"]] = relationship(order_by="EvaluationItem.id")
    responses: Mapped[list["AgentResponse"]] = relationship(order_by="AgentResponse.id")


class Verdict(enum.StrEnum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    NOT_APPLICABLE = "not_applicable"


class EvaluationItem(Base):
    """One question: the machine's proposal with evidence, and a person's word."""

    __tablename__ = "evaluation_item"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "key"),
        CheckConstraint(
            "verdict IS NULL OR proposed IS NULL OR verdict = proposed "
            "OR proposed = 'unsure' OR override_reason <> ''",
            name="override_has_reason",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    # None: the item is for a reviewer's ear, no machine proposes.
    proposed: Mapped[Verdict | None] = enum_column(
        Verdict, constraint="proposed_verdict", nullable=True
    )
    # The share of the weight that is proposed, exact, such as "2/3".
    proposed_share: Mapped[str | None] = mapped_column(sa.String(32))
    # Why the machine says so: a value of qa.listening.Reason.
    reason: Mapped[str] = mapped_column(sa.String(32), default="")
    evidence: Mapped[list[Any]]
    verdict: Mapped[Verdict | None] = enum_column(Verdict, nullable=True)
    override_reason: Mapped[str] = mapped_column(sa.Text, default="")


class ResponseKind(enum.StrEnum):
    ACKNOWLEDGED = "acknowledged"
    APPEALED = "appealed"


class AppealOutcome(enum.StrEnum):
    UPHELD = "upheld"
    CHANGED = "changed"


class AgentResponse(Base):
    """What the agent said to a confirmed evaluation; an appeal gets an outcome."""

    __tablename__ = "agent_response"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), index=True)
    kind: Mapped[ResponseKind] = enum_column(ResponseKind)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime]
    outcome: Mapped[AppealOutcome | None] = enum_column(AppealOutcome, nullable=True)
    outcome_text: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime | None]

    decided_by: Mapped[User | None] = relationship()
