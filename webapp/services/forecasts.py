"""Forecasts of a queue: asked for as a job, stored as snapshots with provenance."""

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

import forecasting.forecast as library
from forecasting.grid import IntervalGrid
from webapp import __version__, jobs
from webapp.models.demand import Forecast, ForecastInterval, Queue
from webapp.models.jobs import JobQueue, Kind
from webapp.services import audit, calendars, histories, requirements
from webapp.services.errors import NotFound, Refused
from webapp.services.forecast_input import ForecastInput
from webapp.services.requirements import Promise

MAKE_FORECAST = Kind("make_forecast", JobQueue.PLANNING)

MOST_DAYS = 366
MOST_DAYS_AHEAD = 550
LEARN_DAYS = 1100
SEED = 0


def ask(
    session: Session,
    *,
    queue_id: int,
    first_day: date,
    days: int,
    zone: str,
    by: int | None,
    now: datetime,
) -> int:
    """Ask for a forecast and its requirement; return the job's number.

    Raises:
        NotFound: if there is no such queue.
        Refused: if the days cannot be forecast; see `checked`.
    """
    queue = checked(
        session, queue_id=queue_id, first_day=first_day, days=days, zone=zone
    )
    job = jobs.enqueue(
        session,
        MAKE_FORECAST,
        key=f"queue-{queue_id}-{first_day.isoformat()}-{days}",
        payload={
            "queue_id": queue_id,
            "first_day": first_day.isoformat(),
            "days": days,
        },
        title={
            "queue": queue.name,
            "first": first_day.isoformat(),
            "last": (first_day + timedelta(days=days - 1)).isoformat(),
        },
        subject=("queue", queue_id),
        owner_id=by,
        now=now,
        again=True,
    )
    return job.id


def checked(
    session: Session, *, queue_id: int, first_day: date, days: int, zone: str
) -> Queue:
    """Return the queue, if it can be forecast for these days.

    Raises:
        NotFound: if there is no such queue.
        Refused: `forecast_days`, `no_history`, `forecast_too_far`.
    """
    queue = session.get(Queue, queue_id)
    if queue is None or not queue.is_active:
        raise NotFound("queue", queue_id)
    if not 1 <= days <= MOST_DAYS:
        raise Refused("forecast_days", field="days", most=MOST_DAYS)
    known = histories.known_days(session, queue_id, zone=zone)
    if known is None or known[0] >= first_day:
        raise Refused("no_history", field="first_day", queue=queue.name)
    last_known = min(known[1], first_day - timedelta(days=1))
    ahead = (first_day - last_known).days + days
    if ahead > MOST_DAYS_AHEAD:
        raise Refused(
            "forecast_too_far", field="first_day", most=MOST_DAYS_AHEAD, day=known[1]
        )
    return queue


def input_for(
    session: Session, queue: Queue, *, first_day: date, days: int, zone: str
) -> ForecastInput:
    """Return what the forecast of these days is computed from.

    Raises:
        Refused: `no_history` where nothing is known before the first day.
    """
    past = histories.history(
        session, queue, zone=zone, until=first_day, most_days=LEARN_DAYS
    )
    if past is None:
        raise Refused("no_history", field="first_day", queue=queue.name)
    return ForecastInput(
        history=past,
        calendar=calendars.calendar(session, queue),
        grid=IntervalGrid.for_days(first_day, days, queue.interval_minutes, zone),
    )


def store(
    session: Session,
    *,
    queue: Queue,
    given: ForecastInput,
    made: library.Forecast,
    by: int | None,
    now: datetime,
) -> Forecast:
    """Store a computed forecast and its requirement; return the snapshot."""
    has_aht = bool(np.isfinite(made.aht_s).all())
    aht_s = made.aht_s if has_aht else np.full(made.grid.count, queue.default_aht_s)
    forecast = Forecast(
        queue_id=queue.id,
        first_day=made.grid.first_day,
        last_day=made.grid.last_day,
        minutes=made.grid.minutes,
        model=made.model,
        scores=_scores(made),
        provenance=_provenance(given, made, has_aht=has_aht),
        created_by_id=by,
        created_at=now,
    )
    session.add(forecast)
    session.flush()
    session.execute(
        sa.insert(ForecastInterval),
        [
            {
                "forecast_id": forecast.id,
                "starts_at": made.grid.start_of(at),
                "volume": float(made.volume[at]),
                "low": float(min(made.low[at], made.volume[at])),
                "high": float(max(made.high[at], made.volume[at])),
                "aht_s": float(aht_s[at]),
            }
            for at in range(made.grid.count)
        ],
    )
    audit.record(
        session,
        actor_id=by,
        action="forecast.made",
        object_type="forecast",
        object_id=forecast.id,
        details={
            "queue": queue.code,
            "first_day": forecast.first_day,
            "last_day": forecast.last_day,
            "model": made.model,
        },
        now=now,
    )
    requirements.make(
        session,
        forecast_id=forecast.id,
        promise=Promise.of(queue),
        by=by,
        now=now,
    )
    return forecast


def digest_of(given: ForecastInput) -> str:
    """Return the SHA-256 of everything that a forecast's figures depend on."""
    digest = hashlib.sha256()
    for name in ("offered", "handled", "abandoned", "aht_s", "known"):
        digest.update(np.ascontiguousarray(getattr(given.history, name)).tobytes())
    about = {
        "history_from": given.history.grid.start.isoformat(),
        "first": given.grid.start.isoformat(),
        "intervals": given.grid.count,
        "minutes": given.grid.minutes,
        "zone": given.grid.zone,
        "calendar": calendars.as_json(given.calendar),
    }
    digest.update(json.dumps(about, sort_keys=True).encode())
    return digest.hexdigest()


def suggested_first_day(known: tuple[date, date], today: date) -> date:
    """Return the Monday that a new forecast most likely begins on.

    That is next week's, or where the figures ended long ago the first after them.
    """
    day = today if (today - known[1]).days <= 60 else known[1]
    return day + timedelta(days=7 - day.weekday())


def _scores(made: library.Forecast) -> dict[str, Any]:  # Any: stored as JSON
    return {
        "horizon_days": made.horizon_days,
        "methods": [
            {"name": s.name, "wape": s.wape, "bias": s.bias, "days": s.days}
            for s in made.scores
        ],
    }


def _provenance(
    given: ForecastInput, made: library.Forecast, *, has_aht: bool
) -> dict[str, Any]:  # Any: stored as JSON
    return {
        "algorithm": made.model,
        "version": made.version,
        "software": __version__,
        "parameters": {
            "zone": given.grid.zone,
            "minutes": given.grid.minutes,
            "learnt_from": made.learnt_from.isoformat(),
            "learnt_until": made.learnt_until.isoformat(),
            "calendar": calendars.as_json(given.calendar),
            "aht": "learnt" if has_aht else "queue_default",
        },
        "seed": SEED,
        "input_sha256": digest_of(given),
    }
