"""A reader of Turkish meets no English on the pages of a new centre."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.webapp.conftest import LoggedIn
from tests.webapp.test_catalogues import catalogue, key_of, said
from webapp.models.people import Role

READ_OUT = ("alt", "aria-label", "label", "placeholder", "title")


class Page(HTMLParser):
    """Collects what a page shows or reads out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in ("script", "style")
        self.texts += [value for name, value in attrs if value and name in READ_OUT]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(" ".join(data.split()))


def english() -> set[str]:
    """Return the texts that Turkish says otherwise."""
    return {
        message.id
        for message in catalogue("tr")
        if message.id
        and isinstance(message.id, str)
        and key_of(message) not in said(message)
    }


@pytest.mark.slow
def test_a_turkish_page_holds_no_english(
    app: Flask, log_in: Callable[..., LoggedIn]
) -> None:
    roles = [role for role in Role if role is not Role.TOP_MANAGER]
    readers = [log_in(*roles), log_in(Role.TOP_MANAGER)]
    addresses = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    untranslated, found = english(), set()

    for reader in readers:
        reader.client.post("/preferences", data={"locale": "tr", "next": "/"})
        for address in addresses:
            answer = reader.client.get(address)
            assert answer.status_code < 500, address
            if answer.mimetype == "text/html" and not answer.location:
                assert "<html" not in answer.text or '<html lang="tr"' in answer.text
                page = Page()
                page.feed(answer.text)
                found |= {(address, text) for text in page.texts} & {
                    (address, text) for text in untranslated
                }

    assert sorted(found) == []
