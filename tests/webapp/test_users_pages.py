import csv
import io
import re
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.conftest import PASSWORD, LoggedIn, add_user
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.people import Role, User
from webapp.services import audit

NEW = {"full_name": "Ayşe Kaya", "username": "ayse", "role": ["agent", "service_lead"]}


@pytest.fixture
def it(log_in: Callable[..., LoggedIn]) -> LoggedIn:
    return log_in(Role.IT, username="it")


def shown_password(text: str) -> str:
    found = re.search(r'id="one-time">([^<]+)<', text)
    assert found, text
    return found.group(1)


def log_in_with(client: FlaskClient, username: str, password: str) -> int:
    answer = client.post("/login", data={"username": username, "password": password})
    return answer.status_code


def account(username: str) -> User:
    with db.reading() as session:
        return session.scalars(sa.select(User).where(User.username == username)).one()


def actions() -> list[str]:
    with db.reading() as session:
        query = sa.select(AuditEntry.action).order_by(AuditEntry.id)
        return list(session.scalars(query))


def test_a_new_account_shows_its_password_once_and_logs_in_with_it(
    app: Flask, it: LoggedIn
) -> None:
    page = it.client.post("/users/new", data=NEW)
    password = shown_password(page.text)

    person = app.test_client()
    assert log_in_with(person, "ayse", password) == 302
    assert person.get("/faults/").headers["Location"] == "/account"
    shown = it.client.get(f"/users/{account('ayse').id}").text
    assert password not in shown
    assert "has not been changed yet" in shown


def test_a_refused_account_keeps_what_was_entered(it: LoggedIn) -> None:
    answer = it.client.post("/users/new", data={**NEW, "username": "it"})

    assert answer.status_code == 422
    assert "The user name it is taken." in answer.text
    assert 'value="Ayşe Kaya"' in answer.text
    assert re.search(r'value="service_lead" checked', answer.text)


def test_making_somebody_passive_ends_their_log_in_at_once(
    app: Flask, it: LoggedIn
) -> None:
    user_id = add_user("ayse", Role.AGENT)
    person = app.test_client()
    log_in_with(person, "ayse", PASSWORD)
    assert person.get("/account").status_code == 200

    answer = it.client.post(f"/users/{user_id}/passive", data={"reason": "left"})

    assert answer.status_code == 302
    assert person.get("/account").headers["Location"].startswith("/login")
    assert log_in_with(person, "ayse", PASSWORD) == 401
    assert "ayse" not in it.client.get("/users/").text
    assert "ayse" in it.client.get("/users/?state=passive").text
    it.client.post(f"/users/{user_id}/active", data={"reason": "back"})
    assert log_in_with(person, "ayse", PASSWORD) == 302


def test_own_account_and_missing_reasons_are_refused_on_the_page(it: LoggedIn) -> None:
    other = add_user("ayse", Role.AGENT)
    own = f"/users/{it.id}"
    role = {"role": "manager", "first": "2026-11-18"}

    for address, data, said in (
        (f"{own}/passive", {"reason": "x"}, "Somebody else"),
        (f"{own}/password", {}, "Somebody else"),
        (f"{own}/roles", role, "Somebody else has to change your roles"),
        (f"{own}/roles", {**role, "role": "top_manager"}, "Somebody else"),
        (f"/users/{other}/passive", {"reason": ""}, "Enter the reason"),
        (f"/users/{other}/roles", {**role, "role": "king"}, "Choose one"),
        (f"/users/{other}/roles", {**role, "first": ""}, "Enter a day"),
    ):
        answer = it.client.post(address, data=data)
        assert answer.status_code == 422, address
        assert said in answer.text, address
    assert it.client.post("/users/99/passive", data={"reason": "x"}).status_code == 404


def test_a_role_opens_a_desk_from_the_next_click_and_closes_it_again(
    app: Flask, it: LoggedIn
) -> None:
    user_id = add_user("ayse", Role.AGENT)
    person = app.test_client()
    log_in_with(person, "ayse", PASSWORD)
    assert person.get("/settings/").status_code == 403

    role = {"role": "manager", "first": "2026-11-18", "last": "2026-11-20"}
    it.client.post(f"/users/{user_id}/roles", data=role)
    assert person.get("/settings/").status_code == 200
    with db.reading() as session:
        given = session.scalars(
            sa.text("SELECT id FROM role_grant ORDER BY id DESC")
        ).first()
    it.client.post(f"/users/{user_id}/roles/{given}/end", data={"last": ""})

    assert person.get("/settings/").status_code == 403


def test_the_contract_form_reads_turkish_numbers_and_keeps_refused_input(
    it: LoggedIn,
) -> None:
    user_id = add_user("ayse", Role.AGENT)
    form = {
        "full_name": "Ayşe Kaya",
        "work_law": "657",
        "weekly_hours": "37,5",
        "days_per_week": "5",
        "hired_on": "2020-03-02",
        "born_on": "1990-05-06",
    }

    bad = it.client.post(f"/users/{user_id}", data={**form, "weekly_hours": "44"})
    good = it.client.post(f"/users/{user_id}", data=form)

    assert bad.status_code == 422
    assert 'value="44"' in bad.text
    assert good.status_code == 302
    assert account("ayse").weekly_minutes == 2250


def test_lists_are_filtered_and_taken_out_as_excel_which_is_recorded(
    it: LoggedIn,
) -> None:
    add_user("ayse", Role.AGENT, full_name="=Ayşe Işık")
    add_user("veli", Role.AGENT, full_name="Veli Can")

    page = it.client.get("/users/?q=ışık")
    file = it.client.get("/users/export?q=ışık")

    assert "ayse" in page.text
    assert "veli" not in page.text
    sheet = openpyxl.load_workbook(io.BytesIO(file.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[:2] for row in rows] == [("Name", "User name"), ("=Ayşe Işık", "ayse")]
    assert sheet["A2"].data_type == "s"
    assert "user.exported" in actions()


def test_the_audit_page_filters_verifies_and_exports(app: Flask, it: LoggedIn) -> None:
    it.client.post("/users/new", data=NEW)

    page = it.client.get("/audit/?action=user.opened").text
    assert "Account opened" in page
    assert "Log-in failed" not in page.split("<tbody>")[1]
    verified = it.client.post("/audit/verify").text
    assert "The log is whole." in verified
    file = it.client.get("/audit/export?format=csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))
    assert rows[1][0] == "1"
    assert it.client.get("/audit/export").status_code == 200
    assert actions()[-3:] == ["audit.verified", "audit.exported", "audit.exported"]


def test_a_broken_log_is_shown_where_it_is_broken(app: Flask, it: LoggedIn) -> None:
    it.client.post("/users/new", data=NEW)
    with db.current().engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
        connection.exec_driver_sql("UPDATE audit_entry SET reason = 'x' WHERE id = 2")

    assert "broken at entry 2" in it.client.post("/audit/verify").text


def test_a_noted_seal_is_checked_on_the_page(app: Flask, it: LoggedIn) -> None:
    with db.reading() as session:
        head = audit.verify(session).head

    good = it.client.post("/audit/verify", data={"number": "1", "seal": head})
    bad = it.client.post("/audit/verify", data={"number": "1", "seal": "0" * 64})

    assert "The log is whole." in good.text
    assert "broken at entry 1" in bad.text


@pytest.mark.parametrize(
    "query", ["first=never", "page=-3", "page=x", "last=9999-12-31"]
)
def test_an_odd_address_is_read_as_no_filter(it: LoggedIn, query: str) -> None:
    assert it.client.get(f"/audit/?{query}").status_code == 200
