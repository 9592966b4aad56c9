"""Every endpoint against the matrix: one without a row fails here."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.conftest import ROOT
from tests.webapp.conftest import LoggedIn
from webapp.access import ROLE_PERMISSIONS, Permission, access_of
from webapp.models.people import Role

MATRIX = Path(__file__).parent / "access_matrix.csv"
VIEWS = ROOT / "webapp" / "views"
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def matrix() -> dict[str, str]:
    with MATRIX.open(encoding="utf-8") as file:
        return {row["endpoint"]: row["access"] for row in csv.DictReader(file)}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def call(app: Flask, client: FlaskClient, rule: Rule) -> int:
    values = {
        name: "2026-11-18" if name in {"day", "week"} else 1 for name in rule.arguments
    }
    with app.test_request_context():
        url = app.url_map.bind("localhost").build(rule.endpoint, values)
    method = next(iter((rule.methods or set()) & CHANGING), "GET")
    return client.open(url, method=method).status_code


def test_every_endpoint_has_its_row_in_the_matrix(app: Flask) -> None:
    declared = {
        rule.endpoint: access_of(app.view_functions[rule.endpoint])
        for rule in rules(app)
    }

    assert declared == matrix()


def test_every_permission_is_used_by_a_role_and_an_endpoint() -> None:
    held = frozenset().union(*ROLE_PERMISSIONS.values())

    assert held == set(Permission)
    views = "".join(path.read_text() for path in VIEWS.glob("*.py"))
    asked = {one for one in Permission if f"Permission.{one.name}" in views}
    assert set(Permission) - set(matrix().values()) - asked == set()


def test_nobody_gets_in_without_logging_in(app: Flask) -> None:
    client = app.test_client()

    for rule in rules(app):
        if matrix()[rule.endpoint] != "public":
            assert call(app, client, rule) == 302, rule.endpoint


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_permission_is_refused(
    app: Flask, log_in: Callable[..., LoggedIn], role: Role
) -> None:
    client = log_in(role).client
    held = {permission.value for permission in ROLE_PERMISSIONS[role]}

    for rule in rules(app):
        access = matrix()[rule.endpoint]
        if access in {"public", "signed_in"}:
            continue
        status = call(app, client, rule)
        assert (status == 403) == (access not in held), (rule.endpoint, status)


def test_every_change_needs_the_forms_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()

    for rule in rules(app):
        if (rule.methods or set()) & CHANGING:
            assert call(app, client, rule) == 400, rule.endpoint
