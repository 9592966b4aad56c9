"""The search for a roster of whole-day shifts: CP-SAT, then large neighbourhoods.

A plain solve gives a first roster and a bound. Rounds of a few seconds then fix all
but a few people over the whole horizon, or all but a window of days for everybody,
and re-solve; the kind and the size that pay are drawn more often.
"""

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from scheduling.cpsat import Watch, solver_for, whole_bound
from scheduling.dayroster import DayModel, DayProblem, Roster
from scheduling.limits import (
    Budget,
    IsCancelled,
    OnProgress,
    Progress,
    SolveLimits,
    ignore_progress,
    never_cancelled,
)
from scheduling.rota import Status

PLAIN_SHARE = 0.25
SECONDS_A_ROUND = 4.0
LEAST_FREE, MOST_FREE = 0.08, 0.9
GROWTH = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class DayResult:
    """The best roster found, its cost and the proven bound."""

    status: Status
    roster: Roster | None
    cost: int | None
    bound: int
    seconds: float


def solve_days(
    problem: DayProblem,
    limits: SolveLimits,
    *,
    on_progress: OnProgress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
) -> DayResult:
    """Return the best roster found within the limits."""
    return _DaySearch(problem, limits, on_progress, is_cancelled).result()


class _DaySearch:
    def __init__(
        self,
        problem: DayProblem,
        limits: SolveLimits,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> None:
        self.limits = limits
        self.on_progress = on_progress
        self.is_cancelled = is_cancelled
        self.budget = Budget(limits)
        self.model = DayModel(problem)
        self.problem = problem
        self.bound = 0
        self.roster: Roster | None = None
        self.cost: int | None = None
        self.rng = np.random.default_rng(limits.seed)
        self.free = {"people": 0.2, "days": 0.2}

    def result(self) -> DayResult:
        share = PLAIN_SHARE
        status = self._round(share * self.budget.left)
        while status == cp_model.UNKNOWN and self.budget.left > 1:
            status = self._round(self.budget.left / 2)
        if status == cp_model.INFEASIBLE:
            return self._result(Status.INFEASIBLE)
        rounds = self._rounds()
        while self._is_open() and rounds > 0:
            rounds -= 1
            self._neighbourhood()
        if self.cost is None:
            return self._result(Status.UNKNOWN)
        is_proven = self.cost <= self.bound
        return self._result(Status.OPTIMAL if is_proven else Status.FEASIBLE)

    def _rounds(self) -> int:
        if self.limits.deterministic is None:
            return 10**9
        return int((1 - PLAIN_SHARE) * self.limits.deterministic / SECONDS_A_ROUND)

    def _is_open(self) -> bool:
        return (
            self.cost is not None
            and self.cost > self.bound / (1 - self.limits.gap)
            and self.budget.left > 0.5
            and not self.is_cancelled()
        )

    def _neighbourhood(self) -> None:
        """Free people or days, and learn from how it went how many to free next."""
        kind = "people" if self.rng.random() < 0.6 else "days"
        before, seconds = self.cost, min(SECONDS_A_ROUND, self.budget.left)
        status = self._round(seconds, self._fixed(kind, self.free[kind]))
        is_better = self.cost != before
        if status == cp_model.OPTIMAL and not is_better:
            self.free[kind] = min(MOST_FREE, self.free[kind] * GROWTH)
        elif status != cp_model.OPTIMAL and not is_better:
            self.free[kind] = max(LEAST_FREE, self.free[kind] / GROWTH)

    def _fixed(self, kind: str, share: float) -> list[tuple[int, int]]:
        """Return the (worker, day) pairs that stay as they are."""
        people, days = len(self.problem.workers), self.problem.days
        if kind == "people":
            size = max(2, round(share * people))
            free = set(
                self.rng.choice(people, min(size, people), replace=False).tolist()
            )
            return [(w, d) for w in range(people) if w not in free for d in range(days)]
        size = max(3, round(share * days))
        first = int(self.rng.integers(0, max(1, days - size + 1)))
        window = range(first, first + size)
        return [(w, d) for w in range(people) for d in range(days) if d not in window]

    def _round(self, seconds: float, fixed: list[tuple[int, int]] | None = None) -> int:
        """Solve with some days fixed, from the best roster on; keep what is better."""
        model = self.model.cp.clone()
        if self.roster is not None:
            for worker, row in enumerate(self.roster):
                for day, key in enumerate(row):
                    for shift, taken in self.model.takes[worker][day].items():
                        model.add_hint(taken, shift == key)
            for worker, day in fixed or ():
                key = self.roster[worker][day]
                works = self.model.works[worker][day]
                model.add(works == 0) if key is None else model.add(
                    self.model.takes[worker][day][key] == 1
                )
        solver = solver_for(self.limits, seconds)
        if fixed is not None:
            solver.parameters.linearization_level = 2
            solver.parameters.num_workers = 1
        status = solver.solve(model, Watch(self.is_cancelled))
        if fixed is None:
            self.bound = max(self.bound, whole_bound(solver))
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            cost = int(solver.value(self.model.cost))
            if self.cost is None or cost < self.cost:
                self.cost, self.roster = cost, self.model.roster(solver)
                spent = self.budget.spent
                self.on_progress(Progress("days", self.cost, self.bound, spent))
        return int(status)

    def _result(self, status: Status) -> DayResult:
        return DayResult(
            status=status,
            roster=self.roster,
            cost=self.cost,
            bound=self.bound,
            seconds=self.budget.spent,
        )
