"""Accounts: opened, changed, made passive; never deleted (D 5c)."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.models.people import LoginSession, Role, RoleGrant, Team, Theme, User
from webapp.services import audit, sessions
from webapp.services.errors import Conflict, NotFound, Refused

LEAST_PASSWORD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What IT enters to open an account."""

    username: str
    full_name: str
    roles: tuple[Role, ...]
    email: str | None = None
    team: str | None = None
    acd_code: str | None = None


def users(
    session: Session, *, text: str = "", with_passive: bool = False
) -> list[User]:
    """Return accounts by name, their grants and teams loaded."""
    query = sa.select(User).options(selectinload(User.grants), joinedload(User.team))
    if not with_passive:
        query = query.where(User.is_active)
    if text:
        pattern = f"%{text}%"
        query = query.where(
            User.full_name.ilike(pattern) | User.username.ilike(pattern)
        )
    return list(session.scalars(query.order_by(User.full_name)))


def user(session: Session, user_id: int) -> User:
    """Return one account.

    Raises:
        NotFound: if there is none.
    """
    found = session.get(
        User, user_id, options=[selectinload(User.grants), joinedload(User.team)]
    )
    if found is None:
        raise NotFound("user", user_id)
    return found


def open_account(
    session: Session, new: NewUser, *, actor_id: int | None, today: date, now: datetime
) -> tuple[User, str]:
    """Open an account; return it and the password to be changed at first log-in.

    Raises:
        Refused: `username_taken`, `username_invalid`, `name_missing`, `roles_missing`.
    """
    username = new.username.strip()
    if not username or len(username) > 64 or username != username.lower():
        raise Refused("username_invalid", username=username)
    if not new.full_name.strip():
        raise Refused("name_missing")
    if not new.roles:
        raise Refused("roles_missing")
    if session.scalar(sa.select(User.id).where(User.username == username)):
        raise Refused("username_taken", username=username)
    password = secrets.token_urlsafe(9)
    account = User(
        username=username,
        full_name=new.full_name.strip(),
        email=new.email or None,
        acd_code=new.acd_code or None,
        password_hash=sessions.hash_password(password),
        must_change_password=True,
        created_at=now,
        team=_team(session, new.team),
    )
    session.add(account)
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        action="user.opened",
        object_type="user",
        object_id=account.id,
        details={"username": username},
        now=now,
    )
    for role in new.roles:
        grant(session, account.id, role, first=today, actor_id=actor_id, now=now)
    return account, password


def _team(session: Session, name: str | None) -> Team | None:
    if not name:
        return None
    found = session.scalar(sa.select(Team).where(Team.name == name))
    if found is None:
        found = Team(name=name)
        session.add(found)
    return found


def grant(
    session: Session,
    user_id: int,
    role: Role,
    *,
    first: date,
    last: date | None = None,
    substitute_for_id: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> RoleGrant:
    """Give a role from a day on; a substitute's grant must name its last day.

    Raises:
        NotFound: if there is no such account.
        Refused: `grant_ends_before_start`, `substitute_without_end`,
            `substitute_lacks_role`.
    """
    user(session, user_id)
    if last is not None and last < first:
        raise Refused("grant_ends_before_start", first=first, last=last)
    if substitute_for_id is not None:
        if last is None:
            raise Refused("substitute_without_end")
        replaced = user(session, substitute_for_id)
        if role not in {g.role for g in replaced.grants}:
            raise Refused("substitute_lacks_role", name=replaced.full_name)
    given = RoleGrant(
        user_id=user_id,
        role=role,
        valid_from=first,
        valid_to=last,
        substitute_for_id=substitute_for_id,
        granted_by_id=actor_id,
        granted_at=now,
    )
    session.add(given)
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        action="role.granted",
        object_type="user",
        object_id=user_id,
        details={
            "role": role.value,
            "from": first,
            "to": last,
            "for": substitute_for_id,
        },
        now=now,
    )
    return given


def end_grant(
    session: Session, grant_id: int, *, last: date, actor_id: int, now: datetime
) -> RoleGrant:
    """Let a role end with a day; the grant itself stays.

    Raises:
        NotFound: if there is no such grant.
        Refused: `grant_ends_before_start`.
    """
    given = session.get(RoleGrant, grant_id)
    if given is None:
        raise NotFound("role_grant", grant_id)
    given.valid_to = max(last, given.valid_from)
    audit.record(
        session,
        actor_id=actor_id,
        action="role.ended",
        object_type="user",
        object_id=given.user_id,
        details={"role": given.role.value, "to": given.valid_to},
        now=now,
    )
    return given


def make_passive(
    session: Session, user_id: int, *, actor_id: int, reason: str, now: datetime
) -> User:
    """Close an account: it is kept, ends every log-in, and can open none.

    Raises:
        NotFound: if there is no such account.
        Conflict: `already_passive`, `own_account`.
    """
    account = user(session, user_id)
    if account.id == actor_id:
        raise Conflict("own_account")
    if not account.is_active:
        raise Conflict("already_passive", name=account.full_name)
    account.is_active, account.passive_since = False, now
    account.calendar_token = None
    ended = sessions.log_out_everywhere(session, user_id=user_id, now=now)
    audit.record(
        session,
        actor_id=actor_id,
        action="user.made_passive",
        object_type="user",
        object_id=user_id,
        reason=reason,
        details={"sessions_ended": ended},
        now=now,
    )
    return account


def make_active(
    session: Session, user_id: int, *, actor_id: int, reason: str, now: datetime
) -> User:
    """Open a passive account again.

    Raises:
        NotFound: if there is no such account.
        Conflict: `already_active`.
    """
    account = user(session, user_id)
    if account.is_active:
        raise Conflict("already_active", name=account.full_name)
    account.is_active, account.passive_since = True, None
    audit.record(
        session,
        actor_id=actor_id,
        action="user.made_active",
        object_type="user",
        object_id=user_id,
        reason=reason,
        now=now,
    )
    return account


def reset_password(
    session: Session, user_id: int, *, actor_id: int | None, now: datetime
) -> str:
    """Return a new one-time password; every log-in of the person ends."""
    account = user(session, user_id)
    password = secrets.token_urlsafe(9)
    account.password_hash = sessions.hash_password(password)
    account.must_change_password = True
    sessions.log_out_everywhere(session, user_id=user_id, now=now)
    audit.record(
        session,
        actor_id=actor_id,
        action="password.reset",
        object_type="user",
        object_id=user_id,
        now=now,
    )
    return password


def change_password(
    session: Session,
    *,
    user_id: int,
    old: str,
    new: str,
    keep_session_id: int,
    now: datetime,
) -> None:
    """Change one's own password; the person's other log-ins end.

    Raises:
        Refused: `password_wrong`, `password_short`, `password_same`.
    """
    account = user(session, user_id)
    if not sessions.password_fits(account, old):
        raise Refused("password_wrong")
    if len(new) < LEAST_PASSWORD:
        raise Refused("password_short", least=LEAST_PASSWORD)
    if new == old:
        raise Refused("password_same")
    account.password_hash = sessions.hash_password(new)
    account.must_change_password = False
    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.id != keep_session_id)
        .where(LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    audit.record(
        session,
        actor_id=user_id,
        action="password.changed",
        object_type="user",
        object_id=user_id,
        now=now,
    )


def set_preferences(
    session: Session, *, user_id: int, locale: str | None, theme: str | None
) -> None:
    """Keep a person's language and theme; None leaves one as it is."""
    account = user(session, user_id)
    if locale:
        account.locale = locale
    if theme:
        account.theme = Theme(theme)
