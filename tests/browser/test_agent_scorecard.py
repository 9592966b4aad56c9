"""The agent's scorecard on a phone: read, accepted, honest about few calls."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Centre, assert_accessible
from tests.webapp.calls import world
from tests.webapp.conftest import add_user
from webapp.models.people import Role


def test_an_agent_reads_the_evidence_and_accepts(
    centre: Centre, open_as: Callable[..., Page]
) -> None:
    world.prepare(centre.settings)
    agent_id = add_user("ayse", Role.AGENT, full_name="Ayşe Yılmaz")
    reviewer_id = add_user("reviewer", Role.QA_REVIEWER)
    for call in ("D-0001", "D-0007"):
        recording_id = world.take_in(centre.settings, call, agent_id)
        world.transcribe_all(centre.settings)
        world.confirm(recording_id, reviewer_id)

    page = open_as(username="ayse", phone=True, scheme="dark")
    page.goto("/my-scorecards/")
    assert_accessible(page)
    expect(page.get_by_text("The mean is of 2 calls only.")).to_be_visible()
    page.get_by_role("link", name="D-0007").click()
    expect(page.locator("blockquote").first).to_contain_text("defterdarlığı")
    assert_accessible(page)
    page.get_by_role("button", name="I have read and accept it").click()
    expect(page.get_by_text("Thank you; your answer is kept.")).to_be_visible()

    page.goto("/evaluations/")
    expect(page.get_by_text("403")).to_be_visible()
