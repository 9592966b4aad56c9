"""The soft goals of a rota: one function each, listed in GOALS, none with a solver.

The objective is the sum of their points, all whole numbers, less is better:

- `short`: minutes of missing agents. Of `required` agents in an interval, the j-th
  missing one weighs 10 points a minute while j is within 10 % of them, 15 up to 25 %
  and 20 beyond (`Goals.short_tiers`).
- `over`: minutes of agents at work whom no skill needs (`Goals.over` points each).
- `wishes`: weights of wishes not kept (`Goals.wish` points each).
- `fairness`: per contract, among those present throughout, by how many late shifts
  and weekend days the most burdened exceeds the least by more than one.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from forecasting.grid import zone_info
from scheduling.problem import Agent, RotaProblem, Wish, WishKind
from scheduling.rota import Assignment, Penalty
from scheduling.staffed import coverage_of, unit_points

Goal = Callable[[RotaProblem, Sequence[Assignment]], Penalty]


def short(problem: RotaProblem, assignments: Sequence[Assignment]) -> Penalty:
    """Weigh the missing agents, in minutes."""
    missing = coverage_of(problem, assignments).short
    minutes = problem.grid.minutes
    points = sum(
        sum(unit_points(problem.goals, need)[:count])
        for need, count in zip(
            problem.required.ravel().tolist(), missing.ravel().tolist(), strict=True
        )
        if count
    )
    return Penalty("short", int(missing.sum()) * minutes, points * minutes)


def over(problem: RotaProblem, assignments: Sequence[Assignment]) -> Penalty:
    """Weigh the minutes of agents whom nobody needs."""
    idle = int(coverage_of(problem, assignments).idle.sum()) * problem.grid.minutes
    return Penalty("over", idle, idle * problem.goals.over)


def wishes(problem: RotaProblem, assignments: Sequence[Assignment]) -> Penalty:
    """Weigh the wishes that are not kept."""
    found = {(one.agent, one.day): one for one in assignments}
    broken = sum(
        wish.weight
        for wish in problem.wishes
        if not is_kept(problem, wish, found.get((wish.agent, wish.day)))
    )
    return Penalty("wishes", broken, broken * problem.goals.wish)


def fairness(problem: RotaProblem, assignments: Sequence[Assignment]) -> Penalty:
    """Weigh how unevenly late shifts and weekend days fall on equals."""
    late: Counter[str] = Counter()
    weekend: Counter[str] = Counter()
    for one in assignments:
        late[one.agent] += is_late(problem, one)
        weekend[one.agent] += is_weekend(one)
    spread = 0
    for group in equals(problem).values():
        for count in (late, weekend):
            burdens = [count[agent.key] for agent in group]
            spread += max(0, max(burdens) - min(burdens) - 1)
    return Penalty("fairness", spread, spread * problem.goals.fairness)


GOALS: tuple[Goal, ...] = (short, over, wishes, fairness)


def penalties_of(
    problem: RotaProblem, assignments: Sequence[Assignment]
) -> tuple[Penalty, ...]:
    """Return every part of the objective; their points add up to it."""
    return tuple(goal(problem, assignments) for goal in GOALS)


def is_kept(problem: RotaProblem, wish: Wish, found: Assignment | None) -> bool:
    """Say whether a day, worked as `found` or not at all, keeps a wish."""
    if found is None:
        return wish.kind is not WishKind.WORK
    if wish.kind is WishKind.START:
        return local_minute(problem, found.day, found.starts) == wish.minute
    if wish.kind is WishKind.LUNCH and found.breaks:
        order = [rule.key for rule in problem.rules.breaks]
        first = min(found.breaks, key=lambda taken: order.index(taken.key))
        return local_minute(problem, found.day, first.starts) == wish.minute
    return wish.kind is not WishKind.OFF


def is_late(problem: RotaProblem, one: Assignment) -> bool:
    """Say whether a shift ends late."""
    start = local_minute(problem, one.day, one.starts)
    length = (one.ends - one.starts).total_seconds() / 60
    return start + length > problem.goals.late_from


def is_weekend(one: Assignment) -> bool:
    """Say whether a shift starts on a Saturday or a Sunday."""
    return one.day.weekday() >= 5


def equals(problem: RotaProblem) -> Mapping[str, list[Agent]]:
    """Return by contract those who are present throughout the horizon."""
    away = {absence.agent for absence in problem.absences}
    groups: dict[str, list[Agent]] = {}
    for agent in problem.agents:
        if agent.key not in away:
            groups.setdefault(agent.contract, []).append(agent)
    return groups


def local_minute(problem: RotaProblem, day: date, instant: datetime) -> int:
    """Return the minute on the clock at an instant, counted on past midnight."""
    local = instant.astimezone(zone_info(problem.grid.zone))
    return 1440 * (local.date() - day).days + 60 * local.hour + local.minute
