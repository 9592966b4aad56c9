from collections.abc import Callable

import pytest

from tests.webapp.conftest import NOW, LoggedIn, add_user
from webapp import db
from webapp.models.people import FaultState, Role
from webapp.services import faults, notices
from webapp.services.errors import NotFound, ServiceError


@pytest.fixture
def desks(any_database: db.Database) -> dict[str, faults.Viewer]:
    """An agent, another, a supervisor and somebody of IT, as viewers."""
    return {
        "agent": viewer(add_user("agent", Role.AGENT)),
        "other": viewer(add_user("other", Role.AGENT)),
        "supervisor": viewer(
            add_user("sup", Role.SUPERVISOR), handles=True, routes=True
        ),
        "it": viewer(add_user("it", Role.IT), handles=True),
    }


def viewer(
    user_id: int, *, handles: bool = False, routes: bool = False
) -> faults.Viewer:
    return faults.Viewer(user_id=user_id, handles=handles, routes=routes)


def report(reporter: faults.Viewer) -> int:
    with db.transaction() as session:
        return faults.report(
            session,
            user_id=reporter.user_id,
            subject=" The headset  is silent ",
            description="Since the morning.",
            now=NOW,
        ).id


def move(fault_id: int, who: faults.Viewer, to: FaultState, note: str = "") -> None:
    with db.transaction() as session:
        faults.move(session, fault_id, viewer=who, to=to, note=note, now=NOW)


def refusal(fault_id: int, who: faults.Viewer, to: FaultState, note: str = "") -> str:
    with pytest.raises(ServiceError) as refused:
        move(fault_id, who, to, note)
    return refused.value.code


def seen_by(who: faults.Viewer) -> list[int]:
    with db.reading() as session:
        lines, total = faults.faults(session, who)
    assert total == len(lines)
    return [line.id for line in lines]


def told(who: faults.Viewer) -> list[str]:
    with db.reading() as session:
        return [notice.code for notice in notices.told(session, who.user_id)]


def test_a_fault_goes_from_the_agent_over_it_to_its_outcome(
    desks: dict[str, faults.Viewer],
) -> None:
    fault_id = report(desks["agent"])
    assert told(desks["supervisor"]) == ["fault_reported"]

    move(fault_id, desks["supervisor"], FaultState.WITH_IT, "please look")
    assert told(desks["it"]) == ["fault_with_it"]
    move(fault_id, desks["it"], FaultState.REPORTED, "new headset given")
    move(fault_id, desks["supervisor"], FaultState.CLOSED, "works again")

    with db.reading() as session:
        page = faults.fault(session, fault_id, desks["agent"])
    assert (page.line.subject, page.outcome) == ("The headset is silent", "works again")
    assert [(step.action, step.reason) for step in page.steps] == [
        ("fault.reported", ""),
        ("fault.with_it", "please look"),
        ("fault.given_back", "new headset given"),
        ("fault.closed", "works again"),
    ]
    assert page.next_states == ()
    assert told(desks["agent"]) == ["fault_closed"]


def test_each_sees_what_is_theirs(desks: dict[str, faults.Viewer]) -> None:
    first, second = report(desks["agent"]), report(desks["other"])
    move(second, desks["supervisor"], FaultState.WITH_IT)

    assert seen_by(desks["agent"]) == [first]
    assert seen_by(desks["other"]) == [second]
    assert seen_by(desks["it"]) == [second]
    assert seen_by(desks["supervisor"]) == [second, first]
    with db.reading() as session, pytest.raises(NotFound):
        faults.fault(session, second, desks["agent"])
    with db.reading() as session, pytest.raises(NotFound):
        faults.fault(session, first, desks["it"])


def test_only_the_supervisor_routes_and_closes(
    desks: dict[str, faults.Viewer],
) -> None:
    fault_id = report(desks["agent"])

    assert refusal(fault_id, desks["agent"], FaultState.CLOSED, "x") == "fault_state"
    move(fault_id, desks["supervisor"], FaultState.WITH_IT)
    assert refusal(fault_id, desks["it"], FaultState.CLOSED, "x") == "fault_state"
    assert refusal(fault_id, desks["it"], FaultState.WITH_VENDOR) == "fault_state"
    move(fault_id, desks["supervisor"], FaultState.WITH_VENDOR)
    assert refusal(fault_id, desks["it"], FaultState.REPORTED, "x") == "not_found"


def test_an_outcome_and_a_way_back_need_words(desks: dict[str, faults.Viewer]) -> None:
    fault_id = report(desks["agent"])
    lead = desks["supervisor"]

    assert refusal(fault_id, lead, FaultState.CLOSED, " ") == "fault_outcome_missing"
    move(fault_id, lead, FaultState.WITH_IT)
    assert refusal(fault_id, desks["it"], FaultState.REPORTED) == "reason_missing"
    move(fault_id, lead, FaultState.CLOSED, "done")
    assert refusal(fault_id, lead, FaultState.WITH_IT) == "fault_state"


def test_pages_lead_an_agents_report_to_the_supervisor(
    log_in: Callable[..., LoggedIn],
) -> None:
    agent, other = (
        log_in(Role.AGENT).client,
        log_in(Role.AGENT, username="other").client,
    )
    supervisor = log_in(Role.SUPERVISOR).client

    empty = agent.post("/faults/new", data={"subject": "Screen", "description": ""})
    sent = agent.post("/faults/new", data={"subject": "Screen", "description": "dark"})

    assert empty.status_code == 422
    assert 'value="Screen"' in empty.text
    where = sent.headers["Location"]
    assert other.get(where).status_code == 404
    assert "Take it to IT" not in agent.get(where).text
    assert "Take it to IT" in supervisor.get(where).text
    assert agent.post(where, data={"to": "closed", "note": "x"}).status_code == 403
    moved = supervisor.post(where, data={"to": "with_vendor", "note": ""})
    assert moved.status_code == 302
    assert "With the vendor" in agent.get("/faults/").text
    assert supervisor.post(where, data={"to": "nowhere"}).status_code == 422


def test_a_notice_is_its_readers_alone(log_in: Callable[..., LoggedIn]) -> None:
    agent, supervisor = log_in(Role.AGENT), log_in(Role.SUPERVISOR)
    agent.client.post("/faults/new", data={"subject": "Screen", "description": "dark"})

    assert "A fault was reported: Screen" in supervisor.client.get("/notices/").text
    assert "Screen" not in agent.client.get("/notices/").text
    assert agent.client.post("/notices/1").status_code == 404
    opened = supervisor.client.post("/notices/1")
    assert opened.headers["Location"] == "/faults/1"
    with db.reading() as session:
        assert notices.unread(session, supervisor.id) == 0
