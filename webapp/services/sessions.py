"""Logging in and out: who is behind a token, and how often a name may be tried."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.access import Identity, roles_on
from webapp.models.people import LoginAttempt, LoginSession, User
from webapp.services import audit
from webapp.services.errors import Refused

WINDOW = timedelta(minutes=15)
MOST_FAILURES_PER_NAME = 5
MOST_FAILURES_PER_ADDRESS = 30
SEEN_EVERY = timedelta(minutes=1)

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


def password_fits(user: User | None, password: str) -> bool:
    """Tell whether this is the password of an active account."""
    try:  # an unknown name costs as much time as a known one
        _hasher.verify(user.password_hash if user else _nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return user is not None and user.is_active


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def wait_s(session: Session, *, username: str, address: str, now: datetime) -> int:
    """Return the seconds this name or address must wait before trying again, or 0."""
    longest = 0
    for column, value, most in (
        (LoginAttempt.username, username, MOST_FAILURES_PER_NAME),
        (LoginAttempt.address, address, MOST_FAILURES_PER_ADDRESS),
    ):
        recent = session.scalars(
            sa.select(LoginAttempt.at)
            .where(column == value, LoginAttempt.at > now - WINDOW)
            .order_by(LoginAttempt.at.desc())
            .limit(most)
        ).all()
        if len(recent) == most:
            longest = max(longest, int((recent[-1] + WINDOW - now).total_seconds()) + 1)
    return longest


def log_in(
    session: Session,
    *,
    username: str,
    password: str,
    address: str,
    agent: str,
    now: datetime,
) -> str | None:
    """Return the secret token of a new log-in, or None where name or password is wrong.

    A failure is recorded in the caller's transaction, so commit either way.

    Raises:
        Refused: `too_many_attempts` while the name or the address must wait.
    """
    username = username.strip()[:64]
    if seconds := wait_s(session, username=username, address=address, now=now):
        raise Refused("too_many_attempts", minutes=-(-seconds // 60))
    user = session.scalar(sa.select(User).where(User.username == username))
    if user is None or not password_fits(user, password):
        if user is None:
            password_fits(None, password)
        session.add(LoginAttempt(username=username, address=address, at=now))
        audit.record(
            session,
            actor_id=None,
            action="login.failed",
            object_type="user",
            object_id=user.id if user else "",
            details={"address": address},
            now=now,
        )
        return None
    return _open(session, user=user, address=address, agent=agent, now=now)


def _open(
    session: Session, *, user: User, address: str, agent: str, now: datetime
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=_hash_token(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            address=address[:64],
            agent=agent[:200],
        )
    )
    audit.record(
        session,
        actor_id=user.id,
        action="login.succeeded",
        object_type="user",
        object_id=user.id,
        details={"address": address},
        now=now,
    )
    return token


def identify(
    session: Session, token: str, *, now: datetime, idle: timedelta, zone: str
) -> Identity | None:
    """Return the person behind a token, or None where the log-in has ended."""
    login = session.scalar(
        sa.select(LoginSession)
        .where(LoginSession.token_hash == _hash_token(token))
        .options(joinedload(LoginSession.user).options(selectinload(User.grants)))
    )
    if login is None or login.ended_at is not None or not login.user.is_active:
        return None
    if login.last_seen_at + idle < now:
        return None
    user = login.user
    return Identity(
        id=user.id,
        session_id=login.id,
        token=token,
        username=user.username,
        full_name=user.full_name,
        locale=user.locale,
        theme=user.theme,
        must_change_password=user.must_change_password,
        roles=roles_on(user.grants, now.astimezone(ZoneInfo(zone)).date()),
    )


def is_stale(session: Session, session_id: int, *, now: datetime) -> bool:
    """Tell whether a log-in's last-seen time should be brought up to date."""
    seen = session.scalar(
        sa.select(LoginSession.last_seen_at).where(LoginSession.id == session_id)
    )
    return seen is not None and seen + SEEN_EVERY < now


def touch(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a log-in was used."""
    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(last_seen_at=now)
    )


def log_out(session: Session, *, session_id: int, user_id: int, now: datetime) -> None:
    """End one log-in."""
    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    audit.record(
        session,
        actor_id=user_id,
        action="login.ended",
        object_type="user",
        object_id=user_id,
        now=now,
    )


def log_out_everywhere(session: Session, *, user_id: int, now: datetime) -> int:
    """End every log-in of a person; return how many were open."""
    ended = session.scalars(
        sa.update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(LoginSession.id)
    ).all()
    return len(ended)
