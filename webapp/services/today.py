"""A day of a queue as it runs: who is on, at lunch, away, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.leave import LeaveState
from webapp.models.rotas import Assignment, QueueSkill
from webapp.services import calendars, coverage, leave, rotas
from webapp.services.coverage import Coverage
from webapp.services.shortfalls import Shortfall, Verdict, verdict_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """People whose lunch begins at one time."""

    starts: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Today:
    """A queue's day.

    Attributes:
        working, at_lunch, on_break: people there now, by name.
        planned: everybody who works on the day.
        to_come: people whose shift begins later, with the time.
        away: people of the queue on leave.
        next_wave: the lunch that begins next.
        still_short: the short intervals that are not over.
        is_closed: whether the queue takes no calls on this day and nobody works.
        next_open_day: the first day after it on which the queue is open.
    """

    queue_id: int
    day: date
    rota_id: int | None
    coverage: Coverage
    verdict: Verdict
    working: tuple[Assignment, ...]
    at_lunch: tuple[Assignment, ...]
    on_break: tuple[Assignment, ...]
    planned: tuple[Assignment, ...]
    to_come: tuple[Assignment, ...]
    away: tuple[str, ...]
    next_wave: Wave | None
    still_short: tuple[Shortfall, ...]
    is_closed: bool
    next_open_day: date | None


def of_day(
    session: Session, queue_id: int, day: date, *, zone: str, now: datetime
) -> Today:
    """Return a queue's day by its published rota.

    Raises:
        NotFound: if there is no such queue.
    """
    queue = rotas.queue_named(session, queue_id)
    calendar = calendars.calendar(session, queue)
    published = coverage.published(session, queue_id, day, day)
    shown = coverage.of_days(session, queue, day, day, zone=zone)
    verdict = verdict_of(shown)
    shifts = _shifts(session, [rota.id for rota in published], day)
    there = [one for one in shifts if one.starts_at <= now < one.ends_at]
    at_lunch = [
        one for one in there if _holds(one.lunch_starts_at, now, one.lunch_ends_at)
    ]
    on_break = [
        one for one in there if _holds(one.break_starts_at, now, one.break_ends_at)
    ]
    return Today(
        queue_id=queue_id,
        day=day,
        rota_id=published[0].id if published else None,
        coverage=shown,
        verdict=verdict,
        working=tuple(
            one for one in there if one not in at_lunch and one not in on_break
        ),
        at_lunch=tuple(at_lunch),
        on_break=tuple(on_break),
        planned=tuple(shifts),
        to_come=tuple(one for one in shifts if one.starts_at > now),
        away=_away(session, queue_id, day),
        next_wave=_next_wave(shifts, now),
        still_short=tuple(one for one in verdict.shortfalls if one.ends > now),
        is_closed=not shifts and calendar.is_closed(day),
        next_open_day=calendars.next_open_day(calendar, day),
    )


def _shifts(session: Session, rota_ids: list[int], day: date) -> list[Assignment]:
    query = (
        sa.select(Assignment)
        .where(Assignment.rota_id.in_(rota_ids), Assignment.day == day)
        .options(joinedload(Assignment.user))
        .order_by(Assignment.starts_at, Assignment.id)
    )
    return list(session.scalars(query))


def _holds(begin: datetime | None, now: datetime, end: datetime | None) -> bool:
    return begin is not None and end is not None and begin <= now < end


def _away(session: Session, queue_id: int, day: date) -> tuple[str, ...]:
    query = sa.select(QueueSkill.user_id).where(QueueSkill.queue_id == queue_id)
    ours = set(session.scalars(query))
    granted = leave.away(session, day, day, (LeaveState.APPROVED,))
    return tuple(one.user.full_name for one in granted if one.user_id in ours)


def _next_wave(shifts: list[Assignment], now: datetime) -> Wave | None:
    ahead = [
        (one.lunch_starts_at, one.user.full_name)
        for one in shifts
        if one.lunch_starts_at is not None and one.lunch_starts_at > now
    ]
    if not ahead:
        return None
    starts = min(at for at, _name in ahead)
    names = sorted(name for at, name in ahead if at == starts)
    return Wave(starts=starts, names=tuple(names))
