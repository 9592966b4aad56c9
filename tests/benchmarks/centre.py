"""A call centre of any size as a rota problem, made from a seed, and its solve timed.

python tests/benchmarks/centre.py --agents 200 --seconds 20 --json
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from forecasting.grid import IntervalGrid, first_instant
from scheduling.audit import audit
from scheduling.limits import SolveLimits
from scheduling.problem import (
    Absence,
    Agent,
    BreakRule,
    Contract,
    RotaProblem,
    Rules,
    ShiftRule,
    Wish,
    WishKind,
)
from scheduling.solve import solve

FIRST_DAY = date(2026, 3, 2)


def centre(
    agents: int, *, days: int = 7, minutes: int = 15, seed: int = 0, breaks: int = 1
) -> RotaProblem:
    """Return a centre open 08:00-20:00 on weekdays, 09:00-17:00 at weekends.

    Full-timers owe five shifts of 8.5 or 9 hours a week, a fifth of the people four
    shifts of 5 or 6 hours; one in ten is on leave for some days; half have wishes.
    The requirement has two peaks a day and needs about what the people can give.
    """
    rng = np.random.default_rng(seed)
    grid = IntervalGrid.for_days(FIRST_DAY, days, minutes)
    people = tuple(
        Agent(
            key=f"a{number:04d}",
            contract="part" if number % 5 == 4 else "full",
            skills=frozenset({"calls"}),
        )
        for number in range(agents)
    )
    full = ShiftRule(earliest=480, latest=690, step=30, lengths=(510, 540))
    part = ShiftRule(earliest=480, latest=900, step=30, lengths=(300, 360))
    contracts = (
        Contract(key="full", shifts=(full,), min_days=5, max_days=5),
        Contract(key="part", shifts=(part,), min_days=4, max_days=4),
    )
    rests = [BreakRule(after_start=120, before_end=120, day_from=660, day_to=900)]
    if breaks > 1:
        rests += [
            BreakRule(key="early", minutes=15, paid=True, longer_than=420,
                      after_start=60, before_end=360),
            BreakRule(key="late", minutes=15, paid=True, longer_than=420,
                      after_start=360, before_end=60),
        ][: breaks - 1]  # fmt: skip
    return RotaProblem(
        grid=grid,
        skills=("calls",),
        required=_required(grid, agents, rng)[None, :],
        contracts=contracts,
        agents=people,
        absences=_absences(grid, people, rng),
        wishes=_wishes(grid, people, rng),
        rules=Rules(breaks=tuple(rests)),
    )


def _required(
    grid: IntervalGrid, agents: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    hour = grid.local_minutes / 60
    weekend = grid.weekdays >= 5
    shape = np.exp(-(((hour - 10.5) / 2.0) ** 2)) + 0.9 * np.exp(
        -(((hour - 15.0) / 2.5) ** 2)
    )
    is_open = np.where(weekend, (hour >= 9) & (hour < 17), (hour >= 8) & (hour < 20))
    level = np.where(weekend, 0.35, 1.0) * (0.25 + shape) * is_open
    level = level * np.repeat(
        rng.uniform(0.93, 1.07, len(grid.days)), grid.count // len(grid.days)
    )
    hours_given = agents * (0.8 * 5 * 8.2 + 0.2 * 4 * 5.0) * 0.97
    hours_needed = level.sum() * grid.minutes / 60 / (len(grid.days) / 7)
    noise = rng.uniform(0.95, 1.05, grid.count)
    agents_needed = np.rint(level * noise * hours_given / hours_needed)
    return np.asarray(agents_needed, dtype=np.int64)


def _absences(
    grid: IntervalGrid, people: tuple[Agent, ...], rng: np.random.Generator
) -> tuple[Absence, ...]:
    absences = []
    for agent in people:
        if rng.random() < 0.1:
            first = int(rng.integers(0, len(grid.days)))
            length = int(rng.integers(1, 6))
            starts = first_instant(grid.days[first], grid.zone)
            ends = min(starts + timedelta(days=length), grid.end)
            absences.append(Absence(agent=agent.key, starts=starts, ends=ends))
    return tuple(absences)


def _wishes(
    grid: IntervalGrid, people: tuple[Agent, ...], rng: np.random.Generator
) -> tuple[Wish, ...]:
    wishes = []
    for agent in people:
        if rng.random() < 0.5:
            day = grid.days[int(rng.integers(0, len(grid.days)))]
            if rng.random() < 0.5:
                wishes.append(Wish(agent=agent.key, day=day, kind=WishKind.OFF))
            else:
                minute = 480 + 30 * int(rng.integers(0, 7))
                wishes.append(
                    Wish(agent=agent.key, day=day, kind=WishKind.START, minute=minute)
                )
    return tuple(wishes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve a centre of the size asked for; 0 if the rota breaks no rule."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--agents", type=int, default=30)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--minutes", type=int, default=15)
    parser.add_argument("--breaks", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    problem = centre(
        given.agents,
        days=given.days,
        minutes=given.minutes,
        seed=given.seed,
        breaks=given.breaks,
    )
    result = solve(problem, SolveLimits(seconds=given.seconds, seed=given.seed))
    breaches = audit(problem, result.assignments).breaches if result.assignments else ()
    answer = {
        "agents": given.agents,
        "status": str(result.status),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "understaffed_agent_intervals": result.understaffed_agent_intervals,
        "breaches": len(breaches),
        "seconds": round(result.seconds, 2),
    }
    print(json.dumps(answer) if given.json else answer)
    return 1 if breaches or result.objective is None else 0


if __name__ == "__main__":
    sys.exit(main())
