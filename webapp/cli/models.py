"""`vardiya models`: speech models installed, chosen and checked."""

import json
import shutil
import urllib.request
from pathlib import Path

import click

from recordings import models
from recordings.models import SpeechModel
from webapp import db
from webapp.adapters import utc_now
from webapp.cli.context import open_database, settings
from webapp.services import speech_models

TIMEOUT_S = 60


@click.group("models")
def models_command() -> None:
    """Install, list, choose and check speech models.

    Example: vardiya models install vosk-model-small-tr-0.3.zip
    """


@models_command.command("install")
@click.argument("source", type=click.Path(path_type=Path, exists=True), required=False)
@click.option(
    "--official",
    is_flag=True,
    help=f"Download {speech_models.OFFICIAL} from its official address.",
)
@click.option("--name", help="Another name than the model's own.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def install(
    source: Path | None, name: str | None, *, official: bool, as_json: bool
) -> None:
    """Install the model in SOURCE (zip, tar or folder), or the official one.

    Its hashes are checked. Nothing is downloaded without --official.

    Example: vardiya models install --official
    """
    if official == (source is not None):
        raise click.UsageError("give either a file or folder, or --official")
    folder = settings().models
    if source is not None:
        model = models.install(source, folder, name=name)
    else:
        model = models.download(speech_models.OFFICIAL, folder, _fetch)
    _show(model, as_json=as_json, said="installed")


def _fetch(url: str, target: Path) -> None:
    """Download an address into a file, with a progress bar."""
    if not url.startswith("https://"):
        raise click.ClickException(f"only https is fetched, got {url}")
    with (
        urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer,  # noqa: S310 - https
        target.open("wb") as out,
    ):
        shutil.copyfileobj(answer, out)


@models_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def list_models(*, as_json: bool) -> None:
    """List the installed models; the one in use is marked.

    Example: vardiya models list
    """
    chosen = settings()
    open_database(chosen)
    with db.reading() as session:
        lines = speech_models.lines(session, chosen.models)
    if as_json:
        rows = [_plain(line.model) | {"in_use": line.is_active} for line in lines]
        click.echo(json.dumps(rows))
        return
    for line in lines:
        mark = "*" if line.is_active else " "
        note = "  (a fixture: synthetic voices only)" if line.is_fixture else ""
        click.echo(f"{mark} {line.model.name}{note}")
    if not lines:
        click.echo(f"none; vardiya models install --official brings {_OFFICIAL}")


_OFFICIAL = speech_models.OFFICIAL


@models_command.command("use")
@click.argument("name")
def use(name: str) -> None:
    """Transcribe with the model NAME from now on.

    Example: vardiya models use vosk-model-small-tr-0.3
    """
    chosen = settings()
    open_database(chosen)
    with db.transaction() as session:
        speech_models.use(session, chosen.models, name, actor_id=None, now=utc_now())
    click.echo(f"{name} transcribes from now on.")


@models_command.command("check")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(name: str | None, *, as_json: bool) -> None:
    """Read every file of the installed models again and compare hashes.

    Example: vardiya models check
    """
    folder = settings().models
    wanted = [models.find(name, folder)] if name else models.installed(folder)
    for model in wanted:
        models.verify(model)
        _show(model, as_json=as_json, said="whole")


def _show(model: SpeechModel, *, as_json: bool, said: str) -> None:
    click.echo(json.dumps(_plain(model)) if as_json else f"{model.name}: {said}")


def _plain(model: SpeechModel) -> dict[str, object]:
    return {
        "name": model.name,
        "folder": str(model.folder),
        "hash": model.hash,
        "sample_rate": model.sample_rate,
    }
