"""Accounts as pages show them: a searchable list, and one with all that was done."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.i18n.alphabet import contains, sort_key
from webapp.models.demand import Queue
from webapp.models.people import LoginSession, Role, RoleGrant, Team, User
from webapp.services import audit, contracts, people, roles
from webapp.services.audit_pages import AuditLine, history

PER_PAGE = 50
ACTIVE, PASSIVE, ALL = "active", "passive", "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Which accounts; an empty field lets all through."""

    text: str = ""
    team: str = ""
    role: str = ""
    state: str = ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLine:
    """An account in a list; `roles` are those of today."""

    id: int
    full_name: str
    username: str
    email: str | None
    team: str | None
    acd_code: str | None
    roles: tuple[Role, ...]
    is_active: bool
    passive_since: datetime | None
    hired_on: date | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """A role of a person with its days; `holds` today, `may_end` or is over."""

    id: int
    role: Role
    first: date
    last: date | None
    substitute_for: str | None
    ended_at: datetime | None
    holds: bool
    may_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage:
    """An account with its contract, roles and history."""

    line: UserLine
    contract: contracts.Contract
    grants: tuple[GrantLine, ...]
    steps: tuple[AuditLine, ...]
    must_change_password: bool
    is_own: bool


def lines(session: Session, wanted: UserFilter, *, today: date) -> list[UserLine]:
    """Return the accounts that fit, in the order of the Turkish alphabet."""
    query = sa.select(User).options(selectinload(User.grants), joinedload(User.team))
    if wanted.state == ACTIVE:
        query = query.where(User.is_active)
    elif wanted.state == PASSIVE:
        query = query.where(User.is_active.is_(False))
    seen = _last_seen(session)
    found = [_line(user, today, seen.get(user.id)) for user in session.scalars(query)]
    fitting = [line for line in found if _fits(line, wanted)]
    return sorted(fitting, key=lambda line: sort_key(line.full_name))


def _last_seen(session: Session) -> dict[int, datetime]:
    query = sa.select(LoginSession.user_id, sa.func.max(LoginSession.last_seen_at))
    rows = session.execute(query.group_by(LoginSession.user_id))
    return {row[0]: row[1] for row in rows}


def _line(user: User, today: date, seen: datetime | None) -> UserLine:
    return UserLine(
        id=user.id,
        full_name=user.full_name,
        username=user.username,
        email=user.email,
        team=user.team.name if user.team else None,
        acd_code=user.acd_code,
        roles=tuple(role for role in Role if role in roles.held(user, today)),
        is_active=user.is_active,
        passive_since=user.passive_since,
        hired_on=user.hired_on,
        last_seen_at=seen,
    )


def _fits(line: UserLine, wanted: UserFilter) -> bool:
    if wanted.team and line.team != wanted.team:
        return False
    if wanted.role and wanted.role not in line.roles:
        return False
    parts = (line.full_name, line.username, line.acd_code or "", line.email or "")
    return all(
        any(contains(part, word) for part in parts) for word in wanted.text.split()
    )


def export(
    session: Session, wanted: UserFilter, *, actor_id: int, today: date, now: datetime
) -> list[UserLine]:
    """Return the accounts that fit for a file; that they were taken out is recorded."""
    found = lines(session, wanted, today=today)
    audit.record(
        session,
        actor_id=actor_id,
        action="user.exported",
        object_type="user",
        object_id="",
        details={"accounts": len(found), "state": wanted.state},
        now=now,
    )
    return found


def page(session: Session, user_id: int, *, viewer_id: int, today: date) -> UserPage:
    """Return one account with everything its page shows.

    Raises:
        NotFound: if there is none.
    """
    user = people.user(session, user_id)
    grants = sorted(user.grants, key=lambda g: (g.valid_from, g.id), reverse=True)
    contract = contracts.Contract(
        full_name=user.full_name,
        email=user.email,
        team=user.team.name if user.team else None,
        acd_code=user.acd_code,
        work_law=user.work_law,
        weekly_minutes=user.weekly_minutes,
        days_per_week=user.days_per_week,
        hired_on=user.hired_on,
        born_on=user.born_on,
        queue_ids=contracts.queue_ids(session, user_id),
    )
    return UserPage(
        line=_line(user, today, _last_seen(session).get(user_id)),
        contract=contract,
        grants=tuple(_grant_line(g, today) for g in grants),
        steps=history(session, "user", user_id)[::-1],
        must_change_password=user.must_change_password,
        is_own=user_id == viewer_id,
    )


def _grant_line(given: RoleGrant, today: date) -> GrantLine:
    is_over = given.ended_at is not None or (given.valid_to or date.max) < today
    return GrantLine(
        id=given.id,
        role=given.role,
        first=given.valid_from,
        last=given.valid_to,
        substitute_for=(
            given.substitute_for.full_name if given.substitute_for else None
        ),
        ended_at=given.ended_at,
        holds=not is_over and given.valid_from <= today,
        may_end=not is_over,
    )


def team_names(session: Session) -> list[str]:
    """Return every team's name in alphabetical order."""
    return sorted(session.scalars(sa.select(Team.name)), key=sort_key)


def queue_names(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of the queues in use."""
    query = sa.select(Queue.id, Queue.name).where(Queue.is_active)
    rows = [(queue_id, name) for queue_id, name in session.execute(query)]
    return sorted(rows, key=lambda row: sort_key(row[1]))


def people_names(session: Session) -> list[tuple[int, str]]:
    """Return (id, full name) of everyone active, in alphabetical order."""
    query = sa.select(User.id, User.full_name).where(User.is_active)
    rows = [(user_id, name) for user_id, name in session.execute(query)]
    return sorted(rows, key=lambda row: sort_key(row[1]))
