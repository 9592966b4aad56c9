"""Logging in and out: who is behind a token, and how often a name may be tried.

A log-in is three steps, so that no transaction waits for the slow check of a
password: `begin` counts the try before anything is checked, which is why tries at
the same time cannot slip past the limit; `passwords.fits` checks; `finish` takes the
try back where it succeeded.

Five failures lock a name, for browsers that never logged in with it. A browser that
did has a count of its own, so nobody can keep a person out by failing in their name.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.access import Identity, roles_on
from webapp.models.people import LoginAttempt, LoginSession, User
from webapp.services import audit, passwords
from webapp.services.errors import NotFound, Refused

WINDOW = timedelta(minutes=15)
MOST_FAILURES_PER_NAME = 5
MOST_FAILURES_PER_ADDRESS = 30
SEEN_EVERY = timedelta(minutes=1)
# Keeps changes to a row out, but not rows that refer to it: an entry of the audit log
# names its actor, and waiting for one here while it waits for us would be a deadlock.
LOCKED = {"key_share": True}
_ATTEMPTS_KEPT = timedelta(days=1)
_LOGIN_LOCK = 0x4C4F4749  # "LOGI": tries are counted one at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A log-in that was begun: whose password it needs, and where it comes from."""

    id: int
    user_id: int | None
    password_hash: str
    address: str
    device_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A log-in that is open, as its owner sees it."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    address: str
    agent: str
    is_this: bool


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest() if secret else ""


def plain_username(text: str) -> str:
    """Return a user name as it is stored: lower case, no spaces around."""
    return text.strip().replace("İ", "i").lower().replace("\x00", "")[:64]


def begin(
    session: Session, *, username: str, address: str, device: str, now: datetime
) -> Attempt:
    """Count a try to log in and return it; `device` is the browser's secret or "".

    Raises:
        Refused: `too_many_attempts` while the name or the address must wait.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOGIN_LOCK)))
    username, address = plain_username(username), address[:64]
    user = session.scalar(sa.select(User).where(User.username == username))
    known = _known_device(session, user, _hash(device))
    if wait := _wait(session, username, address, known, now):
        raise Refused("too_many_attempts", minutes=-(-wait // timedelta(minutes=1)))
    session.execute(
        sa.delete(LoginAttempt).where(LoginAttempt.at < now - _ATTEMPTS_KEPT)
    )
    row = LoginAttempt(username=username, address=address, device_hash=known, at=now)
    session.add(row)
    session.flush()
    return Attempt(
        id=row.id,
        user_id=user.id if user else None,
        password_hash=user.password_hash if user else passwords.of_nobody(),
        address=address,
        device_hash=_hash(device),
    )


def _known_device(session: Session, user: User | None, device_hash: str) -> str:
    """Return the device's hash where this person has logged in with it, else ""."""
    if user is None or not device_hash:
        return ""
    used = sa.select(LoginSession.id).where(
        LoginSession.user_id == user.id, LoginSession.device_hash == device_hash
    )
    return device_hash if session.scalar(used.limit(1)) else ""


def _wait(
    session: Session, username: str, address: str, known: str, now: datetime
) -> timedelta:
    by_name = (LoginAttempt.username == username, MOST_FAILURES_PER_NAME)
    by_address = (LoginAttempt.address == address, MOST_FAILURES_PER_ADDRESS)
    longest = timedelta(0)
    for bucket, most in (by_name,) if known else (by_name, by_address):
        recent = session.scalars(
            sa.select(LoginAttempt.at)
            .where(bucket, LoginAttempt.device_hash == known)
            .where(LoginAttempt.at > now - WINDOW)
            .order_by(LoginAttempt.at.desc())
            .limit(most)
        ).all()
        if len(recent) == most:
            longest = max(longest, recent[-1] + WINDOW - now)
    return longest


def finish(
    session: Session, attempt: Attempt, *, fits: bool, agent: str, now: datetime
) -> str | None:
    """Return the secret token of a new log-in, or None where it is refused.

    `fits` tells whether the password was right; a passive account has no log-in.
    """
    user = None
    if attempt.user_id is not None:
        user = session.get(User, attempt.user_id, with_for_update=LOCKED)
    if user is None or not fits or not user.is_active:
        audit.record(
            session,
            actor_id=None,
            action="login.failed",
            object_type="user",
            object_id=attempt.user_id or "",
            details={"address": attempt.address},
            now=now,
        )
        return None
    session.execute(sa.delete(LoginAttempt).where(LoginAttempt.id == attempt.id))
    token = secrets.token_urlsafe(32)
    login = LoginSession(
        token_hash=_hash(token),
        user_id=user.id,
        created_at=now,
        last_seen_at=now,
        address=attempt.address,
        agent=agent.replace("\x00", "")[:200],
        device_hash=attempt.device_hash,
    )
    session.add(login)
    audit.record(
        session,
        actor_id=user.id,
        action="login.succeeded",
        object_type="user",
        object_id=user.id,
        details={"address": attempt.address},
        now=now,
    )
    return token


def identify(
    session: Session, token: str, *, now: datetime, idle: timedelta, zone: str
) -> Identity | None:
    """Return the person behind a token, or None where the log-in has ended."""
    login = session.scalar(
        sa.select(LoginSession)
        .where(LoginSession.token_hash == _hash(token))
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


def open_sessions(
    session: Session, *, user_id: int, this_id: int, now: datetime, idle: timedelta
) -> tuple[OpenSession, ...]:
    """Return a person's open log-ins, the one used last first."""
    rows = session.scalars(
        sa.select(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .where(LoginSession.last_seen_at >= now - idle)
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    )
    return tuple(
        OpenSession(
            id=row.id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            address=row.address,
            agent=row.agent,
            is_this=row.id == this_id,
        )
        for row in rows
    )


def rotate(session: Session, session_id: int) -> str:
    """Return a new token for a log-in; the one before opens nothing any more.

    Raises:
        NotFound: if there is no such log-in.
    """
    login = session.get(LoginSession, session_id)
    if login is None:
        raise NotFound("login_session", session_id)
    token = secrets.token_urlsafe(32)
    login.token_hash = _hash(token)
    return token


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


def log_out_others(
    session: Session, *, user_id: int, keep_id: int, now: datetime
) -> int:
    """End a person's log-ins in other browsers; return how many were open."""
    ended = end_all(session, user_id=user_id, now=now, keep_id=keep_id)
    audit.record(
        session,
        actor_id=user_id,
        action="login.others_ended",
        object_type="user",
        object_id=user_id,
        details={"ended": ended},
        now=now,
    )
    return ended


def end_all(
    session: Session, *, user_id: int, now: datetime, keep_id: int | None = None
) -> int:
    """End every log-in of a person but `keep_id`; return how many were open.

    The caller records why.
    """
    query = sa.update(LoginSession).where(
        LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
    )
    if keep_id is not None:
        query = query.where(LoginSession.id != keep_id)
    ended = session.scalars(query.values(ended_at=now).returning(LoginSession.id))
    return len(ended.all())


def forget_failures(session: Session, username: str) -> None:
    """Let a name be tried again at once, as when IT gave it a new password."""
    session.execute(sa.delete(LoginAttempt).where(LoginAttempt.username == username))
