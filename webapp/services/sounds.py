"""A call's sound as it may be heard: private numbers silenced, playable anywhere.

Browsers do not play every telephone format, and private numbers must not be sent to
them. So what is sent is a WAV file that does not exist: its bytes are decoded, and
silenced, as they are asked for, from any place, and never stored.
"""

import io
import struct
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
import soundfile

from recordings.formats import Container, sniff

HEADER_BYTES = 44
SAMPLE_BYTES = 2
MOST_AT_ONCE = 1 << 20


class RedactedWav(io.RawIOBase):
    """A seekable 16-bit WAV of a recording, silent within the given spans.

    Args:
        file: the recording as stored, in any format that is read here.
        spans: (channel, start_s, end_s) to silence.
    """

    def __init__(
        self, file: BinaryIO, spans: Iterable[tuple[int, float, float]] = ()
    ) -> None:
        self._source = file
        self._sound = _decoder(file)
        self._frame = int(self._sound.channels) * SAMPLE_BYTES
        self._header = _header(
            self._sound.samplerate, self._sound.channels, self._sound.frames
        )
        rate = self._sound.samplerate
        self._spans = [(c, int(a * rate), int(b * rate) + 1) for c, a, b in spans]
        self._at = 0

    @property
    def size(self) -> int:
        """The length of the file in bytes."""
        return HEADER_BYTES + int(self._sound.frames) * self._frame

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be sought in."""
        return True

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position in bytes and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: "bytearray | memoryview[int]") -> int:  # type: ignore[override]
        """Fill a buffer from here; return how many bytes there were."""
        wanted = min(len(buffer), MOST_AT_ONCE, max(0, self.size - self._at))
        got = self._header[self._at : self._at + wanted]
        if len(got) < wanted:
            got += self._sound_bytes(self._at + len(got), wanted - len(got))
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)

    def close(self) -> None:
        """Close the recording below it too."""
        if not self.closed:
            self._sound.close()
            self._source.close()
        super().close()

    def _sound_bytes(self, at: int, count: int) -> bytes:
        first, skipped = divmod(at - HEADER_BYTES, self._frame)
        frames = -(-(skipped + count) // self._frame)
        self._sound.seek(first)
        block = self._sound.read(frames, dtype="int16", always_2d=True)
        if len(block) < frames:  # a broken end is silence, not a shorter file
            missing = np.zeros((frames - len(block), self._sound.channels), np.int16)
            block = np.concatenate([block, missing])
        for channel, start, end in self._spans:
            block[max(0, start - first) : max(0, end - first), channel] = 0
        data: bytes = block.astype("<i2").tobytes()
        return data[skipped : skipped + count]


def _decoder(file: BinaryIO) -> soundfile.SoundFile:
    nameless = _Nameless(file)
    if sniff(file).container is Container.GSM:
        return soundfile.SoundFile(
            nameless, samplerate=8000, channels=1, format="RAW", subtype="GSM610"
        )
    return soundfile.SoundFile(nameless)


class _Nameless:
    """A file without its name, from which the decoder would guess a format."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def _header(rate: int, channels: int, frames: int) -> bytes:
    frame = channels * SAMPLE_BYTES
    length = frames * frame
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + length,
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        rate,
        rate * frame,
        frame,
        16,
        b"data",
        length,
    )
