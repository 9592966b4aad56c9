from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.webapp.conftest import NOW, Clock, LoggedIn, add_user
from webapp import db
from webapp.models.leave import LeaveEntry, LeaveKind, LeaveState, LedgerReason
from webapp.models.people import Notice, Role
from webapp.services import audit, leave, leave_ledger
from webapp.services.errors import NotFound, ServiceError

TODAY = date(2026, 11, 18)
MONDAY = date(2026, 12, 7)


@pytest.fixture
def people(any_database: db.Database) -> dict[str, int]:
    """Return an agent with ten days of leave, a service lead and two managers."""
    ids = {
        "agent": add_user("agent", Role.AGENT),
        "lead": add_user("lead", Role.AGENT, Role.SERVICE_LEAD),
        "manager": add_user("manager", Role.MANAGER),
        "other_manager": add_user("other", Role.MANAGER, Role.SERVICE_LEAD),
    }
    with db.transaction() as session:
        for name in ("agent", "lead"):
            leave_ledger.book(
                session,
                ids[name],
                day=date(2026, 1, 1),
                year=2026,
                half_days=20,
                reason=LedgerReason.OPENING,
                by=None,
                now=NOW,
            )
    return ids


def ask(user_id: int, days: int = 5, first: date = MONDAY, **more: object) -> int:
    wanted = leave.Wanted(
        kind=LeaveKind.ANNUAL,
        first_day=first,
        last_day=first + timedelta(days=days - 1),
        **more,  # type: ignore[arg-type]
    )
    with db.transaction() as session:
        return leave.ask(session, user_id, wanted, today=TODAY, now=NOW).id


def act(actor_id: int, opinion: str = "uygundur") -> leave.Act:
    return leave.Act(actor_id=actor_id, opinion=opinion, figures={"n": 1}, now=NOW)


def forward(request_id: int, actor_id: int) -> None:
    with db.transaction() as session:
        leave.forward(session, act(actor_id), request_id=request_id, today=TODAY)


def approve(request_id: int, actor_id: int) -> None:
    with db.transaction() as session:
        leave.approve(session, act(actor_id), request_id=request_id, today=TODAY)


def left(user_id: int) -> float:
    with db.reading() as session:
        return leave_ledger.balance_of(session, user_id, TODAY).days


def notices(user_id: int) -> list[str]:
    with db.reading() as session:
        query = sa.select(Notice.code).where(Notice.user_id == user_id)
        return list(session.scalars(query))


def refusal(of: Callable[[], object]) -> str:
    with pytest.raises(ServiceError) as caught:
        of()
    return caught.value.code


def test_a_request_goes_from_agent_to_lead_to_manager(people: dict[str, int]) -> None:
    request_id = ask(people["agent"])
    forward(request_id, people["lead"])
    approve(request_id, people["manager"])

    with db.reading() as session:
        request = leave.request_for(
            session, request_id, viewer_id=people["agent"], sees_all=False
        )
        assert request.state is LeaveState.APPROVED
        assert [step.state for step in request.steps] == [
            LeaveState.FORWARDED,
            LeaveState.APPROVED,
        ]
        assert [step.figures for step in request.steps] == [{"n": 1}, {"n": 1}]
        assert audit.verify(session).is_whole
    assert left(people["agent"]) == 5
    assert notices(people["lead"]) == ["leave_asked"]
    assert notices(people["manager"]) == ["leave_forwarded"]
    assert notices(people["agent"]) == ["leave_approved"]


def test_a_manager_cannot_approve_what_nobody_screened(people: dict[str, int]) -> None:
    request_id = ask(people["agent"])

    assert refusal(lambda: approve(request_id, people["manager"])) == "leave_not_open"


def test_nobody_takes_a_step_on_their_own_request(people: dict[str, int]) -> None:
    request_id = ask(people["lead"])

    assert refusal(lambda: forward(request_id, people["lead"])) == "leave_own_request"
    forward(request_id, people["other_manager"])


def test_who_screened_does_not_decide(people: dict[str, int]) -> None:
    request_id = ask(people["agent"])
    forward(request_id, people["other_manager"])

    code = refusal(lambda: approve(request_id, people["other_manager"]))

    assert code == "leave_same_person"
    approve(request_id, people["manager"])


def test_a_waiting_request_reserves_nothing_and_the_balance_is_checked_again(
    people: dict[str, int],
) -> None:
    first = ask(people["agent"], days=5)
    second = ask(people["agent"], days=12, first=MONDAY + timedelta(days=7))
    forward(first, people["lead"])
    forward(second, people["lead"])  # 10 working days of 10: together too many
    approve(first, people["manager"])

    assert refusal(lambda: approve(second, people["manager"])) == "leave_balance_short"
    assert left(people["agent"]) == 5


def test_returning_or_refusing_needs_a_reason(people: dict[str, int]) -> None:
    request_id = ask(people["agent"])
    silent = act(people["lead"], opinion="  ")

    def give_back(session_act: leave.Act) -> None:
        with db.transaction() as session:
            leave.give_back(session, session_act, request_id=request_id)

    assert refusal(lambda: give_back(silent)) == "leave_reason_missing"
    give_back(act(people["lead"], "yoğun hafta"))
    assert notices(people["agent"]) == ["leave_returned"]


def test_weekends_and_holidays_cost_nothing(people: dict[str, int]) -> None:
    # 26 October to 1 November 2026: the 28th is half a holiday, the 29th a whole one
    cost = leave_ledger.half_days(date(2026, 10, 26), date(2026, 11, 1), is_half=False)

    assert cost / 2 == 3.5


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"days": 0}, "leave_days_reversed"),
        ({"days": 400}, "leave_too_long"),
        ({"days": 2, "is_half": True}, "leave_half_of_several"),
        ({"first": date(2026, 12, 5), "days": 2}, "leave_costs_nothing"),
        ({"first": date(2026, 11, 17), "days": 1}, "leave_in_the_past"),
        ({"days": 15}, "leave_balance_short"),
    ],
)
def test_an_impossible_request_is_refused_by_name(
    people: dict[str, int], wanted: dict[str, object], code: str
) -> None:
    assert refusal(lambda: ask(people["agent"], **wanted)) == code  # type: ignore[arg-type]


def test_two_requests_for_the_same_day_are_refused(people: dict[str, int]) -> None:
    ask(people["agent"])

    assert refusal(lambda: ask(people["agent"], days=1)) == "leave_overlaps"


def test_a_withdrawn_request_can_be_asked_again(people: dict[str, int]) -> None:
    request_id = ask(people["agent"])
    with db.transaction() as session:
        leave.withdraw(session, request_id, user_id=people["agent"], now=NOW)

    ask(people["agent"])
    assert refusal(lambda: forward(request_id, people["lead"])) == "leave_not_open"


def test_anothers_request_is_not_there(people: dict[str, int]) -> None:
    request_id = ask(people["agent"])

    with db.reading() as session, pytest.raises(NotFound):
        leave.request_for(session, request_id, viewer_id=people["lead"], sees_all=False)


def test_granted_leave_is_taken_from_the_oldest_year_first(
    people: dict[str, int],
) -> None:
    with db.transaction() as session:
        leave_ledger.book(
            session,
            people["agent"],
            day=date(2026, 1, 1),
            year=2025,
            half_days=4,
            reason=LedgerReason.OPENING,
            by=None,
            now=NOW,
        )
    request_id = ask(people["agent"])
    forward(request_id, people["lead"])
    approve(request_id, people["manager"])

    with db.reading() as session:
        taken = session.execute(
            sa.select(LeaveEntry.year, LeaveEntry.half_days)
            .where(LeaveEntry.request_id == request_id)
            .order_by(LeaveEntry.year)
        ).all()
    assert [tuple(row) for row in taken] == [(2025, -4), (2026, -6)]


# Pages


@pytest.fixture
def desk(log_in: Callable[..., LoggedIn], clock: Clock) -> dict[str, LoggedIn]:
    """Return an agent with ten days, a service lead and a manager, logged in."""
    desk = {
        "agent": log_in(Role.AGENT, full_name="Ayşe Yılmaz"),
        "lead": log_in(Role.SERVICE_LEAD),
        "manager": log_in(Role.MANAGER),
    }
    with db.transaction() as session:
        leave_ledger.book(
            session,
            desk["agent"].id,
            day=date(2026, 1, 1),
            year=2026,
            half_days=20,
            reason=LedgerReason.OPENING,
            by=None,
            now=NOW,
        )
    return desk


FORM = {"kind": "annual", "first_day": "2026-12-07", "last_day": "2026-12-11"}


def test_the_pages_walk_a_request_through_both_steps(
    desk: dict[str, LoggedIn],
) -> None:
    agent, lead = desk["agent"].client, desk["lead"].client
    manager = desk["manager"].client

    assert agent.post("/my-leave/new", data=FORM).status_code == 302
    inbox = lead.get("/leave/").text
    assert "Ayşe Yılmaz" in inbox
    assert lead.post("/leave/1/forward", data={"opinion": "ok"}).status_code == 302
    page = manager.get("/leave/1").text
    assert "Approve" in page
    assert manager.post("/leave/1/approve", data={}).status_code == 302

    assert "Approved" in agent.get("/my-leave/").text
    assert "Ayşe Yılmaz" in lead.get("/leave/team?day=2026-12-01").text


def test_a_refused_entry_keeps_what_was_entered(desk: dict[str, LoggedIn]) -> None:
    wrong = FORM | {"last_day": "2026-12-01", "note": "doğum günü"}

    answer = desk["agent"].client.post("/my-leave/new", data=wrong)

    assert answer.status_code == 422
    assert "The last day lies before the first." in answer.text
    assert "doğum günü" in answer.text


def test_the_preview_tells_cost_and_balance(desk: dict[str, LoggedIn]) -> None:
    page = desk["agent"].client.get("/my-leave/preview", query_string=FORM)

    assert "It takes 5 days." in page.text
    assert "5.0 days would be left." in page.text


def test_another_agents_request_is_absent(
    desk: dict[str, LoggedIn], log_in: Callable[..., LoggedIn]
) -> None:
    desk["agent"].client.post("/my-leave/new", data=FORM)
    stranger = log_in(Role.AGENT, username="stranger").client

    assert stranger.get("/leave/1").status_code == 404
    assert stranger.post("/my-leave/1/withdraw").status_code == 404


def test_a_step_taken_twice_is_refused_in_words(desk: dict[str, LoggedIn]) -> None:
    desk["agent"].client.post("/my-leave/new", data=FORM)
    lead = desk["lead"].client
    lead.post("/leave/1/forward", data={"opinion": "ok"})

    again = lead.post("/leave/1/forward", data={"opinion": "ok"})

    assert again.status_code == 422
    assert "not at this step any more" in again.text
