"""`vardiya transcribe` and `vardiya score`: calls from files, without a database."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from qa.forms import Form, default_form
from qa.listening import CallFacts
from qa.scoring import evaluate
from qa.script import Direction
from recordings.audio import open_audio
from recordings.models import describe
from recordings.silence import Activity
from recordings.transcript import Transcript
from recordings.vosk_engine import VoskRecogniser
from webapp.services import call_scoring
from webapp.services.call_scoring import answers_of, speakers_on

SOUNDS = (".wav", ".mp3", ".opus", ".ogg", ".flac", ".au", ".gsm")
CHANNELS = click.IntRange(0, 1)
_MODEL = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True)


@click.command("transcribe")
@click.argument("source", type=_FILE)
@click.option("--model", type=_MODEL, required=True, help="Folder of a Vosk model.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="JSON file.")
@click.option("--agent-channel", type=CHANNELS, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the transcript as JSON.")
def transcribe_command(
    source: Path,
    model: Path,
    output: Path | None,
    agent_channel: int,
    *,
    as_json: bool,
) -> None:
    """Write what is said in SOURCE, a recording or a folder of recordings.

    Of a folder each recording gets a CALL.json, beside it or in the folder of -o.

    Example: vardiya transcribe call.wav --model models/vosk-model-small-tr-0.3
    """
    recogniser = VoskRecogniser(describe(model))
    if source.is_dir():
        sounds = sorted(p for p in source.iterdir() if p.suffix.casefold() in SOUNDS)
        folder = output or source
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for path in sounds:
            words, _ = _heard(path, recogniser, agent_channel, quiet=as_json)
            target = folder / f"{path.stem}.json"
            target.write_text(words.to_json(), encoding="utf-8")
            written.append(str(target))
        click.echo(json.dumps({"written": written}) if as_json else "\n".join(written))
        return
    words, _ = _heard(source, recogniser, agent_channel, quiet=as_json)
    if output is not None:
        output.write_text(words.to_json(), encoding="utf-8")
    if as_json:
        click.echo(words.to_json())
    elif output is None:
        for turn in words.turns:
            click.echo(f"{turn.start_s:7.1f}  {turn.speaker:8}{turn.text}")


@click.command("score")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--form",
    "form_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML file of a form; the one shipped otherwise.",
)
@click.option("--model", type=_MODEL, help="Folder of a Vosk model, for audio.")
@click.option("--agent", default="", help="The agent's name.")
@click.option("--caller", default="", help="The caller's name.")
@click.option("--unit", default="", help="The unit a call is transferred to.")
@click.option(
    "--direction",
    type=click.Choice([d.value for d in Direction]),
    default=Direction.INBOUND.value,
    show_default=True,
)
@click.option("--record-type", help="The record type that was entered.")
@click.option("--agent-channel", type=CHANNELS, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def score_command(
    source: Path,
    form_file: Path | None,
    model: Path | None,
    agent: str,
    caller: str,
    unit: str,
    direction: str,
    record_type: str | None,
    agent_channel: int,
    *,
    as_json: bool,
) -> None:
    """Propose the score of SOURCE, a recording or a transcript (.json).

    Totals and scores are points of 100 and of an item's weight; an item that only a
    person can judge has no verdict.

    Example: vardiya score call.wav --model models/vosk-model-small-tr-0.3 --json
    """
    form = (
        Form.from_yaml(form_file.read_text(encoding="utf-8-sig"))
        if form_file
        else default_form()
    )
    facts = CallFacts(
        agent_name=agent or None,
        caller_name=caller or None,
        unit=unit or None,
        direction=Direction(direction),
        record=None if record_type is None else {"record_type": record_type},
    )
    words, activity = _words(source, model, agent_channel, quiet=as_json)
    scored = call_scoring.score(
        form, words, facts, activity.silences if activity else None
    )
    result = _result(form, scored)
    click.echo(
        json.dumps(result, ensure_ascii=False) if as_json else _sentences(form, result)
    )


def _words(
    source: Path, model: Path | None, agent_channel: int, *, quiet: bool
) -> tuple[Transcript, Activity | None]:
    if source.suffix.casefold() == ".json":
        words = Transcript.from_json(source.read_bytes())
        is_unnamed = all(speaker == "unknown" for speaker in words.speakers)
        if is_unnamed and words.channels == 2:
            words = replace(words, speakers=speakers_on(2, agent_channel))
        return words, None
    if model is None:
        raise click.UsageError("a recording needs --model DIR, the folder of a model")
    return _heard(source, VoskRecogniser(describe(model)), agent_channel, quiet=quiet)


def _heard(
    path: Path, recogniser: VoskRecogniser, agent_channel: int, *, quiet: bool
) -> tuple[Transcript, Activity]:
    with (
        open_audio(path, sample_rate=recogniser.sample_rate) as audio,
        _progress(path.name, quiet=quiet) as report,
    ):
        heard = call_scoring.listen(
            audio, recogniser, agent_channel=agent_channel, on_progress=report
        )
    return heard.transcript, heard.activity


@contextmanager
def _progress(label: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """Yield a function that moves a progress bar on the terminal, by standard error."""
    if quiet or not sys.stderr.isatty():
        yield lambda _share: None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:

        def move(share: float) -> None:
            bar.update(max(0, round(share * 1000) - bar.pos))

        yield move


def _result(form: Form, scored: call_scoring.Scored) -> dict[str, Any]:
    score = evaluate(form, answers_of(scored))
    earned = {item.key: item for item in score.items}
    items = []
    for item in scored.items:
        points, weight = earned[item.key].points, earned[item.key].weight
        items.append(
            {
                "key": item.key,
                "verdict": item.verdict,
                "score": None if points is None else float(points),
                "weight": None if weight is None else float(weight),
                "reason": item.reason or None,
                "evidence": item.evidence,
            }
        )
    return {
        "total": None if score.total is None else float(score.total),
        "form": scored.form,
        "failed_by": scored.auto_failed_by,
        "items": items,
    }


def _sentences(form: Form, result: dict[str, Any]) -> str:
    total = "–" if result["total"] is None else f"{result['total']:.1f}"
    lines = [f"total {total} of 100"]
    for item in result["items"]:
        verdict = item["verdict"] or "for a reviewer"
        lines.append(f"{verdict:15} {form.item(item['key']).title.get('en', '')}")
        for found in item["evidence"]:
            text = found["text"] or "silence"
            lines.append(f"{'':15} {found['start_s']:7.1f}  {text}")
    return "\n".join(lines)
