"""The audit log: added to in the transaction of the change it tells of, and checked."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.audit import AuditEntry

GENESIS = "0" * 64
_CHAIN_LOCK = 0x56415244  # "VARD": one writer at a time appends to the chain


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    object_type: str,
    object_id: object,
    now: datetime,
    reason: str = "",
    details: dict[str, object] | None = None,
) -> AuditEntry:
    """Append an entry, sealed with the hash of the one before; return it."""
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
        object_id=str(object_id),
        reason=reason,
        details=json.loads(json.dumps(details or {}, default=str)),
        previous_hash=previous,
    )
    entry.hash = seal(entry)
    session.add(entry)
    session.flush()
    return entry


def seal(entry: AuditEntry) -> str:
    """Return the SHA-256 of an entry's fields and its predecessor's hash."""
    fields = [
        entry.id,
        entry.at.timestamp(),
        entry.actor_id,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.reason,
        entry.details,
        entry.previous_hash,
    ]
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What checking the log found: `broken_at` is the first entry that does not fit."""

    entries: int
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        """Tell whether every entry is in place and unchanged."""
        return self.broken_at is None


def verify(session: Session) -> ChainReport:
    """Return whether every entry still seals the one before it."""
    previous, expected = GENESIS, 1
    for entry in _in_order(session):
        fits = entry.id == expected and entry.previous_hash == previous
        if not fits or seal(entry) != entry.hash:
            return ChainReport(entries=expected - 1, broken_at=entry.id)
        previous, expected = entry.hash, expected + 1
    return ChainReport(entries=expected - 1, broken_at=None)


def _in_order(session: Session) -> Iterator[AuditEntry]:
    query = sa.select(AuditEntry).order_by(AuditEntry.id)
    yield from session.scalars(query.execution_options(yield_per=1000))


def entries(
    session: Session,
    *,
    page: int = 1,
    per_page: int = 50,
    action: str = "",
    object_type: str = "",
    actor_id: int | None = None,
) -> tuple[list[AuditEntry], int]:
    """Return a page of the log, newest first, and how many entries match."""
    query = sa.select(AuditEntry)
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    if object_type:
        query = query.where(AuditEntry.object_type == object_type)
    if actor_id is not None:
        query = query.where(AuditEntry.actor_id == actor_id)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    rows = session.scalars(
        query.options(joinedload(AuditEntry.actor))
        .order_by(AuditEntry.id.desc())
        .offset((page - 1) * per_page)
        .limit(per_page)
    )
    return list(rows), total or 0
