"""Word error rate of a model on the demo's calls, as they are coded.

Run by `python -m tests.speech.measure MODEL_FOLDER`.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from recordings.audio import open_audio
from recordings.engines import Recogniser, transcribe
from recordings.models import describe
from recordings.transcript import Speaker
from recordings.vosk_engine import VoskRecogniser
from tests.speech.calls import Call, read_calls
from tests.speech.vocabulary import DEMO_CALLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How well a call was understood.

    Attributes:
        file: the name of its sound.
        mistakes: words wrong, missing or too many, on both channels.
        words: how many were said.
        duration_s: of the call.
        differences: what was said and what was heard, where they differ.
    """

    file: str
    mistakes: int
    words: int
    duration_s: float
    differences: tuple[tuple[str, str], ...]


def edits(expected: Sequence[str], heard: Sequence[str]) -> int:
    """Return the fewest substitutions, drops and insertions between two texts."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(expected, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            best = min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
            diagonal, row[j] = row[j], best
    return row[-1]


def measure_calls(recogniser: Recogniser) -> list[Result]:
    """Return the result of every call of calls.yaml."""
    document = json.loads((DEMO_CALLS / "calls.json").read_text("utf-8"))
    files = {record["id"]: record["file"] for record in document["calls"]}
    return [_measure(call, files[call.id], recogniser) for call in read_calls()]


def _measure(call: Call, file: str, recogniser: Recogniser) -> Result:
    speakers = [Speaker.CALLER, Speaker.CALLER]
    speakers[call.agent_channel] = Speaker.AGENT
    path = DEMO_CALLS / file
    with open_audio(path, sample_rate=recogniser.sample_rate) as audio:
        transcript = transcribe(audio, recogniser, speakers=speakers)
    mistakes, words = 0, 0
    differences: list[tuple[str, str]] = []
    for speaker in (Speaker.AGENT, Speaker.CALLER):
        expected = call.spoken(by_agent=speaker is Speaker.AGENT)
        heard = [word.text for word in transcript.words_of(speaker)]
        mistakes += edits(expected, heard)
        words += len(expected)
        if expected != heard:
            differences.append((" ".join(expected), " ".join(heard)))
    return Result(
        file=file,
        mistakes=mistakes,
        words=words,
        duration_s=transcript.duration_s,
        differences=tuple(differences),
    )


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--show", is_flag=True, help="Print both texts where they differ.")
def main(model: Path, show: bool) -> None:
    """Print each call's word error rate with the model in a folder."""
    recogniser = VoskRecogniser(describe(model))
    started = time.process_time()
    results = measure_calls(recogniser)
    cpu_s = time.process_time() - started
    for result in results:
        rate = result.mistakes / result.words
        click.echo(f"{result.file}: {result.mistakes} of {result.words}, {rate:.1%}")
        for said, heard in result.differences if show else ():
            click.echo(f"  - {said}\n  + {heard}")
    wrong = sum(result.mistakes for result in results)
    words = sum(result.words for result in results)
    seconds = sum(result.duration_s for result in results)
    click.echo(f"all: {wrong} of {words} words wrong, {wrong / words:.2%}")
    click.echo(f"{seconds:.0f} s of calls in {cpu_s:.1f} s of CPU")


if __name__ == "__main__":
    main()
