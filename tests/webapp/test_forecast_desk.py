"""The Forecast desk through the browser's requests."""

from collections.abc import Callable

import pytest

from forecasting.forecast import make_forecast
from tests.webapp.conftest import NOW, LoggedIn
from tests.webapp.planning import MONDAY, ZONE, add_history, add_queue
from webapp import db
from webapp.models.demand import Queue
from webapp.models.people import Role
from webapp.services import forecast_pages, forecasts

LogIn = Callable[..., LoggedIn]


@pytest.fixture
def queue(app: object) -> Queue:
    with db.transaction() as session:
        queue = add_queue(session)
        add_history(session, queue, weeks=6)
        return queue


def stored(queue: Queue, days: int = 14) -> int:
    with db.transaction() as session:
        own = session.get_one(Queue, queue.id)
        given = forecasts.input_for(
            session, own, first_day=MONDAY, days=days, zone=ZONE
        )
        made = make_forecast(given.history, given.calendar, given.grid)
        return forecasts.store(
            session, queue=own, given=given, made=made, by=None, now=NOW
        ).id


def test_a_forecast_is_asked_for_and_its_job_is_shown(
    log_in: LogIn, queue: Queue
) -> None:
    lead = log_in(Role.SERVICE_LEAD)
    before = lead.client.get("/forecasts/")
    assert "No forecast yet" in before.text
    assert 'value="2026-11-23"' in before.text

    asked = lead.client.post(
        "/forecasts/",
        data={"queue": queue.id, "first_day": "2026-11-23", "weeks": 2},
        follow_redirects=True,
    )

    assert "The forecast is being made." in asked.text
    assert "Forecast of Vergi from" in asked.text


@pytest.mark.parametrize(
    ("first_day", "weeks", "said"),
    [
        ("", "1", "Enter a day such as"),
        ("2026-11-23", "0", "Enter a whole number from 1 to 52"),
        ("2026-01-05", "1", "No calls of Vergi are known before that day"),
        ("2030-01-07", "1", "a forecast reaches 550 days beyond them"),
    ],
)
def test_what_cannot_be_forecast_is_said_at_the_form(
    log_in: LogIn, queue: Queue, first_day: str, weeks: str, said: str
) -> None:
    lead = log_in(Role.SERVICE_LEAD)

    answer = lead.client.post(
        "/forecasts/",
        data={"queue": queue.id, "first_day": first_day, "weeks": weeks},
    )

    assert answer.status_code == 422
    assert said in answer.text


def test_a_forecast_shows_method_requirement_and_reasons(
    log_in: LogIn, queue: Queue
) -> None:
    number = stored(queue)
    lead = log_in(Role.SERVICE_LEAD)

    shown = lead.client.get(f"/forecasts/{number}?week=2026-11-30&day=2026-12-01")
    listed = lead.client.get("/forecasts/")

    assert "Copying the last same weekday would have missed" in shown.text
    assert "Requirement on Tuesday" in shown.text
    assert "08:30–09:00" in shown.text
    assert f"/forecasts/{number}" in listed.text


def test_one_agent_less_breaks_the_promise_in_every_interval(queue: Queue) -> None:
    number = stored(queue, days=7)

    with db.reading() as session:
        page = forecast_pages.page(session, number, zone=ZONE)
        lines = forecast_pages.needs(session, page, page.first_day, page.last_day)

    assert len(lines) == 5 * 18
    for line in lines:
        assert line.service_level >= page.promise.service_level
        assert line.occupancy <= page.promise.max_occupancy
        assert line.fewer_level is not None
        assert line.fewer_occupancy is not None
        assert (
            line.fewer_level < page.promise.service_level
            or line.fewer_occupancy > page.promise.max_occupancy
        )


def test_another_promise_makes_another_requirement(log_in: LogIn, queue: Queue) -> None:
    number = stored(queue, days=7)
    lead = log_in(Role.SERVICE_LEAD)
    with db.reading() as session:
        before = forecast_pages.page(session, number, zone=ZONE)

    answer = lead.client.post(
        f"/forecasts/{number}/requirement",
        data={
            "service_level": "95",
            "answer_within_s": "10",
            "max_occupancy": "80",
            "shrinkage": "30,5",
        },
    )

    assert answer.status_code == 302
    with db.reading() as session:
        after = forecast_pages.page(session, number, zone=ZONE)
    assert after.requirement_id != before.requirement_id
    assert after.promise.shrinkage == 0.305
    assert after.agents.sum() > before.agents.sum()
    assert after.calls.tolist() == before.calls.tolist()


def test_an_impossible_promise_is_said_at_the_form(log_in: LogIn, queue: Queue) -> None:
    number = stored(queue, days=7)
    lead = log_in(Role.SERVICE_LEAD)

    answer = lead.client.post(
        f"/forecasts/{number}/requirement", data={"service_level": "120"}
    )

    assert answer.status_code == 422
    assert "Enter a percentage from 1 to 99." in answer.text


def test_the_requirement_goes_to_excel_and_csv(log_in: LogIn, queue: Queue) -> None:
    number = stored(queue, days=7)
    lead = log_in(Role.SERVICE_LEAD)

    sheet = lead.client.get(f"/forecasts/{number}/export")
    text = lead.client.get(f"/forecasts/{number}/export?as=csv")

    assert sheet.data[:2] == b"PK"
    lines = text.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Start,Calls,Low,High")
    assert lines[1].startswith("2026-11-23T08:30:00+03:00,")
    assert len(lines) == 1 + 5 * 18


def test_a_manager_sees_forecasts_and_makes_none(log_in: LogIn, queue: Queue) -> None:
    number = stored(queue, days=7)
    manager = log_in(Role.MANAGER)

    assert manager.client.get(f"/forecasts/{number}").status_code == 200
    assert "Make the forecast" not in manager.client.get("/forecasts/").text
    answer = manager.client.post("/forecasts/", data={"queue": queue.id})
    assert answer.status_code == 403
    assert manager.client.get("/forecasts/99").status_code == 404
