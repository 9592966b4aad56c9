import threading
from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.conftest import NOW, PASSWORD, Clock, LoggedIn, add_user
from webapp import db
from webapp.models.audit import AuditEntry
from webapp.models.people import LoginSession, Role
from webapp.services import passwords, people, sessions
from webapp.services.errors import Refused


def attempt(client: FlaskClient, name: str, password: str, **environ: str) -> int:
    answer = client.post(
        "/login",
        data={"username": name, "password": password},
        environ_overrides=environ,
    )
    return answer.status_code


def test_the_sixth_failure_for_a_name_must_wait(app: Flask, clock: Clock) -> None:
    add_user("ayse", Role.AGENT)
    client = app.test_client()

    assert [attempt(client, "ayse", "wrong") for _ in range(5)] == [401] * 5
    assert attempt(client, "ayse", "wrong") == 429
    assert attempt(client, "AYSE ", PASSWORD) == 429
    clock.forward(timedelta(minutes=15))

    assert attempt(client, "ayse", PASSWORD) == 302


def test_waiting_is_not_made_longer_by_trying(app: Flask, clock: Clock) -> None:
    add_user("ayse", Role.AGENT)
    client = app.test_client()
    for _ in range(5):
        attempt(client, "ayse", "wrong")

    for _ in range(14):
        clock.forward(timedelta(minutes=1))
        assert attempt(client, "ayse", "wrong") == 429
    clock.forward(timedelta(minutes=1))

    assert attempt(client, "ayse", PASSWORD) == 302


def test_an_address_that_tries_many_names_must_wait(app: Flask) -> None:
    client = app.test_client()
    tries = [
        attempt(client, f"name{n}", "x", REMOTE_ADDR="10.0.0.9") for n in range(31)
    ]

    assert tries == [401] * 30 + [429]
    assert attempt(client, "name99", "x", REMOTE_ADDR="10.0.0.8") == 401


def test_nobody_is_kept_out_of_a_browser_they_have_used(
    app: Flask, clock: Clock
) -> None:
    add_user("ayse", Role.AGENT)
    own, attacker, new = app.test_client(), app.test_client(), app.test_client()
    assert attempt(own, "ayse", PASSWORD) == 302
    own.post("/logout")

    for _ in range(5):
        attempt(attacker, "ayse", "wrong")

    assert attempt(new, "ayse", PASSWORD) == 429
    assert attempt(own, "ayse", PASSWORD) == 302


def test_a_known_browser_has_a_limit_of_its_own(app: Flask) -> None:
    add_user("ayse", Role.AGENT)
    own = app.test_client()
    attempt(own, "ayse", PASSWORD)
    own.post("/logout")

    tries = [attempt(own, "ayse", "wrong") for _ in range(6)]

    assert tries == [401] * 5 + [429]
    assert attempt(app.test_client(), "ayse", PASSWORD) == 302


def test_tries_at_the_same_time_cannot_slip_past_the_limit(
    any_database: db.Database,
) -> None:
    add_user("ayse", Role.AGENT)
    outcomes: list[str] = []
    together = threading.Barrier(12)

    def act() -> None:
        together.wait()
        try:
            with db.transaction() as session:
                sessions.begin(
                    session, username="ayse", address="10.0.0.1", device="", now=NOW
                )
            outcomes.append("tried")
        except Refused as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=act) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["too_many_attempts"] * 7 + ["tried"] * 5


def test_a_name_that_nobody_has_answers_like_a_wrong_password(app: Flask) -> None:
    add_user("ayse", Role.AGENT)
    client = app.test_client()

    unknown = client.post("/login", data={"username": "x\x00y", "password": "x"})
    wrong = client.post("/login", data={"username": "ayse", "password": "x"})

    assert unknown.status_code == wrong.status_code == 401


def test_a_failed_log_in_is_in_the_audit_log_without_what_was_typed(
    app: Flask,
) -> None:
    attempt(app.test_client(), "my-secret-password", "x")

    with db.reading() as session:
        entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.object_id) == ("login.failed", "")
    assert "my-secret" not in str(entry.details)


def _cookie(client: FlaskClient, name: str = "vardiya") -> str:
    found = client.get_cookie(name)
    assert found is not None
    return str(found.value)


def test_logging_in_makes_a_new_session_and_ends_the_one_before(app: Flask) -> None:
    add_user("ayse", Role.AGENT)
    add_user("veli", Role.AGENT)
    client, thief = app.test_client(), app.test_client()
    attempt(client, "ayse", PASSWORD)
    before = _cookie(client)

    attempt(client, "veli", PASSWORD)
    thief.set_cookie("vardiya", before)

    assert _cookie(client) != before
    assert thief.get("/account").status_code == 302


def test_logging_out_ends_the_log_in_for_a_copied_cookie_too(app: Flask) -> None:
    add_user("ayse", Role.AGENT)
    client, thief = app.test_client(), app.test_client()
    attempt(client, "ayse", PASSWORD)
    thief.set_cookie("vardiya", _cookie(client))
    assert thief.get("/account").status_code == 200

    client.post("/logout")

    assert thief.get("/account").status_code == 302


def test_an_unused_log_in_ends_and_a_used_one_goes_on(
    app: Flask, clock: Clock, log_in: Callable[..., LoggedIn]
) -> None:
    client = log_in(Role.AGENT).client
    for _ in range(3):
        clock.forward(timedelta(hours=11))
        assert client.get("/account").status_code == 200

    clock.forward(timedelta(hours=12, minutes=1))

    assert client.get("/account").status_code == 302


def test_changing_the_password_rotates_this_log_in_and_ends_the_others(
    app: Flask, log_in: Callable[..., LoggedIn]
) -> None:
    here = log_in(Role.AGENT, username="ayse").client
    there = app.test_client()
    attempt(there, "ayse", PASSWORD)
    thief = app.test_client()
    thief.set_cookie("vardiya", _cookie(here))
    entered = {
        "old": PASSWORD,
        "new": "a better password",
        "again": "a better password",
    }

    answer = here.post("/account/password", data=entered)

    assert answer.status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert thief.get("/account").status_code == 302
    assert attempt(app.test_client(), "ayse", "a better password") == 302
    assert attempt(app.test_client(), "ayse", PASSWORD) == 401


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"old": "no", "new": "a better password"}, "present password is another"),
        ({"old": PASSWORD, "new": "short"}, "at least 10 characters"),
        ({"old": PASSWORD, "new": PASSWORD}, "not the present one"),
        ({"old": PASSWORD, "new": "aaaaaaaaaaaa"}, "different characters"),
        ({"old": PASSWORD, "new": "a better password", "again": "x"}, "not the same"),
    ],
)
def test_a_password_that_cannot_be_taken_is_refused_at_the_form(
    log_in: Callable[..., LoggedIn], entered: dict[str, str], said: str
) -> None:
    client = log_in(Role.AGENT).client

    answer = client.post("/account/password", data={"again": entered["new"], **entered})

    assert answer.status_code == 422
    assert said in answer.text


def test_a_person_sees_their_log_ins_and_ends_the_others(
    app: Flask, log_in: Callable[..., LoggedIn]
) -> None:
    here = log_in(Role.AGENT, username="ayse").client
    there = app.test_client()
    there.post(
        "/login",
        data={"username": "ayse", "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/130.0"},
    )
    assert "Firefox, Windows" in here.get("/account").text

    here.post("/account/sessions")

    assert there.get("/account").status_code == 302
    assert "Firefox" not in here.get("/account").text


def test_the_first_log_in_leads_to_choosing_a_password(
    app: Flask, clock: Clock
) -> None:
    add_user("it", Role.IT)
    with db.transaction() as session:
        account = people.by_username(session, "it")
        account.must_change_password = True
    client = app.test_client()
    attempt(client, "it", PASSWORD)

    assert client.get("/users/").headers["Location"].endswith("/account")
    entered = {
        "old": PASSWORD,
        "new": "a better password",
        "again": "a better password",
    }
    client.post("/account/password", data=entered)
    assert client.get("/users/").status_code == 200


def test_language_and_theme_are_kept_with_the_account(
    app: Flask, log_in: Callable[..., LoggedIn]
) -> None:
    client = log_in(Role.AGENT, username="ayse").client

    client.post("/preferences", data={"locale": "tr", "theme": "dark"})
    other = app.test_client()
    attempt(other, "ayse", PASSWORD)

    page = other.get("/account").text
    assert '<html lang="tr"' in page
    assert 'data-theme="dark"' in page


def test_cookies_are_out_of_reach_of_scripts(app: Flask) -> None:
    add_user("ayse", Role.AGENT)

    answer = app.test_client().post(
        "/login", data={"username": "ayse", "password": PASSWORD}
    )

    for header in answer.headers.getlist("Set-Cookie"):
        morsel = next(iter(SimpleCookie(header).values()))
        assert morsel["httponly"], header
        assert morsel["samesite"] == "Lax", header


def test_a_token_is_stored_only_as_its_hash(app: Flask) -> None:
    add_user("ayse", Role.AGENT)
    with db.transaction() as session:
        begun = sessions.begin(
            session, username="ayse", address="", device="d" * 43, now=NOW
        )
        token = sessions.finish(session, begun, fits=True, agent="", now=NOW)

    with db.reading() as session:
        stored = session.scalars(sa.select(LoginSession)).one()
    assert token
    assert token not in (stored.token_hash, stored.device_hash)


def test_a_one_time_password_is_easy_to_read_out() -> None:
    made = {passwords.one_time() for _ in range(50)}

    assert len(made) == 50
    assert all(not set(one) & set("0O1lIio") for one in made)
