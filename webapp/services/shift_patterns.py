"""The shifts people may be given: where they start in the day and how long they are."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.rotas import ShiftPattern
from webapp.services import audit
from webapp.services.errors import NotFound, Refused

_CODE = re.compile(r"[^\W_][\w.-]{0,31}")
LEAST_MINUTES, MOST_MINUTES = 60, 660
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSettings:
    """A shift: local minute of the day it starts at, length with its breaks."""

    code: str
    name: str
    starts_minute: int
    minutes: int
    is_active: bool = True

    @property
    def ends_minute(self) -> int:
        """The minute of the day it ends at, after midnight on the next day."""
        return (self.starts_minute + self.minutes) % DAY_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftLine:
    """A shift with its number."""

    id: int
    settings: ShiftSettings


def shifts(session: Session, *, with_closed: bool = True) -> tuple[ShiftLine, ...]:
    """Return every shift in the order of the day."""
    query = sa.select(ShiftPattern)
    if not with_closed:
        query = query.where(ShiftPattern.is_active)
    order = (ShiftPattern.starts_minute, ShiftPattern.minutes, ShiftPattern.id)
    rows = session.scalars(query.order_by(*order))
    return tuple(ShiftLine(id=row.id, settings=_settings(row)) for row in rows)


def shift(session: Session, shift_id: int) -> ShiftLine:
    """Return one shift.

    Raises:
        NotFound: if there is none.
    """
    return ShiftLine(id=shift_id, settings=_settings(_stored(session, shift_id)))


def _stored(session: Session, shift_id: int) -> ShiftPattern:
    found = session.get(ShiftPattern, shift_id)
    if found is None:
        raise NotFound("shift_pattern", shift_id)
    return found


def _settings(row: ShiftPattern) -> ShiftSettings:
    return ShiftSettings(
        code=row.code,
        name=row.name,
        starts_minute=row.starts_minute,
        minutes=row.minutes,
        is_active=row.is_active,
    )


def keep_shift(
    session: Session,
    shift_id: int | None,
    wanted: ShiftSettings,
    *,
    actor_id: int | None,
    now: datetime,
) -> ShiftPattern:
    """Add a shift (no number) or change one; rotas that have it stay as they are.

    Raises:
        NotFound: if there is none of this number.
        Refused: `code_invalid`, `code_taken`, `name_missing`, `whole_range`.
    """
    row = _stored(session, shift_id) if shift_id is not None else None
    _check(session, wanted, shift_id)
    before = asdict(_settings(row)) if row else {}
    if row is None:
        row = ShiftPattern()
        session.add(row)
    row.code, row.name = wanted.code, wanted.name
    row.starts_minute, row.minutes = wanted.starts_minute, wanted.minutes
    row.is_active = wanted.is_active
    session.flush()
    after = asdict(wanted)
    changed = {k: [before.get(k), after[k]] for k in after if before.get(k) != after[k]}
    if changed:
        audit.record(
            session,
            actor_id=actor_id,
            action="shift.changed" if before else "shift.opened",
            object_type="shift_pattern",
            object_id=row.id,
            details=changed,
            now=now,
        )
    return row


def _check(session: Session, wanted: ShiftSettings, shift_id: int | None) -> None:
    if not _CODE.fullmatch(wanted.code):
        raise Refused("code_invalid", field="code")
    same = sa.select(ShiftPattern.id).where(ShiftPattern.code == wanted.code)
    taken = session.scalar(same)
    if taken is not None and taken != shift_id:
        raise Refused("code_taken", field="code", taken=wanted.code)
    if not wanted.name:
        raise Refused("name_missing", field="name")
    if not 0 <= wanted.starts_minute < DAY_MINUTES:
        raise Refused("time_invalid", field="starts")
    if not LEAST_MINUTES <= wanted.minutes <= MOST_MINUTES:
        bounds = {"least": LEAST_MINUTES, "most": MOST_MINUTES}
        raise Refused("whole_range", field="minutes", **bounds)
