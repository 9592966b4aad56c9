"""A queue's rotas: made by the solver, kept as drafts, published by a person.

A published version never changes. A change is a new draft copied from it, whose
publication supersedes it and tells the people whose days it changes.
"""

from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp import __version__, jobs
from webapp.models.demand import Queue
from webapp.models.jobs import JobQueue, Kind
from webapp.models.rotas import Assignment, Rota, RotaState
from webapp.services import audit
from webapp.services.errors import Conflict, NotFound, Refused
from webapp.services.rota_input import RotaInput, RotaOutput
from webapp.services.rota_problems import (
    hash_of,
    missing_for,
    problem_for,
    requirement_for,
)
from webapp.services.rota_terms import (
    Span,
    stored_of,
    week_of,
)
from webapp.settings import Settings

MAKE_ROTA = Kind("make_rota", JobQueue.PLANNING)
ALGORITHM = "cp_sat_counts_names_breaks"
COPIED = "copy"
SEED = 1
TIMES = ("starts_at", "ends_at", "lunch_starts_at", "lunch_ends_at")
COPIED_COLUMNS = (
    *("user_id", "day", *TIMES, "break_starts_at", "break_ends_at"),
    *("is_locked", "lunch_is_locked"),
)


def rota_named(session: Session, rota_id: int) -> Rota:
    """Return a rota.

    Raises:
        NotFound: if there is none.
    """
    rota = session.get(Rota, rota_id)
    if rota is None:
        raise NotFound("rota", rota_id)
    return rota


def queue_named(session: Session, queue_id: int) -> Queue:
    """Return a queue.

    Raises:
        NotFound: if there is none.
    """
    queue = session.get(Queue, queue_id)
    if queue is None:
        raise NotFound("queue", queue_id)
    return queue


def draft_named(session: Session, rota_id: int) -> Rota:
    """Return a draft, locked against others who change it.

    Raises:
        NotFound: if there is none.
        Conflict: `rota_not_draft`.
    """
    rota = session.scalar(sa.select(Rota).where(Rota.id == rota_id).with_for_update())
    if rota is None:
        raise NotFound("rota", rota_id)
    if rota.state is not RotaState.DRAFT:
        raise Conflict("rota_not_draft")
    return rota


def ask(
    session: Session,
    *,
    queue_id: int,
    day: date,
    zone: str,
    by: int | None,
    now: datetime,
    around_id: int | None = None,
) -> int:
    """Ask for a rota of the week that holds a day; return the job's number.

    Args:
        around_id: a rota of that week whose locked shifts are kept.

    Raises:
        NotFound: if there is no such queue, or no such rota of it.
        Refused: `rota_no_requirement`, `rota_no_shifts`, `rota_no_people`.
    """
    queue = queue_named(session, queue_id)
    span = week_of(day, zone)
    missing = missing_for(session, queue_id, span)
    if missing:
        raise Refused(missing[0], queue=queue.name)
    if around_id is not None:
        around = rota_named(session, around_id)
        if (around.queue_id, around.first_day) != (queue_id, span.first):
            raise NotFound("rota", around_id)
    job = jobs.enqueue(
        session,
        MAKE_ROTA,
        key=f"rota-{queue_id}-{span.first}",
        payload={
            "queue_id": queue_id,
            "first_day": span.first.isoformat(),
            "around_id": around_id,
        },
        title={"queue": queue.name, "first": span.first.isoformat()},
        subject=("queue_rota", queue_id),
        owner_id=by,
        now=now,
        again=True,
    )
    return job.id


def input_for(
    session: Session,
    *,
    queue_id: int,
    span: Span,
    around_id: int | None,
    settings: Settings,
) -> RotaInput:
    """Return what a rota of these days is solved from.

    Raises:
        Refused: `rota_no_requirement`, `rota_no_shifts`, `rota_no_people`.
    """
    queue = queue_named(session, queue_id)
    requirement = requirement_for(session, queue_id, span)
    if requirement is None:
        raise Refused("rota_no_requirement", queue=queue.name)
    fixed = rota_named(session, around_id).assignments if around_id else ()
    problem = problem_for(session, queue, span, requirement=requirement, fixed=fixed)
    return RotaInput(
        problem=problem,
        requirement_id=requirement.id,
        seconds=float(settings.rota_seconds),
        workers=settings.solver_threads,
        seed=SEED,
        input_hash=hash_of(problem),
    )


def store(
    session: Session,
    output: RotaOutput,
    *,
    queue_id: int,
    span: Span,
    around_id: int | None,
    by: int | None,
    now: datetime,
) -> Rota:
    """Store a solver's answer as a draft; one without a rota says why."""
    given, result = output.given, output.result
    rota = Rota(
        queue_id=queue_id,
        requirement_id=given.requirement_id,
        first_day=span.first,
        last_day=span.last,
        version=_next_version(session, queue_id, span.first),
        state=RotaState.DRAFT,
        based_on_id=_published_id(session, queue_id, span),
        status=result.status.value,
        objective=result.objective,
        bound=result.bound,
        penalties={one.code: [one.amount, one.points] for one in result.penalties},
        reasons=[
            {"code": one.code, "params": _json(one.params)} for one in result.reasons
        ],
        provenance={
            "algorithm": ALGORITHM,
            "solver": output.solver,
            "version": __version__,
            "seed": given.seed,
            "parameters": {
                "seconds": given.seconds,
                "workers": given.workers,
                "rules": _json(asdict(given.problem.rules)),
            },
            "input_hash": given.input_hash,
            "requirement_id": given.requirement_id,
            "seconds": round(result.seconds, 2),
            "around_id": around_id,
        },
        created_by_id=by,
        created_at=now,
    )
    kept = _locks(session, around_id)
    rota.assignments = [
        Assignment(**columns, **kept.get((columns["user_id"], columns["day"]), {}))
        for columns in map(stored_of, result.assignments)
    ]
    session.add(rota)
    session.flush()
    record(session, rota, "rota.made", by, now, status=rota.status)
    return rota


def _json(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_json(one) for one in value]
    if hasattr(value, "items"):
        return {str(key): _json(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date) else str(value)


def _locks(
    session: Session, around_id: int | None
) -> dict[tuple[object, object], dict[str, bool]]:
    if around_id is None:
        return {}
    return {
        (one.user_id, one.day): {
            "is_locked": one.is_locked,
            "lunch_is_locked": one.lunch_is_locked,
        }
        for one in rota_named(session, around_id).assignments
    }


def _next_version(session: Session, queue_id: int, first_day: date) -> int:
    session.get_one(Queue, queue_id, with_for_update=True)  # one at a time
    last = session.scalar(
        sa.select(sa.func.max(Rota.version)).where(
            Rota.queue_id == queue_id, Rota.first_day == first_day
        )
    )
    return (last or 0) + 1


def _published_id(session: Session, queue_id: int, span: Span) -> int | None:
    return session.scalar(
        sa.select(Rota.id).where(
            Rota.queue_id == queue_id,
            Rota.state == RotaState.PUBLISHED,
            Rota.first_day == span.first,
        )
    )


def copy(
    session: Session,
    rota_id: int,
    *,
    by: int | None,
    now: datetime,
    purpose: str = "change",
) -> Rota:
    """Return a new draft like a stored rota.

    Raises:
        NotFound: if there is none.
    """
    source = rota_named(session, rota_id)
    draft = Rota(
        queue_id=source.queue_id,
        requirement_id=source.requirement_id,
        first_day=source.first_day,
        last_day=source.last_day,
        version=_next_version(session, source.queue_id, source.first_day),
        state=RotaState.DRAFT,
        based_on_id=source.id,
        status=source.status,
        objective=None,
        bound=source.bound,
        penalties={},
        reasons=[],
        provenance={"algorithm": COPIED, "purpose": purpose, "of": source.id},
        created_by_id=by,
        created_at=now,
    )
    draft.assignments = [
        Assignment(**{name: getattr(one, name) for name in COPIED_COLUMNS})
        for one in source.assignments
    ]
    session.add(draft)
    session.flush()
    record(session, draft, "rota.copied", by, now, of=source.id)
    return draft


def discard(session: Session, rota_id: int, *, by: int | None, now: datetime) -> Rota:
    """Put a draft away; it stays stored.

    Raises:
        NotFound: if there is none.
        Conflict: `rota_not_draft`.
    """
    rota = draft_named(session, rota_id)
    rota.state = RotaState.DISCARDED
    record(session, rota, "rota.discarded", by, now)
    return rota


def set_lock(
    session: Session,
    rota_id: int,
    assignment_id: int,
    *,
    what: str,
    is_locked: bool,
    by: int | None,
    now: datetime,
) -> Assignment:
    """Fix a shift or its lunch for the next solve, or set it free.

    Raises:
        NotFound: if there is no such shift in the draft.
        Conflict: `rota_not_draft`.
        Refused: `choice_invalid`.
    """
    rota = draft_named(session, rota_id)
    one = session.get(Assignment, assignment_id)
    if one is None or one.rota_id != rota.id:
        raise NotFound("assignment", assignment_id)
    if what not in ("shift", "lunch"):
        raise Refused("choice_invalid", field="what")
    name = "is_locked" if what == "shift" else "lunch_is_locked"
    if getattr(one, name) is not is_locked:
        setattr(one, name, is_locked)
        action = "rota.locked" if is_locked else "rota.unlocked"
        record(session, rota, action, by, now, user=one.user_id, day=one.day)
    return one


def record(
    session: Session,
    rota: Rota,
    action: str,
    by: int | None,
    now: datetime,
    **details: object,
) -> None:
    audit.record(
        session,
        actor_id=by,
        action=action,
        object_type="rota",
        object_id=rota.id,
        details={
            "queue_id": rota.queue_id,
            "first": rota.first_day,
            "version": rota.version,
            **details,
        },
        now=now,
    )


def record_export(session: Session, rota_id: int, *, by: int, now: datetime) -> Rota:
    """Note that somebody took a rota out of the application.

    Raises:
        NotFound: if there is none.
    """
    rota = rota_named(session, rota_id)
    record(session, rota, "rota.exported", by, now)
    return rota
