from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.webapp.conftest import NOW, PASSWORD, add_user
from webapp import db
from webapp.access import roles_on
from webapp.i18n.alphabet import contains, fold, sort_key
from webapp.models.audit import AuditEntry
from webapp.models.demand import Queue
from webapp.models.people import LoginSession, Role, User, WorkLaw
from webapp.services import (
    audit,
    contracts,
    notices,
    passwords,
    people,
    people_pages,
    schema,
    sessions,
)
from webapp.services.errors import ServiceError

TODAY = date(2026, 11, 18)
CONTRACT = contracts.Contract(
    full_name="Ayşe Yılmaz",
    email=None,
    team="Akşam",
    acd_code="A-17",
    work_law=WorkLaw.LABOUR_4857,
    weekly_minutes=2400,
    days_per_week=5,
    hired_on=date(2020, 3, 2),
    born_on=date(1990, 5, 6),
    queue_ids=frozenset(),
)


@pytest.fixture
def it_id(any_database: db.Database) -> int:
    return add_user("it", Role.IT)


def open_account(session: Session, it_id: int | None, **more: object) -> User:
    new = people.NewUser(username="ayse", full_name="Ayşe", roles=(Role.AGENT,))
    account, _ = people.open_account(
        session,
        replace(new, **more),  # type: ignore[arg-type]
        actor_id=it_id,
        today=TODAY,
        now=NOW,
    )
    return account


def refusal(act: Callable[[Session], object]) -> str:
    with pytest.raises(ServiceError) as refused, db.transaction() as session:
        act(session)
    return refused.value.code


def actions() -> list[str]:
    with db.reading() as session:
        return list(
            session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id))
        )


def test_an_account_opens_with_a_password_for_one_use(it_id: int) -> None:
    new = people.NewUser(
        username=" Ayse.K ", full_name=" Ayşe  K ", roles=(Role.AGENT,)
    )

    with db.transaction() as session:
        account, password = people.open_account(
            session, new, actor_id=it_id, today=TODAY, now=NOW
        )

    assert (account.username, account.full_name) == ("ayse.k", "Ayşe K")
    assert account.must_change_password
    assert passwords.fits(account.password_hash, password)
    assert password not in account.password_hash
    assert roles_on(account.grants, TODAY) == {Role.AGENT}
    assert roles_on(account.grants, TODAY - timedelta(days=1)) == frozenset()
    assert actions() == ["role.granted", "user.opened"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"username": "it"}, "username_taken"),
        ({"username": ""}, "username_invalid"),
        ({"username": "two words"}, "username_invalid"),
        ({"username": "a/b"}, "username_invalid"),
        ({"full_name": "  "}, "name_missing"),
        ({"roles": ()}, "roles_missing"),
        ({"roles": (Role.IT, Role.TOP_MANAGER)}, "roles_conflict"),
    ],
)
def test_an_account_that_cannot_be_is_refused_whole(
    it_id: int, more: dict[str, object], code: str
) -> None:
    assert refusal(lambda session: open_account(session, it_id, **more)) == code
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_a_contract_is_changed_and_every_change_is_recorded(it_id: int) -> None:
    with db.transaction() as session:
        queue = Queue(code="main", name="Main")
        session.add(queue)
        user_id = open_account(session, it_id).id
        session.flush()
        wanted = replace(CONTRACT, queue_ids=frozenset({queue.id}))
        contracts.change_contract(
            session, user_id, wanted, actor_id=it_id, today=TODAY, now=NOW
        )

    with db.reading() as session:
        account = people.user(session, user_id)
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "user.changed")
        ).one()
        assert contracts.queue_ids(session, user_id) == {queue.id}
    assert account.team is not None
    assert account.team.name == "Akşam"
    assert entry.details["full_name"] == ["Ayşe", "Ayşe Yılmaz"]
    assert entry.details["queues"] == [[], [queue.id]]
    assert "weekly_minutes" not in entry.details


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"weekly_minutes": 45 * 60 + 1}, "weekly_minutes_range"),
        (
            {"work_law": WorkLaw.CIVIL_SERVANT_657, "weekly_minutes": 40 * 60 + 1},
            "weekly_minutes_range",
        ),
        ({"days_per_week": 7}, "days_per_week_range"),
        ({"born_on": date(2015, 1, 1)}, "born_on_range"),
        ({"born_on": date(2008, 1, 1)}, "born_on_range"),
        ({"hired_on": date(1900, 1, 1)}, "hired_on_range"),
        ({"full_name": " "}, "name_missing"),
        ({"acd_code": "TAKEN"}, "acd_code_taken"),
        ({"queue_ids": frozenset({99})}, "not_found"),
    ],
)
def test_a_contract_against_the_law_is_refused(
    it_id: int, more: dict[str, object], code: str
) -> None:
    with db.transaction() as session:
        user_id = open_account(session, it_id).id
        open_account(session, it_id, username="other", acd_code="TAKEN")
    wanted = replace(CONTRACT, **more)  # type: ignore[arg-type]

    assert (
        refusal(
            lambda session: contracts.change_contract(
                session, user_id, wanted, actor_id=it_id, today=TODAY, now=NOW
            )
        )
        == code
    )


def log_in(username: str) -> str:
    with db.transaction() as session:
        begun = sessions.begin(
            session, username=username, address="10.0.0.1", device="", now=NOW
        )
        token = sessions.finish(session, begun, fits=True, agent="", now=NOW)
    assert token
    return token


def who(token: str) -> int | None:
    with db.reading() as session:
        me = sessions.identify(
            session, token, now=NOW, idle=timedelta(hours=1), zone="Europe/Istanbul"
        )
    return me.id if me else None


def test_a_passive_account_has_no_log_in_and_no_calendar_feed(it_id: int) -> None:
    user_id = add_user("ayse", Role.AGENT)
    tokens = [log_in("ayse"), log_in("ayse")]
    with db.transaction() as session:
        people.user(session, user_id).calendar_token = "feed"
    assert [who(token) for token in tokens] == [user_id, user_id]

    with db.transaction() as session:
        people.make_passive(session, user_id, actor_id=it_id, reason="left", now=NOW)

    assert [who(token) for token in tokens] == [None, None]
    with db.transaction() as session:
        assert people.user(session, user_id).calendar_token is None
        begun = sessions.begin(session, username="ayse", address="", device="", now=NOW)
        assert sessions.finish(session, begun, fits=True, agent="", now=NOW) is None


def test_an_account_made_active_again_has_its_old_log_ins_closed(it_id: int) -> None:
    user_id = add_user("ayse", Role.AGENT)
    token = log_in("ayse")

    with db.transaction() as session:
        people.make_passive(session, user_id, actor_id=it_id, reason="left", now=NOW)
    with db.transaction() as session:
        people.make_active(session, user_id, actor_id=it_id, reason="back", now=NOW)

    assert who(token) is None
    assert who(log_in("ayse")) == user_id


def test_states_that_do_not_fit_are_refused(it_id: int) -> None:
    user_id = add_user("ayse", Role.AGENT)
    act = {"actor_id": it_id, "now": NOW}

    def passive(session: Session, who: int = user_id, reason: str = "left") -> None:
        people.make_passive(session, who, reason=reason, **act)  # type: ignore[arg-type]

    assert refusal(lambda s: passive(s, reason=" ")) == "reason_missing"
    assert refusal(lambda s: passive(s, who=it_id)) == "own_account"
    assert refusal(lambda s: passive(s, who=99)) == "not_found"
    assert (
        refusal(lambda s: people.make_active(s, user_id, reason="x", **act))  # type: ignore[arg-type]
        == "already_active"
    )
    with db.transaction() as session:
        passive(session)
    assert refusal(passive) == "already_passive"
    assert (
        refusal(lambda s: people.reset_password(s, user_id, **act))  # type: ignore[arg-type]
        == "passive_account"
    )


def test_a_reset_password_ends_log_ins_and_tells_the_person(it_id: int) -> None:
    user_id = add_user("ayse", Role.AGENT)
    token = log_in("ayse")

    with db.transaction() as session:
        password = people.reset_password(session, user_id, actor_id=it_id, now=NOW)

    with db.reading() as session:
        account = people.user(session, user_id)
        assert [n.code for n in notices.told(session, user_id)] == ["password_reset"]
    assert passwords.fits(account.password_hash, password)
    assert not passwords.fits(account.password_hash, PASSWORD)
    assert who(token) is None


def test_accounts_are_found_and_sorted_as_turkish_readers_expect(it_id: int) -> None:
    for username, name in (
        ("cigdem", "Çiğdem Işık"),
        ("cem", "Cem İnan"),
        ("zeki", "Zeki Irmak"),
        ("ilker", "İlker Şen"),
        ("isil", "Işıl Öz"),
    ):
        add_user(username, Role.AGENT, full_name=name)

    def found(text: str = "", **more: str) -> list[str]:
        wanted = people_pages.UserFilter(text=text, **more)
        with db.reading() as session:
            lines = people_pages.lines(session, wanted, today=TODAY)
        return [line.username for line in lines]

    assert found() == ["cem", "cigdem", "isil", "it", "ilker", "zeki"]
    assert found("IŞIK") == ["cigdem"]
    assert found("isik") == ["cigdem"]
    assert found("ırmak") == ["zeki"]
    assert found("İLKER şen") == ["ilker"]
    assert found(role="it") == ["it"]


def test_letters_keep_the_turkish_alphabet() -> None:
    assert fold("IŞIĞIN İÇİ") == "ışığın içi"
    assert contains("Şükrü Öztürk", "ozturk")
    assert not contains("Şükrü Öztürk", "ozturc")
    words = ["zil", "çay", "cam", "ışık", "iz", "öd", "od", "üç", "uç", "şal", "sal"]
    assert sorted(words, key=sort_key) == [
        "cam", "çay", "ışık", "iz", "od", "öd", "sal", "şal", "uç", "üç", "zil",
    ]  # fmt: skip


def test_nothing_of_an_account_can_be_deleted(it_id: int) -> None:
    for statement in (
        sa.delete(User),
        sa.text("DELETE FROM role_grant"),
        sa.delete(LoginSession),
    ):
        log_in("it")
        with pytest.raises(DBAPIError), db.transaction() as session:
            session.execute(statement)


@pytest.mark.postgres
def test_an_account_being_changed_does_not_hold_up_its_owners_audit_entries(
    postgres_url: str,
) -> None:
    schema.upgrade(db.connect(postgres_url))
    user_id, it_id = add_user("ayse", Role.AGENT), add_user("it", Role.IT)

    with db.transaction() as changing:
        changing.get(User, user_id, with_for_update=sessions.LOCKED)
        with db.transaction() as acting:
            acting.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            audit.record(
                acting,
                actor_id=user_id,
                action="test.done",
                object_type="test",
                object_id=1,
                now=NOW,
            )
        people.make_passive(changing, user_id, actor_id=it_id, reason="left", now=NOW)

    assert actions() == ["test.done", "user.made_passive"]
    db.current().close()
