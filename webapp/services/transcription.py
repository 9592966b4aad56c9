"""Transcription asked for, and what came of it stored: words, sound, a proposal."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp import jobs
from webapp.models.calls import Recording, RecordingState, Transcript
from webapp.models.jobs import JobQueue, Kind
from webapp.models.quality import Evaluation, EvaluationItem, EvaluationState, Verdict
from webapp.services import audit, evaluation_forms
from webapp.services.call_scoring import Heard, ProposedItem
from webapp.services.errors import Conflict, NotFound

TRANSCRIBE = Kind("transcribe_recording", JobQueue.SPEECH)


def ask(
    session: Session,
    recording: Recording,
    *,
    by: int | None,
    now: datetime,
    again: bool = False,
) -> int:
    """Queue the transcription of a recording; return the job's id."""
    evaluation_forms.current(session, now=now)
    return jobs.enqueue(
        session,
        TRANSCRIBE,
        key=f"recording-{recording.id}",
        payload={"recording_id": recording.id},
        title={"file": recording.file_name},
        subject=("recording", recording.id),
        owner_id=by,
        now=now,
        again=again,
    ).id


def ask_again(session: Session, recording_id: int, *, by: int, now: datetime) -> int:
    """Queue a recording anew, such as with a better model; old transcripts stay.

    Raises:
        NotFound: if there is none.
        Conflict: `recording_destroyed`.
    """
    recording = session.get(Recording, recording_id)
    if recording is None:
        raise NotFound("recording", recording_id)
    if recording.state is RecordingState.DESTROYED:
        raise Conflict("recording_destroyed", file=recording.file_name)
    audit.record(
        session,
        actor_id=by,
        action="recording.transcribed_again",
        object_type="recording",
        object_id=recording_id,
        now=now,
    )
    return ask(session, recording, by=by, now=now, again=True)


def store(
    session: Session, recording_id: int, heard: Heard, *, form_id: int, now: datetime
) -> Transcript:
    """Keep a transcript and, unless a person has scored the call, its proposal."""
    recording = session.get_one(Recording, recording_id, with_for_update=True)
    if recording.state is RecordingState.DESTROYED:
        raise Conflict("recording_destroyed", file=recording.file_name)
    words = heard.transcript
    transcript = Transcript(
        recording_id=recording_id,
        original=words,
        redactions=heard.redactions,
        engine=f"{words['engine']} {words['engine_version']}",
        model_name=words["model_name"],
        model_hash=words["model_hash"],
        provenance=words["provenance"],
        created_at=now,
    )
    session.add(transcript)
    recording.sound, recording.state = heard.sound, RecordingState.TRANSCRIBED
    recording.failure = ""
    session.flush()
    propose(session, recording, transcript, heard, form_id=form_id, now=now)
    return transcript


def propose(
    session: Session,
    recording: Recording,
    transcript: Transcript,
    heard: Heard,
    *,
    form_id: int,
    now: datetime,
) -> Evaluation | None:
    """Store a proposal in place of an earlier one; None where a person has scored."""
    standing = session.scalar(
        sa.select(Evaluation).where(
            Evaluation.recording_id == recording.id,
            Evaluation.state != EvaluationState.SUPERSEDED,
        )
    )
    if standing is not None and standing.state is EvaluationState.CONFIRMED:
        return None
    if standing is not None:
        standing.state = EvaluationState.SUPERSEDED
        session.flush()
    evaluation = Evaluation(
        recording_id=recording.id,
        transcript_id=transcript.id,
        form_version_id=form_id,
        agent_id=recording.agent_id,
        state=EvaluationState.PROPOSED,
        total=heard.total,
        auto_failed_by=heard.auto_failed_by,
        provenance={"form": heard.form, "checker": "qa.autoscore"},
        created_at=now,
        replaces_id=standing.id if standing else None,
        items=[_item(item) for item in heard.items],
    )
    session.add(evaluation)
    session.flush()
    return evaluation


def _item(item: ProposedItem) -> EvaluationItem:
    return EvaluationItem(
        key=item.key,
        proposed=Verdict(item.verdict) if item.verdict else None,
        proposed_share=item.share,
        reason=item.reason,
        evidence=item.evidence,
    )
