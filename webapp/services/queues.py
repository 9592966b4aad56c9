"""Queues: their promise, opening hours and days that are not like their weekday."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.i18n.alphabet import sort_key
from webapp.models.demand import (
    Forecast,
    IntervalActual,
    OpeningHours,
    Queue,
    SpecialDay,
    SpecialDayKind,
)
from webapp.services import audit
from webapp.services.choices import chosen
from webapp.services.errors import Conflict, NotFound, Refused

INTERVALS = (15, 30, 60)
_CODE = re.compile(r"[^\W_][\w.-]{0,63}")
WORKDAYS = tuple((weekday, 8 * 60 + 30, 17 * 60 + 30) for weekday in range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings:
    """What a queue promises and how it is staffed; shares are 0-1.

    `hours` are (weekday, opens, closes): Monday 0, local minutes of the day.
    """

    code: str
    name: str
    is_active: bool = True
    interval_minutes: int = 30
    service_level: float = 0.80
    answer_within_s: float = 20.0
    max_occupancy: float = 0.88
    shrinkage: float = 0.15
    default_aht_s: float = 180.0
    closes_on_holidays: bool = True
    hours: tuple[tuple[int, int, int], ...] = WORKDAYS

    @property
    def runs_of_hours(self) -> list[tuple[int, int, int, int]]:
        """Days in a row with the same hours, as (first, last, opens, closes)."""
        runs: list[tuple[int, int, int, int]] = []
        for weekday, opens, closes in self.hours:
            if runs and runs[-1][1:] == (weekday - 1, opens, closes):
                runs[-1] = (runs[-1][0], weekday, opens, closes)
            else:
                runs.append((weekday, weekday, opens, closes))
        return runs


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A queue with its settings, as pages show it."""

    id: int
    settings: QueueSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDayLine:
    """One special day of a queue; `factor` multiplies a scaled day's calls."""

    id: int
    queue_id: int
    queue_name: str
    day: date
    name: str
    kind: SpecialDayKind
    factor: float | None


def queues(session: Session, *, with_closed: bool = True) -> tuple[QueueLine, ...]:
    """Return every queue by name."""
    query = sa.select(Queue)
    if not with_closed:
        query = query.where(Queue.is_active)
    found = [_line(session, row) for row in session.scalars(query).all()]
    return tuple(sorted(found, key=lambda line: sort_key(line.settings.name)))


def queue(session: Session, queue_id: int) -> QueueLine:
    """Return one queue.

    Raises:
        NotFound: if there is none.
    """
    return _line(session, _stored(session, queue_id))


def _stored(session: Session, queue_id: int) -> Queue:
    found = session.get(Queue, queue_id)
    if found is None:
        raise NotFound("queue", queue_id)
    return found


def _line(session: Session, row: Queue) -> QueueLine:
    return QueueLine(id=row.id, settings=_settings(session, row))


def _settings(session: Session, row: Queue) -> QueueSettings:
    return QueueSettings(
        code=row.code,
        name=row.name,
        is_active=row.is_active,
        interval_minutes=row.interval_minutes,
        service_level=row.service_level,
        answer_within_s=row.answer_within_s,
        max_occupancy=row.max_occupancy,
        shrinkage=row.shrinkage,
        default_aht_s=row.default_aht_s,
        closes_on_holidays=row.closes_on_holidays,
        hours=opening_hours(session, row.id),
    )


def opening_hours(session: Session, queue_id: int) -> tuple[tuple[int, int, int], ...]:
    """Return (weekday, opens, closes) of each open weekday, Monday 0, in minutes."""
    rows = session.execute(
        sa.select(
            OpeningHours.weekday, OpeningHours.opens_minute, OpeningHours.closes_minute
        )
        .where(OpeningHours.queue_id == queue_id)
        .order_by(OpeningHours.weekday)
    )
    return tuple((weekday, opens, closes) for weekday, opens, closes in rows)


def open_queue(
    session: Session, wanted: QueueSettings, *, actor_id: int | None, now: datetime
) -> Queue:
    """Add a queue.

    Raises:
        Refused: `code_invalid`, `code_taken`, `name_missing`, `hours_order`,
            `choice_invalid`, `share_range`, `number_range`.
    """
    _check(session, wanted, None)
    added = Queue(code=wanted.code)
    _fill(added, wanted)
    session.add(added)
    session.flush()
    _set_hours(session, added.id, wanted.hours)
    _record(session, "queue.opened", added.id, asdict(wanted), actor_id, now)
    return added


def change_queue(
    session: Session,
    queue_id: int,
    wanted: QueueSettings,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Change a queue's settings; what changed is recorded.

    Raises:
        NotFound: if there is none.
        Refused: as `open_queue`, and `interval_in_use`.
    """
    row = _stored(session, queue_id)
    _check(session, wanted, queue_id)
    before, after = asdict(_settings(session, row)), asdict(wanted)
    if wanted.interval_minutes != row.interval_minutes and _has_figures(session, row):
        raise Refused("interval_in_use", field="interval_minutes")
    _fill(row, wanted)
    _set_hours(session, queue_id, wanted.hours)
    changed = {k: [before[k], after[k]] for k in after if before[k] != after[k]}
    if changed:
        _record(session, "queue.changed", queue_id, changed, actor_id, now)


def _has_figures(session: Session, row: Queue) -> bool:
    for table in (IntervalActual, Forecast):
        query = sa.select(table.id).where(table.queue_id == row.id)
        if session.scalar(query.limit(1)) is not None:
            return True
    return False


def _fill(row: Queue, wanted: QueueSettings) -> None:
    row.code, row.name = wanted.code, wanted.name
    row.is_active = wanted.is_active
    row.interval_minutes = wanted.interval_minutes
    row.service_level = wanted.service_level
    row.answer_within_s = wanted.answer_within_s
    row.max_occupancy = wanted.max_occupancy
    row.shrinkage = wanted.shrinkage
    row.default_aht_s = wanted.default_aht_s
    row.closes_on_holidays = wanted.closes_on_holidays


def _check(session: Session, wanted: QueueSettings, queue_id: int | None) -> None:
    if not _CODE.fullmatch(wanted.code):
        raise Refused("code_invalid", field="code")
    taken = session.scalar(sa.select(Queue.id).where(Queue.code == wanted.code))
    if taken is not None and taken != queue_id:
        raise Refused("code_taken", field="code", taken=wanted.code)
    if not wanted.name:
        raise Refused("name_missing", field="name")
    if wanted.interval_minutes not in INTERVALS:
        raise Refused("choice_invalid", field="interval_minutes")
    for field, least, most in (
        ("service_level", 0.01, 0.99),
        ("max_occupancy", 0.3, 1.0),
        ("shrinkage", 0.0, 0.9),
    ):
        if not least <= getattr(wanted, field) <= most:
            bounds = {"least": f"{least * 100:g}", "most": f"{most * 100:g}"}
            raise Refused("share_range", field=field, **bounds)
    for field, low, high in (("answer_within_s", 0, 3600), ("default_aht_s", 1, 7200)):
        if not low <= getattr(wanted, field) <= high:
            raise Refused("number_range", field=field, least=low, most=high)
    for weekday, opens, closes in wanted.hours:
        if not 0 <= opens < closes <= 1440:
            field = f"closes-{weekday}"
            raise Refused("hours_order", field=field, weekday=weekday + 1)


def _set_hours(
    session: Session, queue_id: int, hours: Sequence[tuple[int, int, int]]
) -> None:
    if tuple(hours) == opening_hours(session, queue_id):
        return
    session.execute(sa.delete(OpeningHours).where(OpeningHours.queue_id == queue_id))
    for weekday, opens, closes in hours:
        session.add(
            OpeningHours(
                queue_id=queue_id,
                weekday=weekday,
                opens_minute=opens,
                closes_minute=closes,
            )
        )


def special_days(
    session: Session, *, queue_id: int | None = None, first: date | None = None
) -> tuple[SpecialDayLine, ...]:
    """Return special days in order, of one queue or all, from a day on."""
    query = sa.select(SpecialDay, Queue.name).join(Queue)
    if queue_id is not None:
        query = query.where(SpecialDay.queue_id == queue_id)
    if first is not None:
        query = query.where(SpecialDay.day >= first)
    rows = session.execute(query.order_by(SpecialDay.day, SpecialDay.queue_id))
    return tuple(
        SpecialDayLine(
            id=row.id,
            queue_id=row.queue_id,
            queue_name=name,
            day=row.day,
            name=row.name,
            kind=row.kind,
            factor=row.factor,
        )
        for row, name in rows
    )


def add_special_day(
    session: Session,
    queue_id: int,
    *,
    day: date,
    name: str,
    kind: str,
    factor: float | None,
    actor_id: int | None,
    now: datetime,
) -> SpecialDay:
    """Mark a day as closed, not to learn from, or scaled by a factor.

    Raises:
        NotFound: if there is no such queue.
        Refused: `name_missing`, `choice_invalid`, `factor_missing`, `number_range`.
        Conflict: `special_day_exists`.
    """
    _stored(session, queue_id)
    what = chosen(SpecialDayKind, kind)
    is_scaled = what is SpecialDayKind.SCALE
    if not name:
        raise Refused("name_missing", field="name")
    if is_scaled and factor is None:
        raise Refused("factor_missing", field="factor")
    if is_scaled and factor is not None and not 0.05 <= factor <= 20:
        raise Refused("number_range", field="factor", least=0.05, most=20)
    taken = sa.select(SpecialDay.id).where(
        SpecialDay.queue_id == queue_id, SpecialDay.day == day
    )
    if session.scalar(taken) is not None:
        raise Conflict("special_day_exists", field="day")
    added = SpecialDay(
        queue_id=queue_id,
        day=day,
        name=name[:200],
        kind=what,
        factor=factor if is_scaled else None,
    )
    session.add(added)
    session.flush()
    details = {"day": day, "name": name, "kind": what, "factor": added.factor}
    _record(session, "special_day.added", queue_id, details, actor_id, now)
    return added


def remove_special_day(
    session: Session, special_day_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Let a day be like its weekday again; the audit log keeps what it was.

    Raises:
        NotFound: if there is none.
    """
    row = session.get(SpecialDay, special_day_id)
    if row is None:
        raise NotFound("special_day", special_day_id)
    details = {
        "day": row.day,
        "name": row.name,
        "kind": row.kind,
        "factor": row.factor,
    }
    session.delete(row)
    session.flush()
    _record(session, "special_day.removed", row.queue_id, details, actor_id, now)


def _record(
    session: Session,
    action: str,
    queue_id: int,
    details: Mapping[str, object],
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.record(
        session,
        actor_id=actor_id,
        action=action,
        object_type="queue",
        object_id=queue_id,
        details=details,
        now=now,
    )
