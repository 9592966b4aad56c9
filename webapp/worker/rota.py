"""The jobs that make a rota and propose a day's lunches."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from webapp.services import lunch, rotas
from webapp.services.errors import ServiceError
from webapp.services.rota_input import LunchInput, LunchOutput, RotaInput, RotaOutput
from webapp.services.rota_terms import (
    Span,
    week_of,
)
from webapp.worker.handler import Handler, JobRefused, Task
from webapp.worker.rota_computing import propose_lunch, solve_rota

# How long a solve may run over its own limit before it is ended.
PATIENCE = 4
MOST_SECONDS = 3600 * PATIENCE


def _refused(refusal: ServiceError) -> JobRefused:
    return JobRefused(refusal.code, **{k: str(v) for k, v in refusal.params.items()})


def _span(task: Task) -> Span:
    first = date.fromisoformat(task.payload["first_day"])
    return week_of(first, task.settings.zone)


def prepare_rota(session: Session, task: Task) -> RotaInput:
    """Return the week's problem.

    Raises:
        JobRefused: with the code of what is missing.
    """
    try:
        return rotas.input_for(
            session,
            queue_id=task.payload["queue_id"],
            span=_span(task),
            around_id=task.payload["around_id"],
            settings=task.settings,
        )
    except ServiceError as refusal:
        raise _refused(refusal) from refusal


def store_rota(session: Session, task: Task, output: RotaOutput) -> dict[str, Any]:
    """Store the draft; return its number."""
    rota = rotas.store(
        session,
        output,
        queue_id=task.payload["queue_id"],
        span=_span(task),
        around_id=task.payload["around_id"],
        by=task.owner_id,
        now=task.clock(),
    )
    return {"rota_id": rota.id, "status": rota.status}


def prepare_lunch(session: Session, task: Task) -> LunchInput:
    """Return the day's shifts.

    Raises:
        JobRefused: with the code of what is missing.
    """
    day = date.fromisoformat(task.payload["day"])
    try:
        return lunch.input_for(
            session, task.payload["rota_id"], day, settings=task.settings
        )
    except ServiceError as refusal:
        raise _refused(refusal) from refusal


def store_lunch(session: Session, task: Task, output: LunchOutput) -> dict[str, Any]:
    """Put the lunches into the draft; return what they leave missing.

    Raises:
        JobRefused: where the draft moved on, or no rotation keeps the seats.
    """
    try:
        told = lunch.store(
            session,
            task.payload["rota_id"],
            date.fromisoformat(task.payload["day"]),
            output,
            by=task.owner_id,
            now=task.clock(),
        )
    except ServiceError as refusal:
        raise _refused(refusal) from refusal
    return dict(told)


MAKE = Handler(
    kind=rotas.MAKE_ROTA,
    prepare=prepare_rota,
    compute=solve_rota,
    store=store_rota,
    timeout_s=MOST_SECONDS,
)
LUNCH = Handler(
    kind=lunch.PROPOSE_LUNCH,
    prepare=prepare_lunch,
    compute=propose_lunch,
    store=store_lunch,
    timeout_s=120,
)
