"""What a reviewer has before them: proposals to confirm, all or a fair sample."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from qa.sampling import Candidate, Plan, draw
from webapp.models.calls import Recording
from webapp.models.quality import Evaluation, EvaluationState
from webapp.services.recordings import Filters, conditions_of

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which evaluations a reviewer wants to see.

    Attributes:
        below: only proposals under this share.
        per_agent: draw so many of each agent's week; None shows all.
        seed: the same seed draws the same calls.
    """

    calls: Filters
    state: EvaluationState = EvaluationState.PROPOSED
    below: float | None = None
    per_agent: int | None = None
    seed: int = 1


def queue(
    session: Session, wanted: Wanted, *, reviewer_id: int, zone: str, page: int = 1
) -> tuple[list[Evaluation], int]:
    """Return a page of evaluations, the oldest call first, and how many match.

    The reviewer's own calls are not among them.
    """
    conditions = [
        Evaluation.state == wanted.state,
        sa.or_(Evaluation.agent_id.is_(None), Evaluation.agent_id != reviewer_id),
        *conditions_of(wanted.calls, zone),
    ]
    if wanted.below is not None:
        conditions.append(Evaluation.total < wanted.below)
    found = list(
        session.scalars(
            sa.select(Evaluation)
            .join(Evaluation.recording)
            .where(*conditions)
            .options(
                joinedload(Evaluation.recording).joinedload(Recording.queue),
                joinedload(Evaluation.agent),
                joinedload(Evaluation.confirmed_by),
            )
            .order_by(Recording.started_at, Evaluation.id)
        )
    )
    if wanted.per_agent is not None:
        found = _sample(found, wanted.per_agent, wanted.seed)
    start = (page - 1) * PER_PAGE
    return found[start : start + PER_PAGE], len(found)


def _sample(found: list[Evaluation], per_agent: int, seed: int) -> list[Evaluation]:
    """Return so many evaluations of each agent's week, drawn by lot."""
    candidates = [
        Candidate(
            call=str(row.id),
            agent=str(row.agent_id),
            stratum=f"{row.agent_id} {_week(row)}",
            is_flagged=bool(row.auto_failed_by),
        )
        for row in found
    ]
    plan = Plan(per_stratum=per_agent, seed=seed)
    drawn = {candidate.call for candidate in draw(candidates, plan).calls}
    return [row for row in found if str(row.id) in drawn]


def _week(evaluation: Evaluation) -> str:
    year, week, _ = evaluation.recording.started_at.isocalendar()
    return f"{year}-{week}"
