"""Speak the demo's calls: `python -m tests.speech.build_calls`."""

import json
import zlib
from pathlib import Path

import click
import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.speech.calls import Call, read_calls
from tests.speech.espeak import SAMPLE_RATE, synthesiser
from tests.speech.telephone import LINE_RATE, through_line
from tests.speech.vocabulary import DEMO_CALLS

LEAD_S, TAIL_S = 0.6, 0.8
SPEECH_LEVEL, NOISE_LEVEL = 3_000.0, 9.0
"""Root mean squares of speech and of the line's hiss, in 16-bit samples."""

OPUS_LEVEL, MP3_LEVEL = 0.99, 0.6
"""libsndfile's compression levels: about 17 and 31 kbit/s. Between 18 and 30 kbit/s
Opus codes two channels together, and each speaker is heard on the other's channel."""


@click.command()
@click.option("--only", help="The id of one call.")
def main(only: str | None) -> None:
    """Write every call's audio and calls.json."""
    DEMO_CALLS.mkdir(exist_ok=True)
    records = []
    for call in read_calls():
        sound, times = speak(call)
        name = f"{call.id.lower()}.{_SUFFIX[call.format]}"
        if only in (None, call.id):
            write(DEMO_CALLS / name, sound, call.format)
        records.append(
            call.metadata
            | {
                "file": name,
                "duration_s": round(len(sound) / LINE_RATE, 2),
                "lines": [
                    {
                        "speaker": "agent" if line.by_agent else "caller",
                        "start_s": round(start, 2),
                        "end_s": round(end, 2),
                        "text": line.text,
                    }
                    for line, (start, end) in zip(call.lines, times, strict=True)
                ],
            }
        )
    text = json.dumps({"calls": records}, ensure_ascii=False, indent=1)
    (DEMO_CALLS / "calls.json").write_text(text + "\n", "utf-8")
    total = sum(path.stat().st_size for path in DEMO_CALLS.iterdir())
    click.echo(f"{len(records)} calls, {total / 1e6:.2f} MB")


def speak(call: Call) -> tuple[NDArray[np.float64], list[tuple[float, float]]]:
    """Return a call at 8 kHz, shape (frames, 2), and each line's start and end."""
    pieces: list[tuple[int, int, NDArray[np.float64]]] = []
    times: list[tuple[float, float]] = []
    end_s = LEAD_S - call.lines[0].gap_s
    for line in call.lines:
        voice = call.agent_voice if line.by_agent else call.caller_voice
        spoken = _trimmed(synthesiser().speak(line.text, voice).samples)
        sound = through_line(spoken, SAMPLE_RATE)
        start_s = max(0.0, end_s + line.gap_s)
        end_s = start_s + len(sound) / LINE_RATE
        channel = call.agent_channel if line.by_agent else 1 - call.agent_channel
        pieces.append((int(start_s * LINE_RATE), channel, sound))
        times.append((start_s, end_s))
    frames = int((max(end for _, end in times) + TAIL_S) * LINE_RATE)
    rng = np.random.default_rng(zlib.crc32(call.id.encode()))
    mixed = rng.standard_normal((frames, 2)) * NOISE_LEVEL
    for start, channel, sound in pieces:
        level = SPEECH_LEVEL / np.sqrt(np.mean(sound**2))
        mixed[start : start + len(sound), channel] += sound * level
    return np.clip(mixed, -32767.0, 32767.0), times


def write(path: Path, sound: NDArray[np.float64], kind: str) -> None:
    """Write a call as Ogg Opus, MP3 or G.711 mu-law WAV."""
    shares = sound / 32768.0
    if kind == "opus":
        _write_coded(path, shares, "OGG", "OPUS", OPUS_LEVEL)
    elif kind == "mp3":
        _write_coded(path, shares, "MP3", "MPEG_LAYER_III", MP3_LEVEL)
    else:
        soundfile.write(path, shares, LINE_RATE, format="WAV", subtype="ULAW")


_SUFFIX = {"opus": "opus", "mp3": "mp3", "ulaw": "wav"}


def _write_coded(
    path: Path,
    sound: NDArray[np.float64],
    container: str,
    codec: str,
    compression: float,
) -> None:
    with soundfile.SoundFile(
        path,
        "w",
        samplerate=LINE_RATE,
        channels=2,
        format=container,
        subtype=codec,
        compression_level=compression,
    ) as file:
        for start in range(0, len(sound), LINE_RATE):
            file.write(sound[start : start + LINE_RATE])


def _trimmed(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return speech without the silence that espeak puts around it."""
    loud = np.flatnonzero(np.abs(sound) > 60.0)
    return sound[loud[0] : loud[-1] + 1]


if __name__ == "__main__":
    main()
