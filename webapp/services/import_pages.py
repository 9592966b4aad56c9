"""A file that waits to be taken in, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.models.jobs import JobState
from webapp.services import import_drafts, jobs
from webapp.services.import_findings import BadLine, Report
from webapp.services.import_reading import Choices
from webapp.services.jobs import JobLine

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A draft with what its dry run found.

    Attributes:
        report: None while a worker still reads the file.
        job: the worker's latest job about it, where that runs, waits or failed.
    """

    id: int
    queue_id: int
    queue: str
    interval_minutes: int
    file_name: str
    size: int
    choices: Choices
    report: Report | None
    job: JobLine | None

    @property
    def can_be_taken(self) -> bool:
        """Tell whether there is something to take in, and nothing runs against it."""
        if self.report is None or self.report.refusal is not None:
            return False
        is_kept_out = self.choices.all_or_nothing and self.report.rows_refused > 0
        is_busy = self.job is not None and self.job.state.is_active
        return self.report.rows_good > 0 and not is_kept_out and not is_busy

    def bad_lines(self, page: int) -> tuple[BadLine, ...]:
        """Return a page of the bad lines."""
        found = self.report.bad_lines if self.report else ()
        return found[(page - 1) * PER_PAGE : page * PER_PAGE]

    @property
    def pages(self) -> int:
        """How many pages of bad lines there are."""
        found = self.report.bad_lines if self.report else ()
        return max(1, -(-len(found) // PER_PAGE))


def draft_page(
    session: Session, draft_id: int, *, viewer_id: int, now: datetime
) -> DraftPage:
    """Return a person's own draft.

    Raises:
        NotFound: if there is none, or it is another person's.
        Conflict: if it was taken in already.
    """
    draft = import_drafts.open_draft(session, draft_id, viewer_id=viewer_id)
    about = jobs.of_subject(session, ("import_draft", draft.id), now=now)
    latest = about[0] if about and about[0].state is not JobState.DONE else None
    return DraftPage(
        id=draft.id,
        queue_id=draft.queue_id,
        queue=draft.queue.name,
        interval_minutes=draft.queue.interval_minutes,
        file_name=draft.file_name,
        size=draft.size,
        choices=Choices.from_json(draft.choices),
        report=Report.from_json(draft.report) if draft.report else None,
        job=latest,
    )
