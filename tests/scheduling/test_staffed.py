"""People with several skills are shared out so that the shortage weighs least."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.problem import Absence, Goals
from scheduling.staffed import coverage_of, share_out, unit_points
from tests.scheduling.builders import agent, at, contract, problem, shifts, works

SKILLS = ("calls", "mail", "tax")
SETS = [frozenset(s.split()) for s in ("calls", "calls mail", "mail tax", "calls tax")]
NINE = contract(shifts("09:00"))


def test_missing_agents_weigh_more_the_shorter_an_interval_is() -> None:
    goals = Goals(short_tiers=((0.1, 10), (0.25, 15), (1.0, 20)))

    assert unit_points(goals, 20) == (10, 10, 15, 15, 15, *[20] * 15)
    assert unit_points(goals, 3) == (20, 20, 20)
    assert unit_points(goals, 0) == ()


@settings(max_examples=60, deadline=None)
@given(
    people=st.lists(st.integers(0, 2), min_size=4, max_size=4),
    needs=st.lists(st.integers(0, 3), min_size=3, max_size=3),
)
def test_no_other_sharing_weighs_less(people: list[int], needs: list[int]) -> None:
    one = problem(
        *(agent(f"a{n}") for n in range(1)),
        contracts=[NINE],
        skills=SKILLS,
        required=[[need] * 24 for need in needs],
    )
    on = {s: np.full(24, n) for s, n in zip(SETS, people, strict=True)}

    found = share_out(one, on)

    def weight(served: tuple[int, ...]) -> int:
        return sum(
            sum(unit_points(one.goals, need)[: max(0, need - got)])
            for need, got in zip(needs, served, strict=True)
        )

    each = [s for s, n in zip(SETS, people, strict=True) for _ in range(n)]
    ways = product(*(sorted(s) for s in each))
    best = min(weight(tuple(way.count(skill) for skill in SKILLS)) for way in ways)
    assert weight(tuple(found.staffed[:, 0].tolist())) == best
    assert found.staffed[:, 0].sum() + found.idle[0] == sum(people)
    assert (found.staffed + found.short == one.required).all()


def test_breaks_and_hours_away_are_not_covered() -> None:
    one = problem(
        agent("a"),
        contracts=[NINE],
        required=1,
        absences=(Absence(agent="a", starts=at(0, "16:00"), ends=at(0, "18:00")),),
    )

    found = coverage_of(one, [works("a", 0, "09:00-17:00", "lunch 12:00-13:00")])

    assert np.flatnonzero(found.staffed[0]).tolist() == [9, 10, 11, 13, 14, 15]


def test_people_whom_nobody_needs_are_idle() -> None:
    one = problem(agent("a"), agent("b"), contracts=[NINE], required=1)

    found = coverage_of(one, [works(key, 0, "09:00-17:00") for key in "ab"])

    assert found.idle.sum() == 8
    assert found.short.sum() == 16
