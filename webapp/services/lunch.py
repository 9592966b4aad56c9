"""The day's lunch rotation: proposed by the solver, moved by hand, published.

A published rota never changes, so the first touch makes a draft copied from it;
publishing that draft tells those whose lunch it moves (the directive's article 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from scheduling.rota import Status
from webapp import jobs
from webapp.models.jobs import JobQueue, Kind
from webapp.models.rotas import Assignment, Rota, RotaState
from webapp.services import audit, rota_edits, rotas
from webapp.services.errors import Conflict, NotFound, Refused
from webapp.services.rota_edits import Move
from webapp.services.rota_input import LunchInput, LunchOutput
from webapp.services.rota_problems import (
    problem_for,
)
from webapp.services.rota_terms import (
    solved_of,
    span_of,
    stored_of,
)
from webapp.settings import Settings

PROPOSE_LUNCH = Kind("propose_lunch", JobQueue.INTERACTIVE)
PURPOSE = "lunch"
SECONDS = 1.5
SEED = 1
BREAK_COLUMNS = (
    *("lunch_starts_at", "lunch_ends_at"),
    *("break_starts_at", "break_ends_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The rota whose lunches are shown, and the published one it would replace.

    Attributes:
        rota: the published rota, the draft made from it, or the newest draft where
            none is published; None where the day has no rota.
    """

    rota: Rota | None
    published: Rota | None

    @property
    def is_changed(self) -> bool:
        """Whether there is a rotation that nobody has been told of."""
        return self.rota is not None and self.rota.state is RotaState.DRAFT


def desk_of(session: Session, queue_id: int, day: date) -> Desk:
    """Return the rota whose lunches of a day are planned now."""
    holding = (
        sa.select(Rota)
        .where(Rota.queue_id == queue_id, Rota.first_day <= day, Rota.last_day >= day)
        .order_by(Rota.id.desc())
    )
    published = session.scalars(
        holding.where(Rota.state == RotaState.PUBLISHED).limit(1)
    ).first()
    drafts = session.scalars(holding.where(Rota.state == RotaState.DRAFT)).all()
    if published is None:
        filled = [one for one in drafts if one.assignments]
        return Desk(rota=filled[0] if filled else None, published=None)
    ours = [
        one
        for one in drafts
        if one.based_on_id == published.id and one.provenance.get("purpose") == PURPOSE
    ]
    return Desk(rota=ours[0] if ours else published, published=published)


def draft_of(
    session: Session, queue_id: int, day: date, *, by: int | None, now: datetime
) -> Rota:
    """Return the draft in which a day's lunches may be changed, made if need be.

    Raises:
        Conflict: `lunch_no_rota`.
    """
    rotas.queue_named(session, queue_id)
    desk = desk_of(session, queue_id, day)
    if desk.rota is None:
        raise Conflict("lunch_no_rota")
    if desk.rota.state is RotaState.DRAFT:
        return desk.rota
    return rotas.copy(session, desk.rota.id, by=by, now=now, purpose=PURPOSE)


def same_shift(session: Session, rota: Rota, assignment_id: int) -> Assignment:
    """Return the shift of a draft that stands for one of the rota it was made from.

    Raises:
        NotFound: if there is none.
    """
    shown = session.get(Assignment, assignment_id)
    found = shown and next(
        (
            one
            for one in rota.assignments
            if (one.user_id, one.day) == (shown.user_id, shown.day)
            and shown.rota_id in (rota.id, rota.based_on_id)
        ),
        None,
    )
    if found is None:
        raise NotFound("assignment", assignment_id)
    return found


def ask(
    session: Session, queue_id: int, day: date, *, by: int | None, now: datetime
) -> int:
    """Ask for the best rotation of a day; return the job's number.

    Raises:
        Conflict: `lunch_no_rota`, `lunch_nobody`.
    """
    draft = draft_of(session, queue_id, day, by=by, now=now)
    if not any(one.day == day for one in draft.assignments):
        raise Conflict("lunch_nobody")
    job = jobs.enqueue(
        session,
        PROPOSE_LUNCH,
        key=f"lunch-{draft.id}-{day}",
        payload={"rota_id": draft.id, "day": day.isoformat()},
        title={"queue": draft.queue.name, "day": day.isoformat()},
        subject=("rota_lunch", draft.id),
        owner_id=by,
        now=now,
        again=True,
    )
    return job.id


def input_for(
    session: Session, rota_id: int, day: date, *, settings: Settings
) -> LunchInput:
    """Return the day's shifts and the problem they are part of; locks are kept.

    Raises:
        NotFound, Conflict: as `rotas.draft_named`.
        Refused: `rota_no_shifts`, `rota_no_people`.
    """
    rota = rotas.rota_named(session, rota_id)
    if rota.state is not RotaState.DRAFT:
        raise Conflict("rota_not_draft")
    shifts = [one for one in rota.assignments if one.day == day]
    problem = problem_for(
        session,
        rota.queue,
        span_of(rota, settings.zone),
        requirement=rota.requirement,
        fixed=shifts,
        is_free=True,
    )
    known = {agent.key for agent in problem.agents}
    shifts = [one for one in shifts if str(one.user_id) in known]
    return LunchInput(
        problem=problem,
        assignments=solved_of(problem, shifts),
        seconds=SECONDS,
        workers=settings.solver_threads,
        seed=SEED,
    )


def store(
    session: Session,
    rota_id: int,
    day: date,
    output: LunchOutput,
    *,
    by: int | None,
    now: datetime,
) -> Mapping[str, object]:
    """Put the proposed lunches into the draft; return what they leave missing.

    Raises:
        Conflict: `rota_not_draft`, `lunch_shifts_changed`.
        Refused: `lunch_impossible`, where no rotation keeps the seats.
    """
    rota = rotas.draft_named(session, rota_id)
    if output.status is Status.INFEASIBLE:
        raise Refused("lunch_impossible")
    shifts = {one.user_id: one for one in rota.assignments if one.day == day}
    moved = 0
    for placed in map(stored_of, output.assignments):
        one = shifts.get(int(str(placed["user_id"])))
        if one is None or one.starts_at != placed["starts_at"]:
            raise Conflict("lunch_shifts_changed")
        moved += one.lunch_starts_at != placed["lunch_starts_at"]
        for name in BREAK_COLUMNS:
            setattr(one, name, placed[name])
    session.flush()
    audit.record(
        session,
        actor_id=by,
        action="lunch.proposed",
        object_type="rota",
        object_id=rota.id,
        details={
            "day": day,
            "solver": output.solver,
            "status": output.status.value,
            "worst": output.worst,
            "total": output.total,
            "moved": moved,
        },
        now=now,
    )
    return {
        "rota_id": rota.id,
        "day": day.isoformat(),
        "status": output.status.value,
        "worst": output.worst,
        "total": output.total,
        "moved": moved,
    }


def move(
    session: Session,
    queue_id: int,
    day: date,
    wanted: Move,
    *,
    zone: str,
    by: int | None,
    now: datetime,
) -> None:
    """Move a lunch or a break of a day, in a draft made if need be.

    Raises:
        NotFound: if there is no such shift.
        Conflict: `lunch_no_rota`.
        Refused: `choice_invalid`; or `MoveRefused` with the rules it would break.
    """
    if wanted.kind == "shift":
        raise Refused("choice_invalid", field="kind")
    draft = draft_of(session, queue_id, day, by=by, now=now)
    one = same_shift(session, draft, wanted.assignment_id)
    ours = replace(wanted, assignment_id=one.id)
    rota_edits.move(session, draft.id, ours, zone=zone, by=by, now=now)


def lock(
    session: Session,
    queue_id: int,
    day: date,
    assignment_id: int,
    *,
    is_locked: bool,
    by: int | None,
    now: datetime,
) -> None:
    """Keep a person's lunch where it is when a rotation is proposed, or set it free.

    Raises:
        NotFound: if there is no such shift.
        Conflict: `lunch_no_rota`.
    """
    draft = draft_of(session, queue_id, day, by=by, now=now)
    one = same_shift(session, draft, assignment_id)
    rotas.set_lock(
        session, draft.id, one.id, what="lunch", is_locked=is_locked, by=by, now=now
    )


def discard(session: Session, rota_id: int, *, by: int | None, now: datetime) -> Rota:
    """Put unpublished lunches away; the published ones hold.

    Raises:
        NotFound: if there is no such draft, or it is more than lunches.
        Conflict: `rota_not_draft`.
    """
    if rotas.rota_named(session, rota_id).provenance.get("purpose") != PURPOSE:
        raise NotFound("rota", rota_id)
    return rotas.discard(session, rota_id, by=by, now=now)
