"""A real call centre's week: from its file of calls to shifts its people can see.

The file holds no handling times, so the queue's own 180 seconds count.
"""

import io
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise, product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from scheduling.audit import audit
from tests.webapp.conftest import PASSWORD, Clock, add_user
from tests.webapp.planning import ZONE
from tests.webapp.rota_world import Silent, add_shifts
from webapp import db
from webapp.models.demand import OpeningHours, Queue, RequirementInterval
from webapp.models.jobs import Job
from webapp.models.people import Notice, Role, RoleGrant, User
from webapp.models.rotas import Assignment, QueueSkill, Rota
from webapp.services import rota_pages, rota_publishing, weeks
from webapp.services.rota_terms import solved_of
from webapp.settings import Settings
from webapp.worker import forecast as forecast_handler
from webapp.worker import rota as rota_handler
from webapp.worker.handler import Handler, Task

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OPENS, CLOSES = 7 * 60, 21 * 60
MONDAY = date(2003, 10, 27)
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]
BEFORE = datetime(2003, 10, 25, 9, 0, tzinfo=UTC)
TUESDAY_NOON = datetime(2003, 10, 28, 10, 10, tzinfo=UTC)  # 12:10 in Istanbul
AHT_S = 180.0
LONG, FULL = 120, 190  # people of 45 and of 40 hours
SECONDS = 20
QUERIES_A_PAGE = 40
FIRST = (
    *("Ayşe", "Mehmet", "Zeynep", "İrem", "Oğuz", "Işıl", "Burak", "Elif", "Can"),
    *("Ömer", "Şule", "Çınar", "Ülkü", "Deniz", "Emre", "Fatma", "Gül", "Hakan"),
)
LAST = (
    *("Yılmaz", "Kaya", "Çelik", "Şahin", "Demir", "Aydın", "Öztürk", "Arslan"),
    *("Doğan", "Koç", "Kılıç", "Güneş", "Iğdır", "Polat", "Tekin", "Uçar", "Eren"),
    "Bulut",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The bank's centre: its queue, its service lead at the desk, its people."""

    queue_id: int
    lead: FlaskClient
    people: tuple[int, ...]
    settings: Settings
    clock: Clock


def log_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    form = {"username": username, "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 302
    return client


def add_people(queue_id: int) -> tuple[int, ...]:
    """Add everybody who answers the queue, with one password for all."""
    with db.transaction() as session:
        hashed = session.scalars(sa.select(User.password_hash)).first()
        people = [
            User(
                username=f"agent{at}",
                full_name=f"{first} {last}",
                password_hash=hashed,
                locale="en",
                created_at=BEFORE,
                weekly_minutes=2700 if at < LONG else 2400,
                grants=[
                    RoleGrant(role=Role.AGENT, valid_from=MONDAY, granted_at=BEFORE)
                ],
            )
            for at, (first, last) in enumerate(
                islice(product(FIRST, LAST), LONG + FULL)
            )
        ]
        session.add_all(people)
        session.flush()
        session.add_all(QueueSkill(user_id=one.id, queue_id=queue_id) for one in people)
        add_shifts(session, *range(OPENS, CLOSES - 599, 30), minutes=600)
        add_shifts(session, *range(OPENS, CLOSES - 539, 30), minutes=540)
        return tuple(one.id for one in people)


@pytest.fixture
def bank(app: Flask, settings: Settings, clock: Clock) -> Bank:
    clock.now = BEFORE
    add_user("lead", Role.SERVICE_LEAD, full_name="Selin Ak", first=date(2003, 1, 1))
    with db.transaction() as session:
        queue = Queue(
            code="bank",
            name="Bank",
            default_aht_s=AHT_S,
            closes_on_holidays=False,  # of another country
        )
        session.add(queue)
        session.flush()
        session.add_all(
            OpeningHours(
                queue_id=queue.id,
                weekday=day,
                opens_minute=OPENS,
                closes_minute=CLOSES,
            )
            for day in range(5)
        )
        queue_id = queue.id
    return Bank(
        queue_id=queue_id,
        lead=log_in(app, "lead"),
        people=add_people(queue_id),
        settings=replace(settings, rota_seconds=SECONDS, zone=ZONE),
        clock=clock,
    )


def import_file(bank: Bank, path: Path) -> str:
    """Bring the file in at the import desk; return what it says then."""
    form = {
        "queue": bank.queue_id,
        "kind": "intervals",
        "file": (io.BytesIO(path.read_bytes()), path.name),
    }
    shown = bank.lead.post("/imports/", data=form, follow_redirects=True)
    assert "Take in" in shown.text
    return bank.lead.post(f"{shown.request.path}/store", follow_redirects=True).text


def work(bank: Bank, handler: Handler[Any, Any]) -> dict[str, Any]:
    """Do what a worker would do with the newest job; return its result."""
    with db.reading() as session:
        job = session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(1)).one()
        assert job.kind == handler.kind.name
        task = Task(
            job_id=job.id,
            payload=job.payload,
            owner_id=job.owner_id,
            settings=bank.settings,
            clock=bank.clock,
        )
        given = handler.prepare(session, task)
    output = handler.compute(given, Silent())
    with db.transaction() as session:
        return handler.store(session, task, output) or {}


def keeps_promise(agents: int, row: RequirementInterval) -> bool:
    """Say whether so many agents answer 80 % in 20 s, at most 88 % of them busy."""
    load = row.volume * row.aht_s / 1800
    if agents <= load or load / agents > 0.88:
        return False
    blocking = 1.0
    for count in range(1, agents + 1):
        blocking = load * blocking / (count + load * blocking)
    waits = blocking / (1 - load / agents * (1 - blocking))
    return 1 - waits * math.exp(-(agents - load) * 20 / row.aht_s) >= 0.8


def check_requirement(rows: Sequence[RequirementInterval]) -> None:
    busy = [row for row in rows if row.volume > 0]
    assert len(busy) == 5 * (CLOSES - OPENS) // 30
    for row in busy:
        assert row.aht_s == AHT_S
        assert keeps_promise(row.agents, row)
        assert not keeps_promise(row.agents - 1, row)
        assert row.scheduled == math.ceil(row.agents / 0.85)


def local(instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(ZONE))


def minute(instant: datetime) -> int:
    """Return the minute of the local day."""
    return 60 * local(instant).hour + local(instant).minute


def check_shift(one: Assignment) -> int:
    """Check one shift; return its working minutes."""
    assert local(one.starts_at).date() == local(one.ends_at).date() == one.day
    assert minute(one.starts_at) >= OPENS
    assert minute(one.ends_at) <= CLOSES
    lunch = (one.lunch_starts_at, one.lunch_ends_at)
    pause = (one.break_starts_at, one.break_ends_at)
    half_hours = [(begin, end) for begin, end in (lunch, pause) if begin and end]
    assert [minute(end) - minute(begin) for begin, end in half_hours] == [30, 30]
    begins, ends = map(minute, half_hours[0])
    starts, leaves = minute(one.starts_at), minute(one.ends_at)
    assert starts + 120 <= begins < ends <= leaves - 120
    if starts <= 11 * 60 + 30:  # those who come later eat after 14:00
        assert 11 * 60 + 30 <= begins < ends <= 14 * 60
    return leaves - starts - 60


def check_people(bank: Bank, rota: Rota) -> None:
    """Check everybody's week against the law and their contract, by hand."""
    shifts: dict[int, list[Assignment]] = defaultdict(list)
    for one in rota.assignments:
        shifts[one.user_id].append(one)
    assert shifts.keys() == set(bank.people)
    for at, user_id in enumerate(bank.people):
        theirs = sorted(shifts[user_id], key=lambda one: one.starts_at)
        assert [one.day for one in theirs] == DAYS
        assert sum(map(check_shift, theirs)) == (2700 if at < LONG else 2400)
        for today, tomorrow in pairwise(theirs):
            assert tomorrow.starts_at - today.ends_at >= timedelta(hours=11)


def is_answering(one: Assignment, instant: datetime) -> bool:
    def holds(begin: datetime | None, end: datetime | None) -> bool:
        return begin is not None and end is not None and begin <= instant < end

    return (
        holds(one.starts_at, one.ends_at)
        and not holds(one.lunch_starts_at, one.lunch_ends_at)
        and not holds(one.break_starts_at, one.break_ends_at)
    )


def missing_by_hand(rota: Rota) -> dict[datetime, int]:
    """Count who is missing in each half hour that is short."""
    found = {}
    for row in rota.requirement.intervals:
        there = sum(is_answering(one, row.starts_at) for one in rota.assignments)
        if there < row.scheduled:
            found[row.starts_at] = row.scheduled - there
    return found


def check_coverage(session: db.Session, rota: Rota) -> None:
    """Check that little is missing, and that the page names every bit of it."""
    missing = missing_by_hand(rota)
    needed = sum(row.scheduled for row in rota.requirement.intervals)
    assert sum(missing.values()) <= 0.01 * needed
    shown = rota_pages.detail(session, rota.id, zone=ZONE).verdict
    told = {}
    for run in shown.shortfalls:
        at = run.starts
        while at < run.ends:
            told[at.astimezone(UTC)] = run.missing
            at += timedelta(minutes=30)
    assert told == missing
    assert shown.worst == max(missing.values(), default=0)
    assert {reason["code"] for reason in rota.reasons} <= {"short"}
    assert bool(rota.reasons) == bool(missing)


def check_rules(session: db.Session, rota: Rota) -> None:
    problem = rota_publishing.check_problem(session, rota, ZONE)
    assert not audit(problem, solved_of(problem, rota.assignments)).breaches
    assert rota.objective is not None
    assert rota.bound is not None
    assert rota.bound <= rota.objective


@contextmanager
def few_queries() -> Iterator[None]:
    """Fail if the block asks the database once for each person."""
    engine = db.current().engine
    count = 0

    def asked(*_: object) -> None:
        nonlocal count
        count += 1

    sa.event.listen(engine, "before_cursor_execute", asked)
    yield
    sa.event.remove(engine, "before_cursor_execute", asked)
    assert count <= QUERIES_A_PAGE


def page(client: FlaskClient, address: str) -> str:
    """Return a page that takes few queries."""
    with few_queries():
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def check_pages(app: Flask, bank: Bank, rota: Rota) -> None:
    bank.clock.now = TUESDAY_NOON
    noon = [one for one in rota.assignments if one.day == DAYS[1]]
    there = sum(one.starts_at <= TUESDAY_NOON < one.ends_at for one in noon)
    lead, queue = log_in(app, "lead"), bank.queue_id
    assert there > 200
    found = page(lead, f"/today/?queue={queue}")
    assert "at lunch" in found.lower()
    shown = page(lead, f"/rota/{rota.id}")
    assert all(f"{name} " in shown for name in FIRST[:17])
    assert "Ayşe Yılmaz" in page(lead, f"/lunch/?queue={queue}&day={DAYS[1]}")
    for address in ("/rota/", "/forecasts/", "/history/"):
        page(lead, f"{address}?queue={queue}")


def check_own_week(app: Flask, bank: Bank, rota: Rota) -> None:
    """Check that an agent sees five shifts, and was told of them."""
    user_id = bank.people[0]
    with db.reading() as session:
        week = weeks.week_of(session, user_id, MONDAY)
        codes = session.scalars(sa.select(Notice.code).where(Notice.user_id == user_id))
        assert codes.all() == ["rota_published"]
        told = session.scalar(sa.select(sa.func.count(sa.distinct(Notice.user_id))))
        assert told == len(bank.people)
    assert week.is_published
    assert week.minutes == 2700
    text = page(log_in(app, "agent0"), f"/my-week/?week={MONDAY}")
    for one in rota.assignments:
        if one.user_id == user_id:
            assert f"{local(one.starts_at):%H:%M}–{local(one.ends_at):%H:%M}" in text


def test_a_banks_calls_become_a_published_week_of_three_hundred_people(
    app: Flask, bank: Bank, shared: Path
) -> None:
    done = import_file(bank, shared / "data" / "bank_calls.csv")
    assert re.search(r"27[,.]?716 new rows", done)

    week = {"queue": bank.queue_id, "first_day": MONDAY.isoformat(), "weeks": 1}
    asked = bank.lead.post("/forecasts/", data=week)
    assert asked.status_code == 302
    work(bank, forecast_handler.HANDLER)
    wanted = {"queue": bank.queue_id, "day": MONDAY.isoformat()}
    assert bank.lead.post("/rota/make", data=wanted).status_code == 302
    rota_id = work(bank, rota_handler.MAKE)["rota_id"]
    assert (
        "is published"
        in bank.lead.post(f"/rota/{rota_id}/publish", follow_redirects=True).text
    )

    with db.reading() as session:
        rota = session.get_one(Rota, rota_id)
        wapes = {
            score["name"]: score["wape"]
            for score in rota.requirement.forecast.scores["methods"]
        }
        assert wapes[rota.requirement.forecast.model] < 0.06 < wapes["seasonal_naive"]
        check_requirement(rota.requirement.intervals)
        check_rules(session, rota)
        check_people(bank, rota)
        check_coverage(session, rota)
        check_pages(app, bank, rota)
        check_own_week(app, bank, rota)
