"""The service lead in a browser: a file, its history, a forecast, the agents needed."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Centre, assert_accessible
from tests.conftest import ROOT
from tests.webapp.planning import MONDAY, add_history, add_queue
from webapp import db
from webapp.models.demand import Queue
from webapp.models.people import Role

OpenAs = Callable[..., Page]


@pytest.fixture
def queue(centre: Centre) -> int:
    with db.transaction() as session:
        return add_queue(session).id


@pytest.fixture
def with_history(queue: int) -> int:
    with db.transaction() as session:
        add_history(session, session.get_one(Queue, queue), weeks=6)
    return queue


@pytest.fixture
def worker(centre: Centre) -> Iterator[None]:
    """Run a worker beside the served application."""
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", "worker"],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "VARDIYA_DATA_DIR": str(centre.settings.data_dir),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    process.kill()
    process.wait()


def written(folder: Path) -> Path:
    lines = ["Tarih;Saat;Gelen Çağrı;Ort. Ele Alma Süresi"]
    for back in range(28, 0, -1):
        day: date = MONDAY - timedelta(days=back)
        for half in range(17, 35) if day.weekday() < 5 else ():
            clock = f"{half // 2:02d}:{half % 2 * 30:02d}"
            calls = 20 + 3 * day.weekday() + half % 5
            lines.append(f"{day:%d.%m.%Y};{clock};{calls};190,5")
    lines.append("20.11.2026;17:30;pek çok;200")
    path = folder / "gecmis.csv"
    path.write_bytes("\n".join(lines).encode("cp1254"))
    return path


def test_a_file_is_read_shown_taken_in_and_seen_in_the_history(
    open_as: OpenAs, queue: int, tmp_path: Path
) -> None:
    page = open_as(Role.SERVICE_LEAD)
    page.get_by_role("link", name="Import", exact=True).click()
    page.locator("input[type=file]").set_input_files(written(tmp_path))

    page.get_by_role("button", name="Read the file").click()

    expect(page.get_by_text("1 line cannot be taken; the others can.")).to_be_visible()
    expect(page.get_by_text("“pek çok” is no number.")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Take in 360 good lines").click()

    expect(page.get_by_text("The file is taken in: 360 new rows")).to_be_visible()
    page.get_by_role("link", name="Fri 20 Nov").click()
    expect(page.get_by_role("row", name=re.compile("08:30–09:00"))).to_contain_text(
        "190.5"
    )
    assert_accessible(page)


@pytest.mark.usefixtures("worker")
def test_a_forecast_is_made_and_says_why_so_many_agents(
    open_as: OpenAs, with_history: int
) -> None:
    page = open_as(Role.SERVICE_LEAD)
    page.get_by_role("link", name="Forecast", exact=True).click()

    page.get_by_role("button", name="Make the forecast").click()

    made = page.get_by_role("link", name=re.compile("^23.11.2026"))
    expect(made).to_be_visible(timeout=60_000)
    made.click()
    expect(page.get_by_role("heading", name="Agents to schedule")).to_be_visible()
    page.get_by_text(re.compile(r"^Why \d+\?$")).first.click()
    expect(
        page.get_by_text("agents busy all the time (the load)").first
    ).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_open_to_everyone(
    open_as: OpenAs, with_history: int, *, phone: bool, scheme: str
) -> None:
    page = open_as(Role.SERVICE_LEAD, phone=phone, scheme=scheme)

    for address in ("/imports/", "/history/", "/history/files", "/forecasts/"):
        page.goto(address)
        assert_accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{address} is {width} pixels too wide"
