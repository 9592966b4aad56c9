"""Getting in: the first page everyone meets."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible, fill_log_in
from tests.webapp.conftest import add_user
from webapp.models.people import Role


def test_a_wrong_password_says_so_and_keeps_the_name(
    new_page: Callable[..., Page],
) -> None:
    add_user("ayse", Role.AGENT)
    page = new_page()

    fill_log_in(page, "ayse", "not it")

    expect(page.get_by_role("alert")).to_contain_text("not right")
    expect(page.get_by_label("User name")).to_have_value("ayse")
    assert_accessible(page)


def test_a_person_logs_in_and_out_on_a_phone(open_as: Callable[..., Page]) -> None:
    page = open_as(Role.AGENT, full_name="Ayşe Yılmaz", phone=True)
    page.goto("/account")
    assert_accessible(page)

    page.locator("summary", has_text="Ayşe Yılmaz").click()
    page.get_by_role("button", name="Log out").click()

    page.wait_for_url("**/login")
    page.goto("/account")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
