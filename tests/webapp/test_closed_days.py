from collections.abc import Callable
from datetime import date

from tests.webapp.conftest import NOW, LoggedIn
from webapp import db
from webapp.models.demand import Queue
from webapp.models.people import Role
from webapp.services import calendars, history_pages, queues
from webapp.services.demo import demand, filling

ZONE = "Europe/Istanbul"
WHEN = filling.Today(now=NOW, zone=ZONE)


def centre() -> int:
    with db.transaction() as session:
        opened = queues.open_queue(
            session,
            queues.QueueSettings(code="vergi", name="Genel vergi"),
            actor_id=None,
            now=NOW,
        )
        session.flush()
        return opened.id


def test_today_says_when_the_queue_is_closed_and_where_to_go(
    log_in: Callable[..., LoggedIn],
) -> None:
    lead = log_in(Role.SERVICE_LEAD).client
    centre()

    saturday = lead.get("/today/?day=2026-11-21").text
    holiday = lead.get("/today/?day=2026-10-29").text

    assert "The queue is closed on this day" in saturday
    assert "day=2026-11-23" in saturday
    assert "day=2026-10-30" in holiday
    assert "is closed" not in lead.get("/today/?day=2026-11-20").text


def test_a_queue_that_never_opens_has_no_next_day(any_database: db.Database) -> None:
    queue_id = centre()
    with db.reading() as session:
        calendar = calendars.calendar(session, session.get_one(Queue, queue_id))

    closed = calendar.with_closures(date.fromordinal(n) for n in range(739000, 741000))

    assert calendars.next_open_day(closed, date(2026, 11, 20)) is None


def test_a_public_holiday_is_no_gap_of_the_history(any_database: db.Database) -> None:
    queue_id = centre()
    with db.transaction() as session:
        filling.import_history(session, demand.LINES[0], WHEN)
    with db.reading() as session:
        page = history_pages.days_page(
            session,
            session.get_one(Queue, queue_id),
            first=date(2026, 10, 26),
            last=date(2026, 10, 30),
            zone=ZONE,
        )

    assert page is not None
    assert page.gap_count == 0
    assert [line.day.day for line in page.days] == [26, 27, 28, 30]


def test_a_queue_can_stay_open_on_holidays(log_in: Callable[..., LoggedIn]) -> None:
    it = log_in(Role.IT).client
    queue_id = centre()
    holiday = date(2026, 10, 29)
    form = {
        "code": "vergi",
        "name": "Genel vergi",
        "interval_minutes": "30",
        "service_level": "80",
        "answer_within_s": "20",
        "max_occupancy": "88",
        "shrinkage": "15",
        "default_aht_s": "180",
        "is_active": "1",
        "open-3": "1",
        "opens-3": "08:30",
        "closes-3": "17:30",
    }

    it.post(f"/settings/queues/{queue_id}", data=form)

    with db.reading() as session:
        queue = session.get_one(Queue, queue_id)
        assert not queue.closes_on_holidays
        assert not calendars.calendar(session, queue).is_closed(holiday)
