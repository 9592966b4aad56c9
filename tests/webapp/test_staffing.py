from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.webapp.conftest import NOW, LoggedIn, add_user
from webapp import db
from webapp.models.demand import (
    Forecast,
    Queue,
    Requirement,
    RequirementInterval,
)
from webapp.models.leave import LeaveKind, LeaveRequest, LeaveState
from webapp.models.people import Notice, Role
from webapp.models.rotas import QueueSkill
from webapp.services import escalations, staffing
from webapp.services.errors import Conflict, Refused

MONDAY = date(2026, 11, 16)
ZONE = "Europe/Istanbul"


def plan_week(queue_id: int, monday: date = MONDAY, volume: float = 60) -> None:
    """Store a requirement for 09:00-17:00 of the five working days of a week."""
    with db.transaction() as session:
        forecast = Forecast(
            queue_id=queue_id,
            first_day=monday,
            last_day=monday + timedelta(days=6),
            minutes=30,
            model="test",
            scores={},
            provenance={},
            created_at=NOW,
        )
        session.add(forecast)
        session.flush()
        requirement = Requirement(
            forecast_id=forecast.id,
            queue_id=queue_id,
            first_day=forecast.first_day,
            last_day=forecast.last_day,
            minutes=30,
            target={},
            shrinkage=0.0,
            provenance={},
            created_at=NOW,
        )
        session.add(requirement)
        session.flush()
        for day in range(5):
            morning = datetime.combine(
                monday + timedelta(days=day), datetime.min.time(), NOW.tzinfo
            ) + timedelta(hours=6)  # 09:00 in Istanbul
            session.add_all(
                RequirementInterval(
                    requirement_id=requirement.id,
                    starts_at=morning + timedelta(minutes=30 * step),
                    volume=volume,
                    aht_s=180.0,
                    agents=9,
                    scheduled=9,
                    service_level=0.85,
                    occupancy=0.7,
                )
                for step in range(16)
            )


@pytest.fixture
def queue_id(any_database: db.Database) -> int:
    return add_queue()


def add_queue(people: int = 8) -> int:
    """Open a queue that so many people answer."""
    with db.transaction() as session:
        queue = Queue(code="vergi", name="Vergi", shrinkage=0.0)
        session.add(queue)
        session.flush()
        queue_id = queue.id
    for number in range(people):
        user_id = add_user(f"agent{number}", Role.AGENT)
        with db.transaction() as session:
            session.add(QueueSkill(user_id=user_id, queue_id=queue_id))
    return queue_id


def outlook(queue_id: int, **supposed: float) -> staffing.Outlook:
    with db.reading() as session:
        return staffing.outlook(
            session,
            session.get_one(Queue, queue_id),
            MONDAY,
            2,
            staffing.WhatIf(**supposed),  # type: ignore[arg-type]
            zone=ZONE,
        )


def test_need_and_supply_are_counted_in_weeks_of_forty_hours(queue_id: int) -> None:
    plan_week(queue_id)

    found = outlook(queue_id)

    # 60 calls of 180 s in half an hour: 6 erlangs, 9 agents for 80/20, 8 hours, 5 days
    (week,) = found.weeks
    assert week.required == pytest.approx(9 * 8 * 5 / 40)
    assert week.employed == 8
    assert week.shortfall == pytest.approx(1)
    assert found.unknown_weeks == (MONDAY + timedelta(days=7),)


def test_granted_leave_is_missing_and_asked_for_leave_is_not(queue_id: int) -> None:
    plan_week(queue_id)
    with db.transaction() as session:
        users = session.scalars(sa.select(QueueSkill.user_id)).all()
        for user_id, state in (
            (users[0], LeaveState.APPROVED),
            (users[1], LeaveState.WAITING),
        ):
            session.add(
                LeaveRequest(
                    user_id=user_id,
                    kind=LeaveKind.ANNUAL,
                    first_day=MONDAY,
                    last_day=MONDAY + timedelta(days=4),
                    half_days=10,
                    state=state,
                    asked_at=NOW,
                    changed_at=NOW,
                )
            )

    (week,) = outlook(queue_id).weeks

    assert week.on_leave == pytest.approx(1)
    assert week.shortfall == pytest.approx(2)


@pytest.mark.parametrize(
    ("supposed", "is_more"),
    [
        ({"volume": 1.1}, True),
        ({"aht": 1.2}, True),
        ({"service_level": 0.95}, True),
        ({"volume": 0.8}, False),
        ({"answer_within_s": 60.0}, False),
    ],
)
def test_what_is_supposed_moves_the_need_the_right_way(
    queue_id: int, supposed: dict[str, float], is_more: bool
) -> None:
    plan_week(queue_id)

    plain, changed = outlook(queue_id), outlook(queue_id, **supposed)

    assert (changed.weeks[0].required > plain.weeks[0].required) == is_more
    assert changed.weeks[0].required != plain.weeks[0].required


def test_more_agents_close_the_gap_and_fewer_widen_it(queue_id: int) -> None:
    plan_week(queue_id)

    assert outlook(queue_id, more_agents=1).worst is None
    worst = outlook(queue_id, more_agents=-2).worst
    assert worst is not None
    assert worst.shortfall == pytest.approx(3)


# Notices


def draft(**changes: str) -> escalations.Draft:
    values = {"subject": "Personel yetersiz", "body": "Görevlendirme rica olunur."}
    return escalations.Draft(
        **(values | changes),
        first_day=MONDAY,
        last_day=MONDAY,
        figures={"weeks": []},
    )


@pytest.fixture
def people(any_database: db.Database) -> dict[str, int]:
    return {
        "manager": add_user("manager", Role.MANAGER),
        "top": add_user("top", Role.TOP_MANAGER),
    }


def send(by: int, **changes: str) -> int:
    with db.transaction() as session:
        return escalations.send(
            session, draft(**changes), by=by, today=MONDAY, now=NOW
        ).id


def answer(notice_id: int, by: int, choice: str, text: str = "") -> None:
    with db.transaction() as session:
        escalations.answer(session, notice_id, choice=choice, text=text, by=by, now=NOW)


def test_a_notice_is_read_answered_and_closed(people: dict[str, int]) -> None:
    notice_id = send(people["manager"])
    with db.transaction() as session:
        escalations.mark_read(session, notice_id, by=people["top"], now=NOW)
    answer(notice_id, people["top"], "approved", "İki kişi görevlendirildi")
    with db.transaction() as session:
        notice = escalations.close(session, notice_id, by=people["manager"], now=NOW)
        assert notice.reference == "2026/001"
        assert notice.state == "closed"
        assert notice.answer == "approved"
    with db.reading() as session:
        told = session.execute(sa.select(Notice.user_id, Notice.code)).all()
    assert {tuple(row) for row in told} == {
        (people["top"], "escalation_sent"),
        (people["manager"], "escalation_answered"),
    }


def test_an_answer_is_given_once_and_a_refusal_has_a_reason(
    people: dict[str, int],
) -> None:
    notice_id = send(people["manager"])

    with pytest.raises(Refused, match="escalation_reason_missing"):
        answer(notice_id, people["top"], "refused")
    answer(notice_id, people["top"], "refused", "kadro yok")
    with pytest.raises(Conflict, match="escalation_answered"):
        answer(notice_id, people["top"], "approved")


def test_an_unanswered_notice_cannot_be_closed(people: dict[str, int]) -> None:
    notice_id = send(people["manager"])

    with (
        pytest.raises(Conflict, match="escalation_not_answered"),
        db.transaction() as session,
    ):
        escalations.close(session, notice_id, by=people["manager"], now=NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": " "}, "escalation_subject_missing"),
        ({"body": ""}, "escalation_body_missing"),
    ],
)
def test_an_empty_notice_is_refused(
    people: dict[str, int], changes: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        send(people["manager"], **changes)


def test_a_notice_needs_somebody_to_read_it(any_database: db.Database) -> None:
    manager = add_user("manager", Role.MANAGER)

    with pytest.raises(Refused, match="no_top_manager"):
        send(manager)


# Pages


def test_a_shortfall_goes_from_the_page_to_an_answer(
    log_in: Callable[..., LoggedIn],
) -> None:
    manager, top = log_in(Role.MANAGER).client, log_in(Role.TOP_MANAGER).client
    queue_id = add_queue()
    plan_week(queue_id)

    page = manager.get("/staffing/?volume=10&weeks=8").text
    assert "the staff do not suffice" in page
    form = manager.get("/escalations/new?volume=10&weeks=8").text
    assert "Staff of Vergi do not suffice" in form
    sent = manager.post(
        "/escalations/new",
        data={"subject": "Ek personel", "body": "Rica olunur.", "volume": "10"},
    )
    assert sent.status_code == 302
    assert "Rica olunur." in top.get("/escalations/1").text
    assert "Read" in manager.get("/escalations/1").text
    done = top.post("/escalations/1/answer", data={"choice": "approved"})
    assert done.status_code == 302
    assert manager.post("/escalations/1/close").status_code == 302


def test_the_frozen_figures_stay_when_the_need_changes(
    log_in: Callable[..., LoggedIn],
) -> None:
    manager = log_in(Role.MANAGER).client
    log_in(Role.TOP_MANAGER)
    queue_id = add_queue()
    plan_week(queue_id)
    manager.post("/escalations/new", data={"subject": "a", "body": "b"})
    before = manager.get("/escalations/1").text

    plan_week(queue_id, volume=600)

    assert manager.get("/escalations/1").text.count("9.0") == before.count("9.0") > 0


def test_pages_without_queue_or_requirement_say_what_comes_first(
    log_in: Callable[..., LoggedIn],
) -> None:
    manager = log_in(Role.MANAGER).client

    assert "No queue yet" in manager.get("/staffing/").text
    add_queue()
    assert "No requirement for these weeks yet" in manager.get("/staffing/").text


def test_a_wrong_supposition_is_said_at_its_field(
    log_in: Callable[..., LoggedIn],
) -> None:
    manager = log_in(Role.MANAGER).client
    plan_week(add_queue())

    page = manager.get("/staffing/?volume=lots").text

    assert "field-error" in page
