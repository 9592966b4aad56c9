from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.webapp.conftest import NOW, add_user
from webapp import db
from webapp.access import roles_on
from webapp.models.people import Role
from webapp.services import notices, people, roles
from webapp.services.errors import ServiceError

TODAY = date(2026, 11, 18)


@pytest.fixture
def it_id(any_database: db.Database) -> int:
    return add_user("it", Role.IT)


def refusal(act: Callable[[Session], object]) -> str:
    with pytest.raises(ServiceError) as refused, db.transaction() as session:
        act(session)
    return refused.value.code


def give(
    user_id: int,
    role: Role,
    *,
    actor_id: int | None,
    first: date = TODAY,
    last: date | None = None,
    substitute_for_id: int | None = None,
) -> Callable[[Session], object]:
    return lambda session: roles.grant(
        session,
        user_id,
        role,
        first=first,
        last=last,
        substitute_for_id=substitute_for_id,
        actor_id=actor_id,
        now=NOW,
    )


def test_nobody_changes_roles_of_their_own(it_id: int) -> None:
    with db.reading() as session:
        grant_id = people.user(session, it_id).grants[0].id

    for role in Role:
        assert refusal(give(it_id, role, actor_id=it_id)) == "own_roles"
    assert (
        refusal(
            lambda session: roles.end_grant(
                session, grant_id, last=TODAY, actor_id=it_id, now=NOW
            )
        )
        == "own_roles"
    )


def test_it_and_top_manager_never_meet_in_one_person(it_id: int) -> None:
    colleague = add_user("colleague", Role.IT)
    top = add_user("top", Role.TOP_MANAGER)
    tomorrow = TODAY + timedelta(days=1)

    assert (
        refusal(give(colleague, Role.TOP_MANAGER, actor_id=it_id)) == "roles_conflict"
    )
    assert refusal(give(colleague, Role.TOP_MANAGER, actor_id=None)) == "roles_conflict"
    assert refusal(give(top, Role.IT, actor_id=it_id)) == "roles_conflict"
    assert (
        refusal(
            give(
                colleague,
                Role.TOP_MANAGER,
                actor_id=it_id,
                first=tomorrow,
                last=tomorrow,
                substitute_for_id=top,
            )
        )
        == "roles_conflict"
    )


def test_top_managers_are_told_of_another(it_id: int) -> None:
    top = add_user("top", Role.TOP_MANAGER)
    manager = add_user("manager", Role.MANAGER, full_name="Veli Can")

    with db.transaction() as session:
        give(manager, Role.TOP_MANAGER, actor_id=it_id)(session)

    with db.reading() as session:
        told = notices.told(session, top)
    assert [(n.code, n.params) for n in told] == [
        ("top_manager_granted", {"name": "Veli Can"})
    ]


def test_a_substitute_has_the_role_on_those_days_only(it_id: int) -> None:
    manager = add_user("manager", Role.MANAGER)
    lead = add_user("lead", Role.SERVICE_LEAD)
    last = TODAY + timedelta(days=4)

    with db.transaction() as session:
        give(lead, Role.MANAGER, actor_id=it_id, last=last, substitute_for_id=manager)(
            session
        )

    with db.reading() as session:
        grants = people.user(session, lead).grants
        assert Role.MANAGER in roles_on(grants, TODAY)
        assert Role.MANAGER in roles_on(grants, last)
        assert Role.MANAGER not in roles_on(grants, TODAY - timedelta(days=1))
        assert Role.MANAGER not in roles_on(grants, last + timedelta(days=1))
        assert roles.holders(session, Role.MANAGER, TODAY) == sorted([manager, lead])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "substitute_without_end"),
        ({"last": TODAY - timedelta(days=1)}, "grant_ends_before_start"),
        ({"last": TODAY, "role": Role.IT}, "substitute_lacks_role"),
        ({"last": TODAY, "of_self": True}, "substitute_for_self"),
    ],
)
def test_a_substitute_that_cannot_be_is_refused(
    it_id: int, more: dict[str, object], code: str
) -> None:
    manager = add_user("manager", Role.MANAGER)
    lead = add_user("lead", Role.SERVICE_LEAD)
    more = dict(more)
    replaced = lead if more.pop("of_self", False) else manager
    role = more.pop("role", Role.MANAGER)
    grant = give(lead, role, actor_id=it_id, substitute_for_id=replaced, **more)  # type: ignore[arg-type]

    assert refusal(grant) == code


def test_a_substitutes_substitute_is_refused(it_id: int) -> None:
    manager = add_user("manager", Role.MANAGER)
    lead, second = add_user("lead", Role.SERVICE_LEAD), add_user("second", Role.AGENT)
    with db.transaction() as session:
        give(lead, Role.MANAGER, actor_id=it_id, last=TODAY, substitute_for_id=manager)(
            session
        )

    grant = give(
        second, Role.MANAGER, actor_id=it_id, last=TODAY, substitute_for_id=lead
    )

    assert refusal(grant) == "substitute_lacks_role"


def test_a_role_is_given_once_at_a_time_and_ends_with_a_day_or_at_once(
    it_id: int,
) -> None:
    user_id = add_user("ayse", Role.AGENT)
    assert refusal(give(user_id, Role.AGENT, actor_id=it_id)) == "role_held"
    with db.transaction() as session:
        given = roles.grant(
            session, user_id, Role.IT, first=TODAY, actor_id=it_id, now=NOW
        )

    def end(last: date | None) -> Callable[[Session], object]:
        return lambda session: roles.end_grant(
            session, given.id, last=last, actor_id=it_id, now=NOW
        )

    assert refusal(end(TODAY - timedelta(days=1))) == "grant_ends_before_start"
    with db.transaction() as session:
        end(TODAY + timedelta(days=3))(session)
    with db.reading() as session:
        grants = people.user(session, user_id).grants
        assert Role.IT in roles_on(grants, TODAY + timedelta(days=3))
        assert Role.IT not in roles_on(grants, TODAY + timedelta(days=4))
    with db.transaction() as session:
        end(None)(session)
    with db.reading() as session:
        assert Role.IT not in roles_on(people.user(session, user_id).grants, TODAY)
    assert refusal(end(None)) == "grant_ended"


def test_a_passive_person_gets_no_role(it_id: int) -> None:
    user_id = add_user("ayse", Role.AGENT)
    with db.transaction() as session:
        people.make_passive(session, user_id, actor_id=it_id, reason="left", now=NOW)

    assert refusal(give(user_id, Role.MANAGER, actor_id=it_id)) == "passive_account"
