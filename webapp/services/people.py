"""Accounts: opened, changed, made passive and active again; never deleted (D 5c)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.models.demand import Queue
from webapp.models.people import Role, RoleGrant, Team, Theme, User, WorkLaw
from webapp.models.rotas import QueueSkill
from webapp.services import audit, notices, passwords, roles, sessions
from webapp.services.choices import chosen
from webapp.services.errors import Conflict, NotFound, Refused

_USERNAME = re.compile(r"[^\W_](?:[\w.@-]{0,62}[^\W_])?")
MOST_WEEKLY_MINUTES = {WorkLaw.LABOUR_4857: 45 * 60, WorkLaw.CIVIL_SERVANT_657: 40 * 60}
MOST_DAYS = 6
LEAST_AGE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What IT enters to open an account."""

    username: str
    full_name: str
    roles: tuple[Role, ...]
    email: str | None = None
    team: str | None = None
    acd_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What IT may change of an account: who the person is and how they work.

    `acd_code` is the person's name in the telephone system; `queue_ids` are the
    queues whose calls they answer.
    """

    full_name: str
    email: str | None
    team: str | None
    acd_code: str | None
    work_law: WorkLaw
    weekly_minutes: int
    days_per_week: int
    hired_on: date | None
    born_on: date | None
    queue_ids: frozenset[int]


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
        full_name=_name(new.full_name),
        email=(new.email or "").strip() or None,
        acd_code=_acd_code(session, new.acd_code),
        password_hash=passwords.hashed(password),
        must_change_password=True,
        created_at=now,
        team=_team(session, new.team),
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


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Refused("name_missing")
    return name[:200]


def _team(session: Session, name: str | None) -> Team | None:
    name = " ".join((name or "").split())[:100]
    if not name:
        return None
    found = session.scalar(sa.select(Team).where(Team.name == name))
    if found is None:
        found = Team(name=name)
        session.add(found)
    return found


def _acd_code(
    session: Session, code: str | None, user_id: int | None = None
) -> str | None:
    code = (code or "").strip()[:64]
    if not code:
        return None
    holder = session.scalar(sa.select(User).where(User.acd_code == code))
    if holder is not None and holder.id != user_id:
        raise Refused("acd_code_taken", acd_code=code, name=holder.full_name)
    return code


def change_contract(
    session: Session,
    user_id: int,
    contract: Contract,
    *,
    actor_id: int | None,
    today: date,
    now: datetime,
) -> User:
    """Change who a person is and how they work; every changed field is recorded.

    Raises:
        NotFound: if there is no such account or queue.
        Refused: `name_missing`, `acd_code_taken`, `weekly_minutes_range`,
            `days_per_week_range`, `born_on_range`, `hired_on_range`.
    """
    account = user(session, user_id)
    _check_contract(contract, today)
    before = _contract_fields(session, account)
    account.full_name = _name(contract.full_name)
    account.email = (contract.email or "").strip()[:254] or None
    account.team = _team(session, contract.team)
    account.acd_code = _acd_code(session, contract.acd_code, user_id)
    account.work_law = contract.work_law
    account.weekly_minutes = contract.weekly_minutes
    account.days_per_week = contract.days_per_week
    account.hired_on, account.born_on = contract.hired_on, contract.born_on
    _set_queues(session, user_id, contract.queue_ids)
    session.flush()
    after = _contract_fields(session, account)
    changed = {
        key: [before[key], after[key]] for key in after if before[key] != after[key]
    }
    if changed:
        audit.record(
            session,
            actor_id=actor_id,
            action="user.changed",
            object_type="user",
            object_id=user_id,
            details=changed,
            now=now,
        )
    return account


def _check_contract(contract: Contract, today: date) -> None:
    most = MOST_WEEKLY_MINUTES[contract.work_law]
    if not 0 <= contract.weekly_minutes <= most:
        raise Refused("weekly_minutes_range", most_hours=most // 60)
    if not 0 <= contract.days_per_week <= MOST_DAYS:
        raise Refused("days_per_week_range", most=MOST_DAYS)
    born, hired = contract.born_on, contract.hired_on
    if born is not None and not 1900 <= born.year <= today.year - LEAST_AGE:
        raise Refused("born_on_range", least=LEAST_AGE)
    if hired is not None and not 1950 <= hired.year <= today.year + 1:
        raise Refused("hired_on_range")
    if born is not None and hired is not None and hired.year - born.year < LEAST_AGE:
        raise Refused("born_on_range", least=LEAST_AGE)


def _contract_fields(session: Session, account: User) -> dict[str, object]:
    return {
        "full_name": account.full_name,
        "email": account.email,
        "team": account.team.name if account.team else None,
        "acd_code": account.acd_code,
        "work_law": account.work_law.value,
        "weekly_minutes": account.weekly_minutes,
        "days_per_week": account.days_per_week,
        "hired_on": account.hired_on,
        "born_on": account.born_on,
        "queues": sorted(queue_ids(session, account.id)),
    }


def law(text: str) -> WorkLaw:
    """Return the law of this number.

    Raises:
        Refused: `choice_invalid`.
    """
    return chosen(WorkLaw, text)


def queue_ids(session: Session, user_id: int) -> frozenset[int]:
    """Return the queues whose calls a person answers."""
    query = sa.select(QueueSkill.queue_id).where(QueueSkill.user_id == user_id)
    return frozenset(session.scalars(query))


def _set_queues(session: Session, user_id: int, wanted: frozenset[int]) -> None:
    has = queue_ids(session, user_id)
    for queue_id in sorted(wanted - has):
        if session.get(Queue, queue_id) is None:
            raise NotFound("queue", queue_id)
        session.add(QueueSkill(user_id=user_id, queue_id=queue_id))
    session.execute(
        sa.delete(QueueSkill).where(
            QueueSkill.user_id == user_id, QueueSkill.queue_id.in_(has - wanted)
        )
    )


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
