"""The watched folder: recordings that appear there are taken in by themselves.

A file is taken once its size and time are the same in two scans, so a half-copied one
waits. Files stay where they are: the folder is somebody else's. What was taken is
remembered by name, size and time; were that lost, the hash tells a duplicate.
"""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from webapp import db
from webapp.adapters import audio_store
from webapp.services import call_details, intake
from webapp.services.call_details import Row
from webapp.services.errors import ServiceError
from webapp.settings import Settings

METADATA = (".json", ".csv")
MEMORY = "watched_folder.json"
MOST_AT_A_TIME = 50
log = logging.getLogger(__name__)


def scan(settings: Settings, now: datetime) -> None:
    """Take in what has come to the watched folder and is whole."""
    folder = settings.watch_dir
    if folder is None or not folder.is_dir():
        return
    memory = _Memory(settings.data_dir / MEMORY)
    ready = [path for path in _sounds(folder) if memory.is_ready(path)]
    for path in ready[:MOST_AT_A_TIME]:
        try:
            _take(path, settings, now)
        except (ServiceError, OSError) as error:
            log.warning("a file of the watched folder waits: %s", error)
            memory.give_back(path)
        memory.save()
    memory.save()


def _sounds(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith(".")
        and path.suffix.casefold() not in METADATA
    )


def _take(path: Path, settings: Settings, now: datetime) -> None:
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with db.reading() as session:
        barred = intake.destroyed(session)
    with path.open("rb") as file:
        heard = intake.hear(audio_store(settings), file, path.name, barred=barred)
    by = intake.By(
        source=intake.Source.FOLDER, actor_id=None, now=now, zone=settings.zone
    )
    with db.transaction() as session:
        details = call_details.details_of(
            session,
            _row_of(path),
            file_name=path.name,
            started_at=min(changed, now),
            zone=settings.zone,
        )
        intake.take_in(session, heard, details, by)


def _row_of(path: Path) -> Row:
    """Return what stands about a recording in the files beside it."""
    beside = [path.with_suffix(".json"), path.with_suffix(".csv")]
    shared = [path.parent / "metadata.json", path.parent / "metadata.csv"]
    for candidate in (*beside, *shared):
        if candidate.is_file():
            content = candidate.read_bytes()
            row = call_details.read_metadata(content, candidate.name).of(path.name)
            if row:
                return row
    return {}


class _Memory:
    """What the last scan saw, and what was taken, in a file of the data folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        state: dict[str, dict[str, str]] = {}
        if path.exists():
            state = json.loads(path.read_text(encoding="utf-8"))
        self._seen = state.get("seen", {})
        self._taken = state.get("taken", {})

    def is_ready(self, path: Path) -> bool:
        """Tell whether a file is new and has not changed since the last scan."""
        about = path.stat()
        mark = f"{about.st_size} {about.st_mtime_ns}"
        name = str(path)
        if self._taken.get(name) == mark:
            return False
        was, self._seen[name] = self._seen.get(name), mark
        if was != mark:
            return False
        self._taken[name] = self._seen.pop(name)
        return True

    def give_back(self, path: Path) -> None:
        """Let the next scans try a file again."""
        self._seen[str(path)] = self._taken.pop(str(path))

    def save(self) -> None:
        """Keep the memory, whole or not at all."""
        draft = self._path.with_suffix(".draft")
        state = {"seen": self._seen, "taken": self._taken}
        draft.write_text(json.dumps(state), encoding="utf-8")
        draft.replace(self._path)
