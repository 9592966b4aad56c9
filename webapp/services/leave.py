"""Leave: asked for by the agent, screened by the service lead, decided by the manager.

A waiting request reserves nothing, so the balance and the staffing are looked at
again at each step, and what its actor saw is kept with the step (D 8).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.models.leave import LeaveKind, LeaveRequest, LeaveState, LeaveStep
from webapp.models.people import Role, User
from webapp.services import audit, leave_ledger, notices, roles
from webapp.services.choices import chosen
from webapp.services.errors import Conflict, NotFound, Refused

OPEN = (LeaveState.WAITING, LeaveState.FORWARDED)
STANDING = (*OPEN, LeaveState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asks for; `is_half` is half of a single day."""

    kind: LeaveKind
    first_day: date
    last_day: date
    is_half: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts on a request, with which words and figures before them, and when."""

    actor_id: int
    opinion: str
    figures: dict[str, object]
    now: datetime


def kind_named(text: str) -> LeaveKind:
    """Return the kind of leave with this value.

    Raises:
        Refused: `choice_invalid` where there is none.
    """
    return chosen(LeaveKind, text)


def ask(
    session: Session, user_id: int, wanted: Wanted, *, today: date, now: datetime
) -> LeaveRequest:
    """Ask for leave; the service leads learn of it.

    Raises:
        Refused: as `leave_ledger.half_days`, and `leave_in_the_past`,
            `leave_overlaps`, `leave_balance_short`.
    """
    cost = leave_ledger.half_days(
        wanted.first_day, wanted.last_day, is_half=wanted.is_half
    )
    if wanted.first_day < today:
        raise Refused("leave_in_the_past", field="first_day")
    other = _overlapping(session, user_id, wanted.first_day, wanted.last_day)
    if other is not None:
        raise Refused(
            "leave_overlaps",
            field="first_day",
            first=other.first_day.isoformat(),
            last=other.last_day.isoformat(),
        )
    if wanted.kind is LeaveKind.ANNUAL:
        _require_balance(session, user_id, cost, on=today)
    request = LeaveRequest(
        user_id=user_id,
        kind=wanted.kind,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        half_days=cost,
        is_half=wanted.is_half,
        note=wanted.note.strip(),
        state=LeaveState.WAITING,
        asked_at=now,
        changed_at=now,
    )
    session.add(request)
    session.flush()
    audit.record(
        session,
        actor_id=user_id,
        action="leave.asked",
        object_type="leave_request",
        object_id=request.id,
        details={
            "kind": wanted.kind.value,
            "first": wanted.first_day,
            "last": wanted.last_day,
            "half_days": cost,
        },
        now=now,
    )
    name = session.get_one(User, user_id).full_name
    for lead_id in roles.holders(session, Role.SERVICE_LEAD, today):
        if lead_id != user_id:
            _tell(session, lead_id, "leave_asked", request, now, name=name)
    return request


def _overlapping(
    session: Session, user_id: int, first: date, last: date
) -> LeaveRequest | None:
    return session.scalar(
        sa.select(LeaveRequest)
        .where(
            LeaveRequest.user_id == user_id,
            LeaveRequest.state.in_(STANDING),
            LeaveRequest.first_day <= last,
            LeaveRequest.last_day >= first,
        )
        .limit(1)
    )


def _require_balance(session: Session, user_id: int, cost: int, *, on: date) -> None:
    left = leave_ledger.balance_of(session, user_id, on).days
    if cost / 2 > left:
        raise Refused(
            "leave_balance_short", field="last_day", wanted=cost / 2, left=left
        )


def _tell(
    session: Session,
    user_id: int,
    code: str,
    request: LeaveRequest,
    now: datetime,
    **params: object,
) -> None:
    notices.tell(
        session,
        user_id=user_id,
        code=code,
        params={"first": request.first_day, "last": request.last_day, **params},
        link=f"/leave/{request.id}",
        now=now,
    )


def request_for(
    session: Session, request_id: int, *, viewer_id: int, sees_all: bool
) -> LeaveRequest:
    """Return a request with its person and steps.

    Raises:
        NotFound: if there is none, or it is another's and the viewer sees only own.
    """
    found = session.scalar(
        sa.select(LeaveRequest)
        .where(LeaveRequest.id == request_id)
        .options(
            joinedload(LeaveRequest.user),
            selectinload(LeaveRequest.steps).joinedload(LeaveStep.actor),
        )
    )
    if found is None or not (sees_all or found.user_id == viewer_id):
        raise NotFound("leave_request", request_id)
    return found


def requests_in(
    session: Session, states: Collection[LeaveState], *, user_id: int | None = None
) -> list[LeaveRequest]:
    """Return requests in these states, the earliest leave first."""
    query = (
        sa.select(LeaveRequest)
        .where(LeaveRequest.state.in_(states))
        .options(joinedload(LeaveRequest.user))
        .order_by(LeaveRequest.first_day, LeaveRequest.id)
    )
    if user_id is not None:
        query = query.where(LeaveRequest.user_id == user_id)
    return list(session.scalars(query))


def away(
    session: Session, first: date, last: date, states: Collection[LeaveState]
) -> list[LeaveRequest]:
    """Return the requests in these states that touch these days."""
    return list(
        session.scalars(
            sa.select(LeaveRequest)
            .where(
                LeaveRequest.state.in_(states),
                LeaveRequest.first_day <= last,
                LeaveRequest.last_day >= first,
            )
            .options(joinedload(LeaveRequest.user))
            .order_by(LeaveRequest.first_day, LeaveRequest.id)
        )
    )


def withdraw(
    session: Session, request_id: int, *, user_id: int, now: datetime
) -> LeaveRequest:
    """Take one's own request back while nobody has decided it.

    Raises:
        NotFound: if it is not this person's.
        Conflict: `leave_not_open`.
    """
    request = request_for(session, request_id, viewer_id=user_id, sees_all=False)
    _require_state(request, *OPEN)
    act = Act(actor_id=user_id, opinion="", figures={}, now=now)
    _move(session, request, LeaveState.WITHDRAWN, act, "leave.withdrawn")
    return request


def forward(
    session: Session, act: Act, *, request_id: int, today: date
) -> LeaveRequest:
    """Send a screened request on to the manager, with the service lead's opinion.

    Raises:
        NotFound, Conflict: as `_taken_up`.
    """
    request = _taken_up(session, request_id, act, LeaveState.WAITING)
    _move(session, request, LeaveState.FORWARDED, act, "leave.forwarded")
    for manager_id in roles.holders(session, Role.MANAGER, today):
        if manager_id != request.user_id:
            name = request.user.full_name
            _tell(session, manager_id, "leave_forwarded", request, act.now, name=name)
    return request


def give_back(session: Session, act: Act, *, request_id: int) -> LeaveRequest:
    """Return a request to the agent with the service lead's reason.

    Raises:
        Refused: `leave_reason_missing`.
        NotFound, Conflict: as `_taken_up`.
    """
    _require_reason(act)
    request = _taken_up(session, request_id, act, LeaveState.WAITING)
    _move(session, request, LeaveState.RETURNED, act, "leave.returned")
    _tell(session, request.user_id, "leave_returned", request, act.now)
    return request


def approve(
    session: Session, act: Act, *, request_id: int, today: date
) -> LeaveRequest:
    """Grant a forwarded request and book annual leave in the ledger.

    Raises:
        Refused: `leave_balance_short`, for other requests may have used it up.
        NotFound, Conflict: as `_taken_up`.
    """
    request = _taken_up(session, request_id, act, LeaveState.FORWARDED)
    if request.kind is LeaveKind.ANNUAL:
        session.get_one(User, request.user_id, with_for_update=True)  # one at a time
        _require_balance(session, request.user_id, request.half_days, on=today)
        leave_ledger.book_taken(
            session, request, by=act.actor_id, on=today, now=act.now
        )
    _move(session, request, LeaveState.APPROVED, act, "leave.approved")
    _tell(session, request.user_id, "leave_approved", request, act.now)
    return request


def refuse(session: Session, act: Act, *, request_id: int) -> LeaveRequest:
    """Refuse a forwarded request with the manager's reason.

    Raises:
        Refused: `leave_reason_missing`.
        NotFound, Conflict: as `_taken_up`.
    """
    _require_reason(act)
    request = _taken_up(session, request_id, act, LeaveState.FORWARDED)
    _move(session, request, LeaveState.REFUSED, act, "leave.refused")
    _tell(session, request.user_id, "leave_refused", request, act.now)
    return request


def _require_reason(act: Act) -> None:
    if not act.opinion.strip():
        raise Refused("leave_reason_missing", field="opinion")


def _taken_up(
    session: Session, request_id: int, act: Act, state: LeaveState
) -> LeaveRequest:
    """Return a request, locked, that this person may act on now.

    Raises:
        NotFound: if there is none.
        Conflict: `leave_own_request`, `leave_same_person`, `leave_not_open`.
    """
    request = session.scalar(
        sa.select(LeaveRequest).where(LeaveRequest.id == request_id).with_for_update()
    )
    if request is None:
        raise NotFound("leave_request", request_id)
    if request.user_id == act.actor_id:
        raise Conflict("leave_own_request")
    _require_state(request, state)
    forwarded_by = {
        step.actor_id for step in request.steps if step.state is LeaveState.FORWARDED
    }
    if state is LeaveState.FORWARDED and act.actor_id in forwarded_by:
        raise Conflict("leave_same_person")
    return request


def _require_state(request: LeaveRequest, *states: LeaveState) -> None:
    if request.state not in states:
        raise Conflict("leave_not_open", state=request.state.value)


def _move(
    session: Session, request: LeaveRequest, to: LeaveState, act: Act, action: str
) -> None:
    request.state, request.changed_at = to, act.now
    session.add(
        LeaveStep(
            request_id=request.id,
            state=to,
            actor_id=act.actor_id,
            at=act.now,
            opinion=act.opinion.strip(),
            figures=act.figures,
        )
    )
    audit.record(
        session,
        actor_id=act.actor_id,
        action=action,
        object_type="leave_request",
        object_id=request.id,
        reason=act.opinion.strip(),
        details={"figures": act.figures} if act.figures else None,
        now=act.now,
    )
