"""The top manager alone decides what is destroyed."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.browser.conftest import Centre, assert_accessible
from webapp.models.people import Role
from webapp.services import destruction


@pytest.fixture
def shelf(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Register a shelf of things as recordings and return what is left on it."""
    left = {"1"}

    def destroy(
        session: Session, object_id: str, now: datetime
    ) -> Mapping[str, object]:
        left.discard(object_id)
        return {"Method": "key erased"}

    monkeypatch.setattr(destruction, "_destroyers", {})
    destruction.register(
        "recording",
        destruction.Destroyer(
            destroy=destroy,
            hold=lambda session, object_id: "",
            describe=lambda session, object_id: "call.wav, 18.11.2025",
        ),
    )
    return left


def test_a_proposal_is_approved_and_leaves_a_certificate(
    open_as: Callable[..., Page], shelf: set[str]
) -> None:
    it = open_as(Role.IT)
    it.goto("/destruction/new")
    assert_accessible(it)
    it.get_by_label("Its number").fill("1")
    it.get_by_label("Reason").fill("the caller asked for it")
    it.get_by_role("button", name="Propose").click()
    expect(it.get_by_text("The top manager will decide")).to_be_visible()
    expect(it.get_by_role("button", name="Approve and destroy")).to_have_count(0)
    assert shelf == {"1"}

    top = open_as(Role.TOP_MANAGER)
    top.goto("/destruction/")
    assert_accessible(top)
    top.get_by_role("link", name="Recording 1").click()
    assert_accessible(top)
    top.get_by_label("Reason").fill("its purpose has ended")
    top.get_by_role("button", name="Approve and destroy").click()

    expect(top.get_by_text("Certificate of destruction")).to_be_visible()
    expect(top.get_by_text("key erased")).to_be_visible()
    assert_accessible(top)
    assert shelf == set()
