"""The jobs page: who sees what, and what their buttons do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.webapp.conftest import NOW, LoggedIn
from webapp import db, jobs
from webapp.i18n import sentences
from webapp.models.audit import AuditEntry
from webapp.models.jobs import Job, JobQueue, JobState, Kind, WorkerHeartbeat
from webapp.models.people import Role
from webapp.settings import Settings

KIND = Kind("test.rota", JobQueue.PLANNING)


@pytest.fixture(autouse=True)
def _prepared(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.prepare_database(settings.url)
    monkeypatch.setitem(sentences.TABLES["job_titles"], "test.rota", "Rota of %(week)s")
    monkeypatch.setitem(
        sentences.TABLES["job_steps"], "lunches", "placing lunches of %(day)s"
    )


def ask(owner_id: int | None = None, key: str = "k") -> int:
    with db.transaction() as session:
        return jobs.enqueue(
            session,
            KIND,
            key=key,
            payload={},
            title={"week": "16 Nov"},
            owner_id=owner_id,
            now=NOW,
        ).id


def change(job_id: int, **values: object) -> None:
    with db.transaction() as session:
        session.execute(sa.update(Job).where(Job.id == job_id).values(**values))


def run_for_a_minute(job_id: int, share: float) -> None:
    change(
        job_id,
        state=JobState.RUNNING,
        worker_id="w",
        started_at=NOW - timedelta(seconds=60),
        progress=share,
        message_code="lunches",
        message_params={"day": "Monday"},
    )


def fail(job_id: int, code: str = "webapp.crashed") -> None:
    change(
        job_id,
        state=JobState.FAILED,
        started_at=NOW,
        ended_at=NOW,
        error_code=code,
        error_params={"reason": "SIGSEGV"},
        error_text="child killed by SIGSEGV",
    )


def state(job_id: int) -> JobState:
    with db.reading() as session:
        return session.get_one(Job, job_id).state


def audited() -> list[tuple[str, str]]:
    with db.reading() as session:
        rows = session.execute(
            sa.select(AuditEntry.action, AuditEntry.object_id).where(
                AuditEntry.object_type == "job"
            )
        )
        return [(row.action, row.object_id) for row in rows]


def test_a_running_job_shows_its_step_and_its_pace(
    log_in: Callable[..., LoggedIn],
) -> None:
    job_id = ask()
    run_for_a_minute(job_id, 0.25)

    text = log_in(Role.IT).client.get(f"/jobs/{job_id}/progress").text

    assert "Rota of 16 Nov" in text
    assert "placing lunches of Monday" in text
    assert "1:00 so far" in text
    assert "about 3:00 more" in text
    assert f'hx-get="/jobs/{job_id}/progress"' in text


def test_a_job_that_ended_no_longer_polls_and_tells_the_page(
    log_in: Callable[..., LoggedIn],
) -> None:
    job_id = ask()
    fail(job_id)

    answer = log_in(Role.IT).client.get(f"/jobs/{job_id}/progress")

    assert "hx-get" not in answer.text
    assert "broke down (SIGSEGV)" in answer.text
    assert answer.headers["HX-Trigger"] == "jobs:changed"


def test_the_page_lists_what_runs_and_what_became_of_the_rest(
    log_in: Callable[..., LoggedIn],
) -> None:
    failed, running = ask(key="a"), ask(key="b")
    fail(failed)
    run_for_a_minute(running, 0.5)

    client = log_in(Role.IT).client

    assert "child killed by SIGSEGV" in client.get("/jobs/").text
    assert f"/jobs/{failed}/retry" in client.get("/jobs/?state=failed").text
    assert f"/jobs/{failed}/retry" not in client.get("/jobs/?state=done").text
    assert client.get("/jobs/badge").text.strip() == '<span class="count">1</span>'


def test_the_page_says_when_no_worker_runs(log_in: Callable[..., LoggedIn]) -> None:
    ask()
    client = log_in(Role.IT).client
    assert "No worker is running" in client.get("/jobs/").text

    with db.transaction() as session:
        session.add(
            WorkerHeartbeat(worker_id="w", host="h", pid=1, started_at=NOW, beat_at=NOW)
        )

    assert "No worker is running" not in client.get("/jobs/").text


def test_an_error_of_a_library_is_said_in_its_words(
    log_in: Callable[..., LoggedIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sentences.TABLES["recordings"], "no_model", "There is no model."
    )
    known, unknown = ask(key="a"), ask(key="b")
    fail(known, "recordings.no_model")
    fail(unknown, "elsewhere.strange")
    client = log_in(Role.IT).client

    assert "There is no model." in client.get(f"/jobs/{known}/progress").text
    assert "Something went wrong" in client.get(f"/jobs/{unknown}/progress").text


def test_cancelling_is_on_the_record(log_in: Callable[..., LoggedIn]) -> None:
    job_id = ask()

    answer = log_in(Role.SERVICE_LEAD).client.post(f"/jobs/{job_id}/cancel")

    assert answer.status_code == 302
    assert state(job_id) is JobState.CANCELLED
    assert audited() == [("job.cancelled", str(job_id))]


def test_cancelling_twice_is_refused_and_recorded_once(
    log_in: Callable[..., LoggedIn],
) -> None:
    job_id = ask()
    client = log_in(Role.SERVICE_LEAD).client
    client.post(f"/jobs/{job_id}/cancel")

    assert client.post(f"/jobs/{job_id}/cancel").status_code == 409
    assert len(audited()) == 1


def test_a_reviewer_cancels_their_own_jobs_only(
    log_in: Callable[..., LoggedIn],
) -> None:
    reviewer = log_in(Role.QA_REVIEWER)
    own, other = ask(reviewer.id, key="a"), ask(key="b")

    assert reviewer.client.post(f"/jobs/{other}/cancel").status_code == 404
    assert reviewer.client.post(f"/jobs/{own}/cancel").status_code == 302
    assert (state(own), state(other)) == (JobState.CANCELLED, JobState.QUEUED)


def test_trying_again_queues_a_failed_job_on_the_record(
    log_in: Callable[..., LoggedIn],
) -> None:
    job_id = ask()
    fail(job_id)
    client = log_in(Role.IT).client

    assert client.post(f"/jobs/{job_id}/retry").status_code == 302
    assert client.post(f"/jobs/{job_id}/retry").status_code == 409
    assert state(job_id) is JobState.QUEUED
    assert audited() == [("job.retried", str(job_id))]
