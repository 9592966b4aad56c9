"""The audit log: added to in the transaction of the change it tells of, and checked.

Each entry's seal covers its fields and the seal before it, so that an entry which is
changed, taken out or slipped in breaks the chain from there on. Entries cut off at
the end leave a whole, shorter chain: to notice that, keep an `Anchor` (a number and
its seal) somewhere else and have it checked too.
"""

import enum
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.audit import AuditEntry

GENESIS = "0" * 64
_CHAIN_LOCK = 0x56415244  # "VARD": one writer at a time appends to the chain
_FIELDS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.action,
    AuditEntry.object_type,
    AuditEntry.object_id,
    AuditEntry.reason,
    AuditEntry.details,
    AuditEntry.previous_hash,
)


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    object_type: str,
    object_id: object,
    now: datetime,
    reason: str = "",
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Append an entry, sealed with the hash of the one before; return it.

    Record last: from here to the end of the transaction nobody else can append.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    session.flush()
    last = session.execute(
        sa.select(AuditEntry.id, AuditEntry.hash)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    number, previous = last or (0, GENESIS)
    entry = AuditEntry(
        id=number + 1,
        at=now,
        actor_id=actor_id,
        action=action,
        object_type=object_type,
        object_id=_text(str(object_id)),
        reason=_text(reason),
        details=_plain(dict(details or {})),
        previous_hash=previous,
    )
    entry.hash = seal(*(getattr(entry, field.key) for field in _FIELDS))
    session.add(entry)
    session.flush()
    return entry


def _plain(value: object) -> object:
    """Return a value as JSON that every database gives back as it was."""
    match value:
        case enum.Enum():
            return _plain(value.value)
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case datetime():
            return value.astimezone(UTC).isoformat() if value.tzinfo else str(value)
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {_text(str(_plain(k))): _plain(v) for k, v in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
    return _text(str(value))


def _text(text: str) -> str:
    """Return a text without what a database refuses: NUL and lone surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "�")


def seal(*fields: object) -> str:
    """Return the SHA-256 of an entry's fields, its predecessor's hash the last.

    The fields are those of the table in its order, as a JSON array without spaces,
    keys sorted, the instant in UTC with microseconds: anyone can compute it again.
    """
    plain = [
        field.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(field, datetime)
        else field
        for field in fields
    ]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An entry's number and seal, as somebody noted them outside the database."""

    number: int
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What checking the log found: `broken_at` is the first entry that does not fit."""

    entries: int
    broken_at: int | None
    head: str = GENESIS

    @property
    def is_whole(self) -> bool:
        """Tell whether every entry is in place and unchanged."""
        return self.broken_at is None


def verify(session: Session, anchor: Anchor | None = None) -> ChainReport:
    """Return whether every entry still seals the one before it.

    With an anchor the log must also hold that entry with that seal: this finds a log
    that was cut off at its end, or written anew from some point on.
    """
    head, count = GENESIS, 0
    query = sa.select(AuditEntry.hash, *_FIELDS).order_by(AuditEntry.id)
    with session.execute(query.execution_options(yield_per=2000)) as rows:
        for stored, *fields in rows:
            number, previous = fields[0], fields[-1]
            fits = number == count + 1 and previous == head and seal(*fields) == stored
            if fits and anchor is not None and anchor.number == number:
                fits = anchor.seal == stored
            if not fits:
                return ChainReport(entries=count, broken_at=count + 1, head=head)
            head, count = stored, count + 1
    is_cut_off = anchor is not None and anchor.number > count
    broken_at = count + 1 if is_cut_off else None
    return ChainReport(entries=count, broken_at=broken_at, head=head)


def record_check(
    session: Session, report: ChainReport, *, actor_id: int | None, now: datetime
) -> None:
    """Record that the log was checked, and what was found."""
    record(
        session,
        actor_id=actor_id,
        action="audit.verified",
        object_type="audit_entry",
        object_id=report.broken_at or "",
        details={"entries": report.entries, "head": report.head},
        now=now,
    )
