"""The solver's hard rules: each breach is possible without the rule, not with it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from scheduling.groups import groups_of
from scheduling.problem import LockedAssignment, RotaProblem, Rules
from scheduling.rules import (
    HARD_RULES,
    Rule,
    build_model,
    conflict,
    days_in_a_row,
    days_of_the_week,
    hours_of_the_week,
    locks_kept,
    one_shift_a_day,
    rest_between_shifts,
    weekly_rest,
)
from tests.scheduling.builders import NO_BREAKS, agent, contract, day, problem, shifts

EARLY, LATE = shifts("06:00"), shifts("14:00")

# problem, and the (day, start minute) pairs that only this rule refuses together
BREACHES: dict[Rule, tuple[RotaProblem, Sequence[tuple[int, int]]]] = {
    one_shift_a_day: (
        problem(agent("a"), contracts=[contract(EARLY, LATE)]),
        [(0, 360), (0, 840)],
    ),
    locks_kept: (
        problem(
            agent("a"),
            contracts=[contract(EARLY)],
            locked=(LockedAssignment(agent="a", day=day(0), start=360),),
        ),
        [],
    ),
    rest_between_shifts: (
        problem(agent("a"), contracts=[contract(EARLY, LATE)], days=2),
        [(0, 840), (1, 360)],
    ),
    days_in_a_row: (
        problem(
            agent("a", days_in_a_row=1),
            contracts=[contract(EARLY)],
            days=2,
            rules=replace(NO_BREAKS, max_consecutive_days=2),
        ),
        [(0, 360), (1, 360)],
    ),
    weekly_rest: (
        problem(
            agent("a"),
            contracts=[contract(EARLY, LATE)],
            days=7,
            rules=replace(NO_BREAKS, weekly_rest_minutes=2160, max_week_minutes=10080),
        ),
        [(0, 360), (1, 360), (2, 840), (4, 360), (5, 360), (6, 360)],
    ),
    days_of_the_week: (
        problem(agent("a"), contracts=[contract(EARLY, max_days=1)], days=2),
        [(0, 360), (1, 360)],
    ),
    hours_of_the_week: (
        problem(agent("a"), contracts=[contract(EARLY, max_minutes=900)], days=2),
        [(0, 360), (1, 360)],
    ),
}


def is_possible(
    one: RotaProblem, worked: Sequence[tuple[int, int]], rules: Sequence[Rule]
) -> bool:
    """Say whether exactly these shifts of the first agent keep the rules."""
    model = build_model(one, [0], groups_of(one), rules)
    for number, takes in enumerate(model.takes[0]):
        for option, taken in takes.items():
            model.cp.add(taken == ((number, option.start_minute) in worked))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model.cp) == cp_model.OPTIMAL


@pytest.mark.parametrize("rule", HARD_RULES, ids=lambda rule: rule.__name__)
def test_each_rule_alone_refuses_its_own_breach(rule: Rule) -> None:
    one, worked = BREACHES[rule]
    others = [other for other in HARD_RULES if other is not rule]

    assert is_possible(one, worked, others)
    assert not is_possible(one, worked, [rule])


def test_a_shift_that_rests_just_long_enough_is_allowed() -> None:
    one = problem(
        agent("a"), contracts=[contract(shifts("06:00", 480), shifts("11:00"))], days=2
    )

    assert is_possible(one, [(0, 660), (1, 360)], HARD_RULES)


def test_a_conflict_names_the_fewest_rules_that_cannot_be_kept_together() -> None:
    one = problem(
        agent("a"), contracts=[contract(EARLY, min_days=5, max_minutes=900)], days=7
    )

    found = conflict(one, 0, groups_of(one))

    assert set(found) == {"days_of_the_week", "hours_of_the_week"}


def test_a_person_who_can_keep_every_rule_has_no_conflict() -> None:
    one = problem(agent("a"), contracts=[contract(EARLY, min_days=5)], days=7)

    assert conflict(one, 0, groups_of(one)) == ()


def test_a_break_rule_is_no_rule_between_days() -> None:
    one = problem(agent("a"), contracts=[contract(EARLY)], minutes=30, rules=Rules())

    assert is_possible(one, [(0, 360)], HARD_RULES)
