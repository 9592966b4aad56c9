"""Faults: reported by anyone, taken to IT or the vendor by the supervisor (D 5, 6b).

reported ──► with IT ──► reported again, with IT's word ──► closed with the outcome
        └──► with the vendor ─────────────────────────────┘
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.people import Fault, FaultState, Role
from webapp.services import audit, notices, roles
from webapp.services.audit_pages import AuditLine, history
from webapp.services.choices import chosen
from webapp.services.errors import Conflict, NotFound, Refused

PER_PAGE = 50
MOST_SUBJECT = 200
# Where a fault may go from a state, the likeliest step first.
_MAY_GO = {
    FaultState.REPORTED: (
        FaultState.WITH_IT,
        FaultState.WITH_VENDOR,
        FaultState.CLOSED,
    ),
    FaultState.WITH_IT: (
        FaultState.CLOSED,
        FaultState.WITH_VENDOR,
        FaultState.REPORTED,
    ),
    FaultState.WITH_VENDOR: (
        FaultState.CLOSED,
        FaultState.WITH_IT,
        FaultState.REPORTED,
    ),
    FaultState.CLOSED: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at faults: their own; those with IT; or, routing them, all."""

    user_id: int
    handles: bool
    routes: bool

    def sees(self, fault: Fault) -> bool:
        """Tell whether this fault is there for the viewer."""
        return (
            fault.reported_by_id == self.user_id
            or self.routes
            or (self.handles and fault.state is FaultState.WITH_IT)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """A fault in a list."""

    id: int
    subject: str
    state: FaultState
    reported_by: str
    reported_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPage:
    """A fault with all that was done, and where the viewer may take it next."""

    line: FaultLine
    description: str
    outcome: str
    steps: tuple[AuditLine, ...]
    next_states: tuple[FaultState, ...]


def faults(
    session: Session, viewer: Viewer, *, state: str = "", number: int = 1
) -> tuple[tuple[FaultLine, ...], int]:
    """Return a page of what the viewer sees, newest first, and how many there are.

    `state` is a FaultState, "open" for all but closed ones, "" for all.
    """
    query = sa.select(Fault)
    if not viewer.routes:
        own = Fault.reported_by_id == viewer.user_id
        with_it = Fault.state == FaultState.WITH_IT
        query = query.where(own | with_it if viewer.handles else own)
    if state == "open":
        query = query.where(Fault.state != FaultState.CLOSED)
    elif state in set(FaultState):
        query = query.where(Fault.state == FaultState(state))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    some = query.options(joinedload(Fault.reported_by)).order_by(Fault.id.desc())
    rows = session.scalars(some.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return tuple(_line(row) for row in rows), total or 0


def _line(fault: Fault) -> FaultLine:
    return FaultLine(
        id=fault.id,
        subject=fault.subject,
        state=fault.state,
        reported_by=fault.reported_by.full_name,
        reported_at=fault.reported_at,
        changed_at=fault.changed_at,
    )


def fault(session: Session, fault_id: int, viewer: Viewer) -> FaultPage:
    """Return one fault.

    Raises:
        NotFound: if there is none, or none for this viewer.
    """
    found = _seen(session, fault_id, viewer)
    return FaultPage(
        line=_line(found),
        description=found.description,
        outcome=found.outcome,
        steps=history(session, "fault", fault_id),
        next_states=_next_states(found, viewer),
    )


def _next_states(found: Fault, viewer: Viewer) -> tuple[FaultState, ...]:
    if viewer.routes:
        return _MAY_GO[found.state]
    may_answer = viewer.handles and found.state is FaultState.WITH_IT
    return (FaultState.REPORTED,) if may_answer else ()


def _seen(
    session: Session, fault_id: int, viewer: Viewer, *, to_change: bool = False
) -> Fault:
    found = session.get(Fault, fault_id, with_for_update=to_change)
    if found is None or not viewer.sees(found):
        raise NotFound("fault", fault_id)
    return found


def state_named(text: str) -> FaultState:
    """Return the state of this name.

    Raises:
        Refused: `choice_invalid`.
    """
    return chosen(FaultState, text)


def report(
    session: Session, *, user_id: int, subject: str, description: str, now: datetime
) -> Fault:
    """Report a fault; the supervisors are told.

    Raises:
        Refused: `fault_subject_missing`, `fault_description_missing`.
    """
    subject = " ".join(subject.split())[:MOST_SUBJECT]
    if not subject:
        raise Refused("fault_subject_missing")
    if not description.strip():
        raise Refused("fault_description_missing")
    reported = Fault(
        reported_by_id=user_id,
        reported_at=now,
        subject=subject,
        description=description.strip(),
        changed_at=now,
    )
    session.add(reported)
    session.flush()
    _tell_holders(session, reported, Role.SUPERVISOR, "fault_reported", now)
    audit.record(
        session,
        actor_id=user_id,
        action="fault.reported",
        object_type="fault",
        object_id=reported.id,
        now=now,
    )
    return reported


def move(
    session: Session,
    fault_id: int,
    *,
    viewer: Viewer,
    to: FaultState,
    note: str,
    now: datetime,
) -> Fault:
    """Take a fault to IT or the vendor, give it back, or close it with its outcome.

    Raises:
        NotFound: if there is none for this viewer.
        Conflict: `fault_state`.
        Refused: `fault_outcome_missing`, `reason_missing`.
    """
    found = _seen(session, fault_id, viewer, to_change=True)
    if to not in _next_states(found, viewer):
        raise Conflict("fault_state")
    note = note.strip()
    if to is FaultState.CLOSED and not note:
        raise Refused("fault_outcome_missing")
    if to is FaultState.REPORTED and not note:
        raise Refused("reason_missing")
    found.state, found.changed_at, found.changed_by_id = to, now, viewer.user_id
    if to is FaultState.CLOSED:
        found.outcome = note
    session.flush()
    _tell_about(session, found, viewer, now)
    audit.record(
        session,
        actor_id=viewer.user_id,
        action="fault.given_back" if to is FaultState.REPORTED else f"fault.{to}",
        object_type="fault",
        object_id=fault_id,
        reason=note,
        now=now,
    )
    return found


def _tell_about(session: Session, found: Fault, viewer: Viewer, now: datetime) -> None:
    if found.state is FaultState.WITH_IT:
        _tell_holders(session, found, Role.IT, "fault_with_it", now)
    elif found.state is FaultState.REPORTED:
        _tell_holders(session, found, Role.SUPERVISOR, "fault_given_back", now)
    elif found.state is FaultState.CLOSED and found.reported_by_id != viewer.user_id:
        _tell(session, found, found.reported_by_id, "fault_closed", now)


def _tell_holders(
    session: Session, found: Fault, role: Role, code: str, now: datetime
) -> None:
    for user_id in roles.holders(session, role, now.date()):
        _tell(session, found, user_id, code, now)


def _tell(
    session: Session, found: Fault, user_id: int, code: str, now: datetime
) -> None:
    notices.tell(
        session,
        user_id=user_id,
        code=code,
        params={"subject": found.subject},
        link=f"/faults/{found.id}",
        now=now,
    )
