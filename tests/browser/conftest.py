"""The application as people meet it: served over HTTP, opened in Chromium.

A test asks for `centre` (a served application over its own SQLite database, with a
clock that stands at NOW) and `open_as` (a browser of a person with some roles,
logged in). Every page is watched: a script that fails, a breach of the content
security policy or a request to another host fails the test at its end.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    sync_playwright,
)
from waitress.server import create_server

from recordings.encryption import MasterKey
from recordings.store import FolderStore
from tests.conftest import ROOT, missing
from tests.webapp.conftest import NOW, PASSWORD, Clock, add_user
from webapp import db
from webapp.adapters import Adapters
from webapp.app import create_app
from webapp.models.people import Role
from webapp.services import schema
from webapp.settings import Settings

AXE = ROOT / "webapp" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
ASSETS = ROOT / "webapp" / "static" / "manifest.json"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as needing a browser, and as slow."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


def chromium() -> str | None:
    """Return the path of a Chromium on this machine, None where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if path := shutil.which(name):
            return path
    return None


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Yield playwright, started once."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Yield Chromium, started once."""
    path = chromium()
    if path is None:
        missing("no chromium on the PATH")
    if not ASSETS.exists():
        missing("the browser assets are not built")
    started: Playwright = request.getfixturevalue("playwright")
    chrome = started.chromium.launch(executable_path=path, args=SWITCHES)
    yield chrome
    chrome.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A served application: its address, clock, settings and store."""

    url: str
    clock: Clock
    settings: Settings
    app: Flask


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    database = db.Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    return path


@pytest.fixture
def centre(tmp_path: Path, _migrated: Path) -> Iterator[Centre]:
    """Yield an application over an empty database, served on a port of its own."""
    for file in _migrated.parent.glob("empty.db*"):
        shutil.copy(file, tmp_path / file.name.replace("empty", "vardiya"))
    settings = Settings(data_dir=tmp_path, locale="en")
    clock = Clock(NOW)
    store = FolderStore(settings.recordings, MasterKey(b"m" * 32))
    adapters = Adapters(clock=clock, session_key=b"k" * 32, store=store)
    app = create_app(settings, adapters)
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    yield Centre(url=url, clock=clock, settings=settings, app=app)
    server.trigger.pull_trigger(server.close)
    server.task_dispatcher.shutdown()
    thread.join(timeout=10)
    db.current().close()


@dataclass
class Watch:
    """What went wrong in any page of a test."""

    host: str
    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Note this page's failing scripts, policy breaches and foreign requests."""
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(message.text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.host:
            self.problems.append(f"request to another host: {request.url}")


@pytest.fixture
def new_page(browser: Browser, centre: Centre) -> Iterator[Callable[..., Page]]:
    """Yield a function that opens a page in a fresh browser profile."""
    watch = Watch(urlsplit(centre.url).netloc)
    contexts: list[BrowserContext] = []

    def open_page(*, phone: bool = False, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=centre.url,
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            timezone_id="Europe/Istanbul",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.problems, watch.problems


def fill_log_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Log in on the log-in page."""
    page.goto("/login")
    page.get_by_label("User name").fill(username)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def open_as(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Return a function that gives a logged-in page to a person with roles.

    A person of that user name who exists already is not opened again.
    """
    known: set[str] = set()

    def act(
        *roles: Role,
        username: str = "",
        full_name: str = "",
        phone: bool = False,
        scheme: str = "light",
    ) -> Page:
        username = username or "-".join(roles)
        if username not in known and roles:
            add_user(username, *roles, full_name=full_name)
            known.add(username)
        page = new_page(phone=phone, scheme=scheme)
        fill_log_in(page, username)
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    return act


def assert_accessible(page: Page) -> None:
    """Fail with axe-core's findings against WCAG 2.2 AA on this page."""
    if not AXE.exists():
        missing("axe-core is not installed with the browser assets")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "standards => axe.run(document, {runOnly: {type: 'tag', values: standards}})",
        STANDARDS,
    )
    breaches = [
        f"{breach['id']}: {breach['help']} - "
        + "; ".join(str(node["html"])[:200] for node in breach["nodes"][:3])
        for breach in found["violations"]
    ]
    assert not breaches, os.linesep.join([page.url, *breaches])
