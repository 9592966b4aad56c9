"""The jobs that read a large file: once to show it, once to take it in."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp import db
from webapp.models.demand import ImportDraft
from webapp.services import import_drafts, ingest
from webapp.services.errors import ServiceError
from webapp.services.import_findings import Report
from webapp.services.import_reading import Choices, Parsed
from webapp.settings import Settings
from webapp.worker.handler import Handler, JobRefused, Task
from webapp.worker.import_computing import ImportInput, compute


def prepare(session: Session, task: Task) -> ImportInput:
    """Return where the draft's bytes are and how to read them.

    Raises:
        JobRefused: `draft_gone` if the draft was taken in or put away.
    """
    draft = session.get(ImportDraft, task.payload["draft_id"])
    if draft is None or draft.batch_id is not None:
        raise JobRefused("draft_gone")
    path = import_drafts.path_of(task.settings.data_dir, draft.sha256)
    if not path.exists():
        raise JobRefused("draft_gone")
    return ImportInput(
        path=path,
        file_name=draft.file_name,
        choices=Choices.from_json(draft.choices),
    )


def store_check(
    session: Session, task: Task, output: Parsed | Report
) -> dict[str, Any]:
    """Keep what was found with the draft."""
    draft = session.get_one(ImportDraft, task.payload["draft_id"])
    report = ingest.check_draft(session, draft, output, zone=task.settings.zone)
    return {"draft_id": draft.id, "rows_refused": report.rows_refused}


def store_rows(session: Session, task: Task, output: Parsed | Report) -> dict[str, Any]:
    """Take the file in.

    Raises:
        JobRefused: with the code of what stands against it.
    """
    draft = session.get_one(ImportDraft, task.payload["draft_id"])
    zone, now = task.settings.zone, task.clock()
    try:
        batch = ingest.take_in_draft(session, draft, output, zone=zone, now=now)
    except ServiceError as refusal:
        params = {name: str(value) for name, value in refusal.params.items()}
        raise JobRefused(refusal.code, **params) from refusal
    return {"batch_id": batch.id}


def put_away_old_drafts(settings: Settings, now: datetime) -> None:
    """Forget drafts that nobody took in, and their bytes."""
    with db.transaction() as session:
        import_drafts.sweep(session, settings.data_dir, now=now)


CHECK = Handler(
    kind=ingest.CHECK_IMPORT,
    prepare=prepare,
    compute=compute,
    store=store_check,
    timeout_s=900,
)
STORE = Handler(
    kind=ingest.STORE_IMPORT,
    prepare=prepare,
    compute=compute,
    store=store_rows,
    timeout_s=900,
)
