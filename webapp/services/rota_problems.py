"""A queue's week as the problem that the solver and the check work on.

Everything that binds a rota is read here: the requirement, the people with their
contracts, granted leave, what they work before, after and for other queues
(`rota_people`), the shifts and the breaks of the centre and the law (`rota_terms`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from forecasting.grid import IntervalGrid
from scheduling import problem as terms
from scheduling.problem import RotaProblem, planning_minutes
from webapp.models.demand import (
    OpeningHours,
    Queue,
    Requirement,
    RequirementInterval,
)
from webapp.models.rotas import Assignment, ShiftPattern
from webapp.services.errors import Refused
from webapp.services.rota_people import Around, leave_of, people_of
from webapp.services.rota_terms import (
    Span,
    break_rules,
    contract_key,
    contract_of,
    locks_of,
)


def requirement_for(session: Session, queue_id: int, span: Span) -> Requirement | None:
    """Return the newest requirement that covers every day on which the queue opens."""
    weekdays = session.scalars(
        sa.select(OpeningHours.weekday).where(OpeningHours.queue_id == queue_id)
    ).all()
    open_days = [day for day in span.days if day.weekday() in (weekdays or range(7))]
    if not open_days:
        return None
    return session.scalars(
        sa.select(Requirement)
        .where(
            Requirement.queue_id == queue_id,
            Requirement.first_day <= open_days[0],
            Requirement.last_day >= open_days[-1],
        )
        .order_by(Requirement.id.desc())
        .limit(1)
    ).first()


def patterns(session: Session) -> Sequence[ShiftPattern]:
    """Return the shifts that people may be given."""
    return session.scalars(
        sa.select(ShiftPattern)
        .where(ShiftPattern.is_active)
        .order_by(ShiftPattern.starts_minute, ShiftPattern.minutes, ShiftPattern.id)
    ).all()


def missing_for(session: Session, queue_id: int, span: Span) -> tuple[str, ...]:
    """Return the codes of what a rota of these days still lacks; empty if nothing."""
    needs = {
        "rota_no_requirement": requirement_for(session, queue_id, span) is None,
        "rota_no_shifts": not patterns(session),
        "rota_no_people": not people_of(session, queue_id),
    }
    return tuple(code for code, is_missing in needs.items() if is_missing)


def problem_for(
    session: Session,
    queue: Queue,
    span: Span,
    *,
    requirement: Requirement,
    fixed: Iterable[Assignment] = (),
    is_free: bool = False,
) -> RotaProblem:
    """Return the problem of a queue's days.

    Args:
        fixed: shifts whose locks are kept.
        is_free: let a person's hand start the shifts of a pattern's length at any
            interval, and ask for no number of days or hours: for checking moves.

    Raises:
        Refused: `rota_no_shifts`, `rota_no_people`.
    """
    shifts, people = patterns(session), people_of(session, queue.id)
    if not shifts:
        raise Refused("rota_no_shifts")
    if not people:
        raise Refused("rota_no_people", queue=queue.name)
    breaks = break_rules(session, shifts)
    required = _required(session, requirement, queue, span)
    open_days = _open_weekdays(required, span)
    rules = terms.Rules(breaks=breaks)
    contracts = {
        contract_key(user): contract_of(
            user, shifts, rules, open_days, queue.interval_minutes, is_free=is_free
        )
        for user in people
    }
    minutes = planning_minutes(queue.interval_minutes, rules, tuple(contracts.values()))
    grid = IntervalGrid.for_days(span.first, len(span.days), minutes, span.zone)
    around = Around(session, [user.id for user in people], queue.id, span)
    return RotaProblem(
        grid=grid,
        skills=(queue.code,),
        required=np.repeat(required, queue.interval_minutes // minutes)[: grid.count],
        contracts=tuple(contracts.values()),
        agents=tuple(around.agent(user, queue.code) for user in people),
        absences=(*leave_of(session, people, span), *around.elsewhere),
        locked=locks_of(fixed, span),
        rules=rules,
    )


def _required(
    session: Session, requirement: Requirement, queue: Queue, span: Span
) -> NDArray[np.int64]:
    grid = IntervalGrid.for_days(
        span.first, len(span.days), queue.interval_minutes, span.zone
    )
    required = np.zeros(grid.count, dtype=np.int64)
    rows = session.execute(
        sa.select(RequirementInterval.starts_at, RequirementInterval.scheduled).where(
            RequirementInterval.requirement_id == requirement.id,
            RequirementInterval.starts_at >= grid.start,
            RequirementInterval.starts_at < grid.end,
        )
    )
    for starts_at, scheduled in rows:
        required[grid.index_of(starts_at)] = scheduled
    return required


def _open_weekdays(required: NDArray[np.int64], span: Span) -> frozenset[int]:
    """Return the weekdays on which anybody is needed: on the others nobody works."""
    per_day = len(required) // len(span.days)
    return frozenset(
        day.weekday()
        for number, day in enumerate(span.days)
        if required[number * per_day : (number + 1) * per_day].any()
    )


def hash_of(problem: RotaProblem) -> str:
    """Return the SHA-256 of everything that a problem says."""
    text = json.dumps(_plain(problem), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    match value:
        case np.ndarray():
            return value.tolist()
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case frozenset():
            return sorted(str(one) for one in value)
        case tuple() | list():
            return [_plain(one) for one in value]
        case date() | datetime():
            return value.isoformat()
    return value
