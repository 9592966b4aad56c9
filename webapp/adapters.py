"""What the application takes from the world outside: the clock, keys, the store."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recordings.encryption import MasterKey
from recordings.store import AudioStore, FolderStore
from webapp.settings import Settings

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """The edges, as callables; tests pass their own."""

    clock: Callable[[], datetime]
    session_key: bytes
    store: AudioStore


def load_or_create_key(path: Path) -> bytes:
    """Return the key kept at `path`, made at first use, readable by its owner only.

    Raises:
        ValueError: if the file does not hold a key of 32 bytes in hex.
    """
    if path.exists():
        return _read_key(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another process was first: its key counts
        os.link(draft, path)
    draft.unlink()
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"{path}: expected a key of {KEY_BYTES} bytes in hex; "
            "restore it from where you keep your keys"
        )
    return key


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def audio_store(settings: Settings) -> AudioStore:
    """Return the encrypted store of recordings these settings name."""
    master = load_or_create_key(settings.keys / "recordings.key")
    return FolderStore(settings.recordings, MasterKey(master))


def real_adapters(settings: Settings) -> Adapters:
    """Return the real edges for these settings."""
    return Adapters(
        clock=utc_now,
        session_key=load_or_create_key(settings.keys / "session.key"),
        store=audio_store(settings),
    )
