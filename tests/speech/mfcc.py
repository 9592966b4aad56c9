"""Cepstra exactly as Kaldi computes them from the model's mfcc.conf.

Frames of 25 ms every 10 ms, edges snipped, pre-emphasis 0.97, Povey window, 30 mel
bands from 100 to 3,700 Hz (so that telephone sound is complete), 30 cepstra with the
usual lifter of 22, no energy, no dither.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

SAMPLE_RATE = 16_000
FRAME, SHIFT, FFT = 400, 160, 512
BANDS, LOW_HZ, HIGH_HZ, LIFTER = 30, 100.0, 3_700.0, 22.0

KALDI_OPTIONS = f"""\
--use-energy=false
--num-mel-bins={BANDS}
--num-ceps={BANDS}
--low-freq={LOW_HZ:g}
--high-freq={HIGH_HZ:g}
--dither=0
--allow-upsample=true
--allow-downsample=true
"""


def cepstra(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return cepstra, shape (frames, 30), of sound in the range of 16-bit samples."""
    count = 1 + (len(samples) - FRAME) // SHIFT
    starts = np.arange(count) * SHIFT
    frames = samples[starts[:, None] + np.arange(FRAME)[None, :]]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    windowed = (frames - 0.97 * before) * _window()
    power = np.abs(np.fft.rfft(windowed, FFT, axis=1)) ** 2
    energies = np.maximum(
        power[:, : FFT // 2] @ _mel_bank().T, np.finfo(np.float32).eps
    )
    cosines = dct(np.log(energies), type=2, norm="ortho", axis=1)
    lifter = 1.0 + 0.5 * LIFTER * np.sin(np.pi * np.arange(BANDS) / LIFTER)
    result: NDArray[np.float32] = (cosines * lifter).astype(np.float32)
    return result


@cache
def _window() -> NDArray[np.float64]:
    turn = 2.0 * np.pi * np.arange(FRAME) / (FRAME - 1)
    hann: NDArray[np.float64] = 0.5 - 0.5 * np.cos(turn)
    return hann**0.85


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = 1127.0 * np.log1p(hertz / 700.0)
    return result


@cache
def _mel_bank() -> NDArray[np.float64]:
    """Return triangles that are linear in mel, shape (bands, FFT / 2)."""
    low, high = _mel(np.array([LOW_HZ, HIGH_HZ]))
    corners = low + (high - low) * np.arange(BANDS + 2) / (BANDS + 1)
    left, centre, right = (corners[i : i + BANDS, None] for i in range(3))
    bins = _mel(np.arange(FFT // 2) * SAMPLE_RATE / FFT)[None, :]
    rising = (bins - left) / (centre - left)
    falling = (right - bins) / (right - centre)
    bank: NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
    return bank
