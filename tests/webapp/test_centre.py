from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from tests.webapp.conftest import NOW, LoggedIn, add_user
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.demand import ImportBatch, ImportKind, IntervalActual, Queue
from webapp.models.people import Role
from webapp.models.rotas import ShiftPattern
from webapp.services import centre, queues, shift_patterns
from webapp.services.centre import LunchRules, Retention
from webapp.services.errors import ServiceError
from webapp.services.queues import QueueSettings
from webapp.services.shift_patterns import ShiftSettings

QUEUE = QueueSettings(code="main", name="Ana hat")
QUEUE_FORM = {
    "code": "main",
    "name": "Ana hat",
    "is_active": "1",
    "interval_minutes": "30",
    "service_level": "85,5",
    "answer_within_s": "15",
    "max_occupancy": "90",
    "shrinkage": "20",
    "default_aht_s": "210",
    "open-0": "1",
    "opens-0": "08:00",
    "closes-0": "24:00",
}


@pytest.fixture
def actor(any_database: db.Database) -> int:
    return add_user("it", Role.IT)


def last_entry() -> AuditEntry:
    with db.reading() as session:
        return session.scalars(
            sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        ).one()


def refusal(act: Callable[[], object]) -> tuple[str, object]:
    with pytest.raises(ServiceError) as refused:
        act()
    return refused.value.code, refused.value.params.get("field")


def set_lunch(rules: LunchRules, actor: int) -> None:
    with db.transaction() as session:
        centre.set_lunch_rules(session, rules, actor_id=actor, now=NOW)


def test_a_new_centre_has_the_directives_lunch(actor: int) -> None:
    with db.reading() as session:
        assert centre.lunch_rules(session) == LunchRules(
            minutes=30, earliest_minute=690, latest_minute=840, canteen_seats=None
        )
        assert centre.retention(session) == Retention(recording_days=365)


def test_lunch_and_retention_are_kept_and_what_changed_is_recorded(actor: int) -> None:
    wanted = LunchRules(minutes=45, canteen_seats=12)
    set_lunch(wanted, actor)
    with db.transaction() as session:
        centre.set_retention(
            session, Retention(recording_days=180), actor_id=actor, now=NOW
        )

    with db.reading() as session:
        assert centre.lunch_rules(session) == wanted
        assert centre.retention(session) == Retention(recording_days=180)
    entry = last_entry()
    assert (entry.object_id, entry.details) == (
        "retention",
        {"recording_days": [365, 180]},
    )


def test_saving_without_a_change_records_nothing(actor: int) -> None:
    set_lunch(LunchRules(minutes=45), actor)
    before = last_entry().id

    set_lunch(LunchRules(minutes=45), actor)

    assert last_entry().id == before


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (LunchRules(minutes=5), ("whole_range", "lunch_minutes")),
        (LunchRules(canteen_seats=0), ("whole_range", "canteen_seats")),
        (LunchRules(latest_minute=700), ("lunch_window_short", "latest")),
        (LunchRules(latest_minute=1500), ("whole_range", "latest")),
    ],
)
def test_lunch_rules_that_cannot_be_are_refused(
    actor: int, rules: LunchRules, expected: tuple[str, str]
) -> None:
    assert refusal(lambda: set_lunch(rules, actor)) == expected


def open_queue(wanted: QueueSettings, actor: int) -> int:
    with db.transaction() as session:
        return queues.open_queue(session, wanted, actor_id=actor, now=NOW).id


def change_queue(queue_id: int, wanted: QueueSettings, actor: int) -> None:
    with db.transaction() as session:
        queues.change_queue(session, queue_id, wanted, actor_id=actor, now=NOW)


def test_a_queue_is_opened_and_changed_with_its_hours(actor: int) -> None:
    queue_id = open_queue(QUEUE, actor)
    wanted = replace(QUEUE, service_level=0.9, hours=((0, 480, 1440), (6, 0, 600)))

    change_queue(queue_id, wanted, actor)

    with db.reading() as session:
        assert queues.queue(session, queue_id).settings == wanted
    details = last_entry().details
    assert details["service_level"] == [0.8, 0.9]
    assert set(details) == {"service_level", "hours"}


def test_days_in_a_row_with_the_same_hours_are_one_line() -> None:
    hours = ((0, 480, 960), (1, 480, 960), (2, 480, 900), (4, 480, 900), (5, 480, 900))

    assert replace(QUEUE, hours=hours).runs_of_hours == [
        (0, 1, 480, 960),
        (2, 2, 480, 900),
        (4, 5, 480, 900),
    ]
    assert replace(QUEUE, hours=()).runs_of_hours == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"code": "a b"}, ("code_invalid", "code")),
        ({"name": ""}, ("name_missing", "name")),
        ({"service_level": 1.0}, ("share_range", "service_level")),
        ({"max_occupancy": 0.1}, ("share_range", "max_occupancy")),
        ({"shrinkage": 0.95}, ("share_range", "shrinkage")),
        ({"answer_within_s": float("nan")}, ("number_range", "answer_within_s")),
        ({"default_aht_s": 0}, ("number_range", "default_aht_s")),
        ({"interval_minutes": 20}, ("choice_invalid", "interval_minutes")),
        ({"hours": ((2, 600, 600),)}, ("hours_order", "closes-2")),
        ({"code": "taken"}, ("code_taken", "code")),
    ],
)
def test_a_queue_that_cannot_be_is_refused_by_its_field(
    actor: int, more: dict[str, object], expected: tuple[str, str]
) -> None:
    open_queue(replace(QUEUE, code="taken"), actor)
    wanted = replace(QUEUE, **more)  # type: ignore[arg-type]

    assert refusal(lambda: open_queue(wanted, actor)) == expected


def test_the_interval_stays_once_there_are_figures_by_it(actor: int) -> None:
    queue_id = open_queue(QUEUE, actor)
    wanted = replace(QUEUE, interval_minutes=15)
    change_queue(queue_id, wanted, actor)
    with db.transaction() as session:
        batch = ImportBatch(
            kind=ImportKind.INTERVALS,
            queue_id=queue_id,
            file_name="x.csv",
            sha256="0" * 64,
            rows_new=1,
            rows_changed=0,
            rows_same=0,
            rows_refused=0,
            layout={},
            imported_at=NOW,
        )
        session.add(batch)
        session.flush()
        session.add(
            IntervalActual(
                queue_id=queue_id,
                starts_at=NOW,
                minutes=15,
                offered=1,
                batch_id=batch.id,
            )
        )

    assert refusal(lambda: change_queue(queue_id, QUEUE, actor)) == (
        "interval_in_use",
        "interval_minutes",
    )


def add_day(queue_id: int, actor: int, **more: object) -> int:
    fields = {
        "day": date(2026, 12, 31),
        "name": "Son gün",
        "kind": "scale",
        "factor": 2.0,
    }
    with db.transaction() as session:
        return queues.add_special_day(
            session,
            queue_id,
            actor_id=actor,
            now=NOW,
            **(fields | more),  # type: ignore[arg-type]
        ).id


def test_a_special_day_comes_and_goes_and_the_log_keeps_it(actor: int) -> None:
    queue_id = open_queue(QUEUE, actor)
    day_id = add_day(queue_id, actor)
    add_day(queue_id, actor, day=date(2026, 10, 29), kind="closed", factor=None)

    with db.reading() as session:
        coming = queues.special_days(session, first=date(2026, 11, 18))
        assert [(line.day, line.factor) for line in coming] == [
            (date(2026, 12, 31), 2.0)
        ]
        assert len(queues.special_days(session, queue_id=queue_id)) == 2
    with db.transaction() as session:
        queues.remove_special_day(session, day_id, actor_id=actor, now=NOW)

    assert last_entry().details == {
        "day": "2026-12-31",
        "name": "Son gün",
        "kind": "scale",
        "factor": 2.0,
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"kind": "half"}, ("choice_invalid", None)),
        ({"factor": None}, ("factor_missing", "factor")),
        ({"factor": 0.0}, ("number_range", "factor")),
        ({"name": ""}, ("name_missing", "name")),
        ({"day": date(2026, 1, 1)}, ("special_day_exists", "day")),
    ],
)
def test_a_special_day_that_cannot_be_is_refused(
    actor: int, more: dict[str, object], expected: tuple[str, str | None]
) -> None:
    queue_id = open_queue(QUEUE, actor)
    add_day(queue_id, actor, day=date(2026, 1, 1))

    assert refusal(lambda: add_day(queue_id, actor, **more)) == expected
    assert refusal(lambda: add_day(99, actor))[0] == "not_found"


def test_a_shift_is_added_changed_and_put_out_of_use(actor: int) -> None:
    wanted = ShiftSettings(code="D", name="Gündüz", starts_minute=510, minutes=540)

    def keep(settings: ShiftSettings, shift_id: int | None = None) -> int:
        with db.transaction() as session:
            return shift_patterns.keep_shift(
                session, shift_id, settings, actor_id=actor, now=NOW
            ).id

    shift_id = keep(wanted)
    keep(replace(wanted, is_active=False), shift_id)

    with db.reading() as session:
        assert shift_patterns.shifts(session, with_closed=False) == ()
        assert shift_patterns.shift(session, shift_id).settings.ends_minute == 1050
    assert last_entry().details == {"is_active": [True, False]}
    assert refusal(lambda: keep(wanted)) == ("code_taken", "code")
    long = replace(wanted, code="L", minutes=661)
    assert refusal(lambda: keep(long)) == ("whole_range", "minutes")


def test_the_queue_page_reads_turkish_numbers_and_midnight(
    log_in: Callable[..., LoggedIn],
) -> None:
    client = log_in(Role.MANAGER).client

    answer = client.post("/settings/queues/new", data=QUEUE_FORM)

    assert answer.status_code == 302, answer.text
    with db.reading() as session:
        stored = session.scalars(sa.select(Queue)).one()
        assert queues.opening_hours(session, stored.id) == ((0, 480, 1440),)
    assert stored.service_level == pytest.approx(0.855)
    assert "Ana hat" in client.get("/settings/").text
    assert client.get(f"/settings/queues/{stored.id}").status_code == 200


def test_a_refused_queue_keeps_what_was_entered(
    log_in: Callable[..., LoggedIn],
) -> None:
    client = log_in(Role.IT).client

    answer = client.post(
        "/settings/queues/new", data={**QUEUE_FORM, "service_level": "120"}
    )

    assert answer.status_code == 422
    assert 'value="120"' in answer.text
    assert "from 1 to 99" in answer.text
    assert 'value="Ana hat"' in answer.text


def test_shift_special_day_and_rule_pages_keep_what_is_entered(
    log_in: Callable[..., LoggedIn],
) -> None:
    client = log_in(Role.IT).client
    client.post("/settings/queues/new", data=QUEUE_FORM)
    shift = {"code": "D", "name": "Gündüz", "starts": "08:30", "minutes": "540"}
    day = {"queue": "1", "day": "2026-12-31", "name": "Son gün", "kind": "closed"}
    lunch = {"lunch_minutes": "30", "earliest": "11:00", "latest": "14:30"}

    for address, good, bad in (
        ("/settings/shifts", shift, {**shift, "starts": "25:00"}),
        ("/settings/special-days", day, {**day, "day": "31.12"}),
        ("/settings/rules/lunch", lunch, {**lunch, "latest": "11:10"}),
        (
            "/settings/rules/retention",
            {"recording_days": "90"},
            {"recording_days": "x"},
        ),
    ):
        assert client.post(address, data=bad).status_code == 422, address
        assert client.post(address, data=good).status_code == 302, address

    assert "Gündüz" in client.get("/settings/shifts").text
    assert "Son gün" in client.get("/settings/special-days").text
    assert 'value="11:00"' in client.get("/settings/rules").text
    with db.reading() as session:
        assert session.scalars(sa.select(ShiftPattern)).one().is_active is False
        assert centre.retention(session).recording_days == 90
