"""The lunch desk: one day's breaks for named people."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.audit import audit
from scheduling.breaks import BreakPlan, place_breaks
from scheduling.limits import SolveLimits
from scheduling.problem import (
    Absence,
    LockedAssignment,
    RotaProblem,
    Rules,
    Wish,
    WishKind,
)
from scheduling.rota import Assignment, Status
from scheduling.staffed import coverage_of
from tests.scheduling.builders import (
    QUICK,
    agent,
    at,
    contract,
    curve,
    day,
    lunch,
    problem,
    shifts,
    works,
)

NINE_TO_FIVE = contract(shifts("09:00", 480))
MIDDAY = lunch(after_start=120, before_end=120, day_from=660, day_to=900)


def centre(
    keys: str, required: str, *, rule: object = MIDDAY, **more: object
) -> RotaProblem:
    """Return a day on which every key works 09:00-17:00."""
    return problem(
        *(agent(key) for key in keys),
        contracts=[NINE_TO_FIVE],
        required=curve(required),
        rules=Rules(breaks=(rule,)),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


def planned(one: RotaProblem, **more: object) -> BreakPlan:
    """Return the plan after holding it against the audit."""
    rota = [works(person.key, 0, "09:00-17:00") for person in one.agents]
    plan = place_breaks(one, rota, limits=QUICK, **more)  # type: ignore[arg-type]
    if plan.assignments:
        assert audit(one, plan.assignments).breaches == ()
        assert audit(one, plan.assignments).understaffed_agent_intervals == plan.total
    return plan


def lunches(plan: BreakPlan) -> dict[str, str]:
    """Return by agent the local hour of lunch."""
    return {
        one.agent: f"{(one.breaks[0].starts.hour + 3) % 24:02d}"
        for one in plan.assignments
    }


def test_waves_are_spread_so_that_coverage_holds() -> None:
    plan = planned(centre("abcd", "9x0 8x3 7x0"))

    assert plan.status is Status.OPTIMAL
    assert plan.total == 0
    assert sorted(lunches(plan).values()) == ["11", "12", "13", "14"]


def test_where_no_rotation_holds_the_place_and_the_number_are_said() -> None:
    plan = planned(centre("abcd", "9x0 2x3 4x4 2x3 7x0"))

    assert plan.status is Status.OPTIMAL
    assert (plan.worst, plan.total) == (1, 4)
    assert [(one.starts, one.missing) for one in plan.shortfalls] == [
        (at(0, f"{hour}:00"), 1) for hour in (11, 12, 13, 14)
    ]


def test_the_worst_interval_comes_before_the_total() -> None:
    """Two agents: at 11 nobody is needed but 2 at 12; both at 12 would cost 2 there."""
    one = centre("ab", "11x0 1x2 1x1 2x2 9x0")

    plan = planned(one)

    assert plan.worst == 1
    assert plan.total == 1


def test_the_canteen_seats_only_so_many() -> None:
    need_nobody = "24x0"
    seated = lunch(after_start=120, before_end=120, day_from=660, day_to=900, seats=1)

    plan = planned(centre("abcd", need_nobody, rule=seated))

    assert sorted(lunches(plan).values()) == ["11", "12", "13", "14"]


def test_too_few_seats_are_refused_with_the_day() -> None:
    seated = lunch(after_start=120, before_end=120, day_from=660, day_to=900, seats=1)

    plan = planned(centre("abcde", "24x0", rule=seated))

    assert plan.status is Status.INFEASIBLE
    assert [(one.code, one.params["day"]) for one in plan.reasons] == [
        ("breaks_do_not_fit", day(0).isoformat())
    ]


def test_a_fixed_lunch_stays_where_it_is_even_at_a_cost() -> None:
    fixed = tuple(
        LockedAssignment(agent=key, day=day(0), start=540, breaks=(("lunch", 720),))
        for key in "ab"
    )

    plan = planned(centre("abcd", "9x0 8x3 7x0", locked=fixed))

    assert lunches(plan)["a"] == lunches(plan)["b"] == "12"
    assert plan.total == 1


def test_a_wish_decides_between_equal_rotations() -> None:
    wishes = (
        Wish(agent="c", day=day(0), kind=WishKind.LUNCH, minute=660),
        Wish(agent="d", day=day(0), kind=WishKind.LUNCH, minute=840),
    )

    plan = planned(centre("abcd", "9x0 8x3 7x0", wishes=wishes))

    assert (lunches(plan)["c"], lunches(plan)["d"]) == ("11", "14")


def test_a_wish_never_costs_coverage() -> None:
    wish = Wish(agent="a", day=day(0), kind=WishKind.LUNCH, minute=720, weight=1000)

    plan = planned(centre("ab", "9x0 3x1 1x2 4x1 7x0", wishes=(wish,)))

    assert plan.total == 0
    assert lunches(plan)["a"] != "12"


def test_whoever_was_late_before_is_early_now() -> None:
    plan = planned(centre("abcd", "9x0 8x3 7x0"), past_offsets={"a": 600, "b": -600})

    assert (lunches(plan)["a"], lunches(plan)["b"]) == ("11", "14")


def test_half_a_day_of_leave_needs_no_lunch_inside_it() -> None:
    half = Absence(agent="a", starts=at(0, "11:00"), ends=at(0, "17:00"))

    plan = planned(centre("ab", "9x0 8x1 7x0", absences=(half,)))

    assert {one.agent: len(one.breaks) for one in plan.assignments} == {"a": 0, "b": 1}


def test_skills_are_kept_apart() -> None:
    one = problem(
        agent("a", skills="calls"),
        agent("b", skills="mail"),
        agent("c", skills="calls mail"),
        contracts=[NINE_TO_FIVE],
        skills=("calls", "mail"),
        required=[curve("9x0 8x1 7x0"), curve("9x0 8x1 7x0")],
        rules=Rules(breaks=(MIDDAY,)),
    )

    plan = planned(one)

    assert plan.total == 0
    assert len(set(lunches(plan).values())) == 3


@settings(max_examples=25, deadline=None)
@given(
    needs=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    starts=st.lists(st.sampled_from([8, 9, 10]), min_size=3, max_size=3),
)
def test_no_other_rotation_is_better_than_the_one_proposed(
    needs: list[int], starts: list[int]
) -> None:
    one = problem(
        *(agent(key) for key in "abc"),
        contracts=[contract(shifts("08:00-10:00", 480))],
        required=[0] * 11 + needs + [0] * 9,
        rules=Rules(breaks=(MIDDAY,)),
    )
    spans = [f"{start:02d}:00-{start + 8:02d}:00" for start in starts]
    bare = [works(key, 0, span) for key, span in zip("abc", spans, strict=True)]

    plan = place_breaks(one, bare, limits=QUICK)

    every = (
        _score(one, [
            works(key, 0, span, f"lunch {hour}:00-{hour + 1}:00")
            for key, span, hour in zip("abc", spans, hours, strict=True)
        ])
        for hours in product((11, 12, 13, 14), repeat=3)
    )  # fmt: skip
    assert (plan.worst, plan.total) == min(score for score in every if score)


def _score(one: RotaProblem, rota: list[Assignment]) -> tuple[int, int] | None:
    if audit(one, rota).breaches:
        return None
    missing = coverage_of(one, rota).short.sum(axis=0)
    return int(missing.max()), int(missing.sum())


@pytest.mark.slow
def test_a_hundred_people_are_rotated_within_two_seconds() -> None:
    keys = [f"a{number:03d}" for number in range(100)]
    one = problem(
        *(agent(key) for key in keys),
        contracts=[contract(shifts("08:00-10:00", 540))],
        required=curve("16x0 4x30 8x85 6x85 2x50 12x0"),
        minutes=30,
        rules=Rules(),
        wishes=tuple(
            Wish(agent=key, day=day(0), kind=WishKind.LUNCH, minute=690 + 30 * (n % 5))
            for n, key in enumerate(keys[::3])
        ),
    )
    spans = ("08:00-17:00", "09:00-18:00", "10:00-19:00")
    bare = [works(key, 0, spans[number % 3]) for number, key in enumerate(keys)]

    plan = place_breaks(
        one,
        bare,
        limits=SolveLimits(seconds=1.8),
        past_offsets={key: 30 * (number % 7 - 3) for number, key in enumerate(keys)},
    )

    assert plan.status is Status.OPTIMAL
    assert audit(one, plan.assignments).breaches == ()
