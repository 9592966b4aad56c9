"""The repair of a rota a few people at a time (large neighbourhood search)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduling.goals import penalties_of
from scheduling.groups import Group
from scheduling.limits import Budget, IsCancelled, SolveLimits
from scheduling.problem import RotaProblem
from scheduling.roster import roster_people
from scheduling.rota import Assignment

CHOICES_A_ROUND = 2500
SECONDS_A_ROUND = 3.0
DULL_ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repair:
    """What a repair works on and when it may stop.

    Attributes:
        enough: points at which nothing more is to be gained.
    """

    problem: RotaProblem
    groups: Sequence[Group]
    limits: SolveLimits
    enough: float
    is_cancelled: IsCancelled


def improve(
    repair: Repair, assignments: Sequence[Assignment], seconds: float
) -> tuple[Assignment, ...]:
    """Return the rota with as few points as the time allows, never more than before.

    People are freed at random, those in intervals that are short or over first.
    Stops early after many rounds that found nothing.
    """
    problem, budget = repair.problem, Budget(repair.limits, seconds)
    rng = np.random.default_rng(repair.limits.seed)
    best = tuple(assignments)
    points = objective_of(problem, best)
    dull, rounds = 0, _rounds(repair.limits)
    since, longest = budget.spent, 0.0
    while points > repair.enough and dull < DULL_ROUNDS and rounds > 0:
        left, longest = budget.left, max(longest, budget.spent - since)
        since = budget.spent
        if left < 0.2 + longest or repair.is_cancelled():
            break
        rounds -= 1
        free = _chosen(repair, rng)
        keys = {problem.agents[agent].key for agent in free}
        others = [one for one in best if one.agent not in keys]
        mine = [one for one in best if one.agent in keys]
        found = roster_people(
            problem,
            repair.groups,
            free,
            others,
            mine,
            repair.limits,
            min(left, SECONDS_A_ROUND),
            repair.is_cancelled,
        )
        dull += 1
        if found is None or found.is_infeasible:
            continue
        tried = (*others, *found.assignments)
        if (now := objective_of(problem, tried)) < points:
            best, points, dull = tried, now, 0
    return best


def objective_of(problem: RotaProblem, assignments: Sequence[Assignment]) -> int:
    """Return the points of a rota."""
    return sum(part.points for part in penalties_of(problem, assignments))


def _rounds(limits: SolveLimits) -> int:
    """Return how many rounds deterministic limits allow; no end without them."""
    if limits.deterministic is None:
        return 10**9
    return max(1, int(limits.deterministic / SECONDS_A_ROUND))


def _chosen(repair: Repair, rng: np.random.Generator) -> list[int]:
    """Return people at random, as many as one model can hold."""
    group_of = {agent: g for g in repair.groups for agent in g.members}
    order = rng.permutation(len(repair.problem.agents)).tolist()
    chosen: list[int] = []
    choices = 0
    for agent in order:
        choices += sum(map(len, group_of[agent].choices.options))
        chosen.append(agent)
        if choices > CHOICES_A_ROUND:
            break
    return chosen
