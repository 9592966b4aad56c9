"""`vardiya forecast`: a queue's calls and the agents they need, stored."""

import json
import sys
from contextlib import nullcontext
from datetime import date, datetime

import click

from forecasting.forecast import Forecast, make_forecast
from webapp import db
from webapp.adapters import utc_now
from webapp.cli.context import open_database, settings
from webapp.cli.queues import named_queue
from webapp.models.demand import RequirementInterval
from webapp.services import forecasts, requirements
from webapp.services.forecast_input import ForecastInput
from webapp.services.forecast_progress import (
    counted_contestants,
    origins_of_forecast,
)


@click.command("forecast")
@click.option("--queue", "code", required=True, help="Code of the queue.")
@click.option(
    "--from",
    "first_day",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="First day, such as 2026-11-23.",
)
@click.option("--days", type=click.IntRange(1, forecasts.MOST_DAYS), default=7)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def forecast_command(
    code: str, first_day: datetime, days: int, *, as_json: bool
) -> None:
    """Forecast a queue's calls and store them with the agents they need.

    Example: vardiya forecast --queue vergi --from 2026-11-23 --days 7 --json
    """
    chosen = settings()
    open_database(chosen)
    given = _given(code, first_day.date(), days, chosen.zone)
    made = _made(given, quiet=as_json)
    with db.transaction() as session:
        queue = named_queue(session, code)
        stored = forecasts.store(
            session, queue=queue, given=given, made=made, by=None, now=utc_now()
        )
        needed = requirements.newest_of(session, stored.id)
        rows = requirements.intervals_of(session, needed.id)
    if as_json:
        click.echo(json.dumps(_summary(stored.id, needed.id, made, rows)))
    else:
        click.echo(_sentence(stored.id, made, rows))


def _given(code: str, first_day: date, days: int, zone: str) -> ForecastInput:
    with db.reading() as session:
        queue = named_queue(session, code)
        forecasts.checked(
            session, queue_id=queue.id, first_day=first_day, days=days, zone=zone
        )
        return forecasts.input_for(
            session, queue, first_day=first_day, days=days, zone=zone
        )


def _made(given: ForecastInput, *, quiet: bool) -> Forecast:
    is_shown = sys.stderr.isatty() and not quiet
    bar = click.progressbar(
        length=origins_of_forecast(),
        label="Trying every method on the past",
        file=sys.stderr,
    )
    with bar if is_shown else nullcontext():
        models = counted_contestants(
            (lambda: bar.update(1)) if is_shown else (lambda: None)
        )
        return make_forecast(given.history, given.calendar, given.grid, models)


def _summary(
    forecast_id: int,
    requirement_id: int,
    made: Forecast,
    rows: list[RequirementInterval],
) -> dict[str, object]:
    return {
        "forecast_id": forecast_id,
        "requirement_id": requirement_id,
        "method": made.model,
        "learnt_from": made.learnt_from.isoformat(),
        "learnt_until": made.learnt_until.isoformat(),
        "calls": round(float(made.volume.sum()), 1),
        "methods": [
            {"name": score.name, "wape": score.wape, "days": score.days}
            for score in made.scores
        ],
        "intervals": [
            {
                "starts_at": row.starts_at.isoformat(),
                "calls": row.volume,
                "low": float(made.low[at]),
                "high": float(made.high[at]),
                "aht_s": row.aht_s,
                "agents": row.agents,
                "scheduled_agents": row.scheduled,
                "service_level": row.service_level,
            }
            for at, row in enumerate(rows)
        ],
    }


def _sentence(forecast_id: int, made: Forecast, rows: list[RequirementInterval]) -> str:
    return (
        f"forecast {forecast_id}: {made.volume.sum():.0f} calls by {made.model}, "
        f"learnt from {made.learnt_from} to {made.learnt_until}; "
        f"at most {max(row.agents for row in rows)} agents on the phones"
    )
