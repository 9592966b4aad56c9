"""What a telephone line does to speech."""

import io
from functools import cache

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

LINE_RATE = 8_000
_MU = 255.0


def through_line(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Return sound as a line of 300-3,400 Hz carries it, at 8 kHz."""
    narrow = soxr.resample(samples, rate, LINE_RATE)
    filtered: NDArray[np.float64] = sosfilt(_band(), narrow)
    return filtered


def mu_law(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 16-bit sound after G.711 mu-law coding (continuous form)."""
    share = np.clip(samples / 32768.0, -1.0, 1.0)
    compressed = np.sign(share) * np.log1p(_MU * np.abs(share)) / np.log1p(_MU)
    coded = np.round((compressed + 1.0) * 127.5) / 127.5 - 1.0
    expanded = np.sign(coded) * ((1.0 + _MU) ** np.abs(coded) - 1.0) / _MU
    result: NDArray[np.float64] = expanded * 32768.0
    return result


def through_codec(
    samples: NDArray[np.float64], container: str, codec: str, compression: float
) -> NDArray[np.float64]:
    """Return 16-bit sound at 8 kHz as a codec of libsndfile gives it back."""
    coded = io.BytesIO()
    with soundfile.SoundFile(
        coded,
        "w",
        samplerate=LINE_RATE,
        channels=1,
        format=container,
        subtype=codec,
        compression_level=compression,
    ) as file:
        file.write(np.clip(samples / 32768.0, -1.0, 1.0))
    coded.seek(0)
    decoded: NDArray[np.float64] = soundfile.read(coded)[0] * 32768.0
    return decoded


@cache
def _band() -> NDArray[np.float64]:
    sections: NDArray[np.float64] = butter(
        6, [280.0, 3450.0], "bandpass", fs=LINE_RATE, output="sos"
    )
    return sections
