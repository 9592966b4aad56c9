"""The manager's notice to the top manager that staff do not suffice (D 4 ç).

Its figures are frozen when it is sent. It goes sent → read → answered → closed; a
notice that asks for more is answered by a new one, so that nothing said is rewritten.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.people import Role
from webapp.models.staffing import Escalation, EscalationAnswer, EscalationState
from webapp.services import audit, notices, roles
from webapp.services.choices import chosen
from webapp.services.errors import Conflict, NotFound, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the manager writes; `figures` are those of the page it was written on."""

    subject: str
    body: str
    first_day: date
    last_day: date
    figures: dict[str, object]


def escalations(session: Session) -> list[Escalation]:
    """Return every notice, newest first."""
    return list(
        session.scalars(
            sa.select(Escalation)
            .options(joinedload(Escalation.sent_by))
            .order_by(Escalation.id.desc())
        )
    )


def escalation(session: Session, escalation_id: int) -> Escalation:
    """Return one notice.

    Raises:
        NotFound: if there is none.
    """
    found = session.get(
        Escalation,
        escalation_id,
        options=[
            joinedload(Escalation.sent_by),
            joinedload(Escalation.answered_by),
        ],
    )
    if found is None:
        raise NotFound("escalation", escalation_id)
    return found


def send(
    session: Session, draft: Draft, *, by: int, today: date, now: datetime
) -> Escalation:
    """Send a notice; the top managers learn of it.

    Raises:
        Refused: `escalation_subject_missing`, `escalation_body_missing`,
            `no_top_manager`.
    """
    if not draft.subject.strip():
        raise Refused("escalation_subject_missing", field="subject")
    if not draft.body.strip():
        raise Refused("escalation_body_missing", field="body")
    receivers = roles.holders(session, Role.TOP_MANAGER, today)
    if not receivers:
        raise Refused("no_top_manager")
    entry = audit.record(  # first: it also makes senders take turns for the number
        session,
        actor_id=by,
        action="escalation.sent",
        object_type="escalation",
        object_id="",
        details={"subject": draft.subject.strip(), "figures": draft.figures},
        now=now,
    )
    notice = Escalation(
        reference=_next_reference(session, today.year),
        subject=draft.subject.strip(),
        body=draft.body.strip(),
        first_day=draft.first_day,
        last_day=draft.last_day,
        figures=draft.figures | {"audit_entry": entry.id},
        sent_by_id=by,
        sent_at=now,
    )
    session.add(notice)
    session.flush()
    for receiver in receivers:
        notices.tell(
            session,
            user_id=receiver,
            code="escalation_sent",
            params={"subject": notice.subject},
            link=f"/escalations/{notice.id}",
            now=now,
        )
    return notice


def _next_reference(session: Session, year: int) -> str:
    count = session.scalar(
        sa.select(sa.func.count()).where(Escalation.reference.like(f"{year}/%"))
    )
    return f"{year}/{(count or 0) + 1:03d}"


def mark_read(
    session: Session, escalation_id: int, *, by: int, now: datetime
) -> Escalation:
    """Note that the top manager has opened a notice; nothing once it was read."""
    notice = escalation(session, escalation_id)
    if notice.state is EscalationState.SENT:
        notice.state, notice.read_at = EscalationState.READ, now
        _record(session, notice, by, "escalation.read", now)
    return notice


def answer(
    session: Session,
    escalation_id: int,
    *,
    choice: str,
    text: str,
    by: int,
    now: datetime,
) -> Escalation:
    """Answer a notice: approve, refuse or ask for more; its sender learns of it.

    Raises:
        NotFound: if there is none.
        Conflict: `escalation_answered`.
        Refused: `choice_invalid`; `escalation_reason_missing` unless approved.
    """
    given = chosen(EscalationAnswer, choice)
    if given is not EscalationAnswer.APPROVED and not text.strip():
        raise Refused("escalation_reason_missing", field="text")
    notice = _locked(session, escalation_id)
    if notice.answer is not None or notice.state is EscalationState.CLOSED:
        raise Conflict("escalation_answered")
    notice.answer, notice.answer_text = given, text.strip()
    notice.answered_by_id, notice.answered_at = by, now
    notice.state, notice.read_at = EscalationState.ANSWERED, notice.read_at or now
    _record(session, notice, by, "escalation.answered", now, reason=text.strip())
    notices.tell(
        session,
        user_id=notice.sent_by_id,
        code="escalation_answered",
        params={"subject": notice.subject},
        link=f"/escalations/{notice.id}",
        now=now,
    )
    return notice


def close(
    session: Session, escalation_id: int, *, by: int, now: datetime
) -> Escalation:
    """Close an answered notice.

    Raises:
        NotFound: if there is none.
        Conflict: `escalation_not_answered`.
    """
    notice = _locked(session, escalation_id)
    if notice.state is not EscalationState.ANSWERED:
        raise Conflict("escalation_not_answered")
    notice.state, notice.closed_at = EscalationState.CLOSED, now
    _record(session, notice, by, "escalation.closed", now)
    return notice


def _locked(session: Session, escalation_id: int) -> Escalation:
    notice = session.get(Escalation, escalation_id, with_for_update=True)
    if notice is None:
        raise NotFound("escalation", escalation_id)
    return notice


def _record(
    session: Session,
    notice: Escalation,
    by: int,
    action: str,
    now: datetime,
    reason: str = "",
) -> None:
    audit.record(
        session,
        actor_id=by,
        action=action,
        object_type="escalation",
        object_id=notice.id,
        reason=reason,
        details={"answer": notice.answer.value} if notice.answer else None,
        now=now,
    )
