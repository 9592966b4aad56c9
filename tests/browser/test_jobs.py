"""The jobs page in a browser: progress that moves, a job that is cancelled."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible
from tests.webapp.conftest import NOW
from webapp import db, jobs
from webapp.i18n import sentences
from webapp.models.jobs import Job, JobQueue, JobState, Kind
from webapp.models.people import Role

KIND = Kind("test.rota", JobQueue.PLANNING)


@pytest.fixture(autouse=True)
def _titles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sentences.TABLES["job_titles"], "test.rota", "Rota of %(week)s")


def ask(week: str) -> int:
    with db.transaction() as session:
        return jobs.enqueue(
            session,
            KIND,
            key=week,
            payload={},
            title={"week": week},
            owner_id=None,
            now=NOW - timedelta(minutes=5),
        ).id


def change(job_id: int, **values: object) -> None:
    with db.transaction() as session:
        session.execute(sa.update(Job).where(Job.id == job_id).values(**values))


def start(job_id: int, share: float) -> None:
    change(
        job_id,
        state=JobState.RUNNING,
        worker_id="w",
        started_at=NOW - timedelta(seconds=75),
        progress=share,
    )


def end(job_id: int, state: JobState, **values: object) -> None:
    change(job_id, state=state, ended_at=NOW, **values)


def test_progress_moves_and_the_outcome_comes_without_reloading(
    open_as: Callable[..., Page],
) -> None:
    page = open_as(Role.IT)
    job_id = ask("16 Nov")
    start(job_id, 0.25)
    page.goto("/jobs/")
    bar = page.get_by_role("progressbar", name="Rota of 16 Nov")
    expect(bar).to_have_attribute("value", "0.250")

    change(job_id, progress=0.5)
    expect(bar).to_have_attribute("value", "0.500")
    end(job_id, JobState.DONE, progress=1.0)

    row = page.get_by_role("row", name=re.compile("Rota of 16 Nov"))
    expect(row.get_by_text("Done")).to_be_visible()
    expect(bar).to_have_count(0)


def test_a_waiting_job_is_cancelled_with_one_press(
    open_as: Callable[..., Page],
) -> None:
    page = open_as(Role.SERVICE_LEAD)
    ask("23 Nov")
    page.goto("/jobs/")

    page.get_by_role("button", name="Stop").click()

    row = page.get_by_role("row", name=re.compile("Rota of 23 Nov"))
    expect(row.get_by_text("Cancelled")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_open_to_everyone(
    open_as: Callable[..., Page],
    *,
    phone: bool,
    scheme: str,
) -> None:
    page = open_as(Role.IT, phone=phone, scheme=scheme)
    ask("7 Dec")
    running, failed = ask("30 Nov"), ask("23 Nov")
    start(running, 0.4)
    start(failed, 0.1)
    end(
        failed,
        JobState.FAILED,
        error_code="webapp.crashed",
        error_params={"reason": "SIGSEGV"},
        error_text="child killed by SIGSEGV",
    )

    page.goto("/jobs/")

    expect(page.get_by_text("waits for its turn")).to_be_visible()
    expect(page.get_by_text("about 1:52 more")).to_be_visible()
    expect(page.get_by_role("button", name="Try again: Rota of 23 Nov")).to_be_visible()
    assert_accessible(page)
