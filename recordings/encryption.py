"""How a recording is encrypted: chunks under its own key, wrapped by a master key.

The sound is cut into chunks of 64 KiB, each sealed by AES-256-GCM, so that any
range can be read without the rest. The nonce is the chunk's number and whether it
is the last one, which never repeats because every recording has a new random key;
reordered, dropped or appended chunks therefore fail (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from recordings.errors import RecordingDamaged

CHUNK_BYTES = 64 * 1024
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
_FORMAT = "vardiya.key/1"


@dataclass(frozen=True, slots=True, repr=False)
class MasterKey:
    """The key that wraps the keys of recordings; kept apart from them.

    Attributes:
        secret: 32 random bytes.
    """

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(
                f"a master key must have {KEY_BYTES} bytes, got {len(self.secret)}"
            )

    @property
    def id(self) -> str:
        """A name for the key that does not give it away."""
        return sha256(b"vardiya master key" + self.secret).hexdigest()[:16]

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """The key of one recording."""

    secret: bytes

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_bytes(KEY_BYTES))

    def seal_chunk(self, plain: bytes, index: int, *, is_last: bool) -> bytes:
        """Return a chunk of the recording, encrypted."""
        return AESGCM(self.secret).encrypt(_chunk_nonce(index, is_last), plain, None)

    def open_chunk(
        self, sealed: bytes, index: int, *, is_last: bool, key: str
    ) -> bytes:
        """Return a chunk of recording `key`, decrypted.

        Raises:
            RecordingDamaged: if it is not what was sealed, or not at that place.
        """
        try:
            return AESGCM(self.secret).decrypt(
                _chunk_nonce(index, is_last), sealed, None
            )
        except InvalidTag as error:
            raise RecordingDamaged(key, f"chunk {index} fails its check") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedKey:
    """A recording's key as it is kept, and where its sound is.

    Attributes:
        master_id: the id of the master key that wraps it.
        size_bytes: of the recording before encryption.
        sound: name of the file with the encrypted sound.
        nonce, wrapped: the wrapped key; both other fields are authenticated too.
    """

    master_id: str
    size_bytes: int
    sound: str
    nonce: bytes
    wrapped: bytes

    def unseal(self, master: MasterKey, key: str) -> DataKey:
        """Return the key of recording `key`.

        Raises:
            RecordingDamaged: if anything about it was changed.
        """
        bound = _bound(key, self.size_bytes, self.sound)
        try:
            secret = AESGCM(master.secret).decrypt(self.nonce, self.wrapped, bound)
        except InvalidTag as error:
            raise RecordingDamaged(key, "its key fails its check") from error
        return DataKey(secret)

    def to_bytes(self) -> bytes:
        document = {
            "format": _FORMAT,
            "master": self.master_id,
            "size_bytes": self.size_bytes,
            "sound": self.sound,
            "nonce": self.nonce.hex(),
            "wrapped": self.wrapped.hex(),
        }
        return json.dumps(document).encode()

    @classmethod
    def from_bytes(cls, data: bytes, key: str) -> Self:
        """Return what `to_bytes` wrote for recording `key`.

        Raises:
            RecordingDamaged: if it is something else.
        """
        try:
            document = json.loads(data)
            sound = str(document["sound"])
            if document["format"] != _FORMAT or PurePath(sound).name != sound:
                raise RecordingDamaged(key, f"its key is no {_FORMAT}")
            return cls(
                master_id=str(document["master"]),
                size_bytes=int(document["size_bytes"]),
                sound=sound,
                nonce=bytes.fromhex(document["nonce"]),
                wrapped=bytes.fromhex(document["wrapped"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordingDamaged(key, "its key file cannot be read") from error


def seal_key(
    data_key: DataKey, master: MasterKey, key: str, size_bytes: int, sound: str
) -> SealedKey:
    """Return the key of recording `key`, wrapped by a master key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = _bound(key, size_bytes, sound)
    return SealedKey(
        master_id=master.id,
        size_bytes=size_bytes,
        sound=sound,
        nonce=nonce,
        wrapped=AESGCM(master.secret).encrypt(nonce, data_key.secret, bound),
    )


def _bound(key: str, size_bytes: int, sound: str) -> bytes:
    return f"{_FORMAT} {key} {size_bytes} {sound}".encode()


def _chunk_nonce(index: int, is_last: bool) -> bytes:
    return index.to_bytes(NONCE_BYTES - 1, "big") + bytes([is_last])
