"""The job that forecasts a queue and stores forecast and requirement."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from webapp.models.demand import Queue
from webapp.services import forecasts
from webapp.services.errors import Refused
from webapp.services.forecast_input import ForecastInput
from webapp.services.forecasts import MAKE_FORECAST
from webapp.worker.forecast_computing import Computed, compute
from webapp.worker.handler import Handler, JobRefused, Task


def prepare(session: Session, task: Task) -> ForecastInput:
    """Return history, calendar and days of the queue.

    Raises:
        JobRefused: `no_history` where nothing is known before the first day.
    """
    try:
        return forecasts.input_for(
            session,
            session.get_one(Queue, task.payload["queue_id"]),
            first_day=date.fromisoformat(task.payload["first_day"]),
            days=task.payload["days"],
            zone=task.settings.zone,
        )
    except Refused as refusal:
        params = {name: str(value) for name, value in refusal.params.items()}
        raise JobRefused(refusal.code, **params) from refusal


def store(session: Session, task: Task, output: Computed) -> dict[str, Any]:
    """Store forecast and requirement; return the snapshot's number."""
    forecast = forecasts.store(
        session,
        queue=session.get_one(Queue, task.payload["queue_id"]),
        given=output.given,
        made=output.forecast,
        by=task.owner_id,
        now=task.clock(),
    )
    return {"forecast_id": forecast.id, "model": forecast.model}


HANDLER = Handler(
    kind=MAKE_FORECAST, prepare=prepare, compute=compute, store=store, timeout_s=900
)
