"""Sound, words and models for the tests of recordings."""

import io
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from recordings.transcript import Word

RATE = 8_000
REPOSITORY = Path(__file__).parents[2]
DEMO_CALLS = REPOSITORY / "webapp" / "demo_calls"


def tone(
    seconds: float, hertz: float = 440.0, level: float = 0.3
) -> NDArray[np.float64]:
    """Return a sine at 8 kHz."""
    times = np.arange(round(seconds * RATE)) / RATE
    wave: NDArray[np.float64] = level * np.sin(2.0 * np.pi * hertz * times)
    return wave


def encoded(
    sound: NDArray[np.float64], container: str, codec: str, rate: int = RATE
) -> bytes:
    """Return sound as a file of a format."""
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format=container, subtype=codec)
    return file.getvalue()


def said(text: str, start_s: float = 0.0, channel: int = 0) -> list[Word]:
    """Return a text as words of 0.4 s, one after another."""
    return [
        Word(
            text=word,
            start_s=round(start_s + 0.4 * index, 3),
            end_s=round(start_s + 0.4 * index + 0.4, 3),
            channel=channel,
        )
        for index, word in enumerate(text.split())
    ]
