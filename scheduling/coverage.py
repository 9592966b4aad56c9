"""How many start when: the counts behind a rota, and the bound they prove.

An integer program over head-counts, not people, so its size does not grow with the
number of people in the same position: per group (`scheduling.groups`) and day how
many take each shift, per week how many work each set of days, and per interval how
many of those at work are on a break. Breaks are implicit (Aykin 1996): shifts with
the same break window share one count per place. Rest between shifts enters by
thresholds: of a group, those who end late today and those who start early tomorrow
together cannot be more than the group.

Every rota that keeps the rules gives such counts with the same coverage, hence

    objective of any rota >= bound of the counts on `short` + `over`

and wishes and fairness cost at least nothing: the bound holds for the whole
objective. Not in the counts, so that the bound may be lower than the best rota:
runs of days across weeks, hours a week person by person, wishes and fairness.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from scheduling.groups import Group, Workdays, workday_patterns
from scheduling.problem import RotaProblem
from scheduling.program import Program, Solution, Term
from scheduling.shifts import Option, Slot
from scheduling.sittings import clusters_of, covered_by, patterns_of
from scheduling.staffed import SkillSet, unit_points

Starts = tuple[tuple[tuple[tuple[Option, int], ...], ...], ...]
"""Per group and day, the shifts taken and by how many."""


Weeks = tuple[tuple[tuple[tuple[Workdays, int], ...], ...], ...]
"""Per group and week, the sets of days worked and by how many."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The counts found.

    Attributes:
        starts: per group and day, how many take each option; None without counts.
        workdays: likewise, how many work which days.
        bound: no rota has fewer points; None where the time was too short for one.
        is_infeasible: whether even the counts cannot keep the rules.
    """

    starts: Starts | None
    workdays: Weeks | None
    bound: int | None
    is_infeasible: bool


class CountModel:
    """The integer program of the counts of a problem."""

    def __init__(self, problem: RotaProblem, groups: Sequence[Group]) -> None:
        self.problem = problem
        self.groups = groups
        self.program = Program()
        self.on: dict[tuple[SkillSet, int], list[Term]] = defaultdict(list)
        self.skill_sets = sorted({group.skills for group in groups}, key=sorted)
        self.takes = [self._options(group) for group in groups]
        self.works: list[list[dict[Workdays, int]]] = []
        for at, group in enumerate(groups):
            self.works.append(self._weeks(at, group))
            self._rest(at, group)
        self._breaks()
        for at in range(problem.grid.count):
            self._shortage(at)

    def _options(self, group: Group) -> list[dict[Option, int]]:
        takes = []
        for options in group.choices.options:
            columns = {one: self.program.column(group.size) for one in options}
            for option, column in columns.items():
                for at in option.present():
                    self.on[group.skills, at].append((column, 1.0))
            takes.append(columns)
        return takes

    def _weeks(self, number: int, group: Group) -> list[dict[Workdays, int]]:
        """Tie the shifts of each week to sets of working days and to hours owed."""
        program, takes = self.program, self.takes[number]
        works = []
        for week, (days, limits) in enumerate(group.weeks):
            patterns = workday_patterns(self.problem, group, week)
            columns = {one: program.column(group.size) for one in patterns}
            program.row(
                [(column, 1.0) for column in columns.values()], group.size, group.size
            )
            for day in days:
                terms = [(column, 1.0) for column in takes[day].values()]
                terms += [(c, -1.0) for pattern, c in columns.items() if day in pattern]
                program.row(terms, 0, 0)
            hours = [
                (column, float(option.net_minutes))
                for day in days
                for option, column in takes[day].items()
            ]
            if hours:
                least, most = limits.min_minutes, limits.max_minutes
                program.row(hours, least * group.size, most * group.size)
            works.append(columns)
        return works

    def _rest(self, number: int, group: Group) -> None:
        """Let late people today and early people tomorrow be different people."""
        step, rest = self.problem.grid.minutes, self.problem.rules.min_rest_minutes
        for today, tomorrow in zip(
            self.takes[number], self.takes[number][1:], strict=False
        ):
            seen = set()
            for end in sorted({option.last for option in today}):
                late = [c for one, c in today.items() if one.last >= end]
                early = [
                    c for one, c in tomorrow.items() if (one.first - end) * step < rest
                ]
                if early and tuple(early) not in seen:
                    seen.add(tuple(early))
                    terms = [(column, 1.0) for column in (*late, *early)]
                    self.program.row(terms, -inf, group.size)

    def _breaks(self) -> None:
        """Take those on a break off, at one count a place for shifts alike."""
        sharing: dict[tuple[SkillSet, tuple[Slot, ...]], list[int]] = defaultdict(list)
        for group, takes in zip(self.groups, self.takes, strict=True):
            for day in takes:
                for option, column in day.items():
                    for cluster in clusters_of(option.slots):
                        slots = tuple(option.slots[at] for at in cluster)
                        sharing[group.skills, slots].append(column)
        seated: dict[tuple[str, int], list[Term]] = defaultdict(list)
        for (skills, slots), columns in sharing.items():
            everybody = sum(self.program.upper[column] for column in columns)
            terms: list[Term] = [(column, -1.0) for column in columns]
            for pattern in patterns_of(slots, range(len(slots))):
                count = self.program.column(everybody, is_loose=True)
                terms.append((count, 1.0))
                for key, at in covered_by(pattern, slots):
                    self.on[skills, at].append((count, -1.0))
                    seated[key, at].append((count, 1.0))
            self.program.row(terms, 0, 0)
        for rule in self.problem.rules.breaks:
            for (key, _), seats in seated.items():
                if key == rule.key and rule.seats is not None:
                    self.program.row(seats, -inf, rule.seats)

    def _shortage(self, at: int) -> None:
        """Price the agents missing in an interval, and those beyond the need."""
        problem, program, goals = self.problem, self.program, self.problem.goals
        minutes = problem.grid.minutes
        required = problem.required[:, at].tolist()
        serving = self._serving(at, required)
        for number, need in enumerate(required):
            terms = serving[number]
            for weight, size in Counter(unit_points(goals, need)).items():
                cost = (weight + goals.over) * minutes
                missing = program.column(size, cost, is_loose=True)
                terms.append((missing, 1.0))
            if need:
                program.row(terms, need, inf)
        if goals.over:
            self._price_people(at)

    def _price_people(self, at: int) -> None:
        """Price everybody at work; the need itself is taken off the total."""
        points = self.problem.goals.over * self.problem.grid.minutes
        for skill_set in self.skill_sets:
            for column, value in self.on[skill_set, at]:
                self.program.cost[column] += points * value

    def _total(self, solution: Solution) -> int | None:
        if solution.bound is None:
            return None
        grid = self.problem.grid
        needed = int(self.problem.required.sum()) * grid.minutes
        return max(0, int(solution.bound) - self.problem.goals.over * needed)

    def _serving(self, at: int, required: Sequence[int]) -> list[list[Term]]:
        """Return per skill the terms that serve it, sharing out several skills."""
        skills = self.problem.skills
        wanted = {skills[i] for i, need in enumerate(required) if need}
        serving: list[list[Term]] = [[] for _ in skills]
        for skill_set in self.skill_sets:
            useful = sorted(skill_set & wanted)
            if len(useful) == 1:
                serving[skills.index(useful[0])].extend(self.on[skill_set, at])
                continue
            shares = []
            for skill in useful:
                number = skills.index(skill)
                shares.append(self.program.column(required[number]))
                serving[number].append((shares[-1], 1.0))
            if shares:
                terms = [(share, 1.0) for share in shares]
                terms += [(column, -value) for column, value in self.on[skill_set, at]]
                self.program.row(terms, -inf, 0)
        return serving

    def solve(self, seconds: float, gap: float) -> Counts:
        """Return the best counts found in the time, and what they prove."""
        solution = self.program.solve(seconds, gap)
        if solution.values is None:
            bound = self._total(solution)
            return Counts(None, None, bound, is_infeasible=solution.is_infeasible)
        values = np.rint(solution.values).astype(np.int64)
        starts = tuple(
            tuple(
                tuple((one, int(values[c])) for one, c in day.items() if values[c])
                for day in takes
            )
            for takes in self.takes
        )
        workdays = tuple(
            tuple(
                tuple((one, int(values[c])) for one, c in week.items() if values[c])
                for week in works
            )
            for works in self.works
        )
        return Counts(starts, workdays, self._total(solution), is_infeasible=False)
