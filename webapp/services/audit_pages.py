"""The audit log as people read it: filtered, page by page, or whole for a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.audit import AuditEntry
from webapp.models.people import User
from webapp.services import audit

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries; every field that is empty lets all through. Days are local."""

    action: str = ""
    object_type: str = ""
    object_id: str = ""
    actor: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One entry as a page shows it; `actor` is None for the system itself."""

    number: int
    at: datetime
    actor: str | None
    action: str
    object_type: str
    object_id: str
    reason: str
    details: Mapping[str, object]
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Some lines, newest first, and how many match in all."""

    lines: tuple[AuditLine, ...]
    total: int

    @property
    def pages(self) -> int:
        """How many pages the matching lines fill."""
        return max(1, -(-self.total // PER_PAGE))


def page(session: Session, wanted: AuditFilter, *, number: int, zone: str) -> AuditPage:
    """Return one page of the matching entries, newest first."""
    query = _query(wanted, zone)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    some = query.order_by(AuditEntry.id.desc()).limit(PER_PAGE)
    rows = session.execute(some.offset((number - 1) * PER_PAGE))
    return AuditPage(lines=tuple(_line(row) for row in rows), total=total or 0)


def lines(session: Session, wanted: AuditFilter, *, zone: str) -> Iterator[AuditLine]:
    """Yield every matching entry, oldest first."""
    query = _query(wanted, zone).order_by(AuditEntry.id)
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield _line(row)


def history(
    session: Session, object_type: str, object_id: object
) -> tuple[AuditLine, ...]:
    """Return everything that was done to one thing, oldest first."""
    wanted = AuditFilter(object_type=object_type, object_id=str(object_id))
    return tuple(lines(session, wanted, zone="UTC"))


def actions(session: Session) -> list[str]:
    """Return every action there is an entry of."""
    query = sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    return list(session.scalars(query))


def export(
    session: Session, wanted: AuditFilter, *, actor_id: int, zone: str, now: datetime
) -> list[AuditLine]:
    """Return the matching entries for a file; that they were taken out is recorded."""
    found = list(lines(session, wanted, zone=zone))
    audit.record(
        session,
        actor_id=actor_id,
        action="audit.exported",
        object_type="audit_entry",
        object_id="",
        details={
            "entries": len(found),
            "action": wanted.action,
            "object_type": wanted.object_type,
            "object_id": wanted.object_id,
            "actor": wanted.actor,
            "first": wanted.first,
            "last": wanted.last,
        },
        now=now,
    )
    return found


def details_text(line: AuditLine) -> str:
    """Return an entry's details as one line of text, "" where there are none."""
    if not line.details:
        return ""
    return json.dumps(line.details, ensure_ascii=False, sort_keys=True)


def _query(wanted: AuditFilter, zone: str) -> sa.Select[AuditEntry, str | None]:
    query = sa.select(AuditEntry, User.full_name).outerjoin(AuditEntry.actor)
    if wanted.action:
        query = query.where(
            AuditEntry.action.startswith(wanted.action, autoescape=True)
        )
    if wanted.object_type:
        query = query.where(AuditEntry.object_type == wanted.object_type)
    if wanted.object_id:
        query = query.where(AuditEntry.object_id == wanted.object_id)
    if wanted.actor:
        query = query.where(User.username == wanted.actor)
    if wanted.first:
        query = query.where(AuditEntry.at >= _midnight(wanted.first, zone))
    if wanted.last:
        after = wanted.last + timedelta(days=1)
        query = query.where(AuditEntry.at < _midnight(after, zone))
    return query


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))


def _line(row: sa.Row[AuditEntry, str | None]) -> AuditLine:
    entry, actor = row
    return AuditLine(
        number=entry.id,
        at=entry.at,
        actor=actor,
        action=entry.action,
        object_type=entry.object_type,
        object_id=entry.object_id,
        reason=entry.reason,
        details=entry.details,
        seal=entry.hash,
    )
