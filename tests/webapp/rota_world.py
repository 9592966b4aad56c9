"""A queue with a requirement, shifts and people, and rotas made without a worker."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.webapp.conftest import NOW, add_user
from tests.webapp.planning import MONDAY, ZONE, add_queue
from webapp import db
from webapp.models.demand import Forecast, Requirement, RequirementInterval
from webapp.models.jobs import Job
from webapp.models.people import Role
from webapp.models.rotas import Assignment, QueueSkill, Rota, ShiftPattern
from webapp.services import lunch, rota_publishing, rotas
from webapp.services.rota_terms import week_of
from webapp.settings import Settings
from webapp.worker import rota as handlers
from webapp.worker.handler import Task

WEEK = week_of(MONDAY, ZONE)
# Shares of the busiest half hour, from 08:30 on.
SHAPE = (
    0.6,
    0.7,
    0.9,
    1,
    1,
    0.9,
    0.8,
    0.7,
    0.7,
    0.8,
    0.9,
    1,
    1,
    0.9,
    0.8,
    0.7,
    0.6,
    0.5,
)


class Silent:
    """A report that nobody reads."""

    def __call__(self, share: float, code: str = "", **params: object) -> None:
        assert 0 <= share <= 1

    def is_cancelled(self) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A queue by its number, the people with its skill, a service lead."""

    queue_id: int
    people: tuple[int, ...]
    lead: int


def add_requirement(
    session: Session, queue_id: int, *, most: int, monday: date = MONDAY
) -> Requirement:
    """Add the requirement of a week: 08:30-17:30 on working days."""
    about = {
        "queue_id": queue_id,
        "first_day": monday,
        "last_day": monday + timedelta(days=6),
        "minutes": 30,
        "provenance": {},
        "created_at": NOW,
    }
    forecast = Forecast(model="test", scores={}, **about)
    session.add(forecast)
    session.flush()
    requirement = Requirement(
        forecast_id=forecast.id, target={}, shrinkage=0.1, **about
    )
    session.add(requirement)
    session.flush()
    week = week_of(monday, ZONE)
    session.add_all(
        RequirementInterval(
            requirement_id=requirement.id,
            starts_at=week.instant(day, 510 + 30 * step),
            volume=share * most * 7,
            aht_s=200.0,
            agents=round(share * most),
            scheduled=round(share * most),
            service_level=0.8,
            asa_s=10.0,
            occupancy=0.8,
        )
        for day in week.days[:5]
        for step, share in enumerate(SHAPE)
    )
    session.flush()
    return requirement


def add_shifts(session: Session, *starts: int, minutes: int = 540) -> None:
    """Add shifts of nine hours, breaks included, that start at these minutes."""
    session.add_all(
        ShiftPattern(
            code=f"v{start}-{minutes}",
            name=f"{start // 60:02d}:{start % 60:02d}",
            starts_minute=start,
            minutes=minutes,
        )
        for start in starts
    )
    session.flush()


NAMES = (
    *("Ayşe Yılmaz", "Mehmet Kaya", "Zeynep Çelik", "İrem Şahin", "Oğuz Demir"),
    *("Işıl Aydın", "Burak Öztürk", "Elif Arslan", "Can Doğan", "Ömer Koç"),
)


def make_world(number: int = 6, most: int = 4, *, code: str = "vergi") -> World:
    """Build a centre in the connected database."""
    people = tuple(
        add_user(f"agent{at}", Role.AGENT, full_name=NAMES[at % len(NAMES)])
        for at in range(number)
    )
    lead = add_user("lead", Role.SERVICE_LEAD, full_name="Selin Ak")
    with db.transaction() as session:
        queue = add_queue(session, code)
        add_requirement(session, queue.id, most=most)
        add_shifts(session, 510, 480)
        session.add_all(QueueSkill(user_id=one, queue_id=queue.id) for one in people)
        return World(queue_id=queue.id, people=people, lead=lead)


def quick(settings: Settings) -> Settings:
    """Return settings with little time to solve."""
    return replace(settings, rota_seconds=4, zone=ZONE)


def run(job_id: int, settings: Settings) -> dict[str, object]:
    """Do what a worker would do with the job; return its result."""
    handler = handlers.MAKE
    with db.reading() as session:
        job = session.get_one(Job, job_id)
        if job.kind == lunch.PROPOSE_LUNCH.name:
            handler = handlers.LUNCH  # type: ignore[assignment]
        task = Task(
            job_id=job.id,
            payload=job.payload,
            owner_id=job.owner_id,
            settings=quick(settings),
            clock=lambda: NOW,
        )
        given = handler.prepare(session, task)
    output = handler.compute(given, Silent())
    with db.transaction() as session:
        return handler.store(session, task, output) or {}


def ask(world: World, *, around_id: int | None = None, day: date = MONDAY) -> int:
    """Ask for the week's rota; return the job's number."""
    with db.transaction() as session:
        return rotas.ask(
            session,
            queue_id=world.queue_id,
            day=day,
            zone=ZONE,
            by=world.lead,
            now=NOW,
            around_id=around_id,
        )


def solved(world: World, settings: Settings, around_id: int | None = None) -> int:
    """Return the number of a draft that the solver made."""
    return int(str(run(ask(world, around_id=around_id), settings)["rota_id"]))


def by_hand(
    world: World,
    *,
    start: int = 510,
    minutes: int = 540,
    lunches: Sequence[int] = (690, 720, 750, 780),
    days: int = 5,
) -> int:
    """Return a draft in which everybody has the same shift, lunches in waves."""
    with db.transaction() as session:
        requirement = session.scalars(
            sa.select(Requirement).where(Requirement.queue_id == world.queue_id)
        ).first()
        assert requirement is not None
        rota = Rota(
            queue_id=world.queue_id,
            requirement_id=requirement.id,
            first_day=WEEK.first,
            last_day=WEEK.last,
            version=1,
            status="feasible",
            penalties={},
            reasons=[],
            provenance={"algorithm": "hand"},
            created_at=NOW,
        )
        for day in WEEK.days[:days]:
            for at, user_id in enumerate(world.people):
                noon = lunches[at % len(lunches)]
                times = (start, start + minutes, noon, noon + 30, 870, 900)
                rota.assignments.append(_shift(user_id, day, times))
        session.add(rota)
        session.flush()
        return rota.id


def _shift(user_id: int, day: date, times: Sequence[int]) -> Assignment:
    at: list[datetime] = [WEEK.instant(day, minute) for minute in times]
    return Assignment(
        user_id=user_id,
        day=day,
        starts_at=at[0],
        ends_at=at[1],
        lunch_starts_at=at[2],
        lunch_ends_at=at[3],
        break_starts_at=at[4],
        break_ends_at=at[5],
    )


def published(world: World, **shape: object) -> int:
    """Return a published rota made by hand; `shape` as for `by_hand`."""
    rota_id = by_hand(world, **shape)  # type: ignore[arg-type]
    with db.transaction() as session:
        rota_publishing.publish(
            session, rota_id, by=world.lead, zone=ZONE, now=WEEK.begin
        )
    return rota_id
