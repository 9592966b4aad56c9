"""A person's own week, and its calendar feed under a secret address."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.leave import LeaveRequest, LeaveState
from webapp.models.people import Notice, User
from webapp.models.rotas import Assignment, Rota, RotaState
from webapp.services import audit
from webapp.services.errors import NotFound
from webapp.services.rota_terms import monday_of

FEED_PAST = timedelta(weeks=4)
CHANGES = ("rota_changed", "lunch_changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of somebody's week."""

    day: date
    shifts: tuple[Assignment, ...]
    leave: LeaveRequest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWeek:
    """A person's week.

    Attributes:
        is_published: whether any shift of the week is published.
        is_changed: whether the person has not read yet that something in it changed.
        minutes: working time, without lunch and breaks.
    """

    monday: date
    days: tuple[Day, ...]
    is_published: bool
    is_changed: bool
    minutes: int

    @property
    def previous(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def next(self) -> date:
        return self.monday + timedelta(days=7)


def week_of(session: Session, user_id: int, day: date) -> MyWeek:
    """Return the week that holds a day, as published, of this person alone."""
    monday = monday_of(day)
    days = [monday + timedelta(days=n) for n in range(7)]
    shifts = _shifts(session, user_id, days[0], days[-1])
    granted = session.scalars(
        sa.select(LeaveRequest).where(
            LeaveRequest.user_id == user_id,
            LeaveRequest.state == LeaveState.APPROVED,
            LeaveRequest.first_day <= days[-1],
            LeaveRequest.last_day >= days[0],
        )
    ).all()
    return MyWeek(
        monday=monday,
        days=tuple(
            Day(
                day=one,
                shifts=tuple(shift for shift in shifts if shift.day == one),
                leave=next(
                    (g for g in granted if g.first_day <= one <= g.last_day), None
                ),
            )
            for one in days
        ),
        is_published=bool(shifts),
        is_changed=_is_changed(session, user_id, monday),
        minutes=sum(worked_minutes(shift) for shift in shifts),
    )


def worked_minutes(shift: Assignment) -> int:
    """Return a shift's working time, without lunch and break."""
    total = shift.ends_at - shift.starts_at
    for begin, end in (
        (shift.lunch_starts_at, shift.lunch_ends_at),
        (shift.break_starts_at, shift.break_ends_at),
    ):
        if begin and end:
            total -= end - begin
    return total // timedelta(minutes=1)


def _shifts(
    session: Session, user_id: int, first: date, last: date
) -> Sequence[Assignment]:
    return session.scalars(
        sa.select(Assignment)
        .join(Rota, Rota.id == Assignment.rota_id)
        .where(
            Assignment.user_id == user_id,
            Assignment.day.between(first, last),
            Rota.state == RotaState.PUBLISHED,
        )
        .options(joinedload(Assignment.rota).joinedload(Rota.queue))
        .order_by(Assignment.starts_at)
    ).all()


def _is_changed(session: Session, user_id: int, monday: date) -> bool:
    query = sa.select(Notice.id).where(
        Notice.user_id == user_id,
        Notice.read_at.is_(None),
        Notice.code.in_(CHANGES),
        Notice.link == f"/my-week/?week={monday.isoformat()}",
    )
    return session.scalars(query.limit(1)).first() is not None


def token_of(session: Session, user_id: int) -> str | None:
    """Return the secret of a person's calendar feed; None where it has none."""
    return session.get_one(User, user_id).calendar_token


def make_token(session: Session, user_id: int, *, now: datetime) -> str:
    """Give a person's calendar feed a new secret; the old address stops working."""
    user = session.get_one(User, user_id, with_for_update=True)
    user.calendar_token = secrets.token_urlsafe(32)
    _record(session, user_id, "calendar.made", now)
    return user.calendar_token


def revoke_token(session: Session, user_id: int, *, now: datetime) -> None:
    """End a person's calendar feed."""
    user = session.get_one(User, user_id, with_for_update=True)
    if user.calendar_token is not None:
        user.calendar_token = None
        _record(session, user_id, "calendar.revoked", now)


def _record(session: Session, user_id: int, action: str, now: datetime) -> None:
    audit.record(
        session,
        actor_id=user_id,
        action=action,
        object_type="user",
        object_id=user_id,
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a calendar feed holds: its person and their published shifts."""

    user_id: int
    locale: str
    shifts: tuple[Assignment, ...]


def feed(session: Session, token: str, *, today: date) -> Feed:
    """Return the feed under a secret.

    Raises:
        NotFound: if there is none, or its person is passive.
    """
    user = session.scalar(
        sa.select(User).where(User.calendar_token == token, User.is_active)
    )
    if user is None:
        raise NotFound("calendar", "")
    shifts = _shifts(session, user.id, today - FEED_PAST, date.max)
    return Feed(user_id=user.id, locale=user.locale, shifts=tuple(shifts))
