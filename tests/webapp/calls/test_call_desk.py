"""From a sound file to a scorecard and an appeal, with the real recogniser."""

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.webapp.calls import world
from tests.webapp.conftest import LoggedIn
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.calls import Recording, Transcript
from webapp.models.people import Role
from webapp.models.quality import Evaluation, EvaluationState
from webapp.services.evaluations import Judgement, Verdict
from webapp.settings import Settings

pytestmark = pytest.mark.slow

FIELDS = {"direction": "inbound", "agent_channel": "0", "record_type": "information"}


@pytest.fixture
def desk(log_in: Callable[..., LoggedIn], settings: Settings) -> dict[str, LoggedIn]:
    """Return an agent, two reviewers, a manager and IT, and a centre that can hear."""
    world.prepare(settings)
    return {
        "agent": log_in(Role.AGENT, full_name="Ayşe Yılmaz"),
        "reviewer": log_in(Role.QA_REVIEWER, full_name="Derya Kalite"),
        "second": log_in(Role.QA_REVIEWER, username="second", full_name="İkinci Göz"),
        "manager": log_in(Role.MANAGER),
        "it": log_in(Role.IT),
    }


def upload(who: LoggedIn, name: str, content: bytes, **fields: str) -> str:
    data = {**FIELDS, **fields, "files": (io.BytesIO(content), name)}
    answer = who.client.post("/calls/intake/", data=data)
    assert answer.status_code == 200, answer.text
    return answer.text


def opened(who: LoggedIn, recording_id: int, **fields: str) -> str:
    """Open a call; return its page's address."""
    data = {"purpose": "evaluation", **fields}
    answer = who.client.post(f"/calls/{recording_id}/open", data=data)
    assert answer.status_code == 302, answer.text
    return answer.location


def sound_address(page_address: str) -> str:
    return page_address.replace("?", "/sound?")


def test_a_call_walks_from_upload_to_a_decided_appeal(
    desk: dict[str, LoggedIn], settings: Settings
) -> None:
    agent, reviewer, second = desk["agent"], desk["reviewer"], desk["second"]
    content = world.sound("D-0002")
    page = upload(
        reviewer, "d-0002.mp3", content, agent=str(agent.id), caller_name="Nalan Aksoy"
    )
    assert "Taken in" in page
    assert "Here already" in upload(reviewer, "again.mp3", content)

    world.transcribe_all(settings)
    found = world.evaluation_of(1)
    verdicts = {item.key: item.proposed for item in found.items}
    assert verdicts["caller_name"] is Verdict.NO  # she is never addressed by name
    assert verdicts["closing"] is Verdict.YES
    evidence = next(i.evidence for i in found.items if i.key == "closing")
    assert "teşekkür" in evidence[0]["text"]
    assert evidence[0]["end_s"] > found.recording.duration_s - 15

    address = opened(reviewer, 1)
    text = reviewer.client.get(address).text
    assert "data-seek" in text
    assert "only synthetic voices" in text
    form = {
        f"verdict.{key}": judgement.verdict.value
        for key, judgement in world.as_proposed(found).items()
    }
    confirm = f"/evaluations/{found.id}/confirm?" + address.partition("?")[2]
    changed = form | {"verdict.caller_name": "yes"}
    refused = reviewer.client.post(confirm, data=changed)
    assert refused.status_code == 422
    assert "Give the reason for deciding otherwise" in refused.text
    done = reviewer.client.post(confirm, data=form | {"comment": "Adıyla hitap"})
    assert done.status_code == 302

    card = agent.client.get("/my-scorecards/").text
    assert "The mean is of 1 call only." in card
    own = f"/scorecards/evaluation/{found.id}"
    assert "Adıyla hitap" in agent.client.get(own).text
    appeal = agent.client.post(
        f"/my-scorecards/evaluation/{found.id}/appeal", data={"text": "I said it"}
    )
    assert appeal.status_code == 302

    decide = f"/evaluations/{found.id}/appeal"
    changed |= {
        "reason.caller_name": "it is there",
        "outcome": "changed",
        "outcome_text": "You are right.",
    }
    own_decision = reviewer.client.post(decide, data=changed)
    assert "does not decide its appeal" in own_decision.text
    address = opened(second, 1, purpose="appeal")
    decision = second.client.post(f"{decide}?{address.partition('?')[2]}", data=changed)
    assert decision.status_code == 302, decision.text

    standing = world.evaluation_of(1)
    assert standing.replaces_id == found.id
    assert standing.total is not None
    assert found.total is not None
    assert standing.total > found.total
    with db.reading() as session:
        old = session.get_one(Evaluation, found.id)
    assert old.state is EvaluationState.SUPERSEDED
    assert "You are right." in agent.client.get(own).text


def test_an_exact_total_is_kept(desk: dict[str, LoggedIn], settings: Settings) -> None:
    recording_id = world.take_in(settings, "D-0013", desk["agent"].id)
    world.transcribe_all(settings)

    done = world.confirm(recording_id, desk["reviewer"].id)

    # by hand: 2 of 3 transfer questions earn 2/3 of 10 points, all else is met
    counted = 15 + 10 + 10 + 5 + 10 + 5 + 15 + 5 + 5 + 5 + 10 + 5
    assert done.total == pytest.approx((counted - 10 / 3) / counted, abs=1e-12)


def test_nobody_scores_their_own_call(
    log_in: Callable[..., LoggedIn], settings: Settings
) -> None:
    world.prepare(settings)
    both = log_in(Role.AGENT, Role.QA_REVIEWER, username="both")
    recording_id = world.take_in(settings, "D-0003", both.id)
    world.transcribe_all(settings)
    found = world.evaluation_of(recording_id)
    form = {
        f"verdict.{key}": judgement.verdict.value
        for key, judgement in world.as_proposed(found).items()
    }

    answer = both.client.post(f"/evaluations/{found.id}/confirm", data=form)

    assert answer.status_code == 422
    assert "Nobody scores a call of their own." in answer.text
    assert "D-0003" not in both.client.get("/evaluations/").text


def test_another_agents_evaluation_is_absent(
    desk: dict[str, LoggedIn], settings: Settings, log_in: Callable[..., LoggedIn]
) -> None:
    recording_id = world.take_in(settings, "D-0003", desk["agent"].id)
    world.transcribe_all(settings)
    stranger = log_in(Role.AGENT, username="stranger")
    proposed = world.evaluation_of(recording_id).id
    own = f"/scorecards/evaluation/{proposed}"
    assert desk["agent"].client.get(own).status_code == 404  # not confirmed yet

    world.confirm(recording_id, desk["reviewer"].id)

    assert desk["agent"].client.get(own).status_code == 200
    assert stranger.client.get(own).status_code == 404
    for act in ("acknowledge", "appeal"):
        path = f"/my-scorecards/evaluation/{proposed}/{act}"
        assert stranger.client.post(path, data={"text": "x"}).status_code == 404
    assert stranger.client.get(f"/calls/{recording_id}").status_code == 403
    assert desk["manager"].client.get(own).status_code == 200


def test_playing_is_logged_once_an_opening_and_needs_one(
    desk: dict[str, LoggedIn], settings: Settings
) -> None:
    reviewer, second = desk["reviewer"], desk["second"]
    recording_id = world.take_in(settings, "D-0003", desk["agent"].id)
    world.transcribe_all(settings)
    assert reviewer.client.get(f"/calls/{recording_id}/sound").status_code == 404
    assert "What do you open" in reviewer.client.get(f"/calls/{recording_id}").text

    address = opened(reviewer, recording_id, reason="random check")
    for start in (0, 1000, 5000):
        answer = reviewer.client.get(
            sound_address(address), headers={"Range": f"bytes={start}-{start + 99}"}
        )
        assert (answer.status_code, len(answer.data)) == (206, 100)
        answer.close()
    assert second.client.get(sound_address(address)).status_code == 404

    with db.reading() as session:
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "recording.opened")
        ).all()
    assert [(e.actor_id, e.reason, e.details) for e in entries] == [
        (reviewer.id, "random check", {"purpose": "evaluation"})
    ]


def test_the_original_needs_its_permission_and_a_reason(
    desk: dict[str, LoggedIn], settings: Settings
) -> None:
    recording_id = world.take_in(settings, "D-0004", desk["agent"].id)
    world.transcribe_all(settings)
    path = f"/calls/{recording_id}/original"
    manager = desk["manager"].client

    assert desk["reviewer"].client.post(path).status_code == 403
    assert manager.post(path, data={"purpose": "legal"}).status_code == 422
    done = manager.post(path, data={"purpose": "legal", "reason": "court order"})
    address = done.location
    heard = manager.get(sound_address(address))
    assert heard.data == world.sound("D-0004")
    heard.close()
    original = manager.get(address).text
    redacted = manager.get(opened(desk["manager"], recording_id)).text
    assert "[tckn]" not in original
    assert "[tckn]" in redacted


def test_a_destroyed_call_has_no_sound_and_no_words(
    desk: dict[str, LoggedIn], settings: Settings, log_in: Callable[..., LoggedIn]
) -> None:
    top = log_in(Role.TOP_MANAGER)
    recording_id = world.take_in(settings, "D-0003", desk["agent"].id)
    world.transcribe_all(settings)
    world.confirm(recording_id, desk["reviewer"].id)
    desk["manager"].client.post(
        "/destruction/new",
        data={"object_type": "recording", "object_id": "1", "reason": "time is over"},
    )

    answer = top.client.post(
        "/destruction/1", data={"decision": "approve", "reason": "agreed"}
    )

    assert answer.status_code == 302, answer.text
    with db.reading() as session:
        recording = session.get_one(Recording, recording_id)
        words = session.scalars(sa.select(Transcript.original)).one()["words"]
        texts = [
            found["text"]
            for row in session.scalars(sa.select(Evaluation))
            for item in row.items
            for found in item.evidence
        ]
    assert recording.state.value == "destroyed"
    assert recording.caller_name is None
    assert words == []
    assert not any(texts)
    assert recording.sha256 not in world.store_of(settings)
    assert "was destroyed" in desk["reviewer"].client.get("/calls/1").text
    again = {**FIELDS, "files": (io.BytesIO(world.sound("D-0003")), "x.wav")}
    refused = desk["it"].client.post("/calls/intake/", data=again)
    assert "x.wav was destroyed" in refused.text
    assert recording.sha256 not in world.store_of(settings)


def test_a_second_hearing_keeps_the_first_transcript(
    desk: dict[str, LoggedIn], settings: Settings
) -> None:
    recording_id = world.take_in(settings, "D-0003", desk["agent"].id)
    world.transcribe_all(settings)
    first = world.evaluation_of(recording_id)

    answer = desk["reviewer"].client.post(f"/calls/{recording_id}/transcribe")
    assert answer.status_code == 302
    world.transcribe_all(settings)

    with db.reading() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(Transcript))
    assert count == 2
    assert world.evaluation_of(recording_id).replaces_id == first.id


def test_an_override_without_a_reason_is_refused_by_the_database_too(
    desk: dict[str, LoggedIn], settings: Settings
) -> None:
    recording_id = world.take_in(settings, "D-0003", desk["agent"].id)
    world.transcribe_all(settings)
    item = next(
        i for i in world.evaluation_of(recording_id).items if i.key == "closing"
    )

    with pytest.raises(sa.exc.IntegrityError), db.transaction() as session:
        session.execute(
            sa.text("UPDATE evaluation_item SET verdict = 'yes' WHERE id = :id"),
            {"id": item.id},
        )


def test_a_mono_call_says_that_the_speaker_is_unknown(
    desk: dict[str, LoggedIn], settings: Settings
) -> None:
    import numpy as np
    import soundfile

    samples, rate = soundfile.read(io.BytesIO(world.sound("D-0003")), dtype="int16")
    mono = (samples.astype(np.int32).sum(axis=1) // 2).astype("<i2")
    upload(desk["it"], "mono.wav", world.wav(mono.tobytes(), rate))
    world.transcribe_all(settings)

    page = desk["reviewer"].client.get(opened(desk["reviewer"], 1)).text

    assert "Speaker unknown" in page


def test_judging_a_call_takes_a_word_on_every_item(
    desk: dict[str, LoggedIn], settings: Settings
) -> None:
    recording_id = world.take_in(settings, "D-0003", desk["agent"].id)
    world.transcribe_all(settings)

    other = {"courtesy": Judgement(verdict=Verdict.UNSURE)}
    with pytest.raises(Exception, match="verdicts_incomplete"):
        world.confirm(recording_id, desk["reviewer"].id, **other)
