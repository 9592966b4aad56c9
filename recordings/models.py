"""Speech models on this machine: installed once, checked, and named in transcripts.

Models come from a file or folder that somebody brings, which suits closed networks,
or from the official address when somebody asks for it; never while transcribing.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha1, sha256
from pathlib import Path, PurePath

from recordings.errors import (
    ModelExists,
    ModelHashMismatch,
    ModelIncomplete,
    ModelUnknown,
)
from recordings.model_archives import copy_folder, unpack

MANIFEST = "vardiya-model.json"
_BLOCK = 1 << 20
_IVECTOR = (
    "final.dubm",
    "final.ie",
    "final.mat",
    "global_cmvn.stats",
    "online_cmvn.conf",
    "splice.conf",
)


class Layout(StrEnum):
    """How a Vosk model arranges its files."""

    FOLDERS = "folders"
    FLAT = "flat"


_ACOUSTICS: Mapping[Layout, tuple[str, ...]] = {
    Layout.FOLDERS: ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf"),
    Layout.FLAT: ("final.mdl", "mfcc.conf"),
}
_GRAPH: Mapping[Layout, str] = {Layout.FOLDERS: "graph/", Layout.FLAT: ""}
_FEATURES: Mapping[Layout, str] = {
    Layout.FOLDERS: "conf/mfcc.conf",
    Layout.FLAT: "mfcc.conf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialModel:
    """A model that is published, and what its files must be.

    Attributes:
        name: as published.
        language: language tag.
        url: where the archive is.
        git_blobs: object hashes (`git hash-object`) of some of its files, by path.
    """

    name: str
    language: str
    url: str
    git_blobs: Mapping[str, str]


OFFICIAL = {
    "vosk-model-small-tr-0.3": OfficialModel(
        name="vosk-model-small-tr-0.3",
        language="tr",
        url="https://alphacephei.com/vosk/models/vosk-model-small-tr-0.3.zip",
        git_blobs={
            "final.mdl": "a0fd396952eb820d0d37b959fc8b3b5859bdcf81",
            "HCLr.fst": "9a8fcf20f78bfe33d362a8c1663dd6833d8f3b80",
            "Gr.fst": "a78e521599a27a4a23da55073c7ca541ab02ab59",
            "ivector/final.ie": "9722330ea9f517a137b12bcfca1669e520635216",
        },
    )
}
"""The models that can be downloaded by name."""

FIXTURE_ARCHIVE = Path(__file__).parent / "fixture" / "vosk-model-fixture-tr.zip"
"""A model of one synthesiser's voices, for tests and the demo; not for people."""

Fetch = Callable[[str, Path], None]
"""Downloads an address into a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechModel:
    """A complete model in a folder.

    Attributes:
        name: the folder's name.
        folder: where it is.
        layout: how its files are arranged.
        hash: SHA-256 over the names and hashes of all its files, in hexadecimal.
        archive_hash: SHA-256 of the archive it came in; `""` if it came as a folder.
        sample_rate: the rate in hertz at which it wants to hear.
    """

    name: str
    folder: Path
    layout: Layout
    hash: str
    archive_hash: str
    sample_rate: int


def install(source: Path, models: Path, *, name: str | None = None) -> SpeechModel:
    """Install a model from a zip, a tar archive or a folder.

    Args:
        source: the archive or folder; it may hold the model one folder down.
        models: the folder of all models; made when first needed.
        name: another name than the model's own.

    Returns:
        The model; the one that is there already if it is the same.

    Raises:
        ModelArchiveRefused, ModelIncomplete, ModelHashMismatch: if the source is not
            what it should be; nothing is installed then.
        ModelExists: if another model has the name.
    """
    models.mkdir(parents=True, exist_ok=True)
    workplace = models / f".incoming-{secrets.token_hex(8)}"
    workplace.mkdir()
    try:
        if source.is_dir():
            root, archive_hash = workplace / source.name, ""
            copy_folder(source, root)
        else:
            archive_hash = file_hash(source)
            root = workplace / source.name.split(".")[0]
            unpack(source, root)
        root = _model_root(root)
        return _place(root, models, _plain_name(name or root.name), archive_hash)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def download(name: str, models: Path, fetch: Fetch) -> SpeechModel:
    """Install an official model from its official address.

    Raises:
        ModelUnknown: if no model of that name is offered.
        ModelHashMismatch: if what came is not what was published.
    """
    if name not in OFFICIAL:
        raise ModelUnknown(name, sorted(OFFICIAL))
    models.mkdir(parents=True, exist_ok=True)
    archive = models / f".incoming-{secrets.token_hex(8)}.zip"
    try:
        fetch(OFFICIAL[name].url, archive)
        return install(archive, models, name=name)
    finally:
        archive.unlink(missing_ok=True)


def installed(models: Path) -> list[SpeechModel]:
    """Return the installed models, by name; half-installed ones are not seen."""
    return [
        describe(manifest.parent)
        for manifest in sorted(models.glob(f"*/{MANIFEST}"))
        if not manifest.parent.name.startswith(".")
    ]


def find(name: str, models: Path) -> SpeechModel:
    """Return an installed model.

    Raises:
        ModelUnknown: if there is none of that name.
    """
    known = {model.name: model for model in installed(models)}
    if name not in known:
        raise ModelUnknown(name, sorted(known))
    return known[name]


def describe(folder: Path) -> SpeechModel:
    """Return the model in a folder, installed by us or not.

    Raises:
        ModelIncomplete: naming the files that are missing.
    """
    layout = check_layout(folder)
    manifest = _manifest(folder)
    return SpeechModel(
        name=folder.name,
        folder=folder,
        layout=layout,
        hash=manifest.get("hash") or tree_hash(folder),
        archive_hash=manifest.get("archive_hash", ""),
        sample_rate=_sample_rate(folder / _FEATURES[layout]),
    )


def verify(model: SpeechModel) -> None:
    """Read all of a model's files again.

    Raises:
        ModelHashMismatch: if they are not those that were installed.
    """
    found = tree_hash(model.folder)
    if found != model.hash:
        raise ModelHashMismatch(model.name, model.hash, found)


def check_layout(folder: Path) -> Layout:
    """Return a model's layout.

    Raises:
        ModelIncomplete: naming the files that are missing.
    """
    layout = Layout.FOLDERS if (folder / "am").is_dir() else Layout.FLAT
    missing = [name for name in _ACOUSTICS[layout] if not (folder / name).is_file()]
    graph = _GRAPH[layout]
    if not (folder / f"{graph}HCLG.fst").is_file():
        parts = (f"{graph}HCLr.fst", f"{graph}Gr.fst")
        missing += [name for name in parts if not (folder / name).is_file()]
    if (folder / "ivector").is_dir():
        missing += [
            f"ivector/{name}"
            for name in _IVECTOR
            if not (folder / "ivector" / name).is_file()
        ]
    if missing:
        raise ModelIncomplete(str(folder), missing)
    return layout


def unknown_words(
    phrases: Iterable[str], knows: Callable[[str], bool]
) -> dict[str, tuple[str, ...]]:
    """Return the words of each phrase that a model cannot hear.

    Args:
        phrases: lower-case words between blanks, as the model writes them.
        knows: tells whether the model knows a word.

    Returns:
        Only the phrases that have such words; a recogniser drops these silently.
    """
    return {
        phrase: missing
        for phrase in phrases
        if (missing := tuple(word for word in phrase.split() if not knows(word)))
    }


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def git_blob_hash(path: Path) -> str:
    """Return what `git hash-object` says of a file: SHA-1 of its size and content."""
    digest = sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def tree_hash(folder: Path) -> str:
    """Return one SHA-256 for all files of a model but our manifest."""
    digest = sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name != MANIFEST:
            digest.update(f"{file_hash(path)}  {name}\n".encode())
    return digest.hexdigest()


def _model_root(folder: Path) -> Path:
    """Return the folder that holds the model, at most one level down."""
    inside = [path for path in folder.iterdir() if not path.name.startswith("__")]
    if len(inside) == 1 and inside[0].is_dir():
        return inside[0]
    return folder


def _plain_name(name: str) -> str:
    if PurePath(name).name != name or name.startswith("."):
        raise ModelUnknown(name, sorted(OFFICIAL))
    return name


def _place(root: Path, models: Path, name: str, archive_hash: str) -> SpeechModel:
    check_layout(root)
    if name in OFFICIAL:
        _check_official(root, OFFICIAL[name])
    found = tree_hash(root)
    target = models / name
    if target.exists():
        there = describe(target)
        if there.hash != found:
            raise ModelExists(name)
        return there
    manifest = {"hash": found, "archive_hash": archive_hash}
    (root / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    root.rename(target)
    return describe(target)


def _check_official(root: Path, official: OfficialModel) -> None:
    for name, expected in official.git_blobs.items():
        path = root / name
        if not path.is_file():
            raise ModelIncomplete(official.name, [name])
        got = git_blob_hash(path)
        if got != expected:
            raise ModelHashMismatch(name, expected, got)


def _manifest(folder: Path) -> dict[str, str]:
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    content = json.loads(path.read_text("utf-8"))
    return {str(name): str(value) for name, value in content.items()}


def _sample_rate(features: Path) -> int:
    """Return the rate that mfcc.conf asks for; Kaldi's default is 16 kHz."""
    for line in features.read_text("utf-8").splitlines():
        name, _, value = line.strip().partition("=")
        if name == "--sample-frequency":
            return int(float(value))
    return 16_000
