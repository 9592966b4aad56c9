"""The Import and Call history desks through the browser's requests."""

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.webapp.conftest import Clock, LoggedIn
from tests.webapp.planning import add_queue
from webapp import db
from webapp.models.demand import ImportBatch, ImportDraft, IntervalActual, Queue
from webapp.models.jobs import Job, JobState
from webapp.models.people import Role
from webapp.services import import_drafts
from webapp.settings import Settings
from webapp.worker import imports as handler
from webapp.worker.handler import Handler, Task
from webapp.worker.import_computing import compute

LogIn = Callable[..., LoggedIn]
GOOD = "Tarih;Saat;Gelen Çağrı\n16.11.2026;08:30;12\n16.11.2026;09:00;20\n"
MIXED = GOOD + "16.11.2026;09:30;çok\n"


@pytest.fixture
def queue(app: object) -> Queue:
    with db.transaction() as session:
        return add_queue(session)


@pytest.fixture
def lead(log_in: LogIn, queue: Queue) -> LoggedIn:
    return log_in(Role.SERVICE_LEAD)


def upload(
    person: LoggedIn,
    queue: Queue,
    content: bytes | str,
    name: str = "history.csv",
    kind: str = "intervals",
) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    return person.client.post(
        "/imports/",
        data={"queue": queue.id, "kind": kind, "file": (io.BytesIO(data), name)},
        follow_redirects=True,
    )


def count(table: type) -> int:
    with db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_file_is_shown_first_and_taken_in_on_the_word_of_a_person(
    lead: LoggedIn, queue: Queue
) -> None:
    shown = upload(lead, queue, MIXED)

    assert shown.status_code == 200
    assert "1 line cannot be taken" in shown.text
    assert "Take in 2 good lines" in shown.text
    assert "“çok” is no number." in shown.text
    assert count(IntervalActual) == 0

    done = lead.client.post("/imports/1/store", follow_redirects=True)

    assert "2 new rows" in done.text
    assert count(IntervalActual) == 2


def test_a_draft_that_was_taken_in_leads_to_its_history(
    lead: LoggedIn, queue: Queue
) -> None:
    upload(lead, queue, GOOD)
    lead.client.post("/imports/1/store")

    again = lead.client.get("/imports/1")

    assert again.status_code == 302
    assert again.location == f"/history/?queue={queue.id}"
    assert lead.client.post("/imports/1/store").status_code == 409
    assert count(ImportBatch) == 1


def test_another_persons_draft_is_absent(
    lead: LoggedIn, queue: Queue, log_in: LogIn
) -> None:
    upload(lead, queue, GOOD)
    other = log_in(Role.IT)

    assert other.client.get("/imports/1").status_code == 404
    assert other.client.post("/imports/1/store").status_code == 404
    assert other.client.post("/imports/1/discard").status_code == 404
    assert other.client.get("/imports/1/bad-lines").status_code == 404
    assert count(IntervalActual) == 0


def test_a_person_may_want_all_or_nothing(lead: LoggedIn, queue: Queue) -> None:
    upload(lead, queue, MIXED)

    said = lead.client.post(
        "/imports/1/reading",
        data={"zone": "Europe/Istanbul", "all_or_nothing": "1"},
        follow_redirects=True,
    )

    assert "so nothing is taken, as you asked" in said.text
    assert "Take in" not in said.text
    assert lead.client.post("/imports/1/store").status_code == 422
    assert count(IntervalActual) == 0


def test_unknown_columns_are_named_by_the_person(lead: LoggedIn, queue: Queue) -> None:
    shown = upload(lead, queue, "When;How many\n16.11.2026 09:00;1\n16.11.2026 09:30;2")
    assert "has no column for Date and time / Date / Time of day" in shown.text

    said = lead.client.post(
        "/imports/1/reading",
        data={
            "zone": "Europe/Istanbul",
            "column-start": "When",
            "column-offered": "How many",
        },
        follow_redirects=True,
    )

    assert "Take in 2 good lines" in said.text


def test_bad_lines_come_as_a_file_that_no_spreadsheet_computes(
    lead: LoggedIn, queue: Queue
) -> None:
    upload(lead, queue, GOOD + "16.11.2026;09:30;=2+3\n")

    answer = lead.client.get("/imports/1/bad-lines")

    assert answer.mimetype == "text/csv"
    assert (
        answer.data.decode("utf-8-sig")
        .splitlines()[1]
        .startswith("4,Gelen Çağrı,'=2+3,")
    )


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty.csv is empty"),
        (b"%PDF-1.7\n...", "report.pdf", "is no table but another kind of file (pdf)"),
        ("hello there\n", "note.txt", "note.txt"),
        (GOOD.encode("utf-16"), "excel.csv", "Take in 2 good lines"),
        (GOOD.encode("cp1254"), "eski.csv", "Take in 2 good lines"),
        (b"\x00\x01\x02\x81" * 50, "x.csv", "is no text"),
    ],
)
def test_any_file_gets_an_answer_that_helps(
    lead: LoggedIn, queue: Queue, content: bytes | str, name: str, said: str
) -> None:
    shown = upload(lead, queue, content, name)

    assert shown.status_code == 200
    assert said in shown.text


def test_nothing_chosen_is_said_at_the_form(lead: LoggedIn, queue: Queue) -> None:
    answer = lead.client.post("/imports/", data={"queue": queue.id})

    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_file_put_away_is_gone(lead: LoggedIn, queue: Queue) -> None:
    upload(lead, queue, GOOD)

    answer = lead.client.post("/imports/1/discard", follow_redirects=True)

    assert "nothing was taken in" in answer.text
    assert lead.client.get("/imports/1").status_code == 404


def test_old_drafts_and_their_bytes_are_put_away(
    lead: LoggedIn, queue: Queue, settings: Settings, clock: Clock
) -> None:
    upload(lead, queue, GOOD)
    (kept,) = (settings.data_dir / "imports").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    then = clock.now.timestamp()
    os.utime(kept, (then, then))
    a_day_later = clock.now + timedelta(hours=25)

    handler.put_away_old_drafts(settings, a_day_later)

    assert count(ImportDraft) == 0
    assert not kept.exists()


def test_a_large_file_is_read_and_stored_by_a_worker(
    lead: LoggedIn,
    queue: Queue,
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.services.ingest.AT_ONCE_BYTES", 10)

    shown = upload(lead, queue, MIXED)
    assert "Reading history.csv" in shown.text
    _work(handler.CHECK, settings, clock)
    assert "Take in 2 good lines" in lead.client.get("/imports/1").text

    stored = lead.client.post("/imports/1/store", follow_redirects=True)
    assert "Taking in history.csv" in stored.text
    assert count(IntervalActual) == 0
    _work(handler.STORE, settings, clock)
    assert count(IntervalActual) == 2
    assert lead.client.get("/imports/1").status_code == 302


def _work(kind: Handler[Any, Any], settings: Settings, clock: Clock) -> None:
    with db.reading() as session:
        job = session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(1)).one()
    task = Task(
        job_id=job.id,
        payload=job.payload,
        owner_id=job.owner_id,
        settings=settings,
        clock=clock,
    )
    with db.reading() as session:
        given = kind.prepare(session, task)
    found = compute(given, lambda *_, **__: None)  # type: ignore[arg-type]
    with db.transaction() as session:
        kind.store(session, task, found)
        session.execute(
            sa.update(Job)
            .where(Job.id == job.id)
            .values(state=JobState.DONE, ended_at=clock.now)
        )


def test_the_history_shows_what_was_taken_in(lead: LoggedIn, queue: Queue) -> None:
    assert "No call history of Vergi yet" in lead.client.get("/history/").text
    upload(lead, queue, GOOD)
    lead.client.post("/imports/1/store")

    days = lead.client.get("/history/")
    day = lead.client.get(f"/history/2026-11-16?queue={queue.id}")
    files = lead.client.get("/history/files")
    sheet = lead.client.get("/history/export")

    assert "Mon 16 Nov" in days.text
    assert "08:30–09:00" in day.text
    assert "history.csv" in files.text
    assert sheet.data[:2] == b"PK"
    assert "Nothing is known" in lead.client.get("/history/2026-11-17").text
    assert lead.client.get("/history/soon").status_code == 404
    assert lead.client.get("/history/?queue=99").status_code == 404


def test_no_queue_yet_is_said(log_in: LogIn) -> None:
    person = log_in(Role.SERVICE_LEAD)

    for page in ("/imports/", "/history/", "/forecasts/", "/history/files"):
        answer = person.client.get(page)
        assert answer.status_code == 200
    assert "No queue yet" in person.client.get("/history/").text


def test_a_name_cannot_lead_out_of_the_folder() -> None:
    assert import_drafts.clean_name("..\\..\\etc/passwd") == "passwd"
    assert import_drafts.clean_name("/") == "?"
    assert import_drafts.path_of(Path("/d"), "ab") == Path("/d/imports/ab")
