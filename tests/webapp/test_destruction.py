from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.webapp.conftest import NOW, LoggedIn, add_user
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.calls import Recording
from webapp.models.people import Role
from webapp.models.staffing import DestructionState
from webapp.services import destruction, notices
from webapp.services.errors import NotFound, ServiceError

TODAY = date(2026, 11, 18)


class Things:
    """A shelf of things of one kind that can be destroyed."""

    def __init__(self) -> None:
        self.left = {"1", "2", "3"}
        self.holds: dict[str, str] = {}
        self.fails = False

    def destroy(
        self, session: Session, object_id: str, now: datetime
    ) -> Mapping[str, object]:
        if self.fails:
            raise OSError("the disk is gone")
        self.left.discard(object_id)
        return {"method": "key erased", "at": now.isoformat()}

    def hold(self, session: Session, object_id: str) -> str:
        return self.holds.get(object_id, "")

    def describe(self, session: Session, object_id: str) -> str:
        if object_id not in {"1", "2", "3"}:
            raise NotFound("thing", object_id)
        return f"thing {object_id}"


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    """Register things as recordings, for this test alone."""
    kept = Things()
    monkeypatch.setattr(destruction, "_destroyers", {})
    destruction.register(
        "recording",
        destruction.Destroyer(
            destroy=kept.destroy, hold=kept.hold, describe=kept.describe
        ),
    )
    return kept


@pytest.fixture
def it_id(any_database: db.Database) -> int:
    return add_user("it", Role.IT)


@pytest.fixture
def top_id(any_database: db.Database) -> int:
    return add_user("top", Role.TOP_MANAGER)


def propose(it_id: int | None, object_id: str = "1", reason: str = "asked for") -> int:
    with db.transaction() as session:
        return destruction.propose(
            session,
            object_type="recording",
            object_id=object_id,
            reason=reason,
            proposed_by_id=it_id,
            now=NOW,
        ).id


def decide(
    proposal_id: int, actor_id: int, *, approved: bool = True, reason: str = "agreed"
) -> None:
    with db.transaction() as session:
        destruction.decide(
            session,
            proposal_id,
            approved=approved,
            reason=reason,
            actor_id=actor_id,
            now=NOW,
        )


def carry_out(proposal_id: int, actor_id: int) -> None:
    with db.transaction() as session:
        destruction.carry_out(session, proposal_id, actor_id=actor_id, now=NOW)


def line(proposal_id: int) -> destruction.ProposalLine:
    with db.reading() as session:
        return destruction.proposal(session, proposal_id)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ServiceError) as refused:
        act()
    return refused.value.code


def test_an_approved_proposal_is_carried_out_and_leaves_a_certificate(
    things: Things, it_id: int, top_id: int
) -> None:
    proposal_id = propose(it_id)
    decide(proposal_id, top_id)
    assert things.left == {"1", "2", "3"}

    carry_out(proposal_id, top_id)

    assert things.left == {"2", "3"}
    done = line(proposal_id)
    assert done.state is DestructionState.DONE
    assert done.certificate == {"method": "key erased", "at": NOW.isoformat()}
    with db.reading() as session:
        entries = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.object_type == "recording")
            .order_by(AuditEntry.id)
        ).all()
    assert [entry.action for entry in entries] == [
        "destruction.proposed",
        "destruction.approved",
        "destruction.done",
    ]
    assert entries[-1].details["certificate"]["method"] == "key erased"


def test_nothing_is_destroyed_without_an_approval(
    things: Things, it_id: int, top_id: int
) -> None:
    waiting, refused = propose(it_id, "1"), propose(it_id, "2")
    decide(refused, top_id, approved=False)

    assert refusal(lambda: carry_out(waiting, top_id)) == "not_approved"
    assert refusal(lambda: carry_out(refused, top_id)) == "not_approved"
    assert refusal(lambda: carry_out(99, top_id)) == "not_found"
    assert things.left == {"1", "2", "3"}


def test_a_thing_is_destroyed_once(things: Things, it_id: int, top_id: int) -> None:
    proposal_id = propose(it_id)
    decide(proposal_id, top_id)
    carry_out(proposal_id, top_id)

    assert refusal(lambda: carry_out(proposal_id, top_id)) == "not_approved"
    assert refusal(lambda: propose(it_id)) == "already_destroyed"


def test_a_crash_after_the_approval_leaves_it_to_be_carried_out_again(
    things: Things, it_id: int, top_id: int
) -> None:
    proposal_id = propose(it_id)
    decide(proposal_id, top_id)
    things.fails = True
    with pytest.raises(OSError, match="disk"):
        carry_out(proposal_id, top_id)
    assert line(proposal_id).state is DestructionState.APPROVED

    things.fails = False
    carry_out(proposal_id, top_id)

    assert line(proposal_id).state is DestructionState.DONE


def test_a_legal_hold_refuses_at_every_step(
    things: Things, it_id: int, top_id: int
) -> None:
    things.holds["2"] = "court case 2026/7"
    proposal_id = propose(it_id, "1")

    assert refusal(lambda: propose(it_id, "2")) == "legal_hold"
    things.holds["1"] = "court case 2026/8"
    assert refusal(lambda: decide(proposal_id, top_id)) == "legal_hold"
    del things.holds["1"]
    decide(proposal_id, top_id)
    things.holds["1"] = "court case 2026/8"
    assert refusal(lambda: carry_out(proposal_id, top_id)) == "legal_hold"
    assert things.left == {"1", "2", "3"}


def test_whoever_proposed_does_not_decide(
    things: Things, it_id: int, top_id: int
) -> None:
    own = propose(top_id)

    assert refusal(lambda: decide(own, top_id)) == "own_proposal"


def test_a_decision_has_a_reason_and_is_made_once(
    things: Things, it_id: int, top_id: int
) -> None:
    proposal_id = propose(it_id)

    assert refusal(lambda: decide(proposal_id, top_id, reason=" ")) == "reason_missing"
    decide(proposal_id, top_id, approved=False)
    assert refusal(lambda: decide(proposal_id, top_id)) == "already_decided"


def test_a_thing_stands_proposed_once_and_again_after_a_refusal(
    things: Things, it_id: int, top_id: int
) -> None:
    first = propose(it_id)
    assert refusal(lambda: propose(it_id)) == "already_proposed"
    decide(first, top_id, approved=False)

    second = propose(it_id)

    assert line(second).state is DestructionState.PROPOSED
    assert refusal(lambda: propose(it_id, "99")) == "not_found"
    assert refusal(lambda: propose(it_id, "2", reason=" ")) == "reason_missing"


def test_the_database_itself_keeps_one_standing_proposal(
    things: Things, it_id: int
) -> None:
    propose(it_id)

    with pytest.raises(DBAPIError), db.transaction() as session:
        session.execute(
            sa.text(
                "INSERT INTO destruction_proposal (object_type, object_id, reason, "
                "state, proposed_at, decision_reason) SELECT object_type, object_id, "
                "reason, state, proposed_at, decision_reason FROM destruction_proposal"
            )
        )


def add_recording(number: int, keep_until: date, hold: str = "") -> int:
    with db.transaction() as session:
        recording = Recording(
            sha256=f"{number:064}",
            file_name="call.wav",
            media_type="audio/wav",
            size_bytes=1,
            channels=1,
            sample_rate=8000,
            duration_s=30.0,
            started_at=NOW,
            stored_at=NOW,
            keep_until=keep_until,
            legal_hold=hold,
        )
        session.add(recording)
        session.flush()
        return recording.id


def test_recordings_are_proposed_when_their_time_is_over(
    things: Things, it_id: int, top_id: int
) -> None:
    yesterday = TODAY - timedelta(days=1)
    due = add_recording(1, yesterday)
    add_recording(2, TODAY)
    add_recording(3, yesterday, hold="court case")

    def propose_due() -> int:
        with db.transaction() as session:
            return destruction.propose_due(
                session, proposed_by_id=None, today=TODAY, now=NOW
            )

    assert propose_due() == 1
    assert propose_due() == 0
    with db.reading() as session:
        lines, total = destruction.proposals(session, state="proposed")
        told = notices.told(session, top_id)
    assert [(one.object_id, one.reason) for one in lines] == [
        (str(due), destruction.RETENTION_ENDED)
    ]
    assert total == 1
    assert [(n.code, n.params) for n in told] == [
        ("destruction_proposed", {"count": 1})
    ]


def test_pages_lead_from_the_proposal_to_the_certificate(
    log_in: Callable[..., LoggedIn], things: Things
) -> None:
    it, top = log_in(Role.IT).client, log_in(Role.TOP_MANAGER).client
    form = {"object_type": "recording", "object_id": "1", "reason": "asked for"}

    assert it.post("/destruction/new", data={**form, "reason": ""}).status_code == 422
    assert (
        it.post("/destruction/new", data={**form, "object_id": "9"}).status_code == 422
    )
    where = it.post("/destruction/new", data=form).headers["Location"]
    assert (
        it.post(where, data={"decision": "approve", "reason": "x"}).status_code == 403
    )
    assert top.post(where, data={"decision": "approve"}).status_code == 422
    assert things.left == {"1", "2", "3"}
    top.post(where, data={"decision": "approve", "reason": "its time is over"})

    page = top.get(where).text
    assert things.left == {"2", "3"}
    assert "Certificate of destruction" in page
    assert "key erased" in page
    assert "its time is over" in page
