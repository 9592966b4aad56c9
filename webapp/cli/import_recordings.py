"""`vardiya import recordings`: a folder of recordings taken in."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from webapp import db
from webapp.adapters import audio_store, utc_now
from webapp.cli.context import open_database, settings
from webapp.i18n.sentences import in_english
from webapp.services import call_details, intake
from webapp.services.call_details import Metadata
from webapp.services.errors import ServiceError
from webapp.settings import Settings

NOT_SOUND = (".json", ".csv", ".txt", ".md")


@click.command("recordings")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--metadata",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV or JSON with what is known of the calls, by file or call id.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def recordings_command(folder: Path, metadata: Path | None, *, as_json: bool) -> None:
    """Take in every recording of FOLDER; workers transcribe and score them.

    The same recording twice is told and changes nothing; what is no call is set aside
    with the reason. Exit status 1 if any file was refused or set aside.

    Example: vardiya import recordings /mnt/calls --metadata calls.csv
    """
    chosen = settings()
    open_database(chosen)
    rows = Metadata(())
    if metadata is not None:
        rows = call_details.read_metadata(metadata.read_bytes(), metadata.name)
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith(".")
        and path.suffix.casefold() not in NOT_SOUND
    )
    results = [_take(path, rows, chosen) for path in files]
    counts = Counter(str(result["outcome"]) for result in results)
    if as_json:
        click.echo(json.dumps({"counts": counts, "files": results}))
    else:
        for result in results:
            click.echo(f"{result['outcome']:12} {result['file']}  {result['why']}")
    if counts["quarantined"] or counts["refused"]:
        raise SystemExit(1)


def _take(path: Path, rows: Metadata, chosen: Settings) -> dict[str, Any]:
    now = utc_now()
    by = intake.By(
        source=intake.Source.COMMAND, actor_id=None, now=now, zone=chosen.zone
    )
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        with db.reading() as session:
            details = call_details.details_of(
                session,
                rows.of(path.name),
                file_name=path.name,
                started_at=min(changed, now),
                zone=chosen.zone,
            )
            barred = intake.destroyed(session)
        with path.open("rb") as file:
            heard = intake.hear(audio_store(chosen), file, path.name, barred=barred)
        with db.transaction() as session:
            taken = intake.take_in(session, heard, details, by)
    except ServiceError as error:
        return {"file": path.name, "outcome": "refused", "why": in_english(error)}
    return {
        "file": path.name,
        "outcome": taken.outcome.value,
        "recording_id": taken.recording_id,
        "why": taken.code,
    }
