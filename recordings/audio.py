"""Telephone recordings of any usual format, read in blocks at a wanted rate."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from recordings.errors import (
    AudioBroken,
    AudioEmpty,
    AudioTooLarge,
    AudioTooLong,
    AudioTooManyChannels,
    AudioTruncated,
)
from recordings.formats import Container, Sniffed, sniff

MIN_RATE, MAX_RATE = 4_000, 192_000
"""Sample rates that a recording of speech may have, in hertz."""

BLOCK_S = 1.0
TRUNCATION_TOLERANCE_S = 0.25
"""Coded formats round their announced length to whole frames."""

_FULL_SCALE = 32_767.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioLimits:
    """What is accepted.

    Attributes:
        max_bytes: size of the file.
        max_duration_s: length of the recording, in seconds.
        max_channels: one for each speaker.
    """

    max_bytes: int = 1 << 30
    max_duration_s: float = 4 * 3600.0
    max_channels: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioInfo:
    """What a recording's header says.

    Attributes:
        container: file format.
        codec: coding of the sound in it, as libsndfile names it (`ULAW`, `OPUS`).
        sample_rate: in hertz, as stored.
        channels: 1 or more.
        frames: samples on each channel.
        size_bytes: of the file.
    """

    container: Container
    codec: str
    sample_rate: int
    channels: int
    frames: int
    size_bytes: int

    @property
    def duration_s(self) -> float:
        return self.frames / self.sample_rate


class AudioStream:
    """A recording that is open for one reading, in blocks.

    Iterating gives int16 arrays of shape (frames, channels) at `sample_rate`;
    memory holds one block of about a second whatever the recording's length.
    Iterating raises AudioBroken, AudioTruncated or AudioTooLong as it meets them.
    """

    def __init__(
        self,
        file: "soundfile.SoundFile",
        info: AudioInfo,
        sample_rate: int,
        limits: AudioLimits,
        cleanup: ExitStack,
    ) -> None:
        self._file = file
        self._limits = limits
        self._cleanup = cleanup
        self.info = info
        self.sample_rate = sample_rate

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; a file object that was passed in stays open."""
        self._cleanup.close()

    def __iter__(self) -> Iterator[NDArray[np.int16]]:
        if self.sample_rate == self.info.sample_rate:
            yield from (_to_int16(block) for block in self._decoded())
            return
        resampler = soxr.ResampleStream(
            self.info.sample_rate, self.sample_rate, self.info.channels, "float32"
        )
        for block in self._decoded():
            resampled = resampler.resample_chunk(block)
            if len(resampled):
                yield _to_int16(resampled)
        rest = np.zeros((0, self.info.channels), np.float32)
        resampled = resampler.resample_chunk(rest, last=True)
        if len(resampled):
            yield _to_int16(resampled)

    def _decoded(self) -> Iterator[NDArray[np.float32]]:
        rate = self.info.sample_rate
        size = int(rate * BLOCK_S)
        frames = 0
        while True:
            try:
                block = self._file.read(size, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise AudioBroken(self.info.container, str(error)) from error
            if not len(block):
                break
            frames += len(block)
            _refuse_long(frames / rate, self._limits)
            yield _as_sound(block)
        missing_s = (self.info.frames - frames) / rate
        if missing_s > TRUNCATION_TOLERANCE_S:
            raise AudioTruncated(self.info.duration_s, frames / rate)


def open_audio(
    source: Path | BinaryIO,
    *,
    sample_rate: int | None = None,
    limits: AudioLimits | None = None,
) -> AudioStream:
    """Open a recording for reading at a rate, its own where none is given.

    Args:
        source: a path, or a seekable binary file, which stays the caller's to close.
        sample_rate: wanted rate in hertz.
        limits: what is accepted; the defaults of AudioLimits otherwise.

    Raises:
        AudioError: one of its kinds, before anything is decoded where possible.
        OSError: if the path cannot be read.
    """
    limits = limits or AudioLimits()
    with ExitStack() as cleanup:
        if isinstance(source, Path):
            raw: BinaryIO = cleanup.enter_context(source.open("rb"))
        else:
            raw = source
        sniffed = sniff(raw)
        if sniffed.size_bytes > limits.max_bytes:
            raise AudioTooLarge(sniffed.size_bytes, limits.max_bytes)
        file = cleanup.enter_context(_open_decoder(raw, sniffed))
        info = _checked_info(file, sniffed, limits)
        return AudioStream(
            file, info, sample_rate or info.sample_rate, limits, cleanup.pop_all()
        )


def probe(source: Path | BinaryIO, *, limits: AudioLimits | None = None) -> AudioInfo:
    """Return what a recording's header says, refusing what `open_audio` refuses."""
    with open_audio(source, limits=limits) as audio:
        return audio.info


class _Nameless:
    """A file without its name, from which the decoder would guess a format."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read
        self.seek = file.seek
        self.tell = file.tell


def _open_decoder(raw: BinaryIO, sniffed: Sniffed) -> "soundfile.SoundFile":
    nameless = _Nameless(raw)
    try:
        if sniffed.container is Container.GSM:
            return soundfile.SoundFile(
                nameless, samplerate=8000, channels=1, format="RAW", subtype="GSM610"
            )
        return soundfile.SoundFile(nameless)
    except (soundfile.LibsndfileError, TypeError) as error:
        raise AudioBroken(sniffed.container, str(error)) from error


def _checked_info(
    file: "soundfile.SoundFile", sniffed: Sniffed, limits: AudioLimits
) -> AudioInfo:
    if file.channels > limits.max_channels:
        raise AudioTooManyChannels(file.channels, limits.max_channels)
    if not MIN_RATE <= file.samplerate <= MAX_RATE:
        reason = f"a sample rate of {file.samplerate} Hz is not that of speech"
        raise AudioBroken(sniffed.container, reason)
    if file.frames <= 0:
        raise AudioEmpty
    _refuse_long(file.frames / file.samplerate, limits)
    return AudioInfo(
        container=sniffed.container,
        codec=file.subtype,
        sample_rate=file.samplerate,
        channels=file.channels,
        frames=file.frames,
        size_bytes=sniffed.size_bytes,
    )


def _refuse_long(duration_s: float, limits: AudioLimits) -> None:
    if duration_s > limits.max_duration_s:
        raise AudioTooLong(duration_s, limits.max_duration_s)


def _as_sound(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return samples within [-1, 1]; what is no number becomes silence."""
    finite = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
    sound: NDArray[np.float32] = np.clip(finite, -1.0, 1.0)
    return sound


def _to_int16(block: NDArray[np.float32]) -> NDArray[np.int16]:
    scaled = np.clip(block * _FULL_SCALE, -_FULL_SCALE, _FULL_SCALE)
    rounded: NDArray[np.int16] = np.rint(scaled).astype(np.int16)
    return rounded
