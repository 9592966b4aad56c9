import io
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from recordings import models as speech_models
from recordings.errors import (
    ModelArchiveRefused,
    ModelError,
    ModelExists,
    ModelHashMismatch,
    ModelIncomplete,
    ModelUnknown,
)
from recordings.model_archives import unpack
from recordings.models import (
    FIXTURE_ARCHIVE,
    OFFICIAL,
    Layout,
    SpeechModel,
    describe,
    download,
    find,
    git_blob_hash,
    install,
    installed,
    unknown_words,
    verify,
)

OFFICIAL_NAME = "vosk-model-small-tr-0.3"


def flat_copy(model: SpeechModel, target: Path) -> Path:
    """Return the same model in the old layout without folders."""
    target.mkdir(parents=True)
    for part in ("am", "conf", "graph", "graph/phones"):
        for path in (model.folder / part).iterdir():
            if path.is_file() and path.name != "model.conf":
                shutil.copy(path, target / path.name)
    return target


def small_model(folder: Path) -> Path:
    """Return a folder that has the files of a flat model, with nothing in them."""
    folder.mkdir(parents=True)
    for name in ("final.mdl", "mfcc.conf", "HCLr.fst", "Gr.fst"):
        (folder / name).write_bytes(name.encode())
    return folder


def test_the_fixture_archive_is_small() -> None:
    assert FIXTURE_ARCHIVE.stat().st_size < 1_000_000


def test_an_installed_model_is_found_described_and_verified(
    fixture_model: SpeechModel,
) -> None:
    folder = fixture_model.folder.parent

    assert installed(folder) == [fixture_model]
    assert find(fixture_model.name, folder) == fixture_model
    assert fixture_model.name == "vosk-model-fixture-tr"
    assert fixture_model.layout is Layout.FOLDERS
    assert fixture_model.sample_rate == 16_000
    assert fixture_model.archive_hash == speech_models.file_hash(FIXTURE_ARCHIVE)
    verify(fixture_model)


@pytest.mark.parametrize("suffix", ["zip", "tgz", "folder"])
def test_models_come_from_archives_and_folders(tmp_path: Path, suffix: str) -> None:
    source = small_model(tmp_path / "source" / "model-a")
    if suffix == "zip":
        source = Path(shutil.make_archive(str(tmp_path / "x"), "zip", source.parent))
    elif suffix == "tgz":
        source = Path(shutil.make_archive(str(tmp_path / "x"), "gztar", source.parent))

    model = install(source, tmp_path / "models")

    assert model.name == "model-a"
    assert model.layout is Layout.FLAT
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["model-a"]


def test_installing_twice_changes_nothing_and_another_model_is_refused(
    tmp_path: Path,
) -> None:
    source = small_model(tmp_path / "model-a")
    first = install(source, tmp_path / "models")

    assert install(source, tmp_path / "models").hash == first.hash
    (source / "Gr.fst").write_bytes(b"other")
    with pytest.raises(ModelExists):
        install(source, tmp_path / "models")
    other = install(source, tmp_path / "models", name="model-b")
    assert other.hash != first.hash


def test_a_file_that_changed_after_installation_is_noticed(tmp_path: Path) -> None:
    model = install(small_model(tmp_path / "model-a"), tmp_path / "models")
    (model.folder / "Gr.fst").write_bytes(b"tampered")

    with pytest.raises(ModelHashMismatch):
        verify(describe(model.folder))


def test_missing_files_are_named(tmp_path: Path) -> None:
    flat = small_model(tmp_path / "flat")
    (flat / "Gr.fst").unlink()
    (flat / "mfcc.conf").unlink()
    (flat / "ivector").mkdir()

    with pytest.raises(ModelIncomplete) as refusal:
        install(flat, tmp_path / "models")

    missing = str(refusal.value.params["missing"])
    assert missing.startswith("mfcc.conf, Gr.fst, ivector/final.dubm")
    assert list((tmp_path / "models").iterdir()) == []


def test_an_official_name_needs_official_files(tmp_path: Path) -> None:
    source = small_model(tmp_path / OFFICIAL_NAME)

    with pytest.raises(ModelHashMismatch) as refusal:
        install(source, tmp_path / "models")

    assert refusal.value.params["file"] == "final.mdl"


def test_a_download_takes_the_official_address_and_is_checked(tmp_path: Path) -> None:
    asked: list[str] = []

    def fetch(url: str, target: Path) -> None:
        asked.append(url)
        shutil.copy(FIXTURE_ARCHIVE, target)

    with pytest.raises(ModelIncomplete):
        download(OFFICIAL_NAME, tmp_path / "models", fetch)
    with pytest.raises(ModelUnknown):
        download("vosk-model-none", tmp_path / "models", fetch)

    assert asked == [OFFICIAL[OFFICIAL_NAME].url]
    assert list((tmp_path / "models").iterdir()) == []


def test_blob_hashes_are_those_of_git(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"what is up, doc?")

    assert git_blob_hash(path) == "bd9dbf5aae1a3862dd1526723246b20206e5fc37"


def zip_with(path: Path, name: str, mode: int = 0o100644) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, b"content")
    return path


def tar_with(path: Path, member: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as archive:
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    return path


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/../../evil", "C:/evil", "a\\..\\evil"]
)
def test_no_archive_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    target = tmp_path / "inner" / "target"
    target.mkdir(parents=True)

    for archive in (
        zip_with(tmp_path / "x.zip", name),
        tar_with(tmp_path / "x.tar", member),
    ):
        with pytest.raises(ModelArchiveRefused):
            unpack(archive, target)

    assert list(target.rglob("*")) == []
    assert not (tmp_path / "evil").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("a")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"

    with pytest.raises(ModelArchiveRefused):
        unpack(tar_with(tmp_path / "x.tar", link), tmp_path / "t")
    with pytest.raises(ModelArchiveRefused):
        unpack(zip_with(tmp_path / "x.zip", "a", mode=0o120777), tmp_path / "t")


def test_an_archive_that_swells_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(3_000_000))

    with pytest.raises(ModelArchiveRefused, match="too many bytes"):
        unpack(path, tmp_path / "t", max_bytes=1_000_000)


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04broken"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)

    with pytest.raises(ModelError):
        install(path, tmp_path / "models")


def test_a_cut_archive_installs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.tgz"
    whole = shutil.make_archive(
        str(tmp_path / "w"), "gztar", small_model(tmp_path / "s" / "m").parent
    )
    path.write_bytes(Path(whole).read_bytes()[:-20])

    with pytest.raises(ModelError):
        install(path, tmp_path / "models")

    assert list((tmp_path / "models").iterdir()) == []


def test_words_a_model_cannot_hear_are_listed_by_phrase() -> None:
    known = {"iyi", "günler"}

    assert unknown_words(
        ["iyi günler", "iyi akşamlar dileriz"], known.__contains__
    ) == {"iyi akşamlar dileriz": ("akşamlar", "dileriz")}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_blob_hashes_agree_with_git_itself() -> None:
    said = subprocess.run(
        ["git", "hash-object", "--no-filters", str(FIXTURE_ARCHIVE)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert git_blob_hash(FIXTURE_ARCHIVE) == said.stdout.strip()
