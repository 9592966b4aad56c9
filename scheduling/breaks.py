"""Lunch waves and breaks of named people, day by day, so that coverage holds.

People whose breaks may lie in the same places are counted first: how many of each
class break when is a small integer program whatever the head-count, solved for the
worst shortage, then the total. Names come second: among the waves so found each
person gets the one that suits wishes and past turns best, and what the counts leave
open is improved while the coverage found stays.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from ortools.sat.python import cp_model

from scheduling.cpsat import solver_for
from scheduling.limits import Budget, SolveLimits
from scheduling.problem import RotaProblem, WishKind
from scheduling.rota import Assignment, Reason, Status
from scheduling.shifts import Option, Slot, assignment_of, options_of
from scheduling.shortage import Linear, Shortage
from scheduling.sittings import (
    Pattern,
    Sitting,
    clusters_of,
    cost_of,
    covered_by,
    given_out,
    pattern_cost,
    patterns_of,
    take_off,
)
from scheduling.staffed import Counts, SkillSet, at_work, coverage_of

LAST_RESORT_SECONDS = 10.0
"""For a first rotation of a day, where the time given did not suffice for any."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An interval that no arrangement found can hold, and by how many agents."""

    skill: str
    starts: datetime
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakPlan:
    """The assignments with their breaks placed.

    Attributes:
        status: `OPTIMAL` when no rotation leaves fewer missing (worst, then total).
        worst: most agents missing in one interval of the days planned.
        total: agent-intervals missing in them.
        shortfalls: where, in order of time; with `OPTIMAL`, unavoidably so.
        reasons: why there is no plan, where there is none.
    """

    status: Status
    assignments: tuple[Assignment, ...]
    worst: int = 0
    total: int = 0
    shortfalls: tuple[Shortfall, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Day:
    """A day's sittings by class, and the people at work were there no breaks."""

    classes: list[list[Sitting]]
    on: dict[SkillSet, Counts]
    slots: Mapping[int, Sequence[Slot]]


def place_breaks(
    problem: RotaProblem,
    assignments: Sequence[Assignment],
    *,
    limits: SolveLimits,
    seconds: float | None = None,
    past_offsets: Mapping[str, int] | None = None,
    worst_first: bool = True,
) -> BreakPlan:
    """Return the assignments with every break placed afresh, locked ones kept.

    Args:
        seconds: wall time for all days; that of the limits by default.
        past_offsets: by agent, the minutes by which past first breaks lay after
            (negative: before) the middle of their windows, summed; whoever was late
            before is early now, other things equal.
        worst_first: minimise the worst interval, then the total. Otherwise the
            weighted shortage of `scheduling.goals`.

    Raises:
        InvalidRota: if an assignment starts outside the horizon.
    """
    budget = Budget(limits, seconds)
    options = options_of(problem, assignments)
    on = at_work(problem, [replace(one, breaks=()) for one in assignments])
    placed: dict[int, dict[int, int]] = {at: {} for at in range(len(assignments))}
    is_proven = True
    days = sorted({option.day for option in options})
    for done, number in enumerate(days):
        today = [at for at, option in enumerate(options) if option.day == number]
        day = _day(problem, assignments, options, today, on, past_offsets or {})
        left = budget.left / (len(days) - done)
        answer = _Rotation(problem, day, worst_first).solve(limits, max(left, 0.2))
        if isinstance(answer, Status):
            params = {"day": problem.grid.days[number].isoformat()}
            reasons = (Reason("breaks_do_not_fit", params),)
            return BreakPlan(
                status=answer,
                assignments=(),
                reasons=reasons if answer is Status.INFEASIBLE else (),
            )
        is_proven &= answer.is_proven
        for sitting, pattern in answer.chosen:
            placed[sitting.shift] |= dict(pattern)
            take_off(on[sitting.skills], pattern, options[sitting.shift].slots)
    return _plan(problem, assignments, options, placed, is_proven)


@dataclass(slots=True)
class _Answer:
    chosen: list[tuple[Sitting, Pattern]]
    is_proven: bool


class _Rotation:
    """The integer program of one day."""

    def __init__(self, problem: RotaProblem, day: _Day, worst_first: bool) -> None:
        self.problem = problem
        self.day = day
        self.cp = cp_model.CpModel()
        self.counts = [self._class(members) for members in day.classes]
        self.coverage = self._coverage(worst_first)

    def _class(self, members: Sequence[Sitting]) -> list[Linear]:
        patterns = members[0].patterns
        counts: list[Linear] = [
            self.cp.new_int_var(0, len(members), "") for _ in patterns
        ]
        self.cp.add(sum(counts) == len(members))
        return counts

    def _coverage(self, worst_first: bool) -> Linear:
        """Return the shortage to be minimised, with seats and supply modelled."""
        off: dict[tuple[SkillSet, int], list[Linear]] = defaultdict(list)
        seated: dict[tuple[str, int], list[Linear]] = defaultdict(list)
        for members, counts in zip(self.day.classes, self.counts, strict=True):
            one = members[0]
            slots = self.day.slots[one.shift]
            for pattern, count in zip(one.patterns, counts, strict=True):
                for key, at in covered_by(pattern, slots):
                    off[one.skills, at].append(count)
                    seated[key, at].append(count)
        seats = {rule.key: rule.seats for rule in self.problem.rules.breaks}
        for (key, _), counts in sorted(seated.items()):
            limit = seats[key]
            if limit is not None:
                self.cp.add(sum(counts) <= limit)
        shortage = Shortage(self.cp, self.problem)
        for at in sorted({at for _, at in off if at < self.problem.grid.count}):
            shortage.add(
                at,
                {
                    skills: int(on[at]) - sum(off.get((skills, at), []))
                    for skills, on in self.day.on.items()
                },
            )
        if not worst_first:
            return sum(shortage.points)
        return self._worst_then_total(shortage)

    def _worst_then_total(self, shortage: Shortage) -> Linear:
        by_interval: dict[int, list[Linear]] = defaultdict(list)
        for (_, at), missing in shortage.missing.items():
            by_interval[at].append(missing)
        most = int(self.problem.required.sum()) + 1
        worst = self.cp.new_int_var(0, most, "worst")
        totals: list[Linear] = [sum(missing) for missing in by_interval.values()]
        for total in totals:
            self.cp.add(worst >= total)
        return most * worst + sum(totals)

    def solve(self, limits: SolveLimits, seconds: float) -> _Answer | Status:
        """Return the waves of each person; a status where there are none."""
        budget = Budget(limits, seconds)
        self.cp.minimize(self.coverage)
        solver = solver_for(limits, 0.7 * seconds)
        status = solver.solve(self.cp)
        if status == cp_model.UNKNOWN:
            solver = solver_for(limits, LAST_RESORT_SECONDS)
            status = solver.solve(self.cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            is_refused = status == cp_model.INFEASIBLE
            return Status.INFEASIBLE if is_refused else Status.UNKNOWN
        counts = [[solver.value(one) for one in row] for row in self.counts]
        chosen = [
            pair
            for members, row in zip(self.day.classes, counts, strict=True)
            for pair in given_out(members, row)
        ]
        best = int(solver.objective_value)
        left = 0.3 * seconds if limits.deterministic is not None else budget.left
        if left > 0 and any(cost_of(*pair) > min(pair[0].costs) for pair in chosen):
            chosen = self._suited(limits, left, best, chosen)
        return _Answer(chosen, status == cp_model.OPTIMAL)

    def _suited(
        self,
        limits: SolveLimits,
        seconds: float,
        best: int,
        chosen: list[tuple[Sitting, Pattern]],
    ) -> list[tuple[Sitting, Pattern]]:
        """Improve who breaks when, at the same coverage."""
        hints = {id(sitting): pattern for sitting, pattern in chosen}
        takes: list[tuple[Sitting, list[cp_model.IntVar]]] = []
        for members, counts in zip(self.day.classes, self.counts, strict=True):
            rows = []
            for sitting in members:
                row = [self.cp.new_bool_var("") for _ in sitting.patterns]
                self.cp.add_exactly_one(row)
                for taken, pattern in zip(row, sitting.patterns, strict=True):
                    self.cp.add_hint(taken, pattern == hints[id(sitting)])
                takes.append((sitting, row))
                rows.append(row)
            for count, column in zip(counts, zip(*rows, strict=True), strict=True):
                self.cp.add(count == sum(column))
        self.cp.add(self.coverage <= best)
        self.cp.minimize(
            sum(
                cost * taken
                for sitting, row in takes
                for cost, taken in zip(sitting.costs, row, strict=True)
            )
        )
        solver = solver_for(limits, seconds)
        if solver.solve(self.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return chosen
        return [
            (sitting, sitting.patterns[[solver.value(one) for one in row].index(1)])
            for sitting, row in takes
        ]


def _day(
    problem: RotaProblem,
    assignments: Sequence[Assignment],
    options: Sequence[Option],
    today: Sequence[int],
    on: dict[SkillSet, Counts],
    past_offsets: Mapping[str, int],
) -> _Day:
    skills = {agent.key: agent.skills for agent in problem.agents}
    wishes = {
        (wish.agent, wish.day): wish
        for wish in problem.wishes
        if wish.kind is WishKind.LUNCH
    }
    classes: dict[object, list[Sitting]] = defaultdict(list)
    for at in today:
        one, option = assignments[at], options[at]
        wish = wishes.get((one.agent, one.day))
        wished = None
        if wish is not None and wish.minute is not None:
            ahead = wish.minute - option.start_minute
            wished = (option.first + ahead // problem.grid.minutes, wish.weight)
        for cluster in clusters_of(option.slots):
            patterns = patterns_of(option.slots, cluster)
            is_first = 0 in cluster
            costs = tuple(
                pattern_cost(
                    problem, option, pattern, wished, past_offsets.get(one.agent, 0)
                )
                if is_first
                else 0
                for pattern in patterns
            )
            key = (
                skills[one.agent],
                tuple(option.slots[i].key for i in cluster),
                patterns,
            )
            classes[key].append(Sitting(at, skills[one.agent], patterns, costs))
    slots = {at: options[at].slots for at in today}
    return _Day(list(classes.values()), on, slots)


def _plan(
    problem: RotaProblem,
    assignments: Sequence[Assignment],
    options: Sequence[Option],
    placed: Mapping[int, Mapping[int, int]],
    is_proven: bool,
) -> BreakPlan:
    agents = {agent.key: agent for agent in problem.agents}
    whole = tuple(
        assignment_of(
            problem,
            agents[one.agent],
            options[at],
            [placed[at][number] for number in range(len(options[at].slots))],
        )
        for at, one in enumerate(assignments)
    )
    missing = coverage_of(problem, whole).short
    days = {one.day for one in assignments}
    planned = np.isin(problem.grid.local_days, np.array(sorted(days), dtype="M8[D]"))
    missing = missing * planned
    shortfalls = tuple(
        Shortfall(
            problem.skills[number], problem.grid.start_of(at), int(missing[number, at])
        )
        for at, number in np.argwhere(missing.T).tolist()
    )
    return BreakPlan(
        status=Status.OPTIMAL if is_proven else Status.FEASIBLE,
        assignments=whole,
        worst=int(missing.sum(axis=0).max(initial=0)),
        total=int(missing.sum()),
        shortfalls=shortfalls,
    )
