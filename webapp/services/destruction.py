"""Destruction: proposed, then approved or refused by the top manager (D 5c).

Nothing is destroyed in any other way. What "destroyed" means is known by the desk
that keeps the thing: it registers a `Destroyer` for its kind when the application is
made. Approval is committed first and carried out in a second transaction, so that a
crash between them leaves an approved proposal, which is carried out again; that is
why destroyers must do no harm when they run twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.calls import Recording, RecordingState
from webapp.models.people import Role
from webapp.models.staffing import DestructionProposal, DestructionState
from webapp.services import audit, notices, roles
from webapp.services.errors import Conflict, NotFound, Refused

PER_PAGE = 50
RETENTION_ENDED = "retention_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyer:
    """How things of one kind are destroyed.

    Attributes:
        destroy: destroys the thing of an id and returns what its certificate says;
            idempotent.
        hold: the reason of the thing's legal hold, "" where there is none.
        describe: the thing in a few plain words; NotFound where there is none.
    """

    destroy: Callable[[Session, str, datetime], Mapping[str, object]]
    hold: Callable[[Session, str], str]
    describe: Callable[[Session, str], str]


_destroyers: dict[str, Destroyer] = {}


def register(object_type: str, destroyer: Destroyer) -> None:
    """Make known how things of a kind are destroyed; a later one replaces it."""
    _destroyers[object_type] = destroyer


def kinds() -> list[str]:
    """Return the kinds of things that can be destroyed."""
    return sorted(_destroyers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A proposal as the list and its page show it.

    `hold` is the reason of a legal hold now; the certificate is there once done.
    """

    id: int
    object_type: str
    object_id: str
    what: str
    reason: str
    state: DestructionState
    proposed_by: str | None
    proposed_by_id: int | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str
    done_at: datetime | None
    certificate: Mapping[str, object] | None
    hold: str


def propose(
    session: Session,
    *,
    object_type: str,
    object_id: object,
    reason: str,
    proposed_by_id: int | None,
    now: datetime,
) -> DestructionProposal:
    """Propose to destroy a thing; the top managers are told.

    Raises:
        NotFound: if there is no such thing, or nothing of its kind is destroyed.
        Refused: `reason_missing`, `legal_hold`.
        Conflict: `already_proposed`, `already_destroyed`.
    """
    added = _propose(session, object_type, str(object_id), reason, proposed_by_id, now)
    _tell_top_managers(session, 1, f"/destruction/{added.id}", now)
    return added


def _propose(
    session: Session,
    object_type: str,
    object_id: str,
    reason: str,
    proposed_by_id: int | None,
    now: datetime,
) -> DestructionProposal:
    destroyer = _destroyer(object_type, object_id)
    destroyer.describe(session, object_id)
    if not reason.strip():
        raise Refused("reason_missing")
    if hold := destroyer.hold(session, object_id):
        raise Refused("legal_hold", reason=hold)
    for earlier in _of(session, object_type, object_id):
        if earlier.state is DestructionState.DONE:
            raise Conflict("already_destroyed")
        if earlier.state is not DestructionState.REFUSED:
            raise Conflict("already_proposed")
    proposal = DestructionProposal(
        object_type=object_type,
        object_id=object_id,
        reason=reason.strip(),
        proposed_by_id=proposed_by_id,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    audit.record(
        session,
        actor_id=proposed_by_id,
        action="destruction.proposed",
        object_type=object_type,
        object_id=object_id,
        reason=reason.strip(),
        details={"proposal": proposal.id},
        now=now,
    )
    return proposal


def _tell_top_managers(session: Session, count: int, link: str, now: datetime) -> None:
    for user_id in roles.holders(session, Role.TOP_MANAGER, now.date()):
        notices.tell(
            session,
            user_id=user_id,
            code="destruction_proposed",
            params={"count": count},
            link=link,
            now=now,
        )


def _destroyer(object_type: str, object_id: str) -> Destroyer:
    if object_type not in _destroyers:
        raise NotFound(object_type, object_id)
    return _destroyers[object_type]


def _of(
    session: Session, object_type: str, object_id: str
) -> list[DestructionProposal]:
    return list(
        session.scalars(
            sa.select(DestructionProposal).where(
                DestructionProposal.object_type == object_type,
                DestructionProposal.object_id == object_id,
            )
        )
    )


def propose_due(
    session: Session, *, proposed_by_id: int | None, today: date, now: datetime
) -> int:
    """Propose every recording whose time is over; return how many were new.

    Recordings under a legal hold wait, and so do those that the top manager once
    refused: they are proposed again by hand.
    """
    proposed = sa.select(DestructionProposal.object_id).where(
        DestructionProposal.object_type == "recording"
    )
    due = session.scalars(
        sa.select(Recording.id)
        .where(Recording.keep_until < today, Recording.legal_hold == "")
        .where(Recording.state != RecordingState.DESTROYED)
        .where(sa.cast(Recording.id, sa.String).not_in(proposed))
        .order_by(Recording.id)
    ).all()
    for recording_id in due:
        _propose(
            session,
            "recording",
            str(recording_id),
            RETENTION_ENDED,
            proposed_by_id,
            now,
        )
    if due:
        _tell_top_managers(session, len(due), "/destruction/", now)
    return len(due)


def proposals(
    session: Session, *, state: str = "", number: int = 1
) -> tuple[tuple[ProposalLine, ...], int]:
    """Return a page of proposals, newest first, and how many match."""
    query = sa.select(DestructionProposal)
    if state in set(DestructionState):
        query = query.where(DestructionProposal.state == DestructionState(state))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    rows = session.scalars(
        query.options(
            joinedload(DestructionProposal.proposed_by),
            joinedload(DestructionProposal.decided_by),
        )
        .order_by(DestructionProposal.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return tuple(_line(session, row) for row in rows), total or 0


def waiting(session: Session) -> int:
    """Return how many proposals wait for the top manager."""
    query = sa.select(sa.func.count()).where(
        DestructionProposal.state == DestructionState.PROPOSED
    )
    return session.scalar(query) or 0


def proposal(session: Session, proposal_id: int) -> ProposalLine:
    """Return one proposal.

    Raises:
        NotFound: if there is none.
    """
    return _line(session, _stored(session, proposal_id))


def _stored(
    session: Session, proposal_id: int, *, to_change: bool = False
) -> DestructionProposal:
    found = session.get(DestructionProposal, proposal_id, with_for_update=to_change)
    if found is None:
        raise NotFound("destruction_proposal", proposal_id)
    return found


def _line(session: Session, row: DestructionProposal) -> ProposalLine:
    destroyer = _destroyers.get(row.object_type)
    is_open = row.state in {DestructionState.PROPOSED, DestructionState.APPROVED}
    return ProposalLine(
        id=row.id,
        object_type=row.object_type,
        object_id=row.object_id,
        what=destroyer.describe(session, row.object_id) if destroyer else "",
        reason=row.reason,
        state=row.state,
        proposed_by=row.proposed_by.full_name if row.proposed_by else None,
        proposed_by_id=row.proposed_by_id,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by.full_name if row.decided_by else None,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        done_at=row.done_at,
        certificate=row.certificate,
        hold=destroyer.hold(session, row.object_id) if destroyer and is_open else "",
    )


def decide(
    session: Session,
    proposal_id: int,
    *,
    approved: bool,
    reason: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Approve or refuse a proposal; commit, then `carry_out` an approved one.

    Raises:
        NotFound: if there is none.
        Conflict: `already_decided`, `own_proposal`.
        Refused: `reason_missing`, `legal_hold`.
    """
    found = _stored(session, proposal_id, to_change=True)
    if found.state is not DestructionState.PROPOSED:
        raise Conflict("already_decided")
    if found.proposed_by_id == actor_id:
        raise Conflict("own_proposal")
    if not reason.strip():
        raise Refused("reason_missing")
    destroyer = _destroyer(found.object_type, found.object_id)
    hold = destroyer.hold(session, found.object_id)
    if approved and hold:
        raise Refused("legal_hold", reason=hold)
    found.state = DestructionState.APPROVED if approved else DestructionState.REFUSED
    found.decided_by_id, found.decided_at = actor_id, now
    found.decision_reason = reason.strip()
    if found.proposed_by_id is not None:
        notices.tell(
            session,
            user_id=found.proposed_by_id,
            code="destruction_approved" if approved else "destruction_refused",
            link=f"/destruction/{found.id}",
            now=now,
        )
    audit.record(
        session,
        actor_id=actor_id,
        action=f"destruction.{found.state}",
        object_type=found.object_type,
        object_id=found.object_id,
        reason=found.decision_reason,
        details={"proposal": found.id},
        now=now,
    )


def carry_out(
    session: Session, proposal_id: int, *, actor_id: int, now: datetime
) -> Mapping[str, object]:
    """Destroy what an approved proposal names; return the certificate.

    Raises:
        NotFound: if there is none.
        Conflict: `not_approved`.
        Refused: `legal_hold`, if one was laid since the approval.
    """
    found = _stored(session, proposal_id, to_change=True)
    if found.state is not DestructionState.APPROVED:
        raise Conflict("not_approved")
    destroyer = _destroyer(found.object_type, found.object_id)
    if hold := destroyer.hold(session, found.object_id):
        raise Refused("legal_hold", reason=hold)
    certificate = dict(destroyer.destroy(session, found.object_id, now))
    found.state, found.done_at = DestructionState.DONE, now
    found.certificate = certificate
    audit.record(
        session,
        actor_id=actor_id,
        action="destruction.done",
        object_type=found.object_type,
        object_id=found.object_id,
        details={"proposal": found.id, "certificate": certificate},
        now=now,
    )
    return certificate
