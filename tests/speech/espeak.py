"""Turkish speech from espeak-ng, with the time of every phoneme.

espeak-ng is called in this process through its C interface (`speak_lib.h`), because
only that tells when each phoneme sounds.
"""

import ctypes
from dataclasses import dataclass
from functools import cache

import numpy as np
import soxr
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
_SYNCHRONOUS, _PHONEME_EVENTS = 2, 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_EVENT_END, _EVENT_PHONEME = 0, 7
_UTF8 = 1


class _Identity(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("string", ctypes.c_char * 8),
    )


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identity),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A way to speak: an espeak voice, words a minute, pitch and its range (0-99)."""

    name: str
    rate: int = 160
    pitch: int = 50
    pitch_range: int = 50


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound and what is heard in it.

    Attributes:
        samples: float64 in the range of 16-bit sound, at 16 kHz.
        phonemes: (start in seconds, espeak's name), in time order.
    """

    samples: NDArray[np.float64]
    phonemes: list[tuple[float, str]]


class Synthesiser:
    """espeak-ng as loaded in this process; there can be only one."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._native_rate = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, None, _PHONEME_EVENTS
        )
        if self._native_rate <= 0:
            raise RuntimeError("espeak-ng cannot be started")
        self._sound: list[NDArray[np.int16]] = []
        self._phonemes: list[tuple[float, str]] = []
        self._callback = _Callback(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: Voice) -> Speech:
        """Return a text as this voice says it."""
        self._sound, self._phonemes = [], []
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice.name!r}")
        for parameter, value in (
            (_RATE, voice.rate),
            (_PITCH, voice.pitch),
            (_RANGE, voice.pitch_range),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        sound = np.concatenate([np.zeros(0, np.int16), *self._sound])
        resampled = soxr.resample(
            sound.astype(np.float64), self._native_rate, SAMPLE_RATE
        )
        return Speech(samples=resampled, phonemes=self._phonemes)

    def _receive(
        self,
        sound: "ctypes._Pointer[ctypes.c_short]",
        count: int,
        events: "ctypes._Pointer[_Event]",
    ) -> int:
        if count > 0:
            self._sound.append(np.ctypeslib.as_array(sound, shape=(count,)).copy())
        index = 0
        while events[index].type != _EVENT_END:
            event = events[index]
            if event.type == _EVENT_PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "replace")
                self._phonemes.append((event.sample / self._native_rate, name))
            index += 1
        return 0


@cache
def synthesiser() -> Synthesiser:
    """Return the one synthesiser of this process."""
    return Synthesiser()
