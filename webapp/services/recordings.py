"""Recorded calls: found, opened with a purpose, corrected, destroyed.

Whoever opens a call says what for, and an entry of the audit log says so: the entry
is the opening. Without one nothing of a call is heard or read.
"""

import enum
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from recordings.errors import RecordingMissing
from recordings.store import AudioStore
from webapp.models.audit import AuditEntry
from webapp.models.calls import Direction, Recording, RecordingState, RecordType
from webapp.models.calls import Transcript as TranscriptRow
from webapp.models.demand import Queue
from webapp.models.people import Role, RoleGrant, User
from webapp.models.quality import Evaluation, EvaluationState
from webapp.services import audit
from webapp.services.call_details import CallDetails
from webapp.services.destruction import Destroyer
from webapp.services.errors import Conflict, NotFound, Refused

__all__ = ["Direction", "RecordType", "Recording", "RecordingState"]

PER_PAGE = 50
OPENED, ORIGINAL_OPENED = "recording.opened", "recording.original_opened"
OPEN_FOR = timedelta(hours=12)


class Purpose(enum.StrEnum):
    """What a call is opened for."""

    EVALUATION = "evaluation"
    APPEAL = "appeal"
    COMPLAINT = "complaint"
    COACHING = "coaching"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which calls are wanted; None and "" are all."""

    agent_id: int | None = None
    first: date | None = None
    last: date | None = None
    state: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A call opened by a person: the number of its audit entry, and how far."""

    id: int
    is_original: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """A call of the list, with the evaluation that stands."""

    recording: Recording
    evaluation_id: int | None
    evaluation_state: EvaluationState | None
    total: float | None


def calls(
    session: Session, wanted: Filters, *, zone: str, page: int = 1
) -> tuple[list[CallLine], int]:
    """Return a page of calls, latest first, and how many match."""
    conditions = conditions_of(wanted, zone)
    total = session.scalar(
        sa.select(sa.func.count()).select_from(Recording).where(*conditions)
    )
    rows = session.execute(
        sa.select(Recording, Evaluation.id, Evaluation.state, Evaluation.total)
        .outerjoin(
            Evaluation,
            sa.and_(
                Evaluation.recording_id == Recording.id,
                Evaluation.state != EvaluationState.SUPERSEDED,
            ),
        )
        .where(*conditions)
        .options(joinedload(Recording.agent), joinedload(Recording.queue))
        .order_by(Recording.started_at.desc(), Recording.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    lines = [
        CallLine(
            recording=row, evaluation_id=number, evaluation_state=state, total=sum_
        )
        for row, number, state, sum_ in rows
    ]
    return lines, total or 0


def conditions_of(wanted: Filters, zone: str) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on Recording that these filters mean."""
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.agent_id is not None:
        conditions.append(Recording.agent_id == wanted.agent_id)
    if wanted.first is not None:
        conditions.append(Recording.started_at >= _midnight(wanted.first, zone))
    if wanted.last is not None:
        after = wanted.last + timedelta(days=1)
        conditions.append(Recording.started_at < _midnight(after, zone))
    if wanted.state in set(RecordingState):
        conditions.append(Recording.state == RecordingState(wanted.state))
    if wanted.text:
        like = f"%{wanted.text}%"
        named = (Recording.file_name, Recording.call_key)
        conditions.append(sa.or_(*(column.ilike(like) for column in named)))
    return conditions


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def agents(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of everyone who is or was an agent, by name."""
    rows = session.execute(
        sa.select(User.id, User.full_name)
        .where(User.id.in_(sa.select(RoleGrant.user_id).where(_IS_AGENT)))
        .order_by(User.full_name)
    )
    return [(number, name) for number, name in rows]


_IS_AGENT = RoleGrant.role == Role.AGENT


def queue_names(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of every queue."""
    rows = session.execute(sa.select(Queue.id, Queue.name).order_by(Queue.name))
    return [(number, name) for number, name in rows]


def call(session: Session, recording_id: int) -> Recording:
    """Return a call with its agent, queue and transcripts.

    Raises:
        NotFound: if there is none.
    """
    found = session.scalar(
        sa.select(Recording)
        .where(Recording.id == recording_id)
        .options(
            joinedload(Recording.agent),
            joinedload(Recording.queue),
            selectinload(Recording.transcripts),
        )
    )
    if found is None:
        raise NotFound("recording", recording_id)
    return found


def open_call(
    session: Session,
    recording_id: int,
    *,
    purpose: str,
    reason: str,
    original: bool,
    actor_id: int,
    now: datetime,
) -> int:
    """Log that a person opens a call, and what for; return the opening's number.

    Raises:
        NotFound: if there is none.
        Conflict: `recording_destroyed`.
        Refused: `purpose_missing`; `reason_missing` for the original.
    """
    recording = call(session, recording_id)
    if recording.state is RecordingState.DESTROYED:
        raise Conflict("recording_destroyed", file=recording.file_name)
    if purpose not in set(Purpose):
        raise Refused("purpose_missing", field="purpose")
    if original and not reason.strip():
        raise Refused("reason_missing", field="reason")
    entry = audit.record(
        session,
        actor_id=actor_id,
        action=ORIGINAL_OPENED if original else OPENED,
        object_type="recording",
        object_id=recording_id,
        reason=reason.strip(),
        details={"purpose": purpose},
        now=now,
    )
    return entry.id


def opening(
    session: Session,
    recording_id: int,
    opening_id: int | None,
    *,
    actor_id: int,
    now: datetime,
) -> Opening | None:
    """Return a person's opening of a call; None if it is not theirs, or is over."""
    entry = session.get(AuditEntry, opening_id) if opening_id else None
    if (
        entry is None
        or entry.actor_id != actor_id
        or entry.action not in (OPENED, ORIGINAL_OPENED)
        or entry.object_id != str(recording_id)
        or now - entry.at > OPEN_FOR
    ):
        return None
    return Opening(id=entry.id, is_original=entry.action == ORIGINAL_OPENED)


def correct(
    session: Session,
    recording_id: int,
    details: CallDetails,
    *,
    actor_id: int,
    now: datetime,
) -> Recording:
    """Replace what is known of a call that no person has scored.

    Raises:
        NotFound: if there is none.
        Conflict: `call_scored`, `recording_destroyed`.
    """
    recording = call(session, recording_id)
    if recording.state is RecordingState.DESTROYED:
        raise Conflict("recording_destroyed", file=recording.file_name)
    standing = session.scalar(
        sa.select(Evaluation).where(
            Evaluation.recording_id == recording_id,
            Evaluation.state != EvaluationState.SUPERSEDED,
        )
    )
    if standing is not None and standing.state is EvaluationState.CONFIRMED:
        raise Conflict("call_scored")
    new: dict[str, object] = {
        "agent_id": details.agent_id,
        "agent_channel": details.agent_channel if recording.channels > 1 else None,
        "caller_name": details.caller_name or None,
        "direction": details.direction,
        "queue_id": details.queue_id,
        "record_type": details.record_type,
        "unit": details.unit or None,
        "was_transferred": details.was_transferred,
        "started_at": details.started_at,
    }
    changed = [name for name, value in new.items() if getattr(recording, name) != value]
    for name in changed:
        setattr(recording, name, new[name])
    if standing is not None:
        standing.agent_id = details.agent_id
    audit.record(
        session,
        actor_id=actor_id,
        action="recording.corrected",
        object_type="recording",
        object_id=recording_id,
        details={"changed": changed},
        now=now,
    )
    return recording


def set_hold(
    session: Session, recording_id: int, reason: str, *, actor_id: int, now: datetime
) -> None:
    """Lay a legal hold on a call, or lift it with an empty reason.

    Raises:
        NotFound: if there is none.
    """
    recording = call(session, recording_id)
    before, recording.legal_hold = recording.legal_hold, reason.strip()
    audit.record(
        session,
        actor_id=actor_id,
        action="recording.hold_laid" if reason.strip() else "recording.hold_lifted",
        object_type="recording",
        object_id=recording_id,
        reason=reason.strip() or before,
        now=now,
    )


def destroyer(store: AudioStore) -> Destroyer:
    """Return how recordings of a store are destroyed.

    The sound goes by its key, and with it what it said: words, quoted evidence and
    the caller's name (law 6698 art. 7). The row, its hash and the scores stay.
    """

    def destroy(
        session: Session, object_id: str, now: datetime
    ) -> Mapping[str, object]:
        recording = call(session, _number(object_id))
        with suppress(RecordingMissing):  # by a run that did not come to its end
            store.destroy(recording.sha256)
        words = _forget(session, recording)
        recording.state = RecordingState.DESTROYED
        return {
            "sha256": recording.sha256,
            "file": recording.file_name,
            "size_bytes": recording.size_bytes,
            "transcripts_emptied": words,
            "at": now.isoformat(),
        }

    def hold(session: Session, object_id: str) -> str:
        return call(session, _number(object_id)).legal_hold

    def describe(session: Session, object_id: str) -> str:
        recording = call(session, _number(object_id))
        day = recording.started_at.date().isoformat()
        who = recording.agent.full_name if recording.agent else "–"
        return f"{recording.file_name} · {day} · {who}"

    return Destroyer(destroy=destroy, hold=hold, describe=describe)


def _number(object_id: str) -> int:
    return int(object_id) if object_id.isascii() and object_id.isdigit() else 0


def _forget(session: Session, recording: Recording) -> int:
    """Empty what a call said wherever it is kept; return how many transcripts."""
    for row in recording.transcripts:
        row.original, row.redactions = row.original | {"words": []}, []
    evaluations = session.scalars(
        sa.select(Evaluation)
        .where(Evaluation.recording_id == recording.id)
        .options(selectinload(Evaluation.items))
    )
    for evaluation in evaluations:
        for item in evaluation.items:
            item.evidence = [found | {"text": ""} for found in item.evidence]
    recording.caller_name = None
    return len(recording.transcripts)


def newest_transcript(recording: Recording) -> TranscriptRow | None:
    """Return the latest transcript of a call that was loaded with them."""
    return recording.transcripts[-1] if recording.transcripts else None
