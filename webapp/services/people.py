"""Accounts: opened, changed, made passive and active again; never deleted (D 5c)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.models.people import Role, RoleGrant, Team, Theme, User
from webapp.services import audit, notices, passwords, roles, sessions
from webapp.services.errors import Conflict, NotFound, Refused

_USERNAME = re.compile(r"[^\W_](?:[\w.@-]{0,62}[^\W_])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What IT enters to open an account."""

    username: str
    full_name: str
    roles: tuple[Role, ...]
    email: str | None = None
    team: str | None = None
    acd_code: str | None = None


def user(session: Session, user_id: int) -> User:
    """Return one account, its grants and team loaded.

    Raises:
        NotFound: if there is none.
    """
    found = session.get(
        User,
        user_id,
        options=[
            selectinload(User.grants).joinedload(RoleGrant.substitute_for),
            joinedload(User.team),
        ],
    )
    if found is None:
        raise NotFound("user", user_id)
    return found


def by_username(session: Session, username: str) -> User:
    """Return the account of a user name.

    Raises:
        NotFound: if there is none.
    """
    plain = sessions.plain_username(username)
    found = session.scalar(sa.select(User.id).where(User.username == plain))
    if found is None:
        raise NotFound("user", username)
    return user(session, found)


def open_account(
    session: Session, new: NewUser, *, actor_id: int | None, today: date, now: datetime
) -> tuple[User, str]:
    """Open an account; return it and the password to be changed at first log-in.

    Raises:
        Refused: `username_invalid`, `username_taken`, `name_missing`, `roles_missing`,
            `acd_code_taken`, `roles_conflict`.
    """
    username = sessions.plain_username(new.username)
    if not _USERNAME.fullmatch(username):
        raise Refused("username_invalid", username=new.username.strip())
    if session.scalar(sa.select(User.id).where(User.username == username)):
        raise Refused("username_taken", username=username)
    if not new.roles:
        raise Refused("roles_missing")
    password = passwords.one_time()
    account = User(
        username=username,
        full_name=plain_name(new.full_name),
        email=(new.email or "").strip() or None,
        acd_code=free_acd_code(session, new.acd_code),
        password_hash=passwords.hashed(password),
        must_change_password=True,
        created_at=now,
        team=team_named(session, new.team),
    )
    session.add(account)
    session.flush()
    for role in new.roles:
        roles.grant(session, account.id, role, first=today, actor_id=actor_id, now=now)
    audit.record(
        session,
        actor_id=actor_id,
        action="user.opened",
        object_type="user",
        object_id=account.id,
        details={"username": username, "roles": list(new.roles)},
        now=now,
    )
    return account, password


def plain_name(text: str) -> str:
    """Return a name as it is stored.

    Raises:
        Refused: `name_missing`.
    """
    name = " ".join(text.split())
    if not name:
        raise Refused("name_missing")
    return name[:200]


def team_named(session: Session, name: str | None) -> Team | None:
    """Return the team of a name, a new one if need be; None for no name."""
    name = " ".join((name or "").split())[:100]
    if not name:
        return None
    found = session.scalar(sa.select(Team).where(Team.name == name))
    if found is None:
        found = Team(name=name)
        session.add(found)
    return found


def free_acd_code(
    session: Session, code: str | None, user_id: int | None = None
) -> str | None:
    """Return a telephone code that nobody else has, None for an empty one.

    Raises:
        Refused: `acd_code_taken`.
    """
    code = (code or "").strip()[:64]
    if not code:
        return None
    holder = session.scalar(sa.select(User).where(User.acd_code == code))
    if holder is not None and holder.id != user_id:
        raise Refused("acd_code_taken", acd_code=code, name=holder.full_name)
    return code


def make_passive(
    session: Session, user_id: int, *, actor_id: int | None, reason: str, now: datetime
) -> User:
    """Close an account: it is kept, every log-in ends, and none can be opened.

    The person's calendar feed is revoked too.

    Raises:
        NotFound: if there is no such account.
        Conflict: `already_passive`, `own_account`.
        Refused: `reason_missing`.
    """
    account = _locked(session, user_id)
    if account.id == actor_id:
        raise Conflict("own_account")
    if not account.is_active:
        raise Conflict("already_passive", name=account.full_name)
    if not reason.strip():
        raise Refused("reason_missing")
    account.is_active, account.passive_since = False, now
    account.calendar_token = None
    ended = sessions.end_all(session, user_id=user_id, now=now)
    audit.record(
        session,
        actor_id=actor_id,
        action="user.made_passive",
        object_type="user",
        object_id=user_id,
        reason=reason.strip(),
        details={"sessions_ended": ended},
        now=now,
    )
    return account


def _locked(session: Session, user_id: int) -> User:
    """Return an account that no log-in or change can touch until we commit."""
    session.get(User, user_id, with_for_update=sessions.LOCKED)
    return user(session, user_id)


def make_active(
    session: Session, user_id: int, *, actor_id: int | None, reason: str, now: datetime
) -> User:
    """Open a passive account again; the person logs in with the password they had.

    Raises:
        NotFound: if there is no such account.
        Conflict: `already_active`.
        Refused: `reason_missing`.
    """
    account = _locked(session, user_id)
    if account.is_active:
        raise Conflict("already_active", name=account.full_name)
    if not reason.strip():
        raise Refused("reason_missing")
    account.is_active, account.passive_since = True, None
    audit.record(
        session,
        actor_id=actor_id,
        action="user.made_active",
        object_type="user",
        object_id=user_id,
        reason=reason.strip(),
        now=now,
    )
    return account


def reset_password(
    session: Session, user_id: int, *, actor_id: int | None, now: datetime
) -> str:
    """Return a new one-time password; every log-in of the person ends.

    The person is told, so that a reset they did not ask for is noticed.

    Raises:
        NotFound: if there is no such account.
        Conflict: `own_account`, `passive_account`.
    """
    account = _locked(session, user_id)
    if account.id == actor_id:
        raise Conflict("own_account")
    if not account.is_active:
        raise Conflict("passive_account", name=account.full_name)
    password = passwords.one_time()
    account.password_hash = passwords.hashed(password)
    account.must_change_password = True
    ended = sessions.end_all(session, user_id=user_id, now=now)
    sessions.forget_failures(session, account.username)
    notices.tell(session, user_id=user_id, code="password_reset", now=now)
    audit.record(
        session,
        actor_id=actor_id,
        action="password.reset",
        object_type="user",
        object_id=user_id,
        details={"sessions_ended": ended},
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
) -> str:
    """Change one's own password; return the new token of the log-in that is kept.

    The person's other log-ins end.

    Raises:
        Refused: `password_wrong`, `password_short`, `password_long`, `password_same`,
            `password_plain`.
    """
    account = user(session, user_id)
    if not passwords.fits(account.password_hash, old):
        raise Refused("password_wrong")
    passwords.check_new(new, old=old)
    account.password_hash = passwords.hashed(new)
    account.must_change_password = False
    sessions.end_all(session, user_id=user_id, now=now, keep_id=keep_session_id)
    token = sessions.rotate(session, keep_session_id)
    audit.record(
        session,
        actor_id=user_id,
        action="password.changed",
        object_type="user",
        object_id=user_id,
        now=now,
    )
    return token


def set_preferences(
    session: Session, *, user_id: int, locale: str | None, theme: str | None
) -> None:
    """Keep a person's language and theme; None leaves one as it is."""
    account = user(session, user_id)
    if locale:
        account.locale = locale
    if theme:
        account.theme = Theme(theme)
