import io
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordings.encryption import CHUNK_BYTES, MasterKey
from recordings.errors import (
    AudioEmpty,
    AudioTooLarge,
    MasterKeyUnknown,
    RecordingDamaged,
    RecordingMissing,
)
from recordings.store import AudioStore, FolderStore
from tests.recordings.builders import REPOSITORY

MASTER = MasterKey(bytes(range(32)))
LARGE = bytes(range(256)) * 1000


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path, MASTER)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_a_recording_is_named_by_its_hash_and_given_back(store: FolderStore) -> None:
    stored = store.put(io.BytesIO(LARGE))

    assert stored.key == sha256(LARGE).hexdigest()
    assert stored.size_bytes == store.size(stored.key) == len(LARGE)
    assert stored.is_new
    assert stored.key in store
    assert list(store.keys()) == [stored.key]
    with store.open(stored.key) as file:
        assert file.read() == LARGE
    store.verify(stored.key)


def test_it_satisfies_the_protocol(store: FolderStore) -> None:
    kept: AudioStore = store

    assert list(kept.keys()) == []


def test_the_same_bytes_are_kept_once(store: FolderStore, tmp_path: Path) -> None:
    store.put(io.BytesIO(LARGE))
    before = files(tmp_path)

    again = store.put(io.BytesIO(LARGE))

    assert not again.is_new
    assert files(tmp_path) == before


def test_nothing_of_the_sound_is_readable_on_disk(
    store: FolderStore, tmp_path: Path
) -> None:
    store.put(io.BytesIO(b"kimlik numaram " * 9000))

    assert all(b"kimlik" not in path.read_bytes() for path in files(tmp_path))


SIZES = st.one_of(
    st.integers(1, 300),
    st.sampled_from([CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES]),
    st.integers(CHUNK_BYTES, 4 * CHUNK_BYTES),
)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), size=SIZES)
def test_any_range_is_what_a_slice_is(
    store: FolderStore, data: st.DataObject, size: int
) -> None:
    content = bytes(i * 7 % 251 for i in range(256)) * (size // 256 + 1)
    content = content[:size]
    key = store.put(io.BytesIO(content)).key
    start = data.draw(st.integers(0, size + 10))
    length = data.draw(st.integers(0, size + 10))

    assert store.read(key, start, length) == content[start : start + length]


def test_the_reader_seeks_from_everywhere(store: FolderStore) -> None:
    key = store.put(io.BytesIO(LARGE)).key

    with store.open(key) as file:
        file.seek(-10, os.SEEK_END)
        assert file.read() == LARGE[-10:]
        file.seek(100)
        file.seek(50, os.SEEK_CUR)
        assert file.tell() == 150
        assert file.read(5) == LARGE[150:155]


@pytest.mark.parametrize("wanted", ["00" * 32, "", "../../etc/passwd", "AB" * 32])
def test_an_unknown_key_is_missing(store: FolderStore, wanted: str) -> None:
    with pytest.raises(RecordingMissing):
        store.size(wanted)


def test_nothing_and_too_much_are_refused_and_leave_nothing(
    store: FolderStore, tmp_path: Path
) -> None:
    with pytest.raises(AudioEmpty):
        store.put(io.BytesIO(b""))
    with pytest.raises(AudioTooLarge):
        store.put(io.BytesIO(LARGE), max_bytes=1000)

    assert files(tmp_path) == []


def test_a_source_that_fails_leaves_nothing(store: FolderStore, tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > CHUNK_BYTES:
                raise OSError("the line went dead")
            return super().read(size)

    with pytest.raises(OSError, match="dead"):
        store.put(Failing(LARGE))

    assert files(tmp_path) == []


@pytest.mark.slow
def test_a_killed_put_is_never_visible_and_is_swept(
    store: FolderStore, tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from recordings.encryption import MasterKey;"
        "from recordings.store import FolderStore;"
        f"FolderStore(Path({str(tmp_path)!r}), MasterKey(bytes(range(32))))"
        ".put(sys.stdin.buffer)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, cwd=REPOSITORY
    )
    assert process.stdin is not None
    process.stdin.write(LARGE)
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in files(tmp_path)):
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()

    assert list(store.keys()) == []
    assert store.sweep(before=time.time() + 1) == 1
    assert files(tmp_path) == []


def test_sweeping_leaves_recordings_and_recent_work_alone(
    store: FolderStore, tmp_path: Path
) -> None:
    key = store.put(io.BytesIO(LARGE)).key
    (tmp_path / "incoming" / "half").write_bytes(b"x")

    assert store.sweep(before=0.0) == 0
    assert store.sweep(before=time.time() + 1) == 1
    store.verify(key)


def test_sound_without_its_key_is_no_recording(
    store: FolderStore, tmp_path: Path
) -> None:
    key = store.put(io.BytesIO(LARGE)).key
    (tmp_path / "keys" / key[:2] / key).unlink()

    assert key not in store
    assert store.put(io.BytesIO(LARGE)).is_new
    assert store.sweep(before=time.time() + 1) == 1
    store.verify(key)


@pytest.mark.parametrize("damage", ["flip", "cut", "swap", "append", "missing"])
def test_damage_is_noticed(store: FolderStore, tmp_path: Path, damage: str) -> None:
    key = store.put(io.BytesIO(LARGE)).key
    (sound,) = files(tmp_path / "sound")
    data = bytearray(sound.read_bytes())
    sealed = CHUNK_BYTES + 16
    if damage == "flip":
        data[sealed + 5] ^= 1
    elif damage == "cut":
        del data[2 * sealed :]
    elif damage == "swap":
        data[:sealed], data[sealed : 2 * sealed] = (
            data[sealed : 2 * sealed],
            data[:sealed],
        )
    elif damage == "append":
        data += b"x"
    sound.write_bytes(data)
    if damage == "missing":
        sound.unlink()

    with pytest.raises(RecordingDamaged):
        store.verify(key)


def test_a_changed_key_file_is_noticed(store: FolderStore, tmp_path: Path) -> None:
    key = store.put(io.BytesIO(LARGE)).key
    path = tmp_path / "keys" / key[:2] / key
    path.write_bytes(path.read_bytes().replace(b"256000", b"255999"))

    with pytest.raises(RecordingDamaged):
        store.verify(key)


def test_a_destroyed_recording_is_gone_even_from_copies(
    store: FolderStore, tmp_path: Path
) -> None:
    key = store.put(io.BytesIO(LARGE)).key
    (sound,) = files(tmp_path / "sound")
    copy = sound.read_bytes()

    store.destroy(key)

    assert key not in store
    assert files(tmp_path) == []
    sound.write_bytes(copy)
    with pytest.raises(RecordingMissing):
        store.open(key)
    with pytest.raises(RecordingMissing):
        store.destroy(key)


def test_keys_move_to_a_new_master_key(store: FolderStore, tmp_path: Path) -> None:
    key = store.put(io.BytesIO(LARGE)).key
    renewed = FolderStore(tmp_path, MasterKey.new(), older=[MASTER])

    assert renewed.rotate() == 1
    assert renewed.rotate() == 0

    renewed.verify(key)
    with pytest.raises(MasterKeyUnknown) as refusal:
        store.verify(key)
    assert refusal.value.params["key"] == key


def test_a_master_key_shows_itself_nowhere() -> None:
    assert "\\x1f" not in repr(MASTER)
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(b"short")
