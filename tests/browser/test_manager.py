"""The manager's day: a leave decided at its second step, a shortfall told upwards."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible
from tests.webapp.conftest import NOW
from tests.webapp.test_staffing import MONDAY, add_queue, plan_week
from webapp import db
from webapp.models.leave import LedgerReason
from webapp.models.people import Role, User
from webapp.models.rotas import QueueSkill
from webapp.services import leave_ledger


def employ(username: str, queue_id: int) -> None:
    """Give a person a queue and ten days of leave."""
    with db.transaction() as session:
        user_id = session.scalars(
            sa.select(User.id).where(User.username == username)
        ).one()
        session.add(QueueSkill(user_id=user_id, queue_id=queue_id))
        leave_ledger.book(
            session,
            user_id,
            day=date(2026, 1, 2),
            year=2026,
            half_days=20,
            reason=LedgerReason.OPENING,
            by=None,
            now=NOW,
        )


def test_a_leave_goes_through_both_steps(open_as: Callable[..., Page]) -> None:
    agent = open_as(Role.AGENT, username="ayse", full_name="Ayşe Yılmaz", phone=True)
    queue_id = add_queue()
    plan_week(queue_id, date(2026, 12, 7))
    employ("ayse", queue_id)
    lead, manager = open_as(Role.SERVICE_LEAD), open_as(Role.MANAGER)

    agent.goto("/my-leave/")
    agent.get_by_role("link", name="Ask for leave").first.click()
    assert_accessible(agent)
    agent.get_by_label("First day").fill("2026-12-07")
    agent.get_by_label("Last day").fill("2026-12-08")
    agent.get_by_label("Note").click()
    expect(agent.get_by_text("It takes 2 days.")).to_be_visible()
    agent.get_by_role("button", name="Send to the service lead").click()
    expect(agent.get_by_text("With the service lead", exact=True)).to_be_visible()
    assert_accessible(agent)

    lead.goto("/leave/")
    lead.get_by_role("link", name="Ayşe Yılmaz").click()
    expect(lead.get_by_role("heading", name="Day by day")).to_be_visible()
    assert_accessible(lead)
    lead.get_by_role("button", name="Return").click()
    expect(
        lead.get_by_text("Give the reason; the agent reads it.").first
    ).to_be_visible()
    lead.get_by_label("Opinion or reason").fill("can be covered")
    lead.get_by_role("button", name="Forward to the manager").click()

    manager.goto("/leave/")
    manager.get_by_role("link", name="Ayşe Yılmaz").click()
    expect(manager.get_by_text("can be covered")).to_be_visible()
    manager.get_by_role("button", name="Approve").click()
    expect(manager.get_by_text("The leave is approved.")).to_be_visible()

    agent.reload()
    expect(agent.get_by_text("Approved", exact=True)).to_be_visible()
    lead.goto("/leave/team?day=2026-12-01")
    expect(lead.get_by_role("rowheader", name="Ayşe Yılmaz")).to_be_visible()
    assert_accessible(lead)


def test_a_shortfall_is_told_to_the_top_manager_and_answered(
    open_as: Callable[..., Page],
) -> None:
    manager, top = open_as(Role.MANAGER), open_as(Role.TOP_MANAGER)
    plan_week(add_queue(people=6), MONDAY)

    manager.goto("/staffing/")
    expect(manager.get_by_text("In 1 week the staff do not suffice.")).to_be_visible()
    assert_accessible(manager)
    manager.get_by_label("More agents").fill("3")
    manager.get_by_role("button", name="Compute").click()
    expect(manager.get_by_text("The staff suffice in all these weeks.")).to_be_visible()
    manager.get_by_role("link", name="Clear").click()
    manager.get_by_role("link", name="Tell the top manager").click()
    assert_accessible(manager)
    manager.get_by_role("button", name="Send").click()
    expect(manager.get_by_text("The notice is with the top manager.")).to_be_visible()

    top.goto("/escalations/")
    top.get_by_role("link", name="2026/001").click()
    assert_accessible(top)
    top.get_by_label("Answer").select_option("approved")
    top.get_by_label("Reason or instruction").fill("Two people from January on.")
    top.get_by_role("button", name="Answer").click()
    expect(top.get_by_text("Your answer is with the manager.")).to_be_visible()

    manager.reload()
    expect(manager.get_by_text("Two people from January on.")).to_be_visible()
    manager.get_by_role("button", name="Close it").click()
    expect(manager.get_by_text("The notice is closed.")).to_be_visible()
