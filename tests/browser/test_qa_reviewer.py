"""The reviewer's day: a call is heard and judged, its agent appeals, it is decided."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from recordings.models import FIXTURE_ARCHIVE
from tests.browser.conftest import Centre, assert_accessible
from tests.webapp.calls import world
from tests.webapp.conftest import add_user
from webapp.models.people import Role


@pytest.fixture
def hearing(centre: Centre) -> Centre:
    """Return a centre that can hear."""
    world.prepare(centre.settings)
    return centre


def test_a_reviewer_takes_a_call_in_hears_overrides_and_confirms(
    hearing: Centre, open_as: Callable[..., Page]
) -> None:
    add_user("ayse", Role.AGENT, full_name="Ayşe Yılmaz")
    page = open_as(Role.QA_REVIEWER)
    page.goto("/calls/intake/")
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(world.path("D-0002"))
    page.get_by_label("Agent", exact=False).first.select_option("Ayşe Yılmaz")
    page.get_by_label("Caller’s name").fill("Nalan Aksoy")
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_text("It is being heard.")).to_be_visible()
    world.transcribe_all(hearing.settings)

    page.goto("/evaluations/")
    assert_accessible(page)
    page.get_by_role("button", name="Evaluate").click()
    assert_accessible(page)
    expect(page.locator(".transcript")).to_contain_text("defterdarlığı")
    closing = page.locator("#item-closing")
    closing.locator("[data-seek]").first.click()
    at = "document.querySelector('#call audio').currentTime"
    page.wait_for_function(f"{at} > 55")

    for key in ("correct_information", "focus_and_listening", "courtesy"):
        page.locator(f"#item-{key}").get_by_label("Yes").check()
    page.locator("#item-out_of_scope").get_by_label("Does not apply").check()
    page.locator("#item-after_call_work").get_by_label("Does not apply").check()
    name = page.locator("#item-caller_name")
    name.get_by_label("Yes").check()
    page.get_by_role("button", name="Confirm the evaluation").click()
    expect(name.get_by_text("Give the reason for deciding otherwise")).to_be_visible()
    name.get_by_label("Reason, if you decide otherwise").fill("I hear it at 0:20")
    page.get_by_role("button", name="Confirm the evaluation").click()
    expect(page.get_by_text("The evaluation is confirmed.")).to_be_visible()

    agent = open_as(username="ayse", phone=True)
    agent.goto("/my-scorecards/")
    assert_accessible(agent)
    agent.get_by_role("link", name=re.compile("d-0002")).click()
    assert_accessible(agent)
    expect(agent.get_by_text("I hear it at 0:20")).to_be_visible()
    agent.get_by_label("What you do not agree with").fill("I was in focus")
    agent.get_by_role("button", name="Appeal").click()
    expect(agent.get_by_text("The appeal waits for a reviewer.")).to_be_visible()

    second = open_as(Role.QA_REVIEWER, username="second", full_name="İkinci Göz")
    second.goto("/evaluations/?show=appeals")
    second.get_by_role("button", name="Decide").click()
    expect(second.get_by_text("I was in focus")).to_be_visible()
    second.get_by_label("Your answer").fill("It was heard again; it stands.")
    second.get_by_role("button", name="Let it stand").click()
    expect(second.get_by_text("The appeal is decided")).to_be_visible()
    agent.reload()
    expect(agent.get_by_text("It was heard again; it stands.")).to_be_visible()


def test_the_form_is_looked_at_and_a_bad_version_is_refused(
    hearing: Centre, open_as: Callable[..., Page]
) -> None:
    world.take_in(hearing.settings, "D-0003", None)
    page = open_as(Role.QA_REVIEWER)
    page.goto("/forms/")
    assert_accessible(page)
    page.get_by_role("link", name="New version").click()
    text = page.get_by_label("The form as YAML")
    text.fill("form: x\nversion: nought\n")
    page.get_by_role("button", name="Keep this version").click()
    expect(page.get_by_role("rowheader", name="title")).to_be_visible()
    assert_accessible(page)


def test_it_installs_a_model_and_sees_that_it_is_a_fixture(
    centre: Centre, open_as: Callable[..., Page]
) -> None:
    page = open_as(Role.IT)
    page.goto("/models/")
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(FIXTURE_ARCHIVE)
    page.get_by_role("button", name="Install").click()
    expect(page.get_by_text("knows only synthetic voices")).to_be_visible()
    page.get_by_role("button", name="Check its files").click()
    expect(page.get_by_text("is as it was installed")).to_be_visible()
    assert_accessible(page)
    assert centre.settings.models.is_dir()
