"""The service lead's planning: a rota made and published, lunches moved and told."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Centre, assert_accessible
from tests.webapp.planning import MONDAY
from tests.webapp.rota_world import (
    WEEK,
    World,
    make_world,
    published,
    quick,
    run,
)
from webapp import db
from webapp.models.jobs import Job, JobState
from webapp.services import lunch, rotas

DAY = MONDAY.isoformat()


@pytest.fixture
def world(centre: Centre) -> World:
    centre.clock.now = WEEK.instant(MONDAY, 9 * 60)
    return make_world(8, 5)


@pytest.fixture
def hands(centre: Centre, world: World) -> Iterator[None]:
    """Do what is asked of a worker, in this process, as soon as it is asked."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(centre, stop), daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(timeout=30)


def _work(centre: Centre, stop: threading.Event) -> None:
    kinds = (rotas.MAKE_ROTA.name, lunch.PROPOSE_LUNCH.name)
    while not stop.wait(0.1):
        with db.reading() as session:
            waiting = [
                job.id
                for job in session.query(Job).filter(Job.kind.in_(kinds))
                if job.state is JobState.QUEUED
            ]
        for number in waiting:
            result = run(number, quick(centre.settings))
            with db.transaction() as session:
                job = session.get_one(Job, number)
                job.state, job.ended_at = JobState.DONE, centre.clock()
                job.result, job.progress = result, 1.0


def test_a_rota_is_made_published_and_seen_by_the_agent(
    open_as: Callable[..., Page], world: World, hands: None
) -> None:
    page = open_as(username="lead")
    page.goto(f"/rota/?day={DAY}")
    assert_accessible(page)
    page.get_by_role("button", name="Make a rota").click()
    row = page.get_by_role("row", name="Draft")
    expect(row).to_be_visible(timeout=30_000)

    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Who works when")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Publish").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("The rota is published")).to_be_visible()

    agent = open_as(username="agent0", phone=True)
    expect(agent.get_by_role("heading", name="My week")).to_be_visible()
    expect(agent.locator(".card.now")).to_contain_text("Today")
    expect(agent.locator(".card.now")).to_contain_text("Lunch")
    assert_accessible(agent)


def test_a_lunch_is_moved_by_keyboard_and_published(
    open_as: Callable[..., Page], world: World, hands: None
) -> None:
    published(world, lunches=(720,))
    page = open_as(username="lead")
    page.goto(f"/lunch/?day={DAY}")
    assert_accessible(page)
    bars = page.get_by_role("group", name="Lunches of the day")
    bar = bars.get_by_role("button", name="Ayşe Yılmaz, Lunch").first
    expect(bar).to_be_visible()
    bar.focus()
    began = time.monotonic()
    for key in ("Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("1 lunch is not published yet.")).to_be_visible()
    assert time.monotonic() - began < 3

    page.get_by_role("button", name="Propose the best rotation").click()
    held = page.get_by_text("The requirement is held in every half hour of the day.")
    expect(held).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Publish the lunches").click()
    expect(page.get_by_text("The lunches are published")).to_be_visible()
    assert_accessible(page)


def test_a_lunch_outside_its_hours_goes_back(
    open_as: Callable[..., Page], world: World
) -> None:
    published(world, lunches=(690,))
    page = open_as(username="lead")
    page.goto(f"/lunch/?day={DAY}")
    bars = page.get_by_role("group", name="Lunches of the day")
    bar = bars.get_by_role("button", name="Ayşe Yılmaz, Lunch").first
    bar.focus()
    for key in ("Enter", "ArrowLeft", "ArrowLeft", "Enter"):
        page.keyboard.press(key)

    expect(page.get_by_text("A break outside the time set for it.")).to_be_visible()
    expect(bar).to_have_accessible_name("Ayşe Yılmaz, Lunch, 11:30–12:00")


def test_today_answers_first_whether_anything_is_wrong(
    open_as: Callable[..., Page], world: World
) -> None:
    published(world, lunches=(720,))
    page = open_as(username="lead")

    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.locator(".verdict").first).to_contain_text("short")
    assert_accessible(page)
