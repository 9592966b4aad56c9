"""A centre with a speech model, demo calls and people, without a worker around it."""

import io
import json
import wave
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from recordings.encryption import MasterKey
from recordings.models import FIXTURE_ARCHIVE, install
from recordings.store import FolderStore
from tests.conftest import ROOT
from tests.webapp.conftest import NOW
from webapp import db
from webapp.models.calls import Direction, RecordType
from webapp.models.jobs import Job, JobState
from webapp.models.quality import Evaluation, EvaluationState
from webapp.services import evaluations, intake
from webapp.services.call_details import CallDetails
from webapp.services.call_scoring import Heard
from webapp.services.evaluations import Judgement, Verdict
from webapp.settings import Settings
from webapp.worker import transcribe
from webapp.worker.handler import Task

CALLS = ROOT / "webapp" / "demo_calls"
ZONE = "Europe/Istanbul"
MASTER = b"m" * 32
TODAY = date(2026, 11, 18)


class Silent:
    """A report that goes nowhere."""

    def __call__(self, share: float, code: str = "", **params: object) -> None:
        assert 0 <= share <= 1

    def is_cancelled(self) -> bool:
        return False


@cache
def demo_calls() -> dict[str, dict[str, Any]]:
    """Return what is known of the demo calls, by id."""
    document = json.loads((CALLS / "calls.json").read_text("utf-8"))
    return {call["id"]: call for call in document["calls"]}


def path(call_id: str) -> Path:
    """Return where a demo call's file is."""
    return CALLS / str(demo_calls()[call_id]["file"])


def sound(call_id: str) -> bytes:
    """Return a demo call's bytes."""
    return path(call_id).read_bytes()


def store_of(settings: Settings) -> FolderStore:
    """Return the store of the tests' application."""
    return FolderStore(settings.recordings, MasterKey(MASTER))


def prepare(settings: Settings) -> None:
    """Give a worker the tests' master key, and the fixture model."""
    settings.keys.mkdir(parents=True, exist_ok=True)
    (settings.keys / "recordings.key").write_text(MASTER.hex(), "ascii")
    install(FIXTURE_ARCHIVE, settings.models)


def details(call_id: str, agent_id: int | None) -> CallDetails:
    call = demo_calls()[call_id]
    return CallDetails(
        started_at=NOW,
        agent_id=agent_id,
        agent_channel=call["agent_channel"],
        caller_name=call["caller_name"],
        direction=Direction(call["direction"]),
        record_type=RecordType(call["record_type"]),
        unit=call["unit"] or "",
        call_key=call_id,
    )


def take_in(settings: Settings, call_id: str, agent_id: int | None) -> int:
    """Take a demo call in; return the recording's id."""
    by = intake.By(source=intake.Source.COMMAND, actor_id=None, now=NOW, zone=ZONE)
    heard = intake.hear(store_of(settings), io.BytesIO(sound(call_id)), f"{call_id}.x")
    with db.transaction() as session:
        taken = intake.take_in(session, heard, details(call_id, agent_id), by)
    assert taken.recording_id is not None, taken
    return taken.recording_id


_KNOWN: dict[object, Heard] = {}


def transcribe_all(settings: Settings) -> None:
    """Do what a worker does with every waiting transcription, with the real Vosk.

    What a call's sound and facts give is computed once for all tests.
    """
    with db.reading() as session:
        waiting = list(
            session.scalars(
                sa.select(Job).where(
                    Job.kind == "transcribe_recording", Job.state == JobState.QUEUED
                )
            )
        )
    for job in waiting:
        task = Task(
            job_id=job.id,
            payload=job.payload,
            owner_id=job.owner_id,
            settings=settings,
            clock=lambda: NOW,
        )
        with db.reading() as session:
            value = transcribe.prepare(session, task)
        known = (value.key, str(value.facts), value.agent_channel)
        if known not in _KNOWN:
            _KNOWN[known] = transcribe.HANDLER.compute(value, Silent())
        with db.transaction() as session:
            transcribe.HANDLER.store(session, task, _KNOWN[known])
            row = session.get_one(Job, job.id)
            row.state, row.ended_at = JobState.DONE, NOW


def evaluation_of(recording_id: int) -> Evaluation:
    """Return the evaluation of a recording that stands."""
    with db.reading() as session:
        found = evaluations.standing_of(session, recording_id)
    assert found is not None
    return found


def as_proposed(evaluation: Evaluation) -> dict[str, Judgement]:
    """Return what a reviewer says who agrees with everything."""
    return {
        item.key: Judgement(
            verdict=Verdict.YES
            if item.proposed in (None, Verdict.UNSURE)
            else Verdict(item.proposed)
        )
        for item in evaluation.items
    }


def confirm(recording_id: int, reviewer_id: int, **other: Judgement) -> Evaluation:
    """Confirm a proposal as proposed but for some items."""
    found = evaluation_of(recording_id)
    with db.transaction() as session:
        done = evaluations.confirm(
            session,
            found.id,
            as_proposed(found) | other,
            comment="",
            actor_id=reviewer_id,
            now=NOW,
        )
        assert done.state is EvaluationState.CONFIRMED
    return evaluation_of(recording_id)


def silent_wav(seconds: float = 2.0) -> bytes:
    """Return a WAV in which nobody speaks."""
    return wav(bytes(int(8000 * seconds) * 2))


def wav(samples: bytes, rate: int = 8000) -> bytes:
    """Return 16-bit mono samples as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()
