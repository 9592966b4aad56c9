"""`vardiya backup` and `vardiya restore`: the whole application to a file and back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from recordings.encryption import MasterKey
from webapp.adapters import load_or_create_key, utc_now
from webapp.cli.context import open_database, settings
from webapp.services import backups
from webapp.settings import Settings


@click.command("backup")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def backup_command(archive: Path, *, as_json: bool) -> None:
    """Write database, recordings and models to ARCHIVE while everything runs.

    The keys folder is not in it: copy that once to another safe place, for without
    its key no recording can be heard again.

    Example: vardiya backup /mnt/backup/vardiya-2026-11-21.tar
    """
    chosen = settings()
    database = open_database(chosen)
    with _progress("Backing up", quiet=as_json) as report:
        manifest = backups.back_up(
            chosen,
            database,
            archive,
            master_key_id=_key_id(chosen) or "",
            now=utc_now(),
            report=report,
        )
    if as_json:
        click.echo(json.dumps(asdict(manifest)))
        return
    click.echo(f"{archive}: the database and {manifest.files} files.")
    click.echo(f"Keep a copy of {chosen.keys} elsewhere; it is not in the archive.")


@click.command("restore")
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def restore_command(archive: Path, *, as_json: bool) -> None:
    """Bring back ARCHIVE into an empty data folder and database.

    Put the keys folder of the time back first (VARDIYA_KEYS_DIR).

    Example: VARDIYA_DATA_DIR=/srv/vardiya vardiya restore vardiya-2026-11-21.tar
    """
    chosen = settings()
    with _progress("Restoring", quiet=as_json) as report:
        manifest = backups.restore(
            chosen, archive, master_key_id=_key_id(chosen), report=report
        )
    if as_json:
        click.echo(json.dumps(asdict(manifest)))
        return
    click.echo(f"Brought back the application of {manifest.created_at}.")


def _key_id(chosen: Settings) -> str | None:
    path = chosen.keys / "recordings.key"
    return MasterKey(load_or_create_key(path)).id if path.exists() else None


@contextmanager
def _progress(label: str, *, quiet: bool) -> Iterator[backups.Report]:
    """Yield a function that moves a progress bar on a terminal."""
    if quiet:
        yield lambda _share: None
        return
    with click.progressbar(length=1000, label=label) as bar:
        yield lambda share: bar.update(max(0, round(share * 1000) - bar.pos))
