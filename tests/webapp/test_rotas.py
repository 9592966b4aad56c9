"""Rotas made, moved by hand, published, superseded: through the services."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.webapp.conftest import NOW, add_user
from tests.webapp.planning import MONDAY, ZONE
from tests.webapp.rota_world import (
    WEEK,
    World,
    add_requirement,
    ask,
    by_hand,
    make_world,
    run,
    solved,
)
from webapp import db
from webapp.models.leave import LeaveKind, LeaveRequest, LeaveState
from webapp.models.people import Notice, Role, User
from webapp.models.rotas import Assignment, QueueSkill, Rota, RotaState, ShiftPattern
from webapp.services import audit, coverage, rota_edits, rota_publishing, rotas
from webapp.services.errors import Conflict, NotFound, Refused, ServiceError
from webapp.services.rota_edits import Move, MoveRefused
from webapp.services.rota_terms import owed_work, usable_lengths
from webapp.settings import Settings

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def world(any_database: db.Database) -> World:
    return make_world()


@pytest.fixture
def small(sqlite_url: str) -> World:
    """A centre on SQLite, for what no database decides."""
    db.connect(sqlite_url)
    return make_world()


def grant_leave(
    user_id: int, first: date, last: date, *, is_half: bool = False
) -> None:
    with db.transaction() as session:
        session.add(
            LeaveRequest(
                user_id=user_id,
                kind=LeaveKind.ANNUAL,
                first_day=first,
                last_day=last,
                half_days=2,
                state=LeaveState.APPROVED,
                asked_at=NOW,
                changed_at=NOW,
            )
        )


def stored(rota_id: int) -> Rota:
    with db.reading() as session:
        rota = session.get_one(Rota, rota_id)
        assert rota.assignments is not None
        return rota


def of_person(rota: Rota, user_id: int) -> dict[date, Assignment]:
    return {one.day: one for one in rota.assignments if one.user_id == user_id}


def publish(world: World, rota_id: int) -> Rota:
    with db.transaction() as session:
        return rota_publishing.publish(
            session, rota_id, by=world.lead, zone=ZONE, now=NOW
        )


def copy(world: World, rota_id: int) -> int:
    with db.transaction() as session:
        return rotas.copy(session, rota_id, by=world.lead, now=NOW).id


def move(rota_id: int, wanted: Move) -> None:
    with db.transaction() as session:
        rota_edits.move(session, rota_id, wanted, zone=ZONE, by=None, now=NOW)


def lunch_move(one: Assignment, minute: int) -> Move:
    start = (one.day - WEEK.first).days * 1440 + minute
    return Move(
        user_id=one.user_id,
        kind="lunch",
        assignment_id=one.id,
        start=start,
        end=start + 30,
    )


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ServiceError) as caught:
        act()
    return caught.value.code


def told(user_id: int) -> list[str]:
    with db.reading() as session:
        query = sa.select(Notice.code).where(Notice.user_id == user_id)
        return list(session.scalars(query.order_by(Notice.id)))


# Made


def test_a_made_rota_keeps_contracts_lunch_and_leave(
    world: World, settings: Settings
) -> None:
    away = world.people[0]
    grant_leave(away, TUESDAY, TUESDAY)

    rota = stored(solved(world, settings))

    assert rota.state is RotaState.DRAFT
    assert rota.status in ("optimal", "feasible")
    assert TUESDAY not in of_person(rota, away)
    for user_id in world.people:
        days = of_person(rota, user_id)
        assert len(days) == (4 if user_id == away else 5)
        for one in days.values():
            assert one.lunch_starts_at is not None
            assert one.lunch_ends_at is not None
            assert one.lunch_ends_at - one.lunch_starts_at == timedelta(minutes=30)
            noon = WEEK.minute(one.day, one.lunch_starts_at)
            assert 11 * 60 + 30 <= noon <= 13 * 60 + 30
            assert one.break_starts_at is not None  # over 7.5 hours: 60 minutes in all
    assert rota.provenance["input_hash"]
    assert rota.provenance["seed"] == rotas.SEED
    assert rota.provenance["solver"].startswith("ortools ")


def test_the_same_problem_has_the_same_hash(world: World, settings: Settings) -> None:
    first, second = (stored(solved(world, settings)) for _ in range(2))

    assert first.provenance["input_hash"] == second.provenance["input_hash"]
    assert (first.version, second.version) == (1, 2)


def test_what_is_missing_is_named(small: World) -> None:
    with db.transaction() as session:
        for pattern in session.scalars(sa.select(ShiftPattern)):
            pattern.is_active = False
        session.execute(sa.delete(QueueSkill))

    assert refusal(lambda: ask(small, day=MONDAY + timedelta(days=14))) == (
        "rota_no_requirement"
    )
    assert refusal(lambda: ask(small)) == "rota_no_shifts"


def test_too_little_rest_after_the_week_before_is_not_planned(
    small: World, settings: Settings
) -> None:
    late = by_hand(small, days=1)
    with db.transaction() as session:
        for one in session.get_one(Rota, late).assignments:
            one.day -= timedelta(days=1)  # Sunday
            for name in rotas.TIMES:
                setattr(one, name, getattr(one, name) - timedelta(days=1))
            one.break_starts_at = one.break_ends_at = None
            one.ends_at += timedelta(hours=4)  # until 21:30
        rota = session.get_one(Rota, late)
        rota.first_day -= timedelta(days=7)
        rota.last_day -= timedelta(days=7)
        session.flush()
        rota.state, rota.published_at = RotaState.PUBLISHED, NOW

    made = stored(solved(small, settings))

    monday = [one for one in made.assignments if one.day == MONDAY]
    assert monday
    assert {WEEK.minute(one.day, one.starts_at) for one in monday} <= {510}


def test_whose_week_no_shift_fits_is_asked_for_none(
    small: World, settings: Settings
) -> None:
    with db.transaction() as session:
        session.get_one(User, small.people[0]).weekly_minutes = 300

    rota = stored(solved(small, settings))

    assert rota.status in ("optimal", "feasible")
    assert not of_person(rota, small.people[0])


def test_an_impossible_week_is_an_answer_with_reasons(
    small: World, settings: Settings
) -> None:
    draft = by_hand(small)
    first, second = list(of_person(stored(draft), small.people[0]).values())[:2]
    late = (22 * 60 - 510) // 60  # a shift from 22:00, then one from 08:30
    with db.transaction() as session:
        one = session.get_one(Assignment, first.id)
        for name in (*rotas.TIMES, "break_starts_at", "break_ends_at"):
            setattr(one, name, getattr(one, name) + timedelta(hours=late))
        for number in (first.id, second.id):
            session.get_one(Assignment, number).is_locked = True

    rota = stored(solved(small, settings, draft))

    assert rota.status == "infeasible"
    assert rota.reasons[0]["code"] == "rules_conflict"
    assert "rest_between_shifts" in rota.reasons[0]["params"]["rules"]
    assert not rota.assignments
    assert refusal(lambda: publish(small, rota.id)) == "rota_empty"


@pytest.mark.parametrize(
    ("lengths", "days", "most", "owed"),
    [
        ({480}, 5, 2400, (5, 2400)),
        ({480, 420}, 5, 2300, (5, 2280)),
        ({540}, 5, 2400, (4, 2160)),
        ({480}, 5, 0, (0, 0)),
        ({480}, 0, 2400, (0, 0)),
    ],
)
def test_the_work_owed_is_what_the_shifts_can_fill(
    lengths: set[int], days: int, most: int, owed: tuple[int, int]
) -> None:
    assert owed_work(lengths, days, most) == owed


@pytest.mark.parametrize(
    ("days", "least", "most", "usable"),
    [
        (5, 2700, 2700, {540}),
        (5, 2400, 2400, {480}),
        (5, 1350, 1350, {270}),
        (5, 2250, 2400, {480, 540, 270}),  # 270 beside 540 three times and 480
        (5, 2350, 2350, {540, 480, 270}),  # no week at all: all stay
        (0, 0, 2400, {540, 480, 270}),
    ],
)
def test_people_are_offered_only_shifts_of_which_their_week_can_be_made(
    days: int, least: int, most: int, usable: set[int]
) -> None:
    assert usable_lengths({540, 480, 270}, days, least, most) == usable


def test_a_locked_shift_and_lunch_are_kept_when_solved_again(
    small: World, settings: Settings
) -> None:
    draft = by_hand(small, lunches=(810,))
    one = of_person(stored(draft), small.people[0])[TUESDAY]
    with db.transaction() as session:
        for what in ("shift", "lunch"):
            rotas.set_lock(
                session, draft, one.id, what=what, is_locked=True, by=None, now=NOW
            )

    again = of_person(stored(solved(small, settings, draft)), small.people[0])[TUESDAY]

    assert (again.starts_at, again.lunch_starts_at) == (
        one.starts_at,
        one.lunch_starts_at,
    )
    assert again.is_locked
    assert again.lunch_is_locked


def test_who_works_for_another_queue_is_not_planned_twice(
    small: World, settings: Settings
) -> None:
    publish(small, by_hand(small, days=2))
    with db.transaction() as session:
        from tests.webapp.planning import add_queue

        other = add_queue(session, "emlak")
        add_requirement(session, other.id, most=1)
        session.add(QueueSkill(user_id=small.people[0], queue_id=other.id))
        extra = World(queue_id=other.id, people=small.people[:1], lead=small.lead)

    days = of_person(stored(solved(extra, settings)), small.people[0])

    assert not {MONDAY, TUESDAY} & days.keys()


# Moved by hand


def test_a_lunch_is_moved_and_recorded(world: World) -> None:
    draft = by_hand(world)
    one = stored(draft).assignments[0]

    move(draft, lunch_move(one, 780))

    moved = next(a for a in stored(draft).assignments if a.id == one.id)
    assert moved.lunch_starts_at == WEEK.instant(one.day, 780)
    with db.reading() as session:
        assert audit.verify(session).is_whole


def test_a_lunch_outside_its_window_is_refused_and_stays(world: World) -> None:
    draft = by_hand(world)
    one = stored(draft).assignments[0]

    with pytest.raises(MoveRefused) as caught:
        move(draft, lunch_move(one, 600))

    assert [b.code for b in caught.value.breaches] == ["break_outside_window"]
    after = next(a for a in stored(draft).assignments if a.id == one.id)
    assert after.lunch_starts_at == one.lunch_starts_at


def test_a_shift_takes_its_breaks_with_it(small: World) -> None:
    draft = by_hand(small, lunches=(720,))
    one = stored(draft).assignments[0]
    start = 480

    move(
        draft,
        Move(
            user_id=one.user_id,
            kind="shift",
            assignment_id=one.id,
            start=start,
            end=start + 540,
        ),
    )

    moved = next(a for a in stored(draft).assignments if a.id == one.id)
    assert one.lunch_starts_at is not None
    assert moved.starts_at == one.starts_at - timedelta(minutes=30)
    assert moved.lunch_starts_at == one.lunch_starts_at - timedelta(minutes=30)


@pytest.mark.parametrize("to_day", [1, 4])
def test_a_second_shift_on_a_day_is_refused(small: World, to_day: int) -> None:
    draft = by_hand(small)
    one = stored(draft).assignments[0]
    start = to_day * 1440 + 510
    wanted = Move(
        user_id=one.user_id,
        kind="shift",
        assignment_id=one.id,
        start=start,
        end=start + 540,
    )

    with pytest.raises(MoveRefused) as caught:
        move(draft, wanted)

    assert "two_shifts" in {b.code for b in caught.value.breaches}


def test_a_breach_that_was_there_stops_nobody_elses_lunch(small: World) -> None:
    draft = by_hand(small)
    grant_leave(small.people[1], MONDAY, MONDAY)
    one = of_person(stored(draft), small.people[0])[MONDAY]

    move(draft, lunch_move(one, 780))


def test_a_bar_of_another_rota_is_not_there(small: World) -> None:
    draft = by_hand(small)
    one = stored(draft).assignments[0]
    other = copy(small, draft)

    with pytest.raises(NotFound):
        move(other, lunch_move(one, 780))


# Published


def test_publishing_tells_everybody_once(world: World) -> None:
    rota = publish(world, by_hand(world))

    assert rota.state is RotaState.PUBLISHED
    assert rota.published_by_id == world.lead
    assert [told(one) for one in world.people] == [["rota_published"]] * 6


def test_a_published_rota_never_changes(world: World) -> None:
    rota = publish(world, by_hand(world))
    one = stored(rota.id).assignments[0]

    with pytest.raises(Conflict):
        move(rota.id, lunch_move(one, 780))
    with (
        pytest.raises(sa.exc.DatabaseError, match="never change"),
        db.transaction() as session,
    ):
        session.get_one(Assignment, one.id).ends_at += timedelta(minutes=30)


def test_a_newer_version_supersedes_and_tells_only_whom_it_changes(
    world: World,
) -> None:
    first = publish(world, by_hand(world))
    second = copy(world, first.id)
    one = stored(second).assignments[0]
    move(second, lunch_move(one, 780))

    publish(world, second)

    assert stored(first.id).state is RotaState.SUPERSEDED
    assert told(one.user_id) == ["rota_published", "lunch_changed"]
    others = [user for user in world.people if user != one.user_id]
    assert [told(user) for user in others] == [["rota_published"]] * 5


def test_an_older_draft_does_not_replace_a_newer_publication(small: World) -> None:
    older = by_hand(small)
    newer = copy(small, older)
    publish(small, newer)

    assert refusal(lambda: publish(small, older)) == "rota_newer"


def test_leave_granted_since_stops_the_publication(small: World) -> None:
    draft = by_hand(small)
    grant_leave(small.people[0], MONDAY, TUESDAY)

    assert refusal(lambda: publish(small, draft)) == "rota_breaks_rules"


def test_leave_granted_after_publication_stops_nobodys_better_lunch(
    world: World,
) -> None:
    first = publish(world, by_hand(world))
    grant_leave(world.people[1], MONDAY, MONDAY)
    second = copy(world, first.id)
    one = of_person(stored(second), world.people[0])[MONDAY]
    move(second, lunch_move(one, 780))

    assert publish(world, second).state is RotaState.PUBLISHED


def test_a_shift_is_taken_out_of_a_draft_only(world: World) -> None:
    draft = by_hand(world)
    one = of_person(stored(draft), world.people[1])[MONDAY]
    grant_leave(world.people[1], MONDAY, MONDAY)

    def take_off(rota_id: int) -> None:
        with db.transaction() as session:
            rota_edits.take_off(session, rota_id, one.id, by=None, now=NOW)

    take_off(draft)

    assert MONDAY not in of_person(stored(draft), world.people[1])
    publish(world, draft)
    assert refusal(lambda: take_off(draft)) == "rota_not_draft"


def test_a_discarded_draft_is_not_published(small: World) -> None:
    draft = by_hand(small)
    with db.transaction() as session:
        rotas.discard(session, draft, by=small.lead, now=NOW)

    assert refusal(lambda: publish(small, draft)) == "rota_not_draft"


def test_a_job_without_people_fails_with_its_reason(
    small: World, settings: Settings
) -> None:
    job_id = ask(small)
    with db.transaction() as session:
        session.execute(sa.delete(QueueSkill))

    with pytest.raises(Exception, match="rota_no_people") as caught:
        run(job_id, settings)
    assert getattr(caught.value, "code", "") == "rota_no_people"


def test_passive_people_are_not_planned(small: World, settings: Settings) -> None:
    with db.transaction() as session:
        leaver = session.get_one(User, small.people[0])
        leaver.is_active, leaver.passive_since = False, NOW
    stranger = add_user("stranger", Role.AGENT)

    planned = {one.user_id for one in stored(solved(small, settings)).assignments}

    assert small.people[0] not in planned
    assert stranger not in planned


def test_unknown_choices_are_refused(small: World) -> None:
    draft = by_hand(small)
    one = stored(draft).assignments[0]

    def lock() -> None:
        with db.transaction() as session:
            rotas.set_lock(
                session, draft, one.id, what="x", is_locked=True, by=None, now=NOW
            )

    assert refusal(lock) == "choice_invalid"
    with pytest.raises(Refused):
        move(
            draft,
            Move(user_id=one.user_id, kind="x", assignment_id=one.id, start=0, end=30),
        )


def test_spare_people_are_spread_over_the_lunch_hours(
    small: World, settings: Settings
) -> None:
    with db.transaction() as session:
        add_requirement(session, small.queue_id, most=1)  # six people where one will do

    rota = stored(solved(small, settings))

    with db.reading() as session:
        shown = coverage.of_rota(session, session.get_one(Rota, rota.id), zone=ZONE)
    assert shown.missing.sum() == 0
    assert shown.at_lunch.max() <= 2  # four half hours from 11:30 to 13:30
