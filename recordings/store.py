"""Where recordings are kept: under the hash of their sound, encrypted, whole."""

import io
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from recordings.encrypted_file import DecryptingReader, encrypt
from recordings.encryption import CHUNK_BYTES, DataKey, MasterKey, SealedKey, seal_key
from recordings.errors import (
    MasterKeyUnknown,
    RecordingDamaged,
    RecordingMissing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAudio:
    """What a store knows after taking a recording in.

    Attributes:
        key: SHA-256 of the recording's bytes, in hexadecimal; its name.
        size_bytes: of the recording as given.
        is_new: False if the store held the same bytes already.
    """

    key: str
    size_bytes: int
    is_new: bool


class AudioStore(Protocol):
    """Keeps recordings under the hash of their bytes."""

    def put(self, source: BinaryIO, *, max_bytes: int | None = None) -> StoredAudio:
        """Keep all bytes from here to the end; all of them or none."""

    def open(self, key: str) -> BinaryIO:
        """Return a seekable reader of the recording as it was given."""

    def read(self, key: str, start: int, length: int) -> bytes:
        """Return a range of the recording, shorter where it ends earlier."""

    def size(self, key: str) -> int:
        """Return the recording's size in bytes."""

    def __contains__(self, key: str) -> bool:
        """Tell whether the recording is here."""

    def keys(self) -> Iterator[str]:
        """Yield the keys of all recordings, in order."""

    def verify(self, key: str) -> None:
        """Read it all and raise RecordingDamaged if it is not what was given."""

    def destroy(self, key: str) -> None:
        """Make the recording unreadable for ever, here and in copies of its sound."""


class FolderStore:
    """An AudioStore in a folder, safe for several processes at once.

    A recording is two files: `sound/ab/<sha256>.<random>`, encrypted in chunks
    with a key of its own, and `keys/ab/<sha256>`, that key wrapped by the master
    key. Placing the second is the single step that makes a recording visible, so
    a half-written one never is; destroying it makes every copy of the first void.

    Args:
        root: the folder; made when first needed.
        master: wraps the keys of new recordings.
        older: master keys of before, for reading and for `rotate`.

    Every method that takes a key raises RecordingMissing if there is no such
    recording, and MasterKeyUnknown if none of the master keys opens it.
    """

    def __init__(
        self, root: Path, master: MasterKey, older: Sequence[MasterKey] = ()
    ) -> None:
        self._root = root
        self._master = master
        self._masters = {known.id: known for known in (master, *older)}

    def put(self, source: BinaryIO, *, max_bytes: int | None = None) -> StoredAudio:
        """Keep all bytes from here to the end; all of them or none.

        Raises:
            AudioEmpty: if there are none.
            AudioTooLarge: if there are more than `max_bytes`.
        """
        data_key = DataKey.new()
        incoming = self._root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        partial = incoming / secrets.token_hex(16)
        try:
            with partial.open("xb") as out:
                digest, size = encrypt(source, out, data_key, max_bytes)
                _flush(out)
            return self._place(partial, digest, size, data_key)
        finally:
            partial.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        sealed, data_key = self._unlock(key)
        sound = self._sound_path(key, sealed)
        try:
            file = sound.open("rb")
        except FileNotFoundError as error:
            raise RecordingDamaged(key, "its sound file is missing") from error
        raw = DecryptingReader(file, key, sealed.size_bytes, data_key)
        return io.BufferedReader(raw, CHUNK_BYTES)

    def read(self, key: str, start: int, length: int) -> bytes:
        with self.open(key) as file:
            file.seek(start)
            return file.read(length)

    def size(self, key: str) -> int:
        return self._sealed_key(key).size_bytes

    def __contains__(self, key: str) -> bool:
        return self._key_path(key).exists()

    def keys(self) -> Iterator[str]:
        yield from sorted(path.name for path in (self._root / "keys").glob("??/*"))

    def verify(self, key: str) -> None:
        """Read it all.

        Raises:
            RecordingDamaged: if it is not what was given, or not there.
        """
        digest = sha256()
        with self.open(key) as file:
            while block := file.read(CHUNK_BYTES):
                digest.update(block)
        if digest.hexdigest() != key:
            raise RecordingDamaged(key, "its content has another hash")

    def destroy(self, key: str) -> None:
        """Overwrite and remove the recording's key, then remove its sound.

        Without the key the sound cannot be decrypted, wherever copies of it are.
        """
        path = self._key_path(key)
        sealed = self._sealed_key(key)
        doomed = self._root / "incoming" / f"{key}.{secrets.token_hex(8)}.destroyed"
        doomed.parent.mkdir(parents=True, exist_ok=True)
        path.replace(doomed)
        _flush_folder(path.parent)
        _erase(doomed)
        self._sound_path(key, sealed).unlink(missing_ok=True)

    def rotate(self) -> int:
        """Wrap every key that an older master key wraps anew; return how many."""
        count = 0
        for key in self.keys():
            sealed, data_key = self._unlock(key)
            if sealed.master_id != self._master.id:
                renewed = seal_key(
                    data_key, self._master, key, sealed.size_bytes, sealed.sound
                )
                self._write_key(key, renewed).replace(self._key_path(key))
                count += 1
        return count

    def sweep(self, before: float) -> int:
        """Remove what interrupted work left behind; return how many files.

        Args:
            before: only files last changed before this POSIX time are touched, so
                that work in progress is left alone.
        """
        in_use = {self._sound_path(key, self._sealed_key(key)) for key in self.keys()}
        leftovers = [
            path
            for pattern in ("incoming/*", "sound/??/*")
            for path in self._root.glob(pattern)
            if path not in in_use and path.stat().st_mtime < before
        ]
        for path in leftovers:
            _erase(path)
        return len(leftovers)

    def _place(
        self, partial: Path, key: str, size: int, data_key: DataKey
    ) -> StoredAudio:
        if key in self:
            return StoredAudio(key=key, size_bytes=size, is_new=False)
        name = f"{key}.{partial.name}"
        sealed = seal_key(data_key, self._master, key, size, name)
        sound = self._sound_path(key, sealed)
        sound.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(sound)
        _flush_folder(sound.parent)
        key_path = self._key_path(key)
        key_path.parent.mkdir(parents=True, exist_ok=True)
        waiting = self._write_key(key, sealed)
        try:
            os.link(waiting, key_path)
        except FileExistsError:
            sound.unlink()
            return StoredAudio(key=key, size_bytes=size, is_new=False)
        finally:
            waiting.unlink()
        _flush_folder(key_path.parent)
        return StoredAudio(key=key, size_bytes=size, is_new=True)

    def _write_key(self, key: str, sealed: SealedKey) -> Path:
        waiting = self._root / "incoming" / f"{key}.{secrets.token_hex(8)}.key"
        waiting.parent.mkdir(parents=True, exist_ok=True)
        with waiting.open("xb") as out:
            out.write(sealed.to_bytes())
            _flush(out)
        return waiting

    def _unlock(self, key: str) -> tuple[SealedKey, DataKey]:
        sealed = self._sealed_key(key)
        master = self._masters.get(sealed.master_id)
        if master is None:
            raise MasterKeyUnknown(key, sealed.master_id)
        return sealed, sealed.unseal(master, key)

    def _sealed_key(self, key: str) -> SealedKey:
        try:
            data = self._key_path(key).read_bytes()
        except FileNotFoundError as error:
            raise RecordingMissing(key) from error
        return SealedKey.from_bytes(data, key)

    def _key_path(self, key: str) -> Path:
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise RecordingMissing(key)
        return self._root / "keys" / key[:2] / key

    def _sound_path(self, key: str, sealed: SealedKey) -> Path:
        return self._root / "sound" / key[:2] / sealed.sound


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut, where folders can be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _erase(path: Path) -> None:
    """Overwrite the first bytes of a file, which is all of a key, and remove it."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(min(path.stat().st_size, CHUNK_BYTES)))
            _flush(file)
        path.unlink()
    except FileNotFoundError:
        return
