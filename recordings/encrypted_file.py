"""A recording as an encrypted file: written once, read from anywhere in it."""

import io
from hashlib import sha256
from typing import BinaryIO

from recordings.encryption import CHUNK_BYTES, TAG_BYTES, DataKey
from recordings.errors import AudioEmpty, AudioTooLarge, RecordingDamaged


def encrypt(
    source: BinaryIO, out: BinaryIO, data_key: DataKey, max_bytes: int | None
) -> tuple[str, int]:
    """Write all of `source` encrypted; return its SHA-256 and its size in bytes.

    Raises:
        AudioEmpty: if there are no bytes.
        AudioTooLarge: as soon as there are more than `max_bytes`.
    """
    digest, size, index = sha256(), 0, 0
    chunk = _read_full(source)
    if not chunk:
        raise AudioEmpty
    while chunk:
        following = _read_full(source)
        digest.update(chunk)
        size += len(chunk)
        if max_bytes is not None and size > max_bytes:
            raise AudioTooLarge(size, max_bytes)
        out.write(data_key.seal_chunk(chunk, index, is_last=not following))
        chunk, index = following, index + 1
    return digest.hexdigest(), size


class DecryptingReader(io.RawIOBase):
    """The recording inside an encrypted file, seekable, one chunk in memory.

    Args:
        file: the encrypted file, closed together with this reader.
        key: the recording's key, for messages.
        size_bytes: of the recording.
        data_key: what it was encrypted with.
    """

    def __init__(
        self, file: BinaryIO, key: str, size_bytes: int, data_key: DataKey
    ) -> None:
        super().__init__()
        self._file = file
        self._key = key
        self._size = size_bytes
        self._data_key = data_key
        self._position = 0
        self._chunk_index = -1
        self._chunk = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}
        target = base[whence] + offset
        if target < 0:
            raise ValueError(f"a position must be 0 or more, got {target}")
        self._position = target
        return target

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # the stub's Buffer type is no runtime name before 3.12
        if self._position >= self._size:
            return 0
        index, offset = divmod(self._position, CHUNK_BYTES)
        if index != self._chunk_index:
            self._chunk = self._decrypt(index)
            self._chunk_index = index
        part = self._chunk[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _decrypt(self, index: int) -> bytes:
        last = (self._size - 1) // CHUNK_BYTES
        self._file.seek(index * (CHUNK_BYTES + TAG_BYTES))
        sealed = self._file.read(CHUNK_BYTES + TAG_BYTES)
        plain = self._data_key.open_chunk(
            sealed, index, is_last=index == last, key=self._key
        )
        expected = CHUNK_BYTES if index < last else self._size - last * CHUNK_BYTES
        if len(plain) != expected:
            raise RecordingDamaged(self._key, f"chunk {index} has the wrong length")
        return plain


def _read_full(source: BinaryIO) -> bytes:
    """Return a whole chunk, or what is left, from a source that may give less."""
    parts: list[bytes] = []
    missing = CHUNK_BYTES
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
