"""A forecast from asking to stored rows, without a worker around it."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.erlang import Traffic, measure_queue
from forecasting.forecast import make_forecast
from tests.webapp.conftest import NOW
from tests.webapp.planning import MONDAY, ZONE, add_history, add_queue
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.demand import (
    Forecast,
    ForecastInterval,
    Queue,
    Requirement,
    RequirementInterval,
    SpecialDay,
    SpecialDayKind,
)
from webapp.models.jobs import Job, JobState
from webapp.services import calendars, forecasts, histories, requirements, schema
from webapp.services.errors import NotFound, Refused
from webapp.settings import Settings
from webapp.worker import forecast as handler
from webapp.worker.forecast_computing import compute
from webapp.worker.handler import JobRefused, Task


@pytest.fixture
def database(sqlite_url: str) -> Iterator[db.Database]:
    """Yield a database, for rules that no kind of database changes."""
    database = db.connect(sqlite_url)
    schema.upgrade(database)
    yield database
    database.close()


class _Silent:
    def __call__(self, share: float, code: str = "", **params: object) -> None:
        assert 0 <= share <= 1

    def is_cancelled(self) -> bool:
        return False


def ask(session: Session, queue: Queue, first: date = MONDAY, days: int = 7) -> Job:
    number = forecasts.ask(
        session,
        queue_id=queue.id,
        first_day=first,
        days=days,
        zone=ZONE,
        by=None,
        now=NOW,
    )
    return session.get_one(Job, number)


def run(job: Job, settings: Settings) -> Forecast:
    """Do what a worker would do with the job; return the snapshot."""
    task = Task(
        job_id=job.id,
        payload=job.payload,
        owner_id=None,
        settings=settings,
        clock=lambda: NOW,
    )
    with db.reading() as session:
        given = handler.prepare(session, task)
    computed = compute(given, _Silent())
    with db.transaction() as session:
        result = handler.store(session, task, computed)
        return session.get_one(Forecast, result["forecast_id"])


def rows_of(forecast: Forecast) -> list[ForecastInterval]:
    with db.reading() as session:
        return list(
            session.scalars(
                sa.select(ForecastInterval)
                .where(ForecastInterval.forecast_id == forecast.id)
                .order_by(ForecastInterval.starts_at)
            )
        )


def needed_of(forecast: Forecast) -> tuple[Requirement, list[RequirementInterval]]:
    with db.reading() as session:
        requirement = session.scalars(
            sa.select(Requirement).where(Requirement.forecast_id == forecast.id)
        ).one()
        rows = session.scalars(
            sa.select(RequirementInterval)
            .where(RequirementInterval.requirement_id == requirement.id)
            .order_by(RequirementInterval.starts_at)
        )
        return requirement, list(rows)


def asked(weeks: int, settings: Settings, **queue: object) -> Forecast:
    """Return the forecast of a week for a queue with so many weeks of history."""
    with db.transaction() as session:
        made = add_queue(session, **queue)  # type: ignore[arg-type]
        add_history(session, made, weeks=weeks)
        job = ask(session, made)
    return run(job, settings)


def test_a_steady_history_is_forecast_as_it_was(
    any_database: db.Database, settings: Settings
) -> None:
    forecast = asked(8, settings)

    rows = rows_of(forecast)
    assert len(rows) == 7 * 48
    opening = next(row for row in rows if row.volume > 0)
    assert opening.starts_at.astimezone().timestamp() == pytest.approx(
        (NOW + timedelta(days=5, hours=-1, minutes=-30)).timestamp()
    )
    assert opening.volume == pytest.approx(20 + (6 * 8 + 1) % 13, rel=0.02)
    assert opening.aht_s == pytest.approx(200)
    assert opening.low <= opening.volume <= opening.high


def test_the_requirement_is_the_least_that_keeps_the_promise(
    any_database: db.Database, settings: Settings
) -> None:
    requirement, rows = needed_of(asked(8, settings, shrinkage=0.2))

    assert requirement.shrinkage == 0.2
    busy = [row for row in rows if row.volume > 0]
    assert busy
    for row in busy[:40]:
        traffic = Traffic.from_calls(row.volume, 1800, row.aht_s)
        with_them = measure_queue(np.array(row.agents), traffic, 20.0)
        one_less = measure_queue(np.array(row.agents - 1), traffic, 20.0)
        assert with_them.service_level >= 0.8
        assert with_them.occupancy <= 0.88
        assert one_less.service_level < 0.8 or one_less.occupancy > 0.88
        assert row.scheduled == -(-row.agents * 10 // 8)
        assert row.service_level == pytest.approx(float(with_them.service_level))
    assert {row.agents for row in rows if row.volume == 0} == {0}


def test_a_week_of_history_is_enough(database: db.Database, settings: Settings) -> None:
    forecast = asked(1, settings)

    assert sum(row.volume for row in rows_of(forecast)) > 0
    assert forecast.scores["methods"] == [] or forecast.scores["methods"][0]["days"] < 5


def test_holidays_and_closed_days_need_nobody(
    database: db.Database, settings: Settings
) -> None:
    republic_day = date(2026, 10, 29)
    first = date(2026, 10, 26)
    with db.transaction() as session:
        queue = add_queue(session)
        add_history(session, queue, weeks=8, until=first)
        session.add(
            SpecialDay(
                queue_id=queue.id,
                day=date(2026, 10, 30),
                name="Taşınma",
                kind=SpecialDayKind.CLOSED,
            )
        )
        job = ask(session, queue, first=first)

    _, rows = needed_of(run(job, settings))

    by_day: dict[date, float] = {}
    for row in rows:
        day = (row.starts_at + timedelta(hours=3)).date()
        by_day[day] = by_day.get(day, 0) + row.agents
    assert by_day[republic_day] == 0
    assert by_day[date(2026, 10, 30)] == 0
    assert 0 < by_day[date(2026, 10, 28)] < by_day[date(2026, 10, 27)]


def test_the_same_provenance_gives_the_same_numbers(
    database: db.Database, settings: Settings
) -> None:
    forecast = asked(8, settings)
    parameters = forecast.provenance["parameters"]
    with db.reading() as session:
        queue = session.get_one(Queue, forecast.queue_id)
        past = histories.history(session, queue, zone=ZONE, until=forecast.first_day)
    assert past is not None

    again = make_forecast(
        past,
        calendars.from_json(parameters["calendar"]),
        requirements.grid_of(forecast),
    )

    rows = rows_of(forecast)
    assert again.model == forecast.model == forecast.provenance["algorithm"]
    assert again.volume.tolist() == [row.volume for row in rows]
    assert again.aht_s.tolist() == [row.aht_s for row in rows]


def test_asking_twice_before_it_is_done_is_one_job(any_database: db.Database) -> None:
    with db.transaction() as session:
        queue = add_queue(session)
        add_history(session, queue, weeks=2)
        first, second = ask(session, queue), ask(session, queue)

        assert first.id == second.id
        assert first.state is JobState.QUEUED


@pytest.mark.parametrize(
    ("days", "weeks", "first", "code"),
    [
        (0, 1, MONDAY, "forecast_days"),
        (7, 0, MONDAY, "no_history"),
        (7, 1, date(2026, 1, 5), "no_history"),
        (7, 1, date(2029, 1, 1), "forecast_too_far"),
    ],
)
def test_what_cannot_be_forecast_is_refused(
    database: db.Database, days: int, weeks: int, first: date, code: str
) -> None:
    with db.transaction() as session:
        queue = add_queue(session)
        if weeks:
            add_history(session, queue, weeks=weeks)
        with pytest.raises(Refused) as refused:
            ask(session, queue, first=first, days=days)

    assert refused.value.code == code


def test_a_passive_queue_is_not_there(database: db.Database) -> None:
    with db.transaction() as session:
        queue = add_queue(session, is_active=False)
        with pytest.raises(NotFound):
            ask(session, queue)


def test_a_history_that_went_away_fails_the_job_by_name(
    database: db.Database, settings: Settings
) -> None:
    with db.transaction() as session:
        queue = add_queue(session)
        add_history(session, queue, weeks=1)
        job = ask(session, queue)
    job.payload = {**job.payload, "first_day": "2026-01-05"}

    with pytest.raises(JobRefused, match="no_history"):
        run(job, settings)


def test_who_forecast_is_on_the_record(
    database: db.Database, settings: Settings
) -> None:
    forecast = asked(2, settings)

    with db.reading() as session:
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions == ["forecast.made", "requirement.made"]
    assert len(forecast.provenance["input_sha256"]) == 64
