"""Archives of speech models, unpacked without trusting them."""

import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from recordings.errors import ModelArchiveRefused

MAX_FILES = 10_000
MAX_BYTES = 8 << 30
"""The largest published models unpack to some 5 GB."""

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    is_folder: bool
    is_plain: bool
    member: zipfile.ZipInfo | tarfile.TarInfo


def unpack(archive: Path, target: Path, *, max_bytes: int = MAX_BYTES) -> None:
    """Unpack a zip or tar archive into an empty folder.

    Only plain files and folders below the target are ever written, and no more than
    `max_bytes` of them, whatever sizes the archive claims.

    Raises:
        ModelArchiveRefused: if it is no such archive, damaged, holds links or devices,
            leads out of the target, or is too large. The target may be half filled.
    """
    try:
        with _opened(archive) as opened:
            entries = list(_entries(opened, archive))
            left = max_bytes
            for entry in entries:
                path = _inside(target, entry, archive)
                if entry.is_folder:
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                left -= _copy(_source(opened, entry), path, left, archive)
            _read_to_end(opened)
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise ModelArchiveRefused(archive.name, str(error)) from error


_Opened = zipfile.ZipFile | tarfile.TarFile


@contextmanager
def _opened(archive: Path) -> Iterator[_Opened]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened_zip:
            yield opened_zip
    elif tarfile.is_tarfile(archive):
        with tarfile.open(archive) as opened_tar:
            yield opened_tar
    else:
        raise ModelArchiveRefused(archive.name, "it is neither zip nor tar")


def _entries(opened: _Opened, archive: Path) -> Iterator[_Entry]:
    if isinstance(opened, zipfile.ZipFile):
        entries: Iterator[_Entry] = map(_zip_entry, opened.infolist())
    else:
        entries = (
            _Entry(member.name, member.isdir(), member.isreg(), member)
            for member in opened
        )
    for count, entry in enumerate(entries, 1):
        if count > MAX_FILES:
            raise ModelArchiveRefused(archive.name, f"more than {MAX_FILES} entries")
        yield entry


def _zip_entry(info: zipfile.ZipInfo) -> _Entry:
    kind = stat.S_IFMT(info.external_attr >> 16)
    is_plain = kind in (0, stat.S_IFREG) and not info.is_dir()
    return _Entry(info.filename, info.is_dir(), is_plain, info)


def _inside(target: Path, entry: _Entry, archive: Path) -> Path:
    """Return where an entry goes, refusing every way out of the target."""
    if not entry.is_folder and not entry.is_plain:
        raise ModelArchiveRefused(archive.name, f"{entry.name} is no plain file")
    path = PurePosixPath(entry.name)
    unsafe = path.is_absolute() or ".." in path.parts or "\\" in entry.name
    if unsafe or any(":" in part for part in path.parts):
        raise ModelArchiveRefused(archive.name, f"{entry.name} leads out of it")
    return target.joinpath(*path.parts)


def _source(opened: _Opened, entry: _Entry) -> IO[bytes]:
    if isinstance(opened, zipfile.ZipFile) and isinstance(
        entry.member, zipfile.ZipInfo
    ):
        return opened.open(entry.member)
    if isinstance(opened, tarfile.TarFile) and isinstance(
        entry.member, tarfile.TarInfo
    ):
        source = opened.extractfile(entry.member)
        if source is not None:
            return source
    raise tarfile.TarError(f"{entry.name} cannot be read")


def _read_to_end(opened: _Opened) -> None:
    """Make a compressed tar check itself: its checksum stands after the last file."""
    if isinstance(opened, tarfile.TarFile) and opened.fileobj is not None:
        while opened.fileobj.read(_BLOCK):
            pass


def _copy(source: IO[bytes], path: Path, limit: int, archive: Path) -> int:
    """Copy a file of at most `limit` bytes; return how many there were."""
    size = 0
    with source, path.open("xb") as out:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > limit:
                raise ModelArchiveRefused(archive.name, "it unpacks to too many bytes")
            out.write(block)
    return size


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder's plain files; links are followed only to files."""
    shutil.copytree(source, target, dirs_exist_ok=True)
