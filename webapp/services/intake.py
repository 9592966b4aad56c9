"""Recordings taken in: heard through once, kept encrypted under their hash, queued.

A file that cannot be a call is quarantined: its bytes go to the same encrypted store,
with the reason in a row of its own, and nothing is lost.
"""

import enum
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recordings.audio import AudioInfo, AudioLimits, open_audio
from recordings.errors import AudioEmpty, AudioError
from recordings.retention import RetentionPolicy
from recordings.silence import measure_activity
from recordings.store import AudioStore
from webapp.models.calls import Quarantined, Recording, RecordingState
from webapp.services import audit, centre, transcription
from webapp.services.call_details import CallDetails
from webapp.services.errors import Conflict

LONGEST_FILE_NAME = 300
EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SILENT = "audio_silent"
_MEDIA = {
    "WAV": "audio/wav",
    "MP3": "audio/mpeg",
    "OGG": "audio/ogg",
    "FLAC": "audio/flac",
    "AU": "audio/basic",
    "GSM": "audio/x-gsm",
}


class Source(enum.StrEnum):
    """By which way a file came."""

    UPLOAD = "upload"
    FOLDER = "folder"
    COMMAND = "command"


class Outcome(enum.StrEnum):
    """What became of a file."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A file after one hearing, its bytes in the store.

    Attributes:
        sha256: of its bytes, their key in the store.
        info: what it is; None where it cannot be a call.
        code, params: why it cannot.
    """

    file_name: str
    sha256: str
    size_bytes: int
    info: AudioInfo | None
    code: str = ""
    params: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file; `recording_id` is there unless it is quarantined."""

    file_name: str
    outcome: Outcome
    recording_id: int | None = None
    code: str = ""
    params: dict[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who brings a file, by which way, when, in which time zone."""

    source: Source
    actor_id: int | None
    now: datetime
    zone: str


def hear(
    store: AudioStore,
    file: BinaryIO,
    file_name: str,
    *,
    barred: Collection[str] = (),
    limits: AudioLimits | None = None,
) -> Heard:
    """Hear a seekable file through and keep its bytes; needs no database.

    Doing it again with the same bytes changes nothing.

    Args:
        barred: hashes of what was destroyed and must not come back.

    Raises:
        Conflict: `recording_destroyed` for one of them.
    """
    name = file_name[-LONGEST_FILE_NAME:]
    if barred and hashlib.file_digest(file, "sha256").hexdigest() in barred:  # type: ignore[arg-type]
        raise Conflict("recording_destroyed", file=name)
    info: AudioInfo | None = None
    code, params = "", dict[str, object]()
    try:
        with open_audio(file, limits=limits) as audio:
            info = audio.info
            activity = measure_activity(audio, audio.sample_rate, info.channels)
        if not any(activity.speech):
            info, code = None, SILENT
            params = {"duration_s": round(activity.duration_s, 1)}
    except AudioError as error:
        info, code, params = None, error.code, dict(error.params)
    file.seek(0)
    try:
        kept = store.put(file)
    except AudioEmpty:
        return Heard(
            file_name=name,
            sha256=EMPTY_HASH,
            size_bytes=0,
            info=None,
            code=AudioEmpty.code,
            params={},
        )
    return Heard(
        file_name=name,
        sha256=kept.key,
        size_bytes=kept.size_bytes,
        info=info,
        code=code,
        params={key: _plain(value) for key, value in params.items()},
    )


def destroyed(session: Session) -> frozenset[str]:
    """Return the hashes of all destroyed recordings."""
    rows = session.scalars(
        sa.select(Recording.sha256).where(Recording.state == RecordingState.DESTROYED)
    )
    return frozenset(rows)


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float) else str(value)


def take_in(session: Session, heard: Heard, details: CallDetails, by: By) -> Taken:
    """Make a heard file a recording and queue its transcription, once.

    Raises:
        Conflict: `recording_destroyed` if the same sound was destroyed before.
    """
    if heard.info is None:
        return _quarantine(session, heard, by)
    known = session.scalar(sa.select(Recording).where(Recording.sha256 == heard.sha256))
    if known is not None:
        if known.state is RecordingState.DESTROYED:
            raise Conflict("recording_destroyed", file=heard.file_name)
        return Taken(
            file_name=heard.file_name,
            outcome=Outcome.DUPLICATE,
            recording_id=known.id,
        )
    recording = _recording(session, heard, heard.info, details, by)
    session.add(recording)
    session.flush()
    audit.record(
        session,
        actor_id=by.actor_id,
        action="recording.stored",
        object_type="recording",
        object_id=recording.id,
        details={"source": by.source, "file": heard.file_name, "hash": heard.sha256},
        now=by.now,
    )
    transcription.ask(session, recording, by=by.actor_id, now=by.now)
    return Taken(
        file_name=heard.file_name, outcome=Outcome.STORED, recording_id=recording.id
    )


def _recording(
    session: Session, heard: Heard, info: AudioInfo, details: CallDetails, by: By
) -> Recording:
    return Recording(
        sha256=heard.sha256,
        file_name=heard.file_name,
        media_type=_MEDIA[info.container.name],
        size_bytes=heard.size_bytes,
        channels=info.channels,
        sample_rate=info.sample_rate,
        duration_s=info.duration_s,
        agent_channel=details.agent_channel if info.channels > 1 else None,
        call_key=details.call_key or None,
        agent_id=details.agent_id,
        queue_id=details.queue_id,
        caller_name=details.caller_name or None,
        direction=details.direction,
        record_type=details.record_type,
        unit=details.unit or None,
        was_transferred=details.was_transferred,
        started_at=details.started_at,
        stored_by_id=by.actor_id,
        stored_at=by.now,
        keep_until=keep_until(session, details, by.zone),
    )


def keep_until(session: Session, details: CallDetails, zone: str) -> date:
    """Return the last day on which a call may be kept, by the centre's settings."""
    days = centre.retention(session).recording_days
    policy = RetentionPolicy(days={}, default_days=days)
    kind = details.record_type.value if details.record_type else ""
    return policy.due_on(kind, details.started_at.astimezone(ZoneInfo(zone)).date())


def _quarantine(session: Session, heard: Heard, by: By) -> Taken:
    known = session.scalar(
        sa.select(Quarantined).where(Quarantined.sha256 == heard.sha256)
    )
    if known is None:
        known = Quarantined(
            file_name=heard.file_name,
            sha256=heard.sha256,
            size_bytes=heard.size_bytes,
            code=heard.code,
            params=heard.params or {},
            source=by.source,
            at=by.now,
        )
        session.add(known)
        session.flush()
        audit.record(
            session,
            actor_id=by.actor_id,
            action="recording.quarantined",
            object_type="quarantined_file",
            object_id=known.id,
            details={"file": heard.file_name, "code": heard.code},
            now=by.now,
        )
    return Taken(
        file_name=heard.file_name,
        outcome=Outcome.QUARANTINED,
        code=heard.code,
        params=heard.params,
    )


def quarantined(session: Session) -> list[Quarantined]:
    """Return the files set aside, latest first."""
    return list(session.scalars(sa.select(Quarantined).order_by(Quarantined.id.desc())))
