"""The supervisor's day: a fault goes from an agent's phone to IT and back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible
from webapp.models.people import Role


def test_a_reported_fault_is_taken_to_it_and_closed(
    open_as: Callable[..., Page],
) -> None:
    supervisor = open_as(Role.SUPERVISOR)
    agent = open_as(Role.AGENT, full_name="Ayşe Kaya", phone=True)
    agent.goto("/faults/")
    assert_accessible(agent)
    agent.get_by_role("link", name="Report a fault").first.click()
    agent.get_by_label("What is wrong").fill("The headset is silent")
    agent.get_by_label("What happened").fill("Since the morning, desk 12.")
    agent.get_by_role("button", name="Send").click()
    expect(agent.get_by_text("The supervisor has your report")).to_be_visible()

    supervisor.goto("/notices/")
    assert_accessible(supervisor)
    supervisor.get_by_role("button", name="Show it").click()
    assert_accessible(supervisor)
    supervisor.get_by_label("Note or outcome").fill("please look at desk 12")
    supervisor.get_by_role("button", name="Take it to IT").click()
    expect(supervisor.get_by_role("cell", name="With IT")).to_be_visible()

    it = open_as(Role.IT)
    it.goto("/faults/")
    it.get_by_role("link", name="The headset is silent").click()
    it.get_by_label("Note or outcome").fill("exchanged")
    it.get_by_role("button", name="Give it back").click()

    supervisor.get_by_role("link", name="The headset is silent").click()
    supervisor.get_by_label("Note or outcome").fill("works again")
    supervisor.get_by_role("button", name="Close it").click()
    agent.reload()
    expect(agent.get_by_text("works again").first).to_be_visible()
