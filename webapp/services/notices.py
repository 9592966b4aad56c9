"""What a person should know: told by a desk, listed and marked read by its reader.

A notice is a code with parameters; its sentence is made in the reader's language
when it is read (`NOTICES` in `webapp.i18n.sentences`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.people import Notice
from webapp.services.errors import NotFound

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice as its reader sees it; dates and instants among `params` are such."""

    id: int
    code: str
    params: Mapping[str, object]
    link: str
    created_at: datetime
    is_read: bool


def tell(
    session: Session,
    *,
    user_id: int,
    code: str,
    now: datetime,
    params: Mapping[str, object] | None = None,
    link: str = "",
) -> Notice:
    """Leave a notice for a person; `link` is the path of the page it is about."""
    notice = Notice(
        user_id=user_id,
        code=code,
        params={key: _stored(value) for key, value in (params or {}).items()},
        link=link,
        created_at=now,
    )
    session.add(notice)
    return notice


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        return {"$instant": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    return value if isinstance(value, bool | int | float) else str(value)


def _read(value: object) -> object:
    match value:
        case {"$instant": str(text)}:
            return datetime.fromisoformat(text)
        case {"$day": str(text)}:
            return date.fromisoformat(text)
    return value


def unread(session: Session, user_id: int) -> int:
    """Return how many notices a person has not read."""
    query = sa.select(sa.func.count()).where(
        Notice.user_id == user_id, Notice.read_at.is_(None)
    )
    return session.scalar(query) or 0


def told(session: Session, user_id: int, *, number: int = 1) -> tuple[Told, ...]:
    """Return a page of a person's notices, newest first."""
    rows = session.scalars(
        sa.select(Notice)
        .where(Notice.user_id == user_id)
        .order_by(Notice.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return tuple(
        Told(
            id=row.id,
            code=row.code,
            params={key: _read(value) for key, value in row.params.items()},
            link=row.link,
            created_at=row.created_at,
            is_read=row.read_at is not None,
        )
        for row in rows
    )


def count(session: Session, user_id: int) -> int:
    """Return how many notices a person has, read or not."""
    query = sa.select(sa.func.count()).where(Notice.user_id == user_id)
    return session.scalar(query) or 0


def read_one(session: Session, notice_id: int, *, user_id: int, now: datetime) -> str:
    """Mark a person's notice as read; return the page it is about, "" for none.

    Raises:
        NotFound: if it is not this person's.
    """
    notice = session.get(Notice, notice_id)
    if notice is None or notice.user_id != user_id:
        raise NotFound("notice", notice_id)
    notice.read_at = notice.read_at or now
    return notice.link


def read_all(session: Session, *, user_id: int, now: datetime) -> None:
    """Mark every notice of a person as read."""
    session.execute(
        sa.update(Notice)
        .where(Notice.user_id == user_id, Notice.read_at.is_(None))
        .values(read_at=now)
    )
