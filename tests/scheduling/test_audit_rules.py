"""Each hard rule, twice: the rota that keeps it passes, the one beside it does not.

The same pairs are put to the solver's model in `test_rules.py`.
"""

import json
from dataclasses import dataclass, replace

import pytest

from scheduling.audit import RULES, audit, breaches
from scheduling.ledger import Ledger, Rule
from scheduling.problem import (
    Absence,
    Availability,
    LockedAssignment,
    RotaProblem,
    Rules,
)
from scheduling.rota import Assignment
from tests.scheduling.builders import (
    NO_BREAKS,
    agent,
    at,
    away,
    contract,
    day,
    lunch,
    problem,
    shifts,
    works,
)

ANY = shifts("00:00-23:00", 480)
FREE = contract(ANY)


@dataclass(frozen=True)
class Case:
    """A breach that the second rota commits under the problem, and the first not."""

    code: str
    problem: RotaProblem
    kept: tuple[Assignment, ...]
    broken: tuple[Assignment, ...]


def week(*shifts_worked: str) -> tuple[Assignment, ...]:
    """Return shifts of one agent, one a day from Monday on; `-` is a day off."""
    return tuple(
        works("a", number, span)
        for number, span in enumerate(shifts_worked)
        if span != "-"
    )


LUNCH = problem(
    agent("a"),
    contracts=[FREE],
    rules=Rules(breaks=(lunch(day_from=660, day_to=840),)),
)
CASES = [
    Case(
        "stranger",
        problem(agent("a"), contracts=[FREE]),
        (works("a", 0, "09:00-17:00"),),
        (works("b", 0, "09:00-17:00"),),
    ),
    Case(
        "stranger",
        problem(agent("a"), contracts=[FREE]),
        (works("a", 0, "09:00-17:00"),),
        (works("a", 1, "09:00-17:00"),),
    ),
    Case(
        "two_shifts",
        problem(
            agent("a"),
            contracts=[contract(shifts("00:00-20:00", 240))],
            rules=replace(NO_BREAKS, min_rest_minutes=0),
        ),
        (works("a", 0, "04:00-08:00"),),
        (works("a", 0, "04:00-08:00"), works("a", 0, "12:00-16:00")),
    ),
    Case(
        "shift_not_allowed",
        problem(agent("a"), contracts=[contract(shifts("09:00-10:00", 480))]),
        (works("a", 0, "10:00-18:00"),),
        (works("a", 0, "11:00-19:00"),),
    ),
    Case(
        "shift_not_allowed",
        problem(agent("a"), contracts=[contract(shifts("09:00", 480))]),
        (works("a", 0, "09:00-17:00"),),
        (works("a", 0, "09:00-18:00"),),
    ),
    Case(
        "shift_not_allowed",
        problem(
            agent("a"),
            contracts=[contract(shifts("09:00", weekdays=frozenset({0})))],
            days=2,
        ),
        (works("a", 0, "09:00-17:00"),),
        (works("a", 1, "09:00-17:00"),),
    ),
    Case(
        "shift_too_long",
        problem(
            agent("a"), contracts=[contract(shifts("08:00", 660), shifts("08:00", 720))]
        ),
        (works("a", 0, "08:00-19:00"),),
        (works("a", 0, "08:00-20:00"),),
    ),
    Case(
        "shift_too_long",  # night work of 8 h; the same from 14:00 is no night work
        problem(agent("a"), contracts=[FREE]),
        (works("a", 0, "14:00-22:00"),),
        (works("a", 0, "21:00-29:00"),),
    ),
    Case(
        "rest_too_short",
        problem(agent("a"), contracts=[FREE], days=2),
        week("12:00-20:00", "07:00-15:00"),
        week("13:00-21:00", "07:00-15:00"),
    ),
    Case(
        "rest_too_short",
        problem(agent("a", last_end=at(-1, "22:00")), contracts=[FREE]),
        (works("a", 0, "09:00-17:00"),),
        (works("a", 0, "08:00-16:00"),),
    ),
    Case(
        "too_many_days_in_a_row",
        problem(
            agent("a"),
            contracts=[FREE],
            days=4,
            rules=replace(NO_BREAKS, max_consecutive_days=2),
        ),
        week("09:00-17:00", "09:00-17:00", "-", "09:00-17:00"),
        week("09:00-17:00", "09:00-17:00", "09:00-17:00"),
    ),
    Case(
        "too_many_days_in_a_row",
        problem(
            agent("a", days_in_a_row=5),
            contracts=[FREE],
            days=2,
            rules=replace(NO_BREAKS, max_consecutive_days=6),
        ),
        week("09:00-17:00"),
        week("09:00-17:00", "09:00-17:00"),
    ),
    Case(
        "no_weekly_rest",  # 24 h from Wednesday 23:00 on, or only 23 h
        problem(
            agent("a"),
            contracts=[contract(ANY, max_days=7)],
            days=7,
            rules=replace(
                NO_BREAKS,
                min_rest_minutes=0,
                max_week_minutes=10080,
                max_night_minutes=480,
            ),
        ),
        (
            *week("09:00-17:00", "09:00-17:00", "15:00-23:00", "-"),
            works("a", 4, "00:00-08:00"),
            works("a", 5, "09:00-17:00"),
            works("a", 6, "09:00-17:00"),
        ),
        (
            *week("09:00-17:00", "09:00-17:00", "17:00-25:00", "-"),
            works("a", 4, "00:00-08:00"),
            works("a", 5, "09:00-17:00"),
            works("a", 6, "09:00-17:00"),
        ),
    ),
    Case(
        "too_few_days",
        problem(
            agent("a"), contracts=[contract(ANY, min_days=2, max_days=2)], days=7
        ),
        week("09:00-17:00", "09:00-17:00"),
        week("09:00-17:00"),
    ),
    Case(
        "too_many_days",
        problem(
            agent("a"), contracts=[contract(ANY, min_days=2, max_days=2)], days=7
        ),
        week("09:00-17:00", "09:00-17:00"),
        week("09:00-17:00", "09:00-17:00", "09:00-17:00"),
    ),
    Case(
        "too_few_minutes",
        problem(agent("a"), contracts=[contract(ANY, min_minutes=960)], days=7),
        week("09:00-17:00", "09:00-17:00"),
        week("09:00-17:00"),
    ),
    Case(
        "too_many_minutes",
        problem(
            agent("a"), contracts=[FREE], days=7,
            rules=replace(NO_BREAKS, max_week_minutes=960),
        ),
        week("09:00-17:00", "09:00-17:00"),
        week("09:00-17:00", "09:00-17:00", "09:00-17:00"),
    ),
    Case(
        "too_many_days",  # two days of leave are worked already
        problem(
            agent("a"),
            contracts=[contract(ANY, max_days=5)],
            days=7,
            absences=(away("a", 0, 1),),
            rules=replace(NO_BREAKS, max_week_minutes=10080),
        ),
        week("-", "-", "09:00-17:00", "09:00-17:00", "09:00-17:00"),
        week("-", "-", "09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00"),
    ),
    Case(
        "works_on_leave",
        problem(agent("a"), contracts=[FREE], days=2, absences=(away("a", 1, 1),)),
        week("16:00-24:00"),
        week("-", "09:00-17:00"),
    ),
    Case(
        "works_on_leave",
        problem(
            agent("a"), contracts=[contract(shifts("16:00-18:00", 420))], days=2,
            absences=(away("a", 1, 1),),
        ),
        week("17:00-24:00"),
        week("18:00-25:00"),
    ),
    Case(
        "not_available",
        problem(
            agent("a", availability=(Availability(from_minute=540, to_minute=1080),)),
            contracts=[FREE],
        ),
        (works("a", 0, "10:00-18:00"),),
        (works("a", 0, "11:00-19:00"),),
    ),
    Case(
        "break_missing",
        LUNCH,
        (works("a", 0, "09:00-17:00", "lunch 12:00-13:00"),),
        (works("a", 0, "09:00-17:00"),),
    ),
    Case(
        "break_outside_window",
        LUNCH,
        (works("a", 0, "09:00-17:00", "lunch 13:00-14:00"),),
        (works("a", 0, "09:00-17:00", "lunch 14:00-15:00"),),
    ),
    Case(
        "break_outside_window",  # too soon after the start of the shift
        LUNCH,
        (works("a", 0, "11:00-19:00", "lunch 12:00-13:00"),),
        (works("a", 0, "11:00-19:00", "lunch 11:00-12:00"),),
    ),
    Case(
        "break_of_wrong_length",
        LUNCH,
        (works("a", 0, "09:00-17:00", "lunch 12:00-13:00"),),
        (works("a", 0, "09:00-17:00", "lunch 12:00-14:00"),),
    ),
    Case(
        "break_not_due",
        problem(
            agent("a"),
            contracts=[FREE],
            rules=Rules(breaks=(lunch(), lunch(key="long", longer_than=600))),
        ),
        (works("a", 0, "09:00-17:00", "lunch 12:00-13:00"),),
        (works("a", 0, "09:00-17:00", "lunch 12:00-13:00", "long 14:00-15:00"),),
    ),
    Case(
        "breaks_overlap",
        problem(
            agent("a"),
            contracts=[FREE],
            rules=Rules(breaks=(lunch(), lunch(key="rest"))),
        ),
        (works("a", 0, "09:00-17:00", "lunch 12:00-13:00", "rest 13:00-14:00"),),
        (works("a", 0, "09:00-17:00", "lunch 12:00-13:00", "rest 12:00-13:00"),),
    ),
    Case(
        "too_many_at_once",
        problem(
            agent("a"),
            agent("b"),
            contracts=[FREE],
            rules=Rules(breaks=(lunch(seats=1),)),
        ),
        (
            works("a", 0, "09:00-17:00", "lunch 12:00-13:00"),
            works("b", 0, "09:00-17:00", "lunch 13:00-14:00"),
        ),
        (
            works("a", 0, "09:00-17:00", "lunch 12:00-13:00"),
            works("b", 0, "09:00-17:00", "lunch 12:00-13:00"),
        ),
    ),
    Case(
        "lock_broken",
        problem(
            agent("a"), contracts=[FREE],
            locked=(LockedAssignment(agent="a", day=day(0)),),
        ),
        (),
        (works("a", 0, "09:00-17:00"),),
    ),
    Case(
        "lock_broken",
        problem(
            agent("a"), contracts=[FREE],
            locked=(LockedAssignment(agent="a", day=day(0), start=600),),
        ),
        (works("a", 0, "10:00-18:00"),),
        (works("a", 0, "09:00-17:00"),),
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_rota_that_keeps_the_rule_passes(case: Case) -> None:
    assert breaches(case.problem, case.kept) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_rota_that_breaks_only_this_rule_is_named_by_it(case: Case) -> None:
    codes = {breach.code for breach in breaches(case.problem, case.broken)}

    assert codes == {case.code}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_what_is_said_about_a_breach_can_be_stored(case: Case) -> None:
    for breach in breaches(case.problem, case.broken):
        json.dumps(dict(breach.params))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_is_without_a_case(rule: Rule) -> None:
    found = [
        breach for case in CASES for breach in rule(Ledger(case.problem, case.broken))
    ]

    assert found


def test_a_shift_that_leaves_within_the_day_keeps_its_hours_away_out_of_coverage() -> (
    None
):
    half = Absence(agent="a", starts=at(0, "13:00"), ends=at(0, "18:00"))
    one = problem(agent("a"), contracts=[FREE], required=1, absences=(half,))

    checked = audit(one, [works("a", 0, "09:00-17:00")])

    assert checked.breaches == ()
    assert checked.coverage.staffed.sum() == 4


def test_being_away_for_the_whole_shift_is_a_breach() -> None:
    half = Absence(agent="a", starts=at(0, "08:00"), ends=at(0, "18:00"))
    one = problem(agent("a"), contracts=[FREE], absences=(half,))

    codes = [found.code for found in breaches(one, [works("a", 0, "09:00-17:00")])]

    assert codes == ["away_throughout"]
