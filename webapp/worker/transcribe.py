"""The job that hears a recording: words, measures of the sound, a proposed score."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from qa.listening import CallFacts
from qa.script import Direction
from webapp.adapters import load_or_create_key
from webapp.models.calls import Recording, RecordingState
from webapp.models.quality import FormVersion
from webapp.services import speech_models, transcription
from webapp.services.call_scoring import Heard
from webapp.worker.handler import Handler, JobRefused, Task
from webapp.worker.transcribe_computing import Hearing, compute

LONGEST_S = 6 * 3600.0


def prepare(session: Session, task: Task) -> Hearing:
    """Return where the sound and the active model are, and what the record says.

    Raises:
        JobRefused: `no_speech_model`, `recording_gone`.
    """
    recording = session.get(Recording, task.payload["recording_id"])
    if recording is None or recording.state is RecordingState.DESTROYED:
        raise JobRefused("recording_gone")
    model = speech_models.active(session, task.settings.models)
    if model is None:
        raise JobRefused("no_speech_model", official=speech_models.OFFICIAL)
    form = session.scalars(sa.select(FormVersion).where(FormVersion.is_current)).one()
    return Hearing(
        key=recording.sha256,
        recordings=task.settings.recordings,
        master=load_or_create_key(task.settings.keys / "recordings.key"),
        model=model.folder,
        agent_channel=recording.agent_channel,
        form=form.definition,
        facts=facts_of(recording),
    )


def facts_of(recording: Recording) -> CallFacts:
    """Return what a call's record says, for the checks of the form."""
    kind = recording.record_type
    return CallFacts(
        agent_name=recording.agent.full_name if recording.agent else None,
        caller_name=recording.caller_name,
        unit=recording.unit,
        direction=Direction(recording.direction.value),
        was_transferred=recording.was_transferred,
        record={"record_type": kind.value if kind else None},
    )


def store(session: Session, task: Task, output: Heard) -> dict[str, Any]:
    """Keep the transcript and the proposal."""
    form_id = session.scalars(
        sa.select(FormVersion.id).where(FormVersion.sha256 == output.form_hash)
    ).one()
    transcript = transcription.store(
        session,
        task.payload["recording_id"],
        output,
        form_id=form_id,
        now=task.clock(),
    )
    return {"transcript_id": transcript.id, "words": len(output.transcript["words"])}


HANDLER = Handler(
    kind=transcription.TRANSCRIBE,
    prepare=prepare,
    compute=compute,
    store=store,
    timeout_s=LONGEST_S,
)
