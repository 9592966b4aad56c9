"""A person's hand in a draft: a shift or a lunch moved, checked against every rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from scheduling.audit import breaches
from scheduling.ledger import Breach
from webapp.models.rotas import Assignment, Rota
from webapp.services import audit, rota_publishing, rotas
from webapp.services.errors import NotFound, Refused
from webapp.services.rota_terms import (
    Span,
    solved_of,
    span_of,
)

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a bar of the timeline was put.

    Attributes:
        user_id: whose bar it is.
        kind: "shift", "lunch" or "break".
        assignment_id: the shift it belongs to.
        start, end: minutes from the local midnight that begins the rota.
    """

    user_id: int
    kind: str
    assignment_id: int
    start: int
    end: int


class MoveRefused(Refused):
    """A move would break hard rules; `breaches` says which."""

    def __init__(self, found: Sequence[Breach]) -> None:
        super().__init__("move_breaks_rules")
        self.breaches = tuple(found)


def move(
    session: Session,
    rota_id: int,
    wanted: Move,
    *,
    zone: str,
    by: int | None,
    now: datetime,
) -> tuple[Rota, Assignment]:
    """Move a shift with its breaks, or one of its breaks; return draft and shift.

    Only what the move itself would break counts: a leave granted since does not
    stop somebody else's lunch from being moved.

    Raises:
        NotFound: if there is no such shift in the draft.
        Conflict: `rota_not_draft`.
        MoveRefused: if a hard rule would be broken.
    """
    rota = rotas.draft_named(session, rota_id)
    one = session.get(Assignment, wanted.assignment_id)
    if one is None or one.rota_id != rota.id or one.user_id != wanted.user_id:
        raise NotFound("assignment", wanted.assignment_id)
    problem = rota_publishing.check_problem(session, rota, zone)
    before = breaches(problem, solved_of(problem, rota.assignments))
    was = {name: getattr(one, name) for name in rotas.COPIED_COLUMNS}
    with session.no_autoflush:
        _put(one, wanted, span_of(rota, zone))
        known = {(b.code, b.agent, b.day) for b in before}
        found = [
            breach
            for breach in breaches(problem, solved_of(problem, rota.assignments))
            if (breach.code, breach.agent, breach.day) not in known
        ]
        if found:
            for name, value in was.items():
                setattr(one, name, value)
            raise MoveRefused(found)
    session.flush()
    _record(session, rota, one, was, by, now)
    return rota, one


def _put(one: Assignment, wanted: Move, span: Span) -> None:
    day = span.first + timedelta(days=wanted.start // 1440)
    start = span.instant(day, wanted.start % 1440)
    if wanted.kind == "shift":
        length = (wanted.end - wanted.start) * MINUTE
        by = start - one.starts_at
        one.day, one.starts_at, one.ends_at = day, start, start + length
        for name in ("lunch", "break"):
            _set(one, name, by)
        return
    if wanted.kind not in ("lunch", "break"):
        raise Refused("choice_invalid", field="kind")
    was = getattr(one, f"{wanted.kind}_starts_at")
    if was is None:
        raise NotFound(wanted.kind, one.id)
    _set(one, wanted.kind, start - was)


def _set(one: Assignment, name: str, by: timedelta) -> None:
    for end in ("starts_at", "ends_at"):
        was = getattr(one, f"{name}_{end}")
        setattr(one, f"{name}_{end}", was + by if was else None)


def _record(
    session: Session,
    rota: Rota,
    one: Assignment,
    was: dict[str, object],
    by: int | None,
    now: datetime,
) -> None:
    changed = {
        name: [value, getattr(one, name)]
        for name, value in was.items()
        if value != getattr(one, name)
    }
    if not changed:
        return
    audit.record(
        session,
        actor_id=by,
        action="rota.moved",
        object_type="rota",
        object_id=rota.id,
        details={"user": one.user_id, "day": one.day, "changed": changed},
        now=now,
    )


def take_off(
    session: Session,
    rota_id: int,
    assignment_id: int,
    *,
    by: int | None,
    now: datetime,
) -> date:
    """Take a shift out of a draft; return its day.

    Raises:
        NotFound: if there is no such shift in the draft.
        Conflict: `rota_not_draft`.
    """
    rota = rotas.draft_named(session, rota_id)
    one = session.get(Assignment, assignment_id)
    if one is None or one.rota_id != rota.id:
        raise NotFound("assignment", assignment_id)
    day, user_id = one.day, one.user_id
    session.delete(one)
    session.flush()
    rotas.record(session, rota, "rota.shift_removed", by, now, user=user_id, day=day)
    return day
