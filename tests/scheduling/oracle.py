"""The best rota by trying every one; independent of the solver's options and models."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations, product

from scheduling.audit import audit
from scheduling.goals import penalties_of
from scheduling.problem import Agent, RotaProblem
from scheduling.rota import Assignment, BreakTaken
from tests.scheduling.builders import at


def least_points(problem: RotaProblem) -> int | None:
    """Return the points of the best rota, None where no rota keeps the rules."""
    best: int | None = None
    for rota in _rotas(problem):
        points = sum(part.points for part in penalties_of(problem, rota))
        if best is not None and points >= best:
            continue
        if not audit(problem, rota).breaches:
            best = points
    return best


def _rotas(problem: RotaProblem) -> Iterator[list[Assignment]]:
    alone = [_alone(problem, agent) for agent in problem.agents]
    for parts in product(*alone):
        yield [one for part in parts for one in part]


def _alone(problem: RotaProblem, agent: Agent) -> list[tuple[Assignment, ...]]:
    """Return everything one person could do; rules about them alone are kept."""
    by_day = [[None, *_shifts(problem, agent, number)] for number in _days(problem)]
    weeks = (tuple(one for one in row if one is not None) for row in product(*by_day))
    return [week for week in weeks if not _breaks_alone(problem, agent, week)]


def _breaks_alone(
    problem: RotaProblem, agent: Agent, week: Sequence[Assignment]
) -> bool:
    return any(found.agent == agent.key for found in audit(problem, week).breaches)


def _days(problem: RotaProblem) -> range:
    return range(len(problem.grid.days))


def _shifts(problem: RotaProblem, agent: Agent, number: int) -> Iterator[Assignment]:
    rules = next(c for c in problem.contracts if c.key == agent.contract).shifts
    for rule in rules:
        for start in rule.starts():
            for length in rule.lengths:
                for breaks in _breaks(problem, number, start, length):
                    yield Assignment(
                        agent=agent.key,
                        day=problem.grid.days[number],
                        starts=_clock(number, start),
                        ends=_clock(number, start + length),
                        breaks=breaks,
                    )


def _breaks(
    problem: RotaProblem, number: int, start: int, length: int
) -> Iterator[tuple[BreakTaken, ...]]:
    due = [rule for rule in problem.rules.breaks if rule.applies_to(length)]
    step = problem.grid.minutes
    for taken in range(len(due) + 1):
        for some in combinations(due, taken):
            places = (
                range(start, start + length - rule.minutes + 1, step) for rule in some
            )
            for minutes in product(*places):
                yield tuple(
                    BreakTaken(
                        key=rule.key,
                        starts=_clock(number, minute),
                        ends=_clock(number, minute + rule.minutes),
                    )
                    for rule, minute in zip(some, minutes, strict=True)
                )


def _clock(number: int, minute: int) -> datetime:
    return at(number, f"{minute // 60}:{minute % 60:02d}")
