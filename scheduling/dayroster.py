"""Rosters of whole-day shifts: who works which shift on which day.

The day-level counterpart of `scheduling.rules`, for centres (and the public instances
of Curtois & Qu 2014) whose shifts have names instead of hours and whose requirement
is a number per day and shift. `scheduling.daysearch` solves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduling.shortage import Linear

Roster = tuple[tuple[str | None, ...], ...]
"""Per worker and day the shift, None for a day off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShift:
    """A shift of a day.

    Attributes:
        not_before: shifts that must not follow it on the next day.
    """

    key: str
    minutes: int
    not_before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWorker:
    """Somebody and the limits of their roster.

    Runs at either end of the horizon may go on beyond it: the least lengths do not
    bind there. The day before the horizon counts as off for the longest run.

    Attributes:
        max_shifts: by shift, how often it may be worked.
        max_weekends: weekends with work on Saturday or Sunday (day 0 is a Monday).
        days_off: days that must stay free.
    """

    key: str
    max_shifts: Mapping[str, int]
    min_minutes: int
    max_minutes: int
    max_run: int
    min_run: int
    min_days_off: int
    max_weekends: int
    days_off: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCover:
    """People wanted for a shift on a day, and the cost of each too few or too many."""

    day: int
    shift: str
    wanted: int
    under: int
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRequest:
    """A wish to work a shift on a day, or not to; not kept, it costs its weight."""

    worker: str
    day: int
    shift: str
    weight: int
    wants: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProblem:
    """A horizon of whole days with its shifts, people, wishes and requirement."""

    days: int
    shifts: tuple[DayShift, ...]
    workers: tuple[DayWorker, ...]
    cover: tuple[DayCover, ...]
    requests: tuple[DayRequest, ...] = field(default=())


class DayModel:
    """The CP-SAT model of a whole problem, rules and cost.

    Attributes:
        takes: per worker and day, the variable of each shift.
        cost: the expression minimised.
    """

    def __init__(self, problem: DayProblem) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self.takes = [
            [
                {shift.key: self.cp.new_bool_var("") for shift in problem.shifts}
                for _ in range(problem.days)
            ]
            for _ in problem.workers
        ]
        self.works = [
            [self._works(worker, day) for day in range(problem.days)]
            for worker in range(len(problem.workers))
        ]
        for number, worker in enumerate(problem.workers):
            self._limit(number, worker)
            self._order(number)
            self._runs(number, worker)
            self._weekends(number, worker)
        self.cost: Linear = sum(self._requests()) + sum(self._cover())
        self.cp.minimize(self.cost)

    def _works(self, worker: int, day: int) -> cp_model.IntVar:
        works = self.cp.new_bool_var("")
        self.cp.add_exactly_one(works.negated(), *self.takes[worker][day].values())
        return works

    def _limit(self, number: int, worker: DayWorker) -> None:
        takes = self.takes[number]
        for day in worker.days_off:
            self.cp.add(self.works[number][day] == 0)
        for shift in self.problem.shifts:
            most = worker.max_shifts.get(shift.key, 0)
            if most < self.problem.days:
                self.cp.add(sum(day[shift.key] for day in takes) <= most)
        minutes = sum(
            shift.minutes * day[shift.key]
            for day in takes
            for shift in self.problem.shifts
        )
        self.cp.add_linear_constraint(minutes, worker.min_minutes, worker.max_minutes)

    def _order(self, number: int) -> None:
        for today, tomorrow in pairwise(self.takes[number]):
            for shift in self.problem.shifts:
                barred = [tomorrow[key].negated() for key in sorted(shift.not_before)]
                for other in barred:
                    self.cp.add_implication(today[shift.key], other)

    def _runs(self, number: int, worker: DayWorker) -> None:
        works, days = self.works[number], self.problem.days
        free = [one.negated() for one in works]
        for first in range(days - worker.max_run):
            self.cp.add_bool_or(free[first : first + worker.max_run + 1])
        for state, other, least in (
            (works, free, worker.min_run),
            (free, works, worker.min_days_off),
        ):
            for length in range(1, least):
                for first in range(1, days - length):
                    inside = [other[at] for at in range(first, first + length)]
                    ends = [state[first - 1], state[first + length]]
                    self.cp.add_bool_or([*ends, *inside])

    def _weekends(self, number: int, worker: DayWorker) -> None:
        weekends = []
        for saturday in range(5, self.problem.days, 7):
            works = self.cp.new_bool_var("")
            for day in range(saturday, min(saturday + 2, self.problem.days)):
                self.cp.add_implication(self.works[number][day], works)
            weekends.append(works)
        self.cp.add(sum(weekends) <= worker.max_weekends)

    def _requests(self) -> list[Linear]:
        numbers = {worker.key: at for at, worker in enumerate(self.problem.workers)}
        costs: list[Linear] = []
        for request in self.problem.requests:
            taken = self.takes[numbers[request.worker]][request.day][request.shift]
            broken = 1 - taken if request.wants else taken
            costs.append(request.weight * broken)
        return costs

    def _cover(self) -> list[Linear]:
        costs: list[Linear] = []
        people = len(self.problem.workers)
        for one in self.problem.cover:
            taken = sum(row[one.day][one.shift] for row in self.takes)
            under = self.cp.new_int_var(0, one.wanted, "")
            over = self.cp.new_int_var(0, people, "")
            self.cp.add(taken + under - over == one.wanted)
            costs += [one.under * under, one.over * over]
        return costs

    def roster(self, solver: cp_model.CpSolver) -> Roster:
        """Return the roster of a solved model."""
        return tuple(
            tuple(
                next(
                    (key for key, one in day.items() if solver.boolean_value(one)), None
                )
                for day in row
            )
            for row in self.takes
        )
