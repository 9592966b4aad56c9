"""Evaluations: proposed by the machine, confirmed by a person, kept for ever.

Only a confirmation counts. What is confirmed never changes: an appeal that succeeds
makes a new evaluation in its place, and the old one stays as history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from qa import scoring
from qa.forms import Form
from qa.scoring import Answer, Score
from webapp.models.calls import Recording, RecordingState
from webapp.models.quality import (
    AgentResponse,
    Evaluation,
    EvaluationItem,
    EvaluationState,
    Verdict,
)
from webapp.services import audit, notices
from webapp.services.errors import Conflict, NotFound, Refused

__all__ = [
    "Evaluation",
    "EvaluationState",
    "Judgement",
    "Verdict",
    "confirm",
    "evaluation_for",
    "form_of",
    "judged",
    "score_of",
    "standing_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's word on one item; a reason where it differs from the proposal."""

    verdict: Verdict
    reason: str = ""


def evaluation_for(
    session: Session, evaluation_id: int, *, viewer_id: int, sees_all: bool
) -> Evaluation:
    """Return an evaluation with everything a page shows of it.

    Raises:
        NotFound: if there is none, or the viewer sees only their own confirmed ones.
    """
    found = session.scalar(_loaded().where(Evaluation.id == evaluation_id))
    if found is None:
        raise NotFound("evaluation", evaluation_id)
    is_own = found.agent_id == viewer_id
    if not sees_all and (not is_own or found.state is EvaluationState.PROPOSED):
        raise NotFound("evaluation", evaluation_id)
    return found


def standing_of(session: Session, recording_id: int) -> Evaluation | None:
    """Return the evaluation of a recording that is not history."""
    return session.scalar(
        _loaded().where(
            Evaluation.recording_id == recording_id,
            Evaluation.state != EvaluationState.SUPERSEDED,
        )
    )


def replacement_of(session: Session, evaluation_id: int) -> int | None:
    """Return the id of the evaluation that took the place of this one."""
    return session.scalar(
        sa.select(Evaluation.id).where(Evaluation.replaces_id == evaluation_id)
    )


def _loaded() -> sa.Select[Evaluation]:
    return sa.select(Evaluation).options(
        joinedload(Evaluation.recording).joinedload(Recording.agent),
        joinedload(Evaluation.recording).joinedload(Recording.queue),
        joinedload(Evaluation.transcript),
        joinedload(Evaluation.form_version),
        joinedload(Evaluation.agent),
        joinedload(Evaluation.confirmed_by),
        selectinload(Evaluation.items),
        selectinload(Evaluation.responses).joinedload(AgentResponse.decided_by),
    )


def form_of(evaluation: Evaluation) -> Form:
    """Return the form version that an evaluation is on."""
    return Form.from_yaml(evaluation.form_version.definition)


def answer_of(item: EvaluationItem) -> Answer | None:
    """Return what stands for an item: a person's word, else the proposal.

    The share of a partial credit stands as long as the verdict does.
    """
    verdict = item.verdict or item.proposed
    if verdict is None:
        return None
    is_proposed = verdict == item.proposed and item.proposed_share is not None
    share = Fraction(item.proposed_share or 0) if is_proposed else None
    return Answer(scoring.Verdict(verdict.value), share)


def score_of(evaluation: Evaluation, form: Form) -> Score:
    """Return the exact score of an evaluation as it stands."""
    answers = {item.key: answer_of(item) for item in evaluation.items}
    return scoring.evaluate(form, {k: a for k, a in answers.items() if a is not None})


def confirm(
    session: Session,
    evaluation_id: int,
    judgements: Mapping[str, Judgement],
    *,
    comment: str,
    actor_id: int,
    now: datetime,
) -> Evaluation:
    """Make a proposal an evaluation that counts; its agent is told.

    Raises:
        NotFound: if there is none.
        Conflict: `evaluation_confirmed`, `evaluation_of_own_call`,
            `recording_destroyed`.
        Refused: `verdict_missing`, `override_reason_missing` of an item.
        AnswerInvalid: where an item that always applies is set aside.
    """
    evaluation = _locked(session, evaluation_id)
    if evaluation.state is not EvaluationState.PROPOSED:
        raise Conflict("evaluation_confirmed")
    require_not_own(evaluation, actor_id)
    recording = evaluation.recording
    if recording.state is RecordingState.DESTROYED:
        raise Conflict("recording_destroyed", file=recording.file_name)
    form = form_of(evaluation)
    judge(evaluation, judgements)
    settle(evaluation, form, actor_id=actor_id, now=now)
    evaluation.comment = comment.strip()
    _record(session, evaluation, "evaluation.confirmed", now)
    if evaluation.agent_id is not None:
        notices.tell(
            session,
            user_id=evaluation.agent_id,
            code="evaluation_confirmed",
            params={"day": recording.started_at},
            link=f"/scorecards/evaluation/{evaluation.id}",
            now=now,
        )
    return evaluation


def _locked(session: Session, evaluation_id: int) -> Evaluation:
    found = session.get(Evaluation, evaluation_id, with_for_update=True)
    if found is None:
        raise NotFound("evaluation", evaluation_id)
    return found


def require_not_own(evaluation: Evaluation, actor_id: int) -> None:
    """Refuse whoever the call is of.

    Raises:
        Conflict: `evaluation_of_own_call`.
    """
    if actor_id in (evaluation.agent_id, evaluation.recording.agent_id):
        raise Conflict("evaluation_of_own_call")


def judged(item: EvaluationItem, judgement: Judgement | None) -> tuple[Verdict, str]:
    """Return a person's verdict with its reason.

    Raises:
        Refused: `verdict_missing`, `override_reason_missing`, naming the item.
    """
    if judgement is None or judgement.verdict is Verdict.UNSURE:
        raise Refused("verdict_missing", field=item.key)
    reason = judgement.reason.strip()
    is_open = item.proposed in (None, Verdict.UNSURE)
    if not is_open and judgement.verdict is not item.proposed and not reason:
        raise Refused("override_reason_missing", field=item.key)
    return judgement.verdict, reason


def judge(evaluation: Evaluation, judgements: Mapping[str, Judgement]) -> None:
    """Write a person's word on every item.

    Raises:
        Refused: `verdicts_incomplete` with the sentence of each item that lacks one.
    """
    missing: dict[str, str] = {}
    for item in evaluation.items:
        try:
            item.verdict, item.override_reason = judged(item, judgements.get(item.key))
        except Refused as refusal:
            missing[item.key] = refusal.code
    if missing:
        raise Refused("verdicts_incomplete", count=len(missing), items=missing)


def settle(evaluation: Evaluation, form: Form, *, actor_id: int, now: datetime) -> None:
    """Give a judged evaluation its exact total and its author."""
    score = score_of(evaluation, form)
    evaluation.total = None if score.total is None else float(score.total / 100)
    evaluation.auto_failed_by = list(score.auto_failed_by)
    evaluation.provenance = evaluation.provenance | {
        "total": None if score.total is None else str(score.total)
    }
    evaluation.state = EvaluationState.CONFIRMED
    evaluation.confirmed_by_id, evaluation.confirmed_at = actor_id, now


def _record(
    session: Session, evaluation: Evaluation, action: str, now: datetime
) -> None:
    overridden = [
        item.key
        for item in evaluation.items
        if item.proposed is not None and item.verdict is not item.proposed
    ]
    audit.record(
        session,
        actor_id=evaluation.confirmed_by_id,
        action=action,
        object_type="evaluation",
        object_id=evaluation.id,
        details={"total": evaluation.total, "overridden": overridden},
        now=now,
    )
