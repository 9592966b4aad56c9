"""People who are interchangeable for coverage: same options, contract, skills, past."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, product

from scheduling.problem import Agent, RotaProblem
from scheduling.shifts import Choices, choices_of
from scheduling.staffed import SkillSet
from scheduling.weeks import DaysAway, WeekLimits, days_away, week_limits

Workdays = frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Interchangeable people.

    Attributes:
        members: their numbers in the problem.
        choices: what each of them may do.
        weeks: day numbers and limits, week by week.
        days_in_a_row: days worked right before the horizon.
    """

    members: tuple[int, ...]
    skills: SkillSet
    choices: Choices
    weeks: tuple[tuple[tuple[int, ...], WeekLimits], ...]
    days_in_a_row: int

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.members)


def groups_of(problem: RotaProblem) -> tuple[Group, ...]:
    """Return the groups of the problem, in the order of their first members."""
    away = days_away(problem)
    numbers = {day: at for at, day in enumerate(problem.grid.days)}
    weeks = list(problem.weeks())
    found: dict[object, list[int]] = defaultdict(list)
    made: dict[object, tuple[Agent, Choices, list[WeekLimits]]] = {}
    contracts = {one.key: one for one in problem.contracts}
    for at, (agent, choices) in enumerate(
        zip(problem.agents, choices_of(problem), strict=True)
    ):
        limits = [
            week_limits(
                contracts[agent.contract],
                problem.rules.max_week_minutes,
                week,
                away.get(agent.key, DaysAway()),
            )
            for week in weeks
        ]
        key = (
            agent.skills,
            tuple(map(id, choices.options)),
            choices.must_work,
            tuple(limits),
            agent.days_in_a_row,
        )
        found[key].append(at)
        made.setdefault(key, (agent, choices, limits))
    return tuple(
        Group(
            members=tuple(members),
            skills=made[key][0].skills,
            choices=made[key][1],
            weeks=tuple(
                (tuple(numbers[day] for day in week), limit)
                for week, limit in zip(weeks, made[key][2], strict=True)
            ),
            days_in_a_row=made[key][0].days_in_a_row,
        )
        for key, members in found.items()
    )


def workday_patterns(problem: RotaProblem, group: Group, week: int) -> list[Workdays]:
    """Return the sets of days that a member may work in a week.

    Each keeps the days owed, the days that must be worked, the longest run inside
    the week and, where a weekly rest is due, a day off.
    """
    days, limits = group.weeks[week]
    rules = problem.rules
    before = group.days_in_a_row if week == 0 else 0
    free = [
        (False,) if not group.choices.options[day] else (False, True) for day in days
    ]
    patterns = []
    for worked in product(*free):
        pattern = frozenset(
            day for day, works in zip(days, worked, strict=True) if works
        )
        if not limits.min_days <= len(pattern) <= limits.max_days:
            continue
        if not group.choices.must_work & set(days) <= pattern:
            continue
        if len(pattern) == 7 and rules.weekly_rest_minutes:
            continue
        if _longest_run(worked, before) <= rules.max_consecutive_days:
            patterns.append(pattern)
    return patterns


def _longest_run(worked: Sequence[bool], before: int) -> int:
    runs = [sum(1 for _ in run) if works else 0 for works, run in groupby(worked)]
    if worked and worked[0]:
        runs[0] += before
    return max(runs, default=0)
