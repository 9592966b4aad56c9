"""The agent's week on a telephone: today's lunch on top, a calendar feed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Centre, assert_accessible
from tests.webapp.planning import MONDAY
from tests.webapp.rota_world import WEEK, World, make_world, published


@pytest.fixture
def world(centre: Centre) -> World:
    centre.clock.now = WEEK.instant(MONDAY + timedelta(days=2), 9 * 60)
    return make_world(3, 2)


def test_the_own_week_has_today_on_top_and_a_calendar(
    open_as: Callable[..., Page], world: World
) -> None:
    published(world)
    page = open_as(username="agent0", phone=True)
    first = page.locator(".card").first
    expect(first).to_contain_text("Today")
    expect(first).to_contain_text("lunch 11:30")

    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_label("Address to subscribe to").input_value()
    assert_accessible(page)
    answer = page.request.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text().count("BEGIN:VEVENT") == 5

    page.get_by_role("button", name="End it").click()
    page.get_by_role("dialog").get_by_role("button", name="End it").click()
    expect(page.get_by_role("button", name="Make an address")).to_be_visible()
    assert page.request.get(address).status == 404


def test_another_week_is_one_tap_away(
    open_as: Callable[..., Page], world: World
) -> None:
    published(world)
    page = open_as(username="agent0", phone=True)

    page.get_by_role("link", name="Later").click()

    expect(page.get_by_text("No shift is published for this week")).to_be_visible()
    assert_accessible(page)
