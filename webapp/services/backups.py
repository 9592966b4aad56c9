"""A copy of the whole application while it runs, and the application from a copy.

An archive is a tar file: `manifest.json`, the database as its own tools write it (a
snapshot of one instant), and the data folder's files. Recordings are encrypted there;
the keys are not in the archive and are kept elsewhere. The database is copied first:
files are only ever added, so every recording it names is in the archive.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url

from webapp import __version__
from webapp.db import Database
from webapp.services import schema
from webapp.services.errors import Conflict, Refused
from webapp.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
FOLDERS = ("recordings", "models", "quarantine")
UNFINISHED = "incoming"

Report = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself."""

    format: int
    version: str
    revision: str | None
    backend: str
    created_at: str
    master_key_id: str
    database_sha256: str
    files: int


def back_up(
    settings: Settings,
    database: Database,
    archive: Path,
    *,
    master_key_id: str,
    now: datetime,
    report: Report,
) -> Manifest:
    """Write an archive of the running application; it appears whole or not at all.

    Raises:
        Conflict: `archive_exists`.
        Refused: `dump_tool_missing`, `dump_failed` on PostgreSQL.
    """
    if archive.exists():
        raise Conflict("archive_exists", path=str(archive))
    archive.parent.mkdir(parents=True, exist_ok=True)
    draft = archive.with_name(f".{archive.name}.part")
    try:
        with TemporaryDirectory(dir=archive.parent) as folder:
            dump = Path(folder) / DATABASE
            _dump(make_url(settings.url), dump)
            files = list(_files(settings.data_dir))
            manifest = Manifest(
                format=FORMAT,
                version=__version__,
                revision=schema.revision(database),
                backend=database.engine.dialect.name,
                created_at=now.isoformat(),
                master_key_id=master_key_id,
                database_sha256=_sha256(dump),
                files=len(files),
            )
            _write(draft, manifest, dump, files, settings.data_dir, report)
        draft.rename(archive)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _files(data_dir: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((data_dir / folder).rglob("*")):
            if path.is_file() and UNFINISHED not in path.relative_to(data_dir).parts:
                yield path


def _write(
    draft: Path,
    manifest: Manifest,
    dump: Path,
    files: list[Path],
    data_dir: Path,
    report: Report,
) -> None:
    text = json.dumps(asdict(manifest), indent=2).encode()
    with draft.open("wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
        about = tarfile.TarInfo(MANIFEST)
        about.size = len(text)
        tar.addfile(about, io.BytesIO(text))
        tar.add(dump, DATABASE)
        for number, path in enumerate(files, 1):
            if path.exists():  # destroyed meanwhile, with approval: not to be kept
                tar.add(path, str(path.relative_to(data_dir)), recursive=False)
            report(number / len(files))
        tar.close()
        raw.flush()
        os.fsync(raw.fileno())
    report(1.0)


def read_manifest(archive: Path) -> Manifest:
    """Return what an archive says of itself.

    Raises:
        Refused: `not_an_archive`, `archive_too_new`.
    """
    try:
        with tarfile.open(archive) as tar:
            member = tar.extractfile(MANIFEST)
            about = json.loads(member.read()) if member else {}
        manifest = Manifest(**about)
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise Refused("not_an_archive", path=str(archive)) from error
    if manifest.format > FORMAT:
        raise Refused("archive_too_new", version=manifest.version)
    return manifest


def restore(
    settings: Settings, archive: Path, *, master_key_id: str | None, report: Report
) -> Manifest:
    """Bring back the application of an archive into an empty place.

    Args:
        master_key_id: the name of the key in the keys folder, None where there is none.

    Raises:
        Refused: `not_an_archive`, `archive_too_new`, `archive_damaged`,
            `other_backend`, `other_master_key`, `dump_tool_missing`, `dump_failed`.
        Conflict: `place_not_empty`.
    """
    manifest = read_manifest(archive)
    url = make_url(settings.url)
    if url.get_backend_name() != manifest.backend:
        raise Refused(
            "other_backend", archive=manifest.backend, here=url.get_backend_name()
        )
    if master_key_id != manifest.master_key_id:
        raise Refused("other_master_key", wanted=manifest.master_key_id)
    _require_empty(settings, url)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.data_dir) as folder:
        _unpack(archive, Path(folder), manifest, report)
        dump = Path(folder) / DATABASE
        if _sha256(dump) != manifest.database_sha256:
            raise Refused("archive_damaged", path=str(archive))
        for name in FOLDERS:
            if (Path(folder) / name).exists():
                (Path(folder) / name).rename(settings.data_dir / name)
        _load(url, dump)  # last: an application exists once its database does
    report(1.0)
    return manifest


def _require_empty(settings: Settings, url: URL) -> None:
    full = [n for n in FOLDERS if any((settings.data_dir / n).glob("*"))]
    if url.get_backend_name() == "sqlite":
        if Path(url.database or "").exists():
            full.append(str(url.database))
    else:
        with closing(Database(settings.url)) as target:
            if schema.revision(target) is not None:
                full.append(str(url.database))
    if full:
        raise Conflict("place_not_empty", what=", ".join(full))


def _unpack(archive: Path, folder: Path, manifest: Manifest, report: Report) -> None:
    try:
        with tarfile.open(archive) as tar:
            for number, member in enumerate(tar):
                tar.extract(member, folder, filter="data")
                report(min(1.0, number / (manifest.files + 2)))
    except (tarfile.TarError, EOFError) as error:
        raise Refused("archive_damaged", path=str(archive)) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump(url: URL, target: Path) -> None:
    if url.get_backend_name() == "sqlite":
        with (
            closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        return
    _run_tool("pg_dump", url, ["--format=custom", f"--file={target}"])


def _load(url: URL, dump: Path) -> None:
    if url.get_backend_name() == "sqlite":
        place = Path(url.database or "")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(dump, place.with_suffix(".restoring"))
        place.with_suffix(".restoring").rename(place)
        return
    _run_tool("pg_restore", url, ["--no-owner", "--single-transaction", str(dump)])


def _run_tool(tool: str, url: URL, arguments: list[str]) -> None:
    path = shutil.which(tool)
    if path is None:
        raise Refused("dump_tool_missing", tool=tool)
    with TemporaryDirectory() as folder:  # a password in arguments could be seen
        passfile = Path(folder) / "pgpass"
        passfile.touch(mode=0o600)
        secret = (url.password or "").replace("\\", "\\\\").replace(":", "\\:")
        passfile.write_text(f"*:*:*:*:{secret}\n", encoding="utf-8")
        known = url.translate_connect_args(username="user", database="dbname")
        known.pop("password", None)
        options = {key: str(value) for key, value in url.query.items()}
        address = make_conninfo(passfile=str(passfile), **known, **options)
        done = subprocess.run(  # noqa: S603 - our own arguments
            [path, f"--dbname={address}", *arguments],
            check=False,
            capture_output=True,
            text=True,
        )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise Refused("dump_failed", tool=tool, text=lines[-1] if lines else "")
