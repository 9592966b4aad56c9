"""The README's pictures, taken from the demo centre: `make screenshots`."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import DESKTOP, PHONE, SWITCHES, chromium
from tests.journeys.served import served
from webapp.services.demo.people import PASSWORD

HERE = Path(__file__).parent
TODAY = datetime.now(ZoneInfo("Europe/Istanbul")).date()
WORKDAY = TODAY - timedelta(days=TODAY.weekday())  # Monday, the busiest day


def stay(_page: Page) -> None:
    """Take the page as it is."""


def open_call(page: Page) -> None:
    """Open the first call of the list, which asks for a purpose."""
    open_first_row(page)
    page.locator("main form button.primary").click()
    page.wait_for_load_state("networkidle")


def open_first_row(page: Page) -> None:
    """Follow the first link of the page's first table or list."""
    page.locator("main tbody th a, main .cards a").first.click()
    page.wait_for_load_state("networkidle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: who opens which page, and does what there first."""

    name: str
    username: str
    path: str
    act: Callable[[Page], None] = stay
    is_phone: bool = False


SHOTS = (
    Shot(name="today", username="servis", path=f"/today/?day={WORKDAY}"),
    Shot(name="lunch", username="servis", path=f"/lunch/?day={WORKDAY}"),
    Shot(name="rota", username="servis", path="/rota/", act=open_first_row),
    Shot(
        name="leave",
        username="servis",
        path="/leave/?show=waiting",
        act=open_first_row,
    ),
    Shot(name="staffing", username="mudur", path="/staffing/?volume=10&weeks=8"),
    Shot(name="forecast", username="servis", path="/forecasts/", act=open_first_row),
    Shot(name="call", username="kalite", path="/evaluations/", act=open_call),
    Shot(name="week", username="temsilci1", path="/my-week/", is_phone=True),
)


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> None:
    """Log in, open the page, act on it and save the picture."""
    size = PHONE if shot.is_phone else DESKTOP
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale="tr-TR",
        timezone_id="Europe/Istanbul",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("[name=username]", shot.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) button").last.click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(address + shot.path)
    page.wait_for_load_state("networkidle")
    shot.act(page)
    page.screenshot(path=folder / f"{shot.name}.png")
    context.close()


def main() -> int:
    """Fill a demo centre, serve it, take every picture or those named."""
    wanted = set(sys.argv[1:]) or {shot.name for shot in SHOTS}
    path = chromium()
    if path is None or shutil.which("make") is None:
        sys.stderr.write("pictures need Chromium on the PATH\n")
        return 1
    with TemporaryDirectory() as folder:
        settings = {"VARDIYA_DEMO": "1", "VARDIYA_LOCALE": "tr"}
        with served(Path(folder), **settings) as application:
            filled = application.command("demo", "--fill-only")
            if filled.returncode:
                sys.stderr.write(filled.stdout + filled.stderr)
                return 1
            application.start("--no-worker")
            with sync_playwright() as playwright:
                chrome = playwright.chromium.launch(executable_path=path, args=SWITCHES)
                for shot in SHOTS:
                    if shot.name in wanted:
                        take(chrome, application.url, shot, HERE)
                        sys.stdout.write(f"{shot.name}.png\n")
                chrome.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
