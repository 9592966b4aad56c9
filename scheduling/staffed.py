"""Who covers what: people at work per interval, and how they share the skills."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import IntervalGrid
from scheduling.problem import Absence, Goals, RotaProblem
from scheduling.rota import Assignment

SkillSet = frozenset[str]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """The coverage of a rota.

    Attributes:
        staffed: agents serving each skill, shape (skills, intervals). People with
            several skills are shared out so that the shortage weighs least; those
            whom nobody needs are not in here but in `idle`.
        short: agents missing, same shape.
        idle: agents at work beyond every requirement, shape (intervals,).
    """

    staffed: Counts
    short: Counts
    idle: Counts


def coverage_of(problem: RotaProblem, assignments: Sequence[Assignment]) -> Coverage:
    """Return the coverage that the assignments give."""
    return share_out(problem, at_work(problem, assignments))


def at_work(
    problem: RotaProblem, assignments: Sequence[Assignment]
) -> dict[SkillSet, Counts]:
    """Return the people at work per set of skills and interval.

    Breaks and absences do not count as at work.
    """
    skills = {agent.key: agent.skills for agent in problem.agents}
    absences: dict[str, list[Absence]] = defaultdict(list)
    for absence in problem.absences:
        absences[absence.agent].append(absence)
    on: dict[SkillSet, Counts] = {}
    for one in assignments:
        counts = on.setdefault(
            skills[one.agent], np.zeros(problem.grid.count, dtype=np.int64)
        )
        present = np.zeros(problem.grid.count, dtype=bool)
        present[_part(problem.grid, one.starts, one.ends)] = True
        off = [(pause.starts, pause.ends) for pause in one.breaks]
        off += [(absence.starts, absence.ends) for absence in absences[one.agent]]
        for starts, ends in off:
            present[_part(problem.grid, starts, ends)] = False
        counts += present
    return on


def share_out(problem: RotaProblem, on: Mapping[SkillSet, Counts]) -> Coverage:
    """Return the coverage that gives the least weighted shortage.

    The demand that a group can serve together is a matroid, so taking the demand
    unit of greatest weight that still fits is exact.
    """
    required, skills = problem.required, problem.skills
    staffed = np.zeros_like(required)
    total = sum(on.values(), np.zeros(problem.grid.count, dtype=np.int64))
    single = np.zeros_like(required)
    several = {}
    for skill_set, counts in on.items():
        if len(skill_set) == 1:
            single[skills.index(next(iter(skill_set)))] += counts
        elif skill_set:
            several[skill_set] = counts
    staffed = np.minimum(single, required)
    open_demand = (required > single).any(axis=0)
    spare = sum(several.values(), np.zeros(problem.grid.count, dtype=np.int64)) > 0
    for at in np.flatnonzero(open_demand & spare):
        pools = {
            frozenset({skill}): int(single[i, at]) for i, skill in enumerate(skills)
        }
        pools |= {skill_set: int(counts[at]) for skill_set, counts in several.items()}
        staffed[:, at] = _shared(problem, required[:, at], pools)
    return Coverage(staffed, required - staffed, total - staffed.sum(axis=0))


def unit_points(goals: Goals, required: int) -> tuple[int, ...]:
    """Return the points a minute of the 1st, 2nd, ... missing agent of `required`."""
    points = []
    for missing in range(1, required + 1):
        share = missing / required
        points.append(next(p for upto, p in goals.short_tiers if share <= upto + 1e-9))
    return tuple(points)


def _shared(
    problem: RotaProblem, required: Counts, pools: Mapping[SkillSet, int]
) -> list[int]:
    units = sorted(
        (-points, at, rank)
        for at, need in enumerate(required.tolist())
        for rank, points in enumerate(reversed(unit_points(problem.goals, need)))
    )
    flow = _Flow(problem.skills, pools)
    full: set[int] = set()
    for _, at, _ in units:
        if at not in full and not flow.serve(problem.skills[at]):
            full.add(at)
    return [flow.served(skill) for skill in problem.skills]


class _Flow:
    """People of each set of skills given to skills, one at a time."""

    def __init__(self, skills: Sequence[str], pools: Mapping[SkillSet, int]) -> None:
        self.free = dict(pools)
        self.given = {(pool, skill): 0 for pool in pools for skill in skills}

    def served(self, skill: str) -> int:
        return sum(n for (_, given), n in self.given.items() if given == skill)

    def serve(self, skill: str) -> bool:
        """Give one more person to the skill, moving others over where that helps."""
        came: dict[str, tuple[SkillSet, str]] = {}
        queue, seen = [skill], {skill}
        for wanted in queue:
            for pool, free in self.free.items():
                if wanted not in pool:
                    continue
                if free:
                    self._move(pool, wanted, came)
                    return True
                for other in sorted(pool - seen):
                    if self.given[pool, other]:
                        seen.add(other)
                        came[other] = (pool, wanted)
                        queue.append(other)
        return False

    def _move(
        self, pool: SkillSet, skill: str, came: Mapping[str, tuple[SkillSet, str]]
    ) -> None:
        self.free[pool] -= 1
        self.given[pool, skill] += 1
        while skill in came:
            through, wanted = came[skill]
            self.given[through, skill] -= 1
            self.given[through, wanted] += 1
            skill = wanted


def _part(grid: IntervalGrid, starts: datetime, ends: datetime) -> slice:
    """Return the intervals that a span touches."""
    step = timedelta(minutes=grid.minutes)
    first = (starts - grid.start) // step
    last = -((grid.start - ends) // step)
    return slice(max(first, 0), max(last, 0))
