"""Sound to learn from: random sentences in many voices, on good and bad lines."""

from collections.abc import Iterator, Sequence

import numpy as np
import soxr
from numpy.typing import NDArray

from tests.speech.espeak import SAMPLE_RATE, Speech, Voice, synthesiser
from tests.speech.mfcc import cepstra
from tests.speech.phones import PHONES, SILENCE, phone
from tests.speech.telephone import LINE_RATE, mu_law, through_codec, through_line
from tests.speech.voices import TRAINING

OFFSETS = np.arange(-15, 16, 3)
"""Frames before and after that the network sees with each one."""

STEP = 3
"""One frame in three is decoded, as in Kaldi's chain models."""

SILENT_SHARE = 0.10
"""Of the examples, in which nobody speaks: half of each side of a call is silence."""

Examples = tuple[NDArray[np.float16], NDArray[np.int8]]


def examples(
    sentences: Sequence[list[str]], words: Sequence[str], count: int, seed: int
) -> Examples:
    """Return spliced cepstra, shape (frames, 11 * 30), and their sounds' indices."""
    rng = np.random.default_rng(seed)
    inputs, labels = [], []
    for text in _texts(sentences, words, count, rng):
        if rng.random() < SILENT_SHARE:
            sound, marks = np.zeros(4 * SAMPLE_RATE), [(0.0, SILENCE)]
        else:
            spoken = synthesiser().speak(text, _voice(rng))
            if len(spoken.samples) < SAMPLE_RATE // 2:
                continue
            sound, marks = _padded(spoken, rng)
        spliced, centres = splice(cepstra(_on_a_line(sound, rng)))
        inputs.append(spliced.astype(np.float16))
        labels.append(_labels(marks, centres))
    return np.concatenate(inputs), np.concatenate(labels)


def _voice(rng: np.random.Generator) -> Voice:
    return Voice(
        str(rng.choice(TRAINING)),
        rate=int(rng.integers(115, 210)),
        pitch=int(rng.integers(15, 85)),
        pitch_range=int(rng.integers(20, 80)),
    )


def splice(
    features: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return every third frame with its neighbours, and the frames' indices."""
    centres = np.arange(0, len(features), STEP)
    around = np.clip(centres[:, None] + OFFSETS[None, :], 0, len(features) - 1)
    return features[around].reshape(len(centres), -1), centres


def _texts(
    sentences: Sequence[list[str]],
    words: Sequence[str],
    count: int,
    rng: np.random.Generator,
) -> Iterator[str]:
    for _ in range(count):
        if sentences and rng.random() < 0.35:
            yield " ".join(sentences[int(rng.integers(len(sentences)))])
        else:
            yield " ".join(rng.choice(words, size=rng.integers(3, 9)))


def _padded(
    spoken: Speech, rng: np.random.Generator
) -> tuple[NDArray[np.float64], list[tuple[float, str]]]:
    before, after = rng.integers(SAMPLE_RATE // 10, SAMPLE_RATE, size=2)
    sound = np.concatenate([np.zeros(before), spoken.samples, np.zeros(after)])
    shifted = [(at + before / SAMPLE_RATE, phone(p)) for at, p in spoken.phonemes]
    return sound, [(0.0, SILENCE), *shifted]


def _on_a_line(
    sound: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return sound louder or softer, with hiss, most of it over a telephone line."""
    louder = sound * 10.0 ** (rng.uniform(-18.0, 3.0) / 20.0)
    level = np.sqrt(np.mean(louder**2)) or 10.0 ** rng.uniform(1.5, 3.5)
    hiss_db = -rng.uniform(12.0, 65.0)
    hiss = level * 10.0 ** (hiss_db / 20.0) if rng.random() < 0.9 else 0.0
    noisy = louder + rng.standard_normal(len(louder)) * hiss
    if rng.random() < 0.7:
        line = through_line(noisy, SAMPLE_RATE)
        if rng.random() < 0.3:
            line = line + rng.standard_normal(len(line)) * hiss
        line = _coded(line, rng)
        noisy = soxr.resample(line, LINE_RATE, SAMPLE_RATE)
        noisy = np.pad(noisy, (0, max(0, len(sound) - len(noisy))))[: len(sound)]
    limited: NDArray[np.float64] = np.clip(np.round(noisy), -32768.0, 32767.0)
    return limited


def _coded(line: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a line's sound as one of the usual codecs gives it back."""
    chance = rng.random()
    if chance < 0.4:
        return mu_law(line)
    if chance < 0.6:
        return through_codec(line, "OGG", "OPUS", float(rng.uniform(0.97, 0.99)))
    if chance < 0.8:
        return through_codec(
            line, "MP3", "MPEG_LAYER_III", float(rng.uniform(0.3, 0.7))
        )
    return line


def _labels(
    marks: list[tuple[float, str]], centres: NDArray[np.int64]
) -> NDArray[np.int8]:
    starts = np.array([at for at, _ in marks])
    sounds = np.array([PHONES.index(name) for _, name in marks], dtype=np.int8)
    middles = centres * 0.010 + 0.0125
    found: NDArray[np.int8] = sounds[np.searchsorted(starts, middles, "right") - 1]
    return found
