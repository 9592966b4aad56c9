"""IT's day: an account is opened, a leaver is made passive."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible, fill_log_in
from webapp.models.people import Role


def test_it_opens_an_account_that_then_logs_in(
    open_as: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    it = open_as(Role.IT, full_name="Deniz Ak")
    expect(it.get_by_role("heading", name="Users", exact=True)).to_be_visible()
    assert_accessible(it)
    it.get_by_role("link", name="Open an account").click()
    assert_accessible(it)
    it.get_by_label("Full name").fill("Ayşe Kaya")
    it.get_by_label("User name").fill("ayse.kaya")
    it.get_by_label("Agent", exact=True).check()

    it.get_by_role("button", name="Open the account").click()
    password = it.locator("#one-time").inner_text()
    assert_accessible(it)

    person = new_page()
    fill_log_in(person, "ayse.kaya", password)
    expect(person).to_have_url(re.compile("/account$"))
    person.locator("input[name=old]").fill(password)
    person.locator("input[name=new]").fill("a sentence of my own")
    person.locator("input[name=again]").fill("a sentence of my own")
    person.locator("form.form button.primary").click()
    expect(person.locator("#flashes .is-good")).to_be_visible()
    person.goto("/faults/")
    expect(person).to_have_url(re.compile("/faults/$"))


def test_a_person_made_passive_is_out_at_their_next_click(
    open_as: Callable[..., Page],
) -> None:
    person = open_as(Role.SUPERVISOR, username="veli", full_name="Veli Can")
    person.goto("/faults/")
    it = open_as(Role.IT)
    it.goto("/users/")
    it.get_by_role("link", name="Veli Can").click()
    assert_accessible(it)

    it.get_by_role("button", name="Make passive").first.click()
    dialog = it.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("left the centre")
    dialog.get_by_role("button", name="Make passive").click()
    expect(it.get_by_text("The account is passive")).to_be_visible()

    person.get_by_role("link", name="Report a fault").first.click()
    expect(person.get_by_role("heading", name="Log in")).to_be_visible()


def test_it_reads_the_audit_log_and_checks_its_chain(
    open_as: Callable[..., Page],
) -> None:
    it = open_as(Role.IT)
    it.get_by_role("link", name="Audit log").first.click()
    assert_accessible(it)

    it.get_by_role("button", name="Check the chain").click()
    it.get_by_role("dialog").get_by_role("button", name="Check", exact=True).click()

    expect(it.get_by_text("The log is whole.")).to_be_visible()


def test_it_sets_up_a_queue(open_as: Callable[..., Page]) -> None:
    it = open_as(Role.IT, scheme="dark")
    it.goto("/settings/")
    it.get_by_role("link", name="Open a queue").first.click()
    assert_accessible(it)
    it.get_by_label("Name", exact=True).fill("Ana hat")
    it.get_by_label("Code").fill("main")
    it.get_by_role("button", name="Open the queue").click()

    expect(it.get_by_role("link", name="Ana hat")).to_be_visible()
    for page in ("/settings/", "/settings/shifts", "/settings/special-days"):
        it.goto(page)
        assert_accessible(it)
    it.goto("/settings/rules")
    assert_accessible(it)
