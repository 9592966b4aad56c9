"""Recognisers: sound on one channel in, words out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recordings.audio import AudioStream
from recordings.errors import EngineError, RecognitionCancelled
from recordings.transcript import Plain, Speaker, Transcript, Word

Samples = NDArray[np.int16]
"""Sound of one channel, shape (frames,)."""

Progress = Callable[[float], None]
"""Is told the share of the recording that has been heard, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineIdentity:
    """What a transcript's provenance says about its recogniser."""

    engine: str
    engine_version: str
    model_name: str
    model_hash: str
    language: str


class ChannelListener(Protocol):
    """Hears one channel from its start to its end."""

    def hear(self, samples: Samples) -> None:
        """Take the next samples, at the recogniser's rate."""

    def words(self) -> list[Word]:
        """End the channel and return its words in time order."""


class Recogniser(Protocol):
    """Turns speech into words; one object serves many recordings in turn."""

    @property
    def identity(self) -> EngineIdentity: ...

    @property
    def sample_rate(self) -> int:
        """The rate in hertz at which it wants to hear."""

    def listen(self, channel: int) -> ChannelListener:
        """Return a fresh listener whose words bear this channel's index."""


def transcribe(
    audio: AudioStream,
    recogniser: Recogniser,
    *,
    speakers: Sequence[Speaker],
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    provenance: Mapping[str, Plain] | None = None,
) -> Transcript:
    """Return what is said in a recording, each channel heard by itself.

    Args:
        audio: opened at the recogniser's rate.
        speakers: who is on each channel; a shorter list leaves the rest unknown.
        on_progress: called after each block, last with 1.
        is_cancelled: asked before each block.

    Raises:
        EngineError: if recognition fails or the rates differ.
        RecognitionCancelled: if `is_cancelled` said so.
        AudioError: if the recording cannot be decoded.
    """
    identity = recogniser.identity
    if audio.sample_rate != recogniser.sample_rate:
        raise EngineError(
            identity.engine,
            f"expects {recogniser.sample_rate} Hz, got {audio.sample_rate} Hz",
        )
    channels = audio.info.channels
    listeners = [recogniser.listen(channel) for channel in range(channels)]
    heard = 0
    for block in audio:
        if is_cancelled is not None and is_cancelled():
            raise RecognitionCancelled(identity.engine)
        for channel, listener in enumerate(listeners):
            listener.hear(np.ascontiguousarray(block[:, channel]))
        heard += len(block)
        seconds = heard / audio.sample_rate
        if on_progress is not None:
            on_progress(seconds / max(audio.info.duration_s, seconds))
    words = [word for listener in listeners for word in listener.words()]
    if on_progress is not None:
        on_progress(1.0)
    unknown = (Speaker.UNKNOWN,) * channels
    return Transcript(
        words=tuple(words),
        duration_s=max(
            heard / audio.sample_rate, max((word.end_s for word in words), default=0.0)
        ),
        speakers=(*speakers, *unknown)[:channels],
        language=identity.language,
        engine=identity.engine,
        engine_version=identity.engine_version,
        model_name=identity.model_name,
        model_hash=identity.model_hash,
        provenance=dict(provenance or {}),
    )


class ScriptedRecogniser:
    """A recogniser that hears what it was told to, for tests and rehearsals.

    Args:
        script: the words it returns, each on its own channel.
        sample_rate: the rate it claims to want.
    """

    def __init__(self, script: Iterable[Word], sample_rate: int = 16_000) -> None:
        self._script = tuple(script)
        self._sample_rate = sample_rate

    @property
    def identity(self) -> EngineIdentity:
        return EngineIdentity(
            engine="scripted",
            engine_version="1",
            model_name="script",
            model_hash="",
            language="tr",
        )

    @property
    def sample_rate(self) -> int:
        return self._sample_rate

    def listen(self, channel: int) -> ChannelListener:
        return _ScriptedListener(
            [word for word in self._script if word.channel == channel],
            self._sample_rate,
        )


class _ScriptedListener:
    """Returns the scripted words that end within the sound it was given."""

    def __init__(self, script: list[Word], sample_rate: int) -> None:
        self._script = script
        self._sample_rate = sample_rate
        self._frames = 0

    def hear(self, samples: Samples) -> None:
        self._frames += len(samples)

    def words(self) -> list[Word]:
        heard_s = self._frames / self._sample_rate
        return [word for word in self._script if word.end_s <= heard_s]
