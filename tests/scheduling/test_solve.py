"""Whole solves against brute force, the audit, and what a planner expects."""

import json
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting.grid import IntervalGrid
from scheduling.audit import audit
from scheduling.coverage import CountModel, Counts
from scheduling.documents import write_rota
from scheduling.limits import Progress, SolveLimits
from scheduling.problem import (
    Absence,
    Goals,
    LockedAssignment,
    RotaProblem,
    Rules,
    Wish,
    WishKind,
)
from scheduling.rota import RotaResult, Status
from scheduling.solve import solve
from tests.scheduling.builders import (
    NO_BREAKS,
    QUICK,
    agent,
    at,
    away,
    contract,
    curve,
    day,
    lunch,
    problem,
    shifts,
)
from tests.scheduling.oracle import least_points

LUNCH_RULES = Rules(breaks=(lunch(longer_than=180),))


def solved(one: RotaProblem, limits: SolveLimits = QUICK) -> RotaResult:
    """Return the result, after holding it against the audit."""
    result = solve(one, limits)
    checked = audit(one, result.assignments)
    assert checked.breaches == ()
    if result.objective is not None:
        assert checked.objective == result.objective
        assert sum(part.points for part in result.penalties) == result.objective
        assert result.bound is not None
        assert result.bound <= result.objective
        assert (checked.coverage.short == result.unmet).all()
    return result


TINY = {
    "lunch of two is staggered": problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("09:00", 300))],
        required=curve("9x0 5x1 10x0"),
        rules=LUNCH_RULES,
    ),
    "nobody can be everywhere": problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("08:00-11:00", 240))],
        required=curve("8x0 3x2 3x1 3x2 7x0"),
        rules=LUNCH_RULES,
    ),
    "rest between two days": problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("07:00", 240), shifts("18:00", 240))],
        required=curve("7x0 4x1 7x0 4x2 2x0") * 2,
        days=2,
    ),
    "skills are shared out": problem(
        agent("a", skills="calls mail"),
        agent("b", skills="calls"),
        agent("c", skills="mail tax"),
        contracts=[contract(shifts("09:00-10:00", 180))],
        skills=("calls", "mail", "tax"),
        required=[
            curve("9x0 4x1 11x0"),
            curve("9x0 2x2 2x1 11x0"),
            curve("10x0 2x1 12x0"),
        ],
    ),
    "wishes and fairness": problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("09:00", 240), shifts("17:00", 240))],
        required=curve("9x0 4x1 4x0 4x1 3x0") * 3,
        days=3,
        wishes=(
            Wish(agent="a", day=day(0), kind=WishKind.OFF),
            Wish(agent="b", day=day(0), kind=WishKind.START, minute=540, weight=2),
            Wish(agent="b", day=day(2), kind=WishKind.WORK),
        ),
    ),
    "a wish for a lunch time": problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("09:00", 300))],
        required=curve("9x0 5x1 10x0"),
        rules=LUNCH_RULES,
        wishes=(
            Wish(agent="a", day=day(0), kind=WishKind.LUNCH, minute=720),
            Wish(agent="b", day=day(0), kind=WishKind.LUNCH, minute=720, weight=3),
        ),
    ),
    "people beyond the need weigh": problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("09:00", 240), min_days=0)],
        required=curve("9x0 3x1 12x0"),
        goals=Goals(over=2),
    ),
    "seats in the canteen": problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("09:00", 240), min_days=1)],
        required=curve("9x0 4x1 11x0"),
        rules=Rules(breaks=(lunch(longer_than=180, seats=1),)),
    ),
    "two breaks do not overlap": problem(
        agent("a"),
        contracts=[contract(shifts("09:00", 300), min_days=1)],
        required=curve("9x0 2x1 2x0 11x1"),
        rules=Rules(breaks=(lunch(), lunch(key="rest", paid=True))),
    ),
}


@pytest.mark.parametrize("one", TINY.values(), ids=TINY.keys())
def test_a_tiny_problem_is_solved_to_what_brute_force_finds(one: RotaProblem) -> None:
    result = solved(one)

    assert result.status is Status.OPTIMAL
    assert result.objective == result.bound == least_points(one)


@st.composite
def tiny_problems(draw: st.DrawFn) -> RotaProblem:
    """Two people, one or two days, every kind of condition."""
    days = draw(st.integers(1, 2))
    starts = draw(st.sets(st.sampled_from([4, 6, 8, 14, 18]), min_size=1, max_size=2))
    rules = [
        shifts(f"{start:02d}:00", draw(st.sampled_from([240, 300])))
        for start in sorted(starts)
    ]
    least, size = draw(st.integers(0, 1)), 12 * days
    some_day, somebody = st.integers(0, days - 1), st.sampled_from(["a", "b"])
    absences = []
    for _ in range(draw(st.integers(0, 1))):
        key, number = draw(somebody), draw(some_day)
        part = Absence(agent=key, starts=at(number, "07:00"), ends=at(number, "10:00"))
        absences.append(draw(st.sampled_from([away(key, number, number), part])))
    pause = lunch(
        after_start=draw(st.sampled_from([0, 60])),
        seats=draw(st.sampled_from([None, 1])),
    )
    return problem(
        agent("a"),
        agent("b", skills=draw(st.sampled_from(["calls", "calls mail"]))),
        contracts=[contract(*rules, min_days=least, max_days=draw(st.integers(1, 3)))],
        skills=("calls", "mail"),
        required=[
            np.repeat(draw(st.lists(needed, min_size=size, max_size=size)), 2).tolist()
            for needed in (st.integers(0, 2), st.integers(0, 1))
        ],
        days=days,
        rules=Rules(
            min_rest_minutes=draw(st.sampled_from([0, 660])),
            max_consecutive_days=draw(st.integers(1, 2)),
            breaks=(pause,) if draw(st.booleans()) else (),
        ),
        absences=tuple(absences),
        wishes=tuple(
            Wish(agent=draw(somebody), day=day(draw(some_day)), kind=kind, minute=480)
            for kind in draw(st.lists(st.sampled_from(list(WishKind)), max_size=2))
        ),
        goals=Goals(over=draw(st.sampled_from([0, 3]))),
    )


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(one=tiny_problems())
def test_any_tiny_problem_is_solved_to_what_brute_force_finds(one: RotaProblem) -> None:
    result = solved(one)
    expected = least_points(one)

    if expected is None:
        assert result.status is Status.INFEASIBLE
        assert result.reasons
    else:
        assert result.status is Status.OPTIMAL
        assert result.objective == expected


def test_people_who_cannot_keep_the_rules_are_named_with_the_rules() -> None:
    one = problem(
        agent("a"),
        agent("b", contract="ok"),
        contracts=[
            contract(shifts("09:00"), min_days=5, max_minutes=900),
            contract(shifts("09:00"), key="ok"),
        ],
        days=7,
    )

    result = solve(one, QUICK)

    assert result.status is Status.INFEASIBLE
    (reason,) = result.reasons
    assert reason.code == "rules_conflict"
    assert reason.params["agents"] == ["a"]
    assert set(reason.params["rules"]) == {  # type: ignore[call-overload]
        "days_of_the_week",
        "hours_of_the_week",
    }


def test_a_lock_on_a_day_of_leave_is_refused() -> None:
    one = problem(
        agent("a"),
        contracts=[contract(shifts("09:00"))],
        absences=(away("a", 0, 0),),
        locked=(LockedAssignment(agent="a", day=day(0), start=540),),
    )

    result = solve(one, QUICK)

    assert result.status is Status.INFEASIBLE
    assert [dict(reason.params)["rules"] for reason in result.reasons] == [
        ["locks_kept"]
    ]


def test_too_few_seats_for_those_who_must_work_are_named() -> None:
    one = problem(
        *(agent(key) for key in "abcd"),
        contracts=[contract(shifts("09:00", 240), min_days=1, max_days=1)],
        days=1,
        rules=Rules(breaks=(lunch(longer_than=180, seats=1),)),
        locked=tuple(
            LockedAssignment(agent=key, day=day(0), start=540) for key in "abcd"
        ),
    )

    result = solve(one, QUICK)

    assert result.status is Status.INFEASIBLE
    assert [reason.code for reason in result.reasons] == ["seats_too_few"]


def test_what_stays_short_is_said_with_where_everybody_is() -> None:
    one = problem(
        agent("a"),
        agent("b"),
        agent("c"),
        contracts=[contract(shifts("09:00", 240))],
        required=curve("9x0 4x3 11x0"),
        rules=LUNCH_RULES,
        absences=(away("c", 0, 0),),
    )

    result = solved(one)

    worst = result.reasons[0]
    assert worst.code == "short"
    assert worst.params["missing"] == 1 + worst.params["on_break"]  # type: ignore[operator]
    assert worst.params["away"] == 1
    assert result.understaffed_agent_intervals == 4 + 2
    assert json.loads(write_rota(one, result))["reasons"][0]["code"] == "short"


def test_locked_days_and_breaks_are_kept() -> None:
    one = problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("09:00-11:00", 300))],
        required=curve("9x0 6x2 9x0") * 2,
        days=2,
        rules=LUNCH_RULES,
        locked=(
            LockedAssignment(
                agent="a", day=day(0), start=600, breaks=(("lunch", 840),)
            ),
            LockedAssignment(agent="b", day=day(1)),
        ),
    )

    result = solved(one)

    found = {(one.agent, one.day): one for one in result.assignments}
    assert found["a", day(0)].starts == at(0, "10:00")
    assert found["a", day(0)].breaks[0].starts == at(0, "14:00")
    assert ("b", day(1)) not in found


def week_of_twelve() -> RotaProblem:
    """Twelve people, a week of half hours, lunches, leave, wishes."""
    return problem(
        *(agent(f"a{number:02d}") for number in range(12)),
        contracts=[
            contract(shifts("08:00-11:00", 540, step=60), min_days=5, max_days=5)
        ],
        required=curve("16x0 4x4 8x7 12x6 8x0") * 7,
        days=7,
        minutes=30,
        rules=Rules(),
        absences=(away("a03", 1, 2), away("a07", 4, 6)),
        wishes=tuple(
            Wish(agent=f"a{number:02d}", day=day(number % 7), kind=WishKind.OFF)
            for number in range(0, 12, 2)
        ),
    )


@pytest.mark.slow
def test_the_same_seed_and_limits_give_the_same_rota() -> None:
    limits = SolveLimits(seconds=60, seed=7, deterministic=3.0, gap=0.01)

    first, second = (solved(week_of_twelve(), limits) for _ in range(2))

    assert first.assignments == second.assignments
    assert first.objective == second.objective


@pytest.mark.slow
def test_a_week_of_named_people_comes_within_a_hundredth_of_its_bound() -> None:
    result = solved(week_of_twelve(), SolveLimits(seconds=15, workers=2, gap=0.01))

    assert result.gap is not None
    assert result.gap <= 0.01


@pytest.mark.slow
def test_progress_falls_and_the_bound_holds() -> None:
    seen: list[Progress] = []

    result = solve(
        week_of_twelve(), SolveLimits(seconds=10, gap=0.01), on_progress=seen.append
    )

    bests = [one.best for one in seen if one.best is not None]
    assert bests == sorted(bests, reverse=True)
    assert bests[-1] == result.objective
    assert all(one.bound is not None and one.bound <= bests[-1] for one in seen)


def test_a_cancelled_search_returns_its_best_so_far() -> None:
    result = solve(week_of_twelve(), SolveLimits(seconds=30), is_cancelled=lambda: True)

    assert result.status in {Status.FEASIBLE, Status.OPTIMAL, Status.UNKNOWN}
    assert result.seconds < 25


def test_a_day_with_a_change_of_clocks_keeps_its_hours() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 29), 1, 60, "Europe/Paris")
    one = RotaProblem(
        grid=grid,
        skills=("calls",),
        required=np.ones((1, 23), dtype=np.int64),
        contracts=(contract(shifts("08:00", 480), min_days=1),),
        agents=(agent("a"),),
        rules=NO_BREAKS,
    )

    (shift,) = solved(one).assignments

    assert shift.starts.hour == 6  # 08:00 summer time
    assert (shift.ends - shift.starts).total_seconds() == 8 * 3600


def test_a_night_shift_counts_on_the_following_day() -> None:
    one = problem(
        agent("a"),
        contracts=[contract(shifts("22:00", 420), min_days=1)],
        required=curve("24x0 5x1 19x0"),
        days=2,
        locked=(LockedAssignment(agent="a", day=day(0), start=1320),),
    )

    assert solved(one).understaffed_agent_intervals == 0


@pytest.mark.slow
def test_a_rota_is_built_up_where_the_counts_found_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing(self: CountModel, seconds: float, gap: float) -> Counts:
        return Counts(None, None, None, is_infeasible=False)

    monkeypatch.setattr(CountModel, "solve", nothing)

    result = solved(week_of_twelve(), SolveLimits(seconds=8, gap=0.05))

    assert result.status in {Status.FEASIBLE, Status.OPTIMAL}
    assert len(result.assignments) >= 50
