"""A web process that is killed has kept every change it said yes to."""

import random
import threading
import urllib.error
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.journeys.served import Browser, Served, select_wait, served
from tests.webapp.conftest import PASSWORD, add_user
from webapp import db
from webapp.models.people import Fault, Role
from webapp.services import audit, schema

ROUNDS = 4
CHANGES_A_ROUND = 6

pytestmark = pytest.mark.slow


class Reporter(threading.Thread):
    """Reports faults one after the other, and keeps those that were accepted."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(daemon=True)
        self._browser = Browser(url)
        self._name = name
        self.accepted: list[str] = []
        self.sent = 0

    def run(self) -> None:
        try:
            self._browser.log_in("agent", PASSWORD)
            while True:
                subject = f"{self._name} {self.sent}"
                form = {"subject": subject, "description": "x"}
                self.sent += 1
                self._browser.post("/faults/new", form, "/faults/new")
                self.accepted.append(subject)
        except (OSError, urllib.error.URLError, ConnectionError):
            return  # the process was killed under it


def prepare(url: str) -> None:
    database = db.connect(url)
    schema.upgrade(database)
    add_user("agent", Role.AGENT)
    database.close()


def report_until_killed(application: Served, round_number: int) -> list[str]:
    application.start("--no-worker")
    reporter = Reporter(application.url, f"round {round_number}")
    reporter.start()
    wanted = random.Random(round_number).randint(1, CHANGES_A_ROUND)
    for _ in range(600):
        if reporter.sent > wanted or not reporter.is_alive():
            break
        select_wait(0.05)
    application.kill()
    reporter.join(30)
    return reporter.accepted


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_no_accepted_change_is_lost(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'vardiya.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
    prepare(url)
    accepted: list[str] = []

    with served(tmp_path, VARDIYA_DATABASE_URL=url) as application:
        for round_number in range(ROUNDS):
            accepted += report_until_killed(application, round_number)

    database = db.connect(url)
    with database.reading() as session:
        stored = list(session.scalars(sa.select(Fault.subject)))
        chain = audit.verify(session)
    database.close()
    assert accepted
    assert set(accepted) <= set(stored)
    assert len(stored) == len(set(stored))
    assert chain.is_whole


@pytest.mark.timeout(600)
def test_a_backup_of_the_running_application_starts_elsewhere(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    prepare(f"sqlite:///{here / 'vardiya.db'}")

    with served(here) as application:
        application.start()
        browser = Browser(application.url)
        browser.log_in("agent", PASSWORD)
        form = {"subject": "before the backup", "description": "x"}
        browser.post("/faults/new", form, "/faults/new")
        done = application.command("backup", str(tmp_path / "copy.tar"))
        assert done.returncode == 0, done.stderr
        browser.post("/faults/new", form | {"subject": "after it"}, "/faults/new")
        assert application.stop() == 0

    (here / "keys").rename(there / "keys")
    with served(there) as application:
        done = application.command("restore", str(tmp_path / "copy.tar"))
        assert done.returncode == 0, done.stderr
        application.start()
        browser = Browser(application.url)
        browser.log_in("agent", PASSWORD)
        page = browser.get("/faults/")
        assert "before the backup" in page
        assert "after it" not in page
