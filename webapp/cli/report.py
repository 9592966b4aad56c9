"""`vardiya report`: what callers met, by day or by interval, from the history."""

import json
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from webapp.cli.context import open_database, settings
from webapp.cli.queues import named_queue
from webapp.services import history_pages
from webapp.services.history_pages import Measures

DAY = click.DateTime(["%Y-%m-%d"])
MEASURES = (
    "offered",
    "answered",
    "abandoned",
    "service_level",
    "asa_s",
    "aht_s",
    "abandon_rate",
)


@click.command("report")
@click.option("--queue", "code", required=True, help="Code of the queue.")
@click.option("--from", "first", type=DAY, help="First day; four weeks if not given.")
@click.option("--to", "last", type=DAY, help="Last day; the last known if not given.")
@click.option("--by", type=click.Choice(["day", "interval"]), default="day")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def report_command(
    code: str,
    first: datetime | None,
    last: datetime | None,
    by: str,
    *,
    as_json: bool,
) -> None:
    """Print a queue's service level, ASA, AHT and abandonment as they were.

    Example: vardiya report --queue vergi --from 2026-11-02 --to 2026-11-06 --by day
    """
    chosen = settings()
    zone = chosen.zone
    with open_database(chosen).reading() as session:
        queue = named_queue(session, code)
        page = history_pages.days_page(
            session,
            queue,
            first=first.date() if first else None,
            last=last.date() if last else None,
            zone=zone,
        )
        if page is None:
            raise click.ClickException(
                f"nothing is known of {code}: bring its calls in with "
                f"`vardiya import intervals FILE --queue {code}`"
            )
        lines = [(day.day.isoformat(), day.measures) for day in page.days]
        if by == "interval":
            found = history_pages.intervals(
                session, queue, page.first, page.last, zone=zone
            )
            lines = [
                (one.starts_at.astimezone(ZoneInfo(zone)).isoformat(), one.measures)
                for one in found
            ]
    lines.append(("total", page.total))
    click.echo(json.dumps([_row(*line) for line in lines]) if as_json else _text(lines))


def _row(label: str, measures: Measures) -> dict[str, object]:
    return {"at": label} | {name: getattr(measures, name) for name in MEASURES}


def _text(lines: Iterable[tuple[str, Measures]]) -> str:
    head = " ".join(f"{name:>13}" for name in MEASURES)
    rows = [f"{'':<26}{head}"]
    for label, measures in lines:
        values = (getattr(measures, name) for name in MEASURES)
        cells = ("-" if value is None else f"{value:.4g}" for value in values)
        rows.append(f"{label:<26}" + " ".join(f"{cell:>13}" for cell in cells))
    return "\n".join(rows)
