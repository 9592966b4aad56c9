"""Rotas as their pages show them: the weeks of a queue, one version in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from scheduling.audit import breaches
from scheduling.ledger import Breach
from webapp.models.leave import LeaveRequest, LeaveState
from webapp.models.people import User
from webapp.models.rotas import Assignment, Rota, RotaState
from webapp.services import coverage, leave, rota_publishing, rotas
from webapp.services.coverage import Coverage
from webapp.services.errors import Refused
from webapp.services.rota_people import people_of
from webapp.services.rota_publishing import Change
from webapp.services.rota_terms import solved_of
from webapp.services.shortfalls import Verdict, verdict_of

DEFAULT_STEP = 15
SHOWN_WEEKS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A version of a week's rota in a list."""

    id: int
    version: int
    state: RotaState
    status: str
    shifts: int
    missing_minutes: int | None
    made_at: datetime
    made_by: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The versions of one week's rota, newest first."""

    first_day: date
    last_day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row of the timeline."""

    id: int
    name: str
    shifts: tuple[Assignment, ...]
    leave: tuple[LeaveRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detail:
    """One version in full.

    Attributes:
        step: minutes that a move snaps to.
        breaches: rules that it breaks today, by person's number; "" for the centre.
        changes: what differs from the version it would replace or was made from.
    """

    rota: Rota
    made_by: str | None
    published_by: str | None
    coverage: Coverage
    verdict: Verdict
    people: tuple[Person, ...]
    names: Mapping[str, str]
    step: int
    breaches: tuple[Breach, ...]
    changes: tuple[Change, ...]
    based_on: Rota | None

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.rota.state is RotaState.DRAFT


def weeks(session: Session, queue_id: int, *, since: date) -> list[Week]:
    """Return a queue's weeks from a day on, the latest first, with their versions.

    Drafts put away are left out.
    """
    counts = (
        sa.select(Assignment.rota_id, sa.func.count().label("shifts"))
        .group_by(Assignment.rota_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Rota, User.full_name, sa.func.coalesce(counts.c.shifts, 0))
        .outerjoin(User, User.id == Rota.created_by_id)
        .outerjoin(counts, counts.c.rota_id == Rota.id)
        .where(
            Rota.queue_id == queue_id,
            Rota.last_day >= since,
            Rota.state != RotaState.DISCARDED,
        )
        .order_by(Rota.first_day.desc(), Rota.version.desc())
    )
    by_week: dict[tuple[date, date], list[Line]] = {}
    for rota, name, shifts in rows:
        line = _line(rota, name, shifts)
        by_week.setdefault((rota.first_day, rota.last_day), []).append(line)
    return [
        Week(first_day=first, last_day=last, lines=tuple(lines))
        for (first, last), lines in by_week.items()
    ]


def _line(rota: Rota, name: str | None, shifts: int) -> Line:
    short = rota.penalties.get("short")
    return Line(
        id=rota.id,
        version=rota.version,
        state=rota.state,
        status=rota.status,
        shifts=shifts,
        missing_minutes=short[0] if short else None,
        made_at=rota.created_at,
        made_by=name,
        published_at=rota.published_at,
    )


def detail(session: Session, rota_id: int, *, zone: str) -> Detail:
    """Return one version in full.

    Raises:
        NotFound: if there is none.
    """
    rota = rotas.rota_named(session, rota_id)
    shown = coverage.of_rota(session, rota, zone=zone)
    step, found = check(session, rota, zone)
    based_on = session.get(Rota, rota.based_on_id) if rota.based_on_id else None
    people = people_on(session, rota, rota.first_day, rota.last_day)
    return Detail(
        rota=rota,
        made_by=_name(session, rota.created_by_id),
        published_by=_name(session, rota.published_by_id),
        coverage=shown,
        verdict=verdict_of(shown),
        people=people,
        names={str(one.id): one.name for one in people},
        step=step,
        breaches=found,
        changes=_changes(session, rota, based_on),
        based_on=based_on,
    )


def check(session: Session, rota: Rota, zone: str) -> tuple[int, tuple[Breach, ...]]:
    """Return the minutes of an interval, and the rules that a rota breaks today.

    Where shifts or people have gone from the settings nothing can be checked.
    """
    try:
        problem = rota_publishing.check_problem(session, rota, zone)
    except Refused:
        return DEFAULT_STEP, ()
    return problem.grid.minutes, breaches(problem, solved_of(problem, rota.assignments))


def _name(session: Session, user_id: int | None) -> str | None:
    found = session.get(User, user_id) if user_id else None
    return found.full_name if found else None


def _changes(session: Session, rota: Rota, based_on: Rota | None) -> tuple[Change, ...]:
    older = [based_on] if based_on else []
    if rota.state is RotaState.DRAFT:
        older = rota_publishing.overlapping(session, rota) or older
    return rota_publishing.changes(session, older, rota) if older else ()


def people_on(
    session: Session, rota: Rota, first: date, last: date
) -> tuple[Person, ...]:
    """Return the people of a queue and of its rota on these days, by first start."""
    shifts: dict[int, list[Assignment]] = {}
    for one in rota.assignments:
        if first <= one.day <= last:
            shifts.setdefault(one.user_id, []).append(one)
    people = {user.id: user for user in people_of(session, rota.queue_id)}
    others = session.scalars(sa.select(User).where(User.id.in_(shifts.keys())))
    people |= {user.id: user for user in others}
    granted: dict[int, list[LeaveRequest]] = {}
    for request in leave.away(session, first, last, (LeaveState.APPROVED,)):
        granted.setdefault(request.user_id, []).append(request)
    rows = [
        Person(
            id=user.id,
            name=user.full_name,
            shifts=tuple(shifts.get(user.id, ())),
            leave=tuple(granted.get(user.id, ())),
        )
        for user in people.values()
    ]
    return tuple(sorted(rows, key=_order))


def _order(person: Person) -> tuple[bool, int, str]:
    if not person.shifts:
        return True, 0, person.name
    first = person.shifts[0].starts_at
    return False, 60 * first.hour + first.minute, person.name


def shifts_of(session: Session, rota: Rota) -> Sequence[Assignment]:
    """Return a rota's shifts with their people, by day and name."""
    return session.scalars(
        sa.select(Assignment)
        .join(User, User.id == Assignment.user_id)
        .where(Assignment.rota_id == rota.id)
        .options(joinedload(Assignment.user))
        .order_by(Assignment.day, Assignment.starts_at, User.full_name)
    ).all()
