"""Whole-day rosters: each rule of the public instances, and their published costs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduling.dayroster import DayCover, DayProblem, DayRequest, DayShift, DayWorker
from scheduling.daysearch import solve_days
from scheduling.limits import SolveLimits
from scheduling.rota import Status
from tests.benchmarks.rostering import cost_of, faults_of, main, read_instance

INSTANCES = Path(__file__).resolve().parents[2] / ".." / "shared/data/rostering"
LIMITS = SolveLimits(seconds=20, workers=1, deterministic=5.0)
ANYTHING = DayWorker(
    key="a",
    max_shifts={"D": 14, "N": 14},
    min_minutes=0,
    max_minutes=10**6,
    max_run=14,
    min_run=1,
    min_days_off=1,
    max_weekends=2,
)
SHIFTS = (
    DayShift(key="D", minutes=480),
    DayShift(key="N", minutes=480, not_before=frozenset({"D"})),
)


def one_worker(row: str, **limits: Any) -> DayProblem:
    """Return a problem whose one worker would work exactly `row` but for the rules."""
    requests = tuple(
        DayRequest(worker="a", day=day, shift=shift, weight=1, wants=key == shift)
        for day, key in enumerate(row)
        for shift in ("D", "N")
    )
    return DayProblem(
        days=len(row),
        shifts=SHIFTS,
        workers=(replace(ANYTHING, **limits),),
        cover=(),
        requests=requests,
    )


RULES = [
    ("DDDDDDDDDDDDDD", {"max_shifts": {"D": 13, "N": 14}}),
    ("D------", {"min_minutes": 960}),
    ("DD-----", {"max_minutes": 480}),
    ("DDDD---", {"max_run": 3}),
    ("--D----", {"min_run": 2}),
    ("--D-D--", {"min_days_off": 2}),
    ("D----D-D----D-", {"max_weekends": 1}),
    ("DDD----", {"days_off": frozenset({1})}),
]


@pytest.mark.parametrize(("row", "limits"), RULES, ids=str)
def test_each_limit_refuses_what_is_kept_without_it(
    row: str, limits: dict[str, Any]
) -> None:
    free, bound = one_worker(row), one_worker(row, **limits)

    without, kept = solve_days(free, LIMITS), solve_days(bound, LIMITS)

    assert without.roster is not None
    assert kept.roster is not None
    assert without.cost == 0
    assert kept.cost is not None
    assert kept.cost > 0
    assert faults_of(bound, kept.roster) == []
    assert faults_of(bound, without.roster) != []


def test_a_shift_that_may_not_follow_does_not() -> None:
    problem = one_worker("ND")

    result = solve_days(problem, LIMITS)

    assert result.roster is not None
    assert result.cost == 1
    assert faults_of(problem, (("N", "D"),)) == ["a: N then D on day 0"]


def test_runs_may_go_on_beyond_the_horizon() -> None:
    assert solve_days(one_worker("D----DD", min_run=3), LIMITS).cost == 0


def test_cover_costs_what_is_missing_and_what_is_too_much() -> None:
    problem = DayProblem(
        days=1,
        shifts=SHIFTS,
        workers=(ANYTHING, replace(ANYTHING, key="b")),
        cover=(
            DayCover(day=0, shift="D", wanted=3, under=10, over=1),
            DayCover(day=0, shift="N", wanted=0, under=10, over=1),
        ),
    )

    assert cost_of(problem, (("D",), ("N",))) == 21
    assert solve_days(problem, LIMITS).cost == 10


def test_rules_that_conflict_are_infeasible() -> None:
    result = solve_days(one_worker("D-", min_minutes=2000), LIMITS)

    assert (result.status, result.roster) == (Status.INFEASIBLE, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [("1\n", "line 1"), ("SECTION_HORIZON\n14\n", "SECTION_SHIFTS")],
)
def test_a_broken_instance_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_instance(text)


@pytest.mark.slow
@pytest.mark.skipif(not INSTANCES.is_dir(), reason="no public instances beside us")
def test_the_first_public_instance_is_proven_at_its_published_cost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(INSTANCES / "Instance1.txt")

    assert main([path, "--seconds", "30", "--json"]) == 0

    printed = capsys.readouterr().out
    assert '"cost": 607, "bound": 607' in printed
