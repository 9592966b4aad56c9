"""What an agent answers to an evaluation, and what becomes of an appeal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.calls import Recording, RecordingState
from webapp.models.people import CentreSetting, Role
from webapp.models.quality import (
    AgentResponse,
    AppealOutcome,
    Evaluation,
    EvaluationItem,
    EvaluationState,
    ResponseKind,
)
from webapp.services import audit, evaluations, notices, roles
from webapp.services.errors import Conflict, NotFound, Refused
from webapp.services.evaluations import Judgement

SETTING = "appeal_window"
DEFAULT_DAYS = 7
MOST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How an appeal ends: in whose words, by whom, when."""

    text: str
    actor_id: int
    now: datetime


def window_days(session: Session) -> int:
    """Return for how many days an evaluation may be answered."""
    stored = session.get(CentreSetting, SETTING)
    return int(stored.value["days"]) if stored else DEFAULT_DAYS


def set_window(session: Session, days: int, *, actor_id: int, now: datetime) -> None:
    """Choose for how many days an evaluation may be answered.

    Raises:
        Refused: `whole_range`.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Refused("whole_range", field="days", least=1, most=MOST_DAYS)
    before = window_days(session)
    session.merge(
        CentreSetting(
            key=SETTING, value={"days": days}, changed_at=now, changed_by_id=actor_id
        )
    )
    audit.record(
        session,
        actor_id=actor_id,
        action="centre.changed",
        object_type="centre",
        object_id=SETTING,
        details={"days": [before, days]},
        now=now,
    )


def open_until(evaluation: Evaluation, days: int) -> datetime | None:
    """Return until when the agent may answer; None for what is not confirmed."""
    if evaluation.confirmed_at is None:
        return None
    return evaluation.confirmed_at + timedelta(days=days)


def open_appeal(evaluation: Evaluation) -> AgentResponse | None:
    """Return the appeal that waits for a decision."""
    for response in evaluation.responses:
        if response.kind is ResponseKind.APPEALED and response.outcome is None:
            return response
    return None


def acknowledge(
    session: Session, evaluation_id: int, *, agent_id: int, now: datetime
) -> AgentResponse:
    """Say that one has read one's evaluation.

    Raises:
        NotFound, Conflict: as `_answerable`.
    """
    evaluation = _answerable(session, evaluation_id, agent_id, now)
    return _answer(session, evaluation, ResponseKind.ACKNOWLEDGED, "", now)


def appeal(
    session: Session,
    evaluation_id: int,
    text: str,
    *,
    agent_id: int,
    today: date,
    now: datetime,
) -> AgentResponse:
    """Contest one's evaluation; the reviewers who may decide are told.

    Raises:
        NotFound, Conflict: as `_answerable`.
        Refused: `appeal_reason_missing`.
    """
    evaluation = _answerable(session, evaluation_id, agent_id, now)
    if not text.strip():
        raise Refused("appeal_reason_missing", field="text")
    response = _answer(session, evaluation, ResponseKind.APPEALED, text.strip(), now)
    barred = {evaluation.confirmed_by_id, agent_id}
    for reviewer_id in roles.holders(session, Role.QA_REVIEWER, today):
        if reviewer_id not in barred:
            notices.tell(
                session,
                user_id=reviewer_id,
                code="appeal_made",
                params={"day": evaluation.recording.started_at},
                link="/evaluations/?show=appeals",
                now=now,
            )
    return response


def _answerable(
    session: Session, evaluation_id: int, agent_id: int, now: datetime
) -> Evaluation:
    """Return the agent's own evaluation, if it can be answered now.

    Raises:
        NotFound: if it is not theirs.
        Conflict: `evaluation_not_standing`, `already_answered`, `appeal_window_over`.
    """
    evaluation = evaluations.evaluation_for(
        session, evaluation_id, viewer_id=agent_id, sees_all=False
    )
    if evaluation.state is not EvaluationState.CONFIRMED:
        raise Conflict("evaluation_not_standing")
    if evaluation.responses:
        raise Conflict("already_answered")
    days = window_days(session)
    until = open_until(evaluation, days)
    if until is not None and now > until:
        raise Conflict("appeal_window_over", days=days)
    return evaluation


def _answer(
    session: Session,
    evaluation: Evaluation,
    kind: ResponseKind,
    text: str,
    now: datetime,
) -> AgentResponse:
    response = AgentResponse(evaluation_id=evaluation.id, kind=kind, text=text, at=now)
    session.add(response)
    session.flush()
    audit.record(
        session,
        actor_id=evaluation.agent_id,
        action=f"evaluation.{kind.value}",
        object_type="evaluation",
        object_id=evaluation.id,
        reason=text,
        now=now,
    )
    return response


def uphold(session: Session, evaluation_id: int, decision: Decision) -> Evaluation:
    """Leave an evaluation as it is, against an appeal.

    Raises:
        NotFound, Conflict, Refused: as `_decided`.
    """
    evaluation, response = _decided(session, evaluation_id, decision)
    _close(session, evaluation, response, AppealOutcome.UPHELD, decision)
    return evaluation


def change(
    session: Session,
    evaluation_id: int,
    judgements: Mapping[str, Judgement],
    decision: Decision,
) -> Evaluation:
    """Score a call anew after an appeal; return the evaluation that stands now.

    Raises:
        NotFound, Conflict, Refused: as `_decided` and `evaluations.judge`.
        Refused: `appeal_changes_nothing`.
    """
    old, response = _decided(session, evaluation_id, decision)
    new = Evaluation(
        recording_id=old.recording_id,
        transcript_id=old.transcript_id,
        form_version_id=old.form_version_id,
        agent_id=old.agent_id,
        state=EvaluationState.PROPOSED,
        total=None,
        auto_failed_by=[],
        provenance={k: v for k, v in old.provenance.items() if k != "total"},
        created_at=decision.now,
        comment=decision.text.strip(),
        replaces_id=old.id,
        items=[_copy(item) for item in old.items],
    )
    evaluations.judge(new, judgements)
    before = {item.key: item.verdict for item in old.items}
    changed = [item.key for item in new.items if item.verdict != before[item.key]]
    if not changed:
        raise Refused("appeal_changes_nothing")
    old.state = EvaluationState.SUPERSEDED
    session.flush()
    form = evaluations.form_of(old)
    evaluations.settle(new, form, actor_id=decision.actor_id, now=decision.now)
    session.add(new)
    session.flush()
    _close(session, old, response, AppealOutcome.CHANGED, decision, changed, new.id)
    return new


def _copy(item: EvaluationItem) -> EvaluationItem:
    return EvaluationItem(
        key=item.key,
        proposed=item.proposed,
        proposed_share=item.proposed_share,
        reason=item.reason,
        evidence=item.evidence,
    )


def _decided(
    session: Session, evaluation_id: int, decision: Decision
) -> tuple[Evaluation, AgentResponse]:
    """Return an evaluation and its open appeal, which this person may decide now.

    Raises:
        NotFound: if there is none.
        Conflict: `no_open_appeal`, `appeal_own_evaluation`, `evaluation_of_own_call`,
            `recording_destroyed`.
        Refused: `appeal_answer_missing`.
    """
    evaluation = session.scalar(
        sa.select(Evaluation).where(Evaluation.id == evaluation_id).with_for_update()
    )
    if evaluation is None:
        raise NotFound("evaluation", evaluation_id)
    response = open_appeal(evaluation)
    if response is None or evaluation.state is not EvaluationState.CONFIRMED:
        raise Conflict("no_open_appeal")
    if evaluation.confirmed_by_id == decision.actor_id:
        raise Conflict("appeal_own_evaluation")
    evaluations.require_not_own(evaluation, decision.actor_id)
    if evaluation.recording.state is RecordingState.DESTROYED:
        name = evaluation.recording.file_name
        raise Conflict("recording_destroyed", file=name)
    if not decision.text.strip():
        raise Refused("appeal_answer_missing", field="outcome_text")
    return evaluation, response


def _close(
    session: Session,
    evaluation: Evaluation,
    response: AgentResponse,
    outcome: AppealOutcome,
    decision: Decision,
    changed: list[str] | None = None,
    standing_id: int | None = None,
) -> None:
    response.outcome, response.outcome_text = outcome, decision.text.strip()
    response.decided_by_id, response.decided_at = decision.actor_id, decision.now
    audit.record(
        session,
        actor_id=decision.actor_id,
        action=f"appeal.{outcome.value}",
        object_type="evaluation",
        object_id=evaluation.id,
        reason=response.outcome_text,
        details={"changed": changed or [], "standing": standing_id or evaluation.id},
        now=decision.now,
    )
    if evaluation.agent_id is not None:
        notices.tell(
            session,
            user_id=evaluation.agent_id,
            code=f"appeal_{outcome.value}",
            params={"day": evaluation.recording.started_at},
            link=f"/scorecards/evaluation/{standing_id or evaluation.id}",
            now=decision.now,
        )


def waiting(session: Session) -> list[Evaluation]:
    """Return the evaluations with an appeal to decide, the oldest first."""
    return list(
        session.scalars(
            sa.select(Evaluation)
            .join(AgentResponse)
            .where(
                AgentResponse.kind == ResponseKind.APPEALED,
                AgentResponse.outcome.is_(None),
                Evaluation.state == EvaluationState.CONFIRMED,
            )
            .options(
                joinedload(Evaluation.recording).joinedload(Recording.queue),
                joinedload(Evaluation.agent),
                joinedload(Evaluation.confirmed_by),
            )
            .order_by(AgentResponse.at)
        )
    )
