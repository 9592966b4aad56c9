"""Uploaded files between the dry run and the decision: their bytes, their rows.

The bytes are files of the data folder, readable by the application alone, named by
their hash. A draft that nobody takes in is put away after a day.
"""

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.demand import ImportDraft, ImportKind, Queue
from webapp.services.errors import Conflict, NotFound, Refused
from webapp.services.import_reading import Choices

FOLDER = "imports"
KEPT_FOR = timedelta(hours=24)
LONGEST_NAME = 300


def keep(data_dir: Path, content: bytes) -> str:
    """Write the bytes to the folder of drafts; return their SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(data_dir, digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(f".{digest}.{secrets.token_hex(4)}")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        unfinished.replace(path)
    return digest


def path_of(data_dir: Path, sha256: str) -> Path:
    """Return where the bytes of a draft are."""
    return data_dir / FOLDER / sha256


def add(
    session: Session,
    *,
    queue_id: int,
    file_name: str,
    sha256: str,
    size: int,
    choices: Choices,
    by: int,
    now: datetime,
) -> ImportDraft:
    """Add the draft of a file whose bytes are kept.

    Raises:
        Refused: `queue_needed` where there is no such queue.
    """
    queue = session.get(Queue, queue_id)
    if queue is None or not queue.is_active:
        raise Refused("queue_needed", field="queue")
    draft = ImportDraft(
        kind=ImportKind.CALLS if choices.is_calls else ImportKind.INTERVALS,
        queue_id=queue_id,
        file_name=clean_name(file_name),
        sha256=sha256,
        size=size,
        choices=choices.to_json(),
        created_by_id=by,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def open_draft(session: Session, draft_id: int, *, viewer_id: int) -> ImportDraft:
    """Return a person's own draft.

    Raises:
        NotFound: if there is none, or it is another person's.
        Conflict: if it was taken in already.
    """
    draft = session.get(ImportDraft, draft_id)
    if draft is None or draft.created_by_id != viewer_id:
        raise NotFound("import_draft", draft_id)
    if draft.batch_id is not None:
        raise Conflict("draft_gone", queue_id=draft.queue_id)
    return draft


def content_of(data_dir: Path, sha256: str) -> bytes:
    """Return the bytes of a draft.

    Raises:
        Conflict: `draft_gone` if they were put away.
    """
    try:
        return path_of(data_dir, sha256).read_bytes()
    except FileNotFoundError:
        raise Conflict("draft_gone") from None


def discard(session: Session, draft: ImportDraft) -> None:
    """Forget a draft that is not to be taken in."""
    session.delete(draft)
    session.flush()


def sweep(session: Session, data_dir: Path, *, now: datetime) -> int:
    """Forget drafts older than a day, and files that no draft needs; return how many.

    A file whose draft is not stored yet is younger than an hour and stays.
    """
    session.execute(
        sa.delete(ImportDraft).where(
            ImportDraft.created_at < now - KEPT_FOR, ImportDraft.batch_id.is_(None)
        )
    )
    needed = set(
        session.scalars(
            sa.select(ImportDraft.sha256).where(ImportDraft.batch_id.is_(None))
        )
    )
    folder = data_dir / FOLDER
    removed = 0
    oldest = (now - timedelta(hours=1)).timestamp()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in needed and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def clean_name(name: str) -> str:
    """Return the last part of a file's name, without what a database refuses."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\x00", "").strip()
    return last[-LONGEST_NAME:] or "?"
