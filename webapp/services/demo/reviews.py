"""What the demo's reviewers have confirmed, and what agents said to it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from webapp.models.calls import Recording
from webapp.models.quality import Evaluation, EvaluationState, Verdict
from webapp.services import appeals, evaluations

# Calls whose proposals a reviewer has gone through; the others wait in the queue.
REVIEWED = ("D-0001", "D-0002", "D-0007", "D-0008", "D-0010", "D-0013", "D-0014")
ACKNOWLEDGED = "D-0007"
APPEALED = "D-0002"


def confirm_some(session: Session, ids: dict[str, int], *, now: datetime) -> int:
    """Confirm the proposals of some calls where none is confirmed; return how many."""
    confirmed = sa.select(Evaluation.id).where(
        Evaluation.state != EvaluationState.PROPOSED
    )
    if session.scalar(confirmed.limit(1)) is not None:
        return 0
    proposals = session.scalars(
        sa.select(Evaluation)
        .join(Recording, Recording.id == Evaluation.recording_id)
        .where(Recording.call_key.in_(REVIEWED))
        .options(selectinload(Evaluation.items))
    ).all()
    for evaluation in proposals:
        evaluations.confirm(
            session,
            evaluation.id,
            {item.key: _judgement(item.proposed) for item in evaluation.items},
            comment="",
            actor_id=ids["kalite"],
            now=now,
        )
    return len(proposals)


def _judgement(proposed: Verdict | None) -> evaluations.Judgement:
    """Return a kind reviewer's word: the proposal, or yes where there is none."""
    if proposed in (None, Verdict.UNSURE):
        return evaluations.Judgement(verdict=Verdict.YES)
    return evaluations.Judgement(verdict=proposed)


def answer_some(session: Session, *, today: date, now: datetime) -> None:
    """Let one agent acknowledge an evaluation and another appeal."""
    for key in (ACKNOWLEDGED, APPEALED):
        found = session.scalar(
            sa.select(Evaluation)
            .join(Recording, Recording.id == Evaluation.recording_id)
            .where(
                Recording.call_key == key,
                Evaluation.state == EvaluationState.CONFIRMED,
            )
        )
        if found is None or found.agent_id is None:
            continue
        if key == ACKNOWLEDGED:
            appeals.acknowledge(session, found.id, agent_id=found.agent_id, now=now)
        else:
            appeals.appeal(
                session,
                found.id,
                "Arayanın adını söyledim, kayıtta duyuluyor.",
                agent_id=found.agent_id,
                today=today,
                now=now,
            )
