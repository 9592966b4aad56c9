import io
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recordings.encryption import MasterKey
from recordings.store import FolderStore
from tests.webapp.conftest import NOW, add_user
from webapp import db
from webapp.models.people import User
from webapp.services import backups, schema
from webapp.services.errors import Conflict, Refused
from webapp.settings import Settings

KEY = MasterKey(b"m" * 32)


def silent(_share: float) -> None:
    """Take progress and show none."""


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Yield a centre with one account and one recording."""
    data = tmp_path / "centre"
    url = f"sqlite:///{data / 'vardiya.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    settings = Settings(data_dir=data, database_url=url)
    database = db.connect(url)
    schema.upgrade(database)
    add_user("ayşe", full_name="Ayşe Yılmaz")
    FolderStore(settings.recordings, KEY).put(io.BytesIO(b"a call" * 50_000))
    yield settings
    database.close()


@pytest.fixture
def elsewhere(
    centre: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """Yield an empty place with the same kind of database."""
    data = tmp_path / "elsewhere"
    if centre.url.startswith("sqlite"):
        yield Settings(data_dir=data)
        return
    yield Settings(
        data_dir=data, database_url=request.getfixturevalue("second_postgres_url")
    )


def back_up(centre: Settings, archive: Path) -> backups.Manifest:
    return backups.back_up(
        centre,
        db.current(),
        archive,
        master_key_id=KEY.id,
        now=NOW,
        report=silent,
    )


def restore(place: Settings, archive: Path, key_id: str | None = KEY.id) -> None:
    backups.restore(place, archive, master_key_id=key_id, report=silent)


def test_what_was_backed_up_comes_back_elsewhere(
    centre: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    archive = tmp_path / "copy.tar"

    back_up(centre, archive)
    restore(elsewhere, archive)

    database = db.connect(elsewhere.url)
    assert schema.is_current(database)
    with database.reading() as session:
        assert [user.full_name for user in session.query(User)] == ["Ayşe Yılmaz"]
    database.close()
    store = FolderStore(elsewhere.recordings, KEY)
    (key,) = store.keys()
    assert store.read(key, 0, 6) == b"a call"


def test_a_change_while_backing_up_waits_for_nobody(
    centre: Settings, tmp_path: Path
) -> None:
    archive = tmp_path / "copy.tar"

    with db.transaction() as session:
        session.add(User(username="b", full_name="B", password_hash="", created_at=NOW))
        session.flush()
        back_up(centre, archive)  # an open write does not block it

    assert backups.read_manifest(archive).files == 2


def test_neither_the_keys_nor_half_written_files_are_in_it(
    centre: Settings, tmp_path: Path
) -> None:
    (centre.data_dir / "keys").mkdir()
    (centre.data_dir / "keys" / "recordings.key").write_text("secret")
    (centre.recordings / "incoming").mkdir(exist_ok=True)
    (centre.recordings / "incoming" / "half").write_bytes(b"half")

    back_up(centre, tmp_path / "copy.tar")

    with tarfile.open(tmp_path / "copy.tar") as tar:
        names = tar.getnames()
    assert not [name for name in names if "key" in Path(name).name or "half" in name]


def test_an_archive_is_never_written_over(centre: Settings, tmp_path: Path) -> None:
    (tmp_path / "copy.tar").write_bytes(b"precious")

    with pytest.raises(Conflict) as refusal:
        back_up(centre, tmp_path / "copy.tar")

    assert refusal.value.code == "archive_exists"
    assert (tmp_path / "copy.tar").read_bytes() == b"precious"


def test_restoring_over_something_is_refused(centre: Settings, tmp_path: Path) -> None:
    back_up(centre, tmp_path / "copy.tar")

    with pytest.raises(Conflict) as refusal:
        restore(centre, tmp_path / "copy.tar")

    assert refusal.value.code == "place_not_empty"


def test_the_right_master_key_must_be_there_first(
    centre: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    back_up(centre, tmp_path / "copy.tar")

    for key_id in (None, MasterKey(b"o" * 32).id):
        with pytest.raises(Refused) as refusal:
            restore(elsewhere, tmp_path / "copy.tar", key_id)
        assert refusal.value.code == "other_master_key"
    assert not elsewhere.data_dir.exists()


@pytest.mark.parametrize("kept", [0, 10, 600, 30_000])
def test_a_cut_archive_restores_nothing(
    centre: Settings, elsewhere: Settings, tmp_path: Path, kept: int
) -> None:
    whole = tmp_path / "copy.tar"
    back_up(centre, whole)
    (tmp_path / "cut.tar").write_bytes(whole.read_bytes()[:kept])

    with pytest.raises(Refused) as refusal:
        restore(elsewhere, tmp_path / "cut.tar")

    assert refusal.value.code in {"not_an_archive", "archive_damaged"}
    assert not any(elsewhere.data_dir.glob("*"))


def test_a_backup_goes_back_to_its_own_kind_of_database(
    centre: Settings, tmp_path: Path
) -> None:
    back_up(centre, tmp_path / "copy.tar")
    other = (
        "postgresql+psycopg://postgres@127.0.0.1:5432/never"
        if centre.url.startswith("sqlite")
        else ""
    )

    with pytest.raises(Refused) as refusal:
        restore(
            replace(centre, data_dir=tmp_path / "x", database_url=other),
            tmp_path / "copy.tar",
        )

    assert refusal.value.code == "other_backend"
