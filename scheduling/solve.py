"""A rota for a problem: counts and their bound, names, breaks, repair."""

from collections.abc import Sequence

from scheduling.audit import audit
from scheduling.breaks import place_breaks
from scheduling.coverage import CountModel, Counts
from scheduling.goals import penalties_of
from scheduling.groups import groups_of
from scheduling.limits import (
    Budget,
    IsCancelled,
    OnProgress,
    Progress,
    SolveLimits,
    ignore_progress,
    never_cancelled,
)
from scheduling.problem import RotaProblem
from scheduling.reasons import conflicts_of, is_about_seats, shortfalls_of
from scheduling.repair import Repair, improve
from scheduling.roster import (
    SECONDS_A_PART,
    Rostered,
    name_counts,
    parts_of,
    roster_people,
)
from scheduling.rota import Assignment, Reason, RotaResult, Status
from scheduling.shifts import assignment_of
from scheduling.staffed import coverage_of

SMALL_CHOICES = 4000
"""Problems with so few choices are solved whole, with names, to a tighter bound."""

COUNTS_SHARE = 0.35
NAMES_SHARE = 0.6
BREAKS_SHARE = 0.5
WHOLE_SHARE = 0.3
COUNTS_GAP = 0.0025


def solve(
    problem: RotaProblem,
    limits: SolveLimits,
    *,
    on_progress: OnProgress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
) -> RotaResult:
    """Return the best rota found within the limits, and how good it can be proven.

    The counts of `scheduling.coverage` come first, with a bound on the whole
    objective; then names (`roster`), each day's breaks (`breaks`), and a repair
    (`repair`) while time is left and the bound is not reached. A small problem is
    solved with names at once, which proves a bound on wishes and fairness too.

    Every rota returned keeps every hard rule: it has passed `scheduling.audit`.
    """
    return _Search(problem, limits, on_progress, is_cancelled).result()


class _Search:
    def __init__(
        self,
        problem: RotaProblem,
        limits: SolveLimits,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> None:
        self.problem = problem
        self.limits = limits
        self.on_progress = on_progress
        self.is_cancelled = is_cancelled
        self.budget = Budget(limits)
        self.groups = groups_of(problem)
        self.bound = 0
        self.is_impossible = False
        self.stuck: tuple[Reason, ...] = ()
        self.best: tuple[Assignment, ...] | None = None
        self.points: int | None = None

    def result(self) -> RotaResult:
        counts = self._counts()
        if counts.is_infeasible:
            return self._refused(conflicts_of(self.problem, self.groups))
        self._tell("counts")
        reasons = self._name(counts)
        if reasons:
            return self._refused(reasons)
        self._solve_whole()
        self._repair()
        return self._finished()

    def _counts(self) -> Counts:
        seconds = COUNTS_SHARE * self.budget.left
        counts = CountModel(self.problem, self.groups).solve(seconds, COUNTS_GAP)
        self.bound = counts.bound or 0
        return counts

    def _name(self, counts: Counts) -> tuple[Reason, ...]:
        """Find a first rota; return why there is none, if there is none."""
        if counts.starts is None or counts.workdays is None:
            return self._build_up()
        seconds = NAMES_SHARE * self.budget.left
        placed = name_counts(
            self.problem,
            self.groups,
            (counts.starts, counts.workdays),
            self.limits,
            seconds,
        )
        if placed is None:
            return conflicts_of(self.problem, self.groups)
        self._tell("names")
        whole = [
            assignment_of(
                self.problem,
                self.problem.agents[agent],
                option,
                [slot.positions[0] for slot in option.slots],
            )
            for agent, option in placed
        ]
        plan = place_breaks(
            self.problem,
            whole,
            limits=self.limits,
            seconds=BREAKS_SHARE * self.budget.left,
            worst_first=False,
        )
        if not plan.assignments and placed:
            self.stuck = plan.reasons
            return ()
        self._keep(plan.assignments, "breaks")
        return ()

    def _build_up(self) -> tuple[Reason, ...]:
        """Find a first rota without counts, a few people after the others."""
        parts = parts_of(self.groups)
        seconds = NAMES_SHARE * self.budget.left / len(parts)
        done: list[Assignment] = []
        for people in parts:
            found = self._part(people, done, max(seconds, SECONDS_A_PART))
            if found is None:
                return ()
            if found.is_infeasible:
                reasons = conflicts_of(self.problem, self.groups)
                self.stuck = reasons
                return () if is_about_seats(reasons) else reasons
            done += found.assignments
        self._keep(done, "names")
        return ()

    def _part(
        self, people: Sequence[int], others: Sequence[Assignment], seconds: float
    ) -> Rostered | None:
        """Roster some people beside others, with more time if it takes more."""
        for longer in (1, 5):
            found = roster_people(
                self.problem,
                self.groups,
                people,
                others,
                (),
                self.limits,
                longer * seconds,
                self.is_cancelled,
            )
            if found is not None:
                return found
        return None

    def _solve_whole(self) -> None:
        """Solve a small problem with names, for a bound on all of the objective."""
        choices = sum(
            group.size * sum(map(len, group.choices.options)) for group in self.groups
        )
        is_late = self.budget.left < WHOLE_SHARE * self.limits.seconds
        if choices > SMALL_CHOICES or is_late or self._is_done():
            return
        people = range(len(self.problem.agents))
        found = roster_people(
            self.problem,
            self.groups,
            people,
            (),
            self.best or (),
            self.limits,
            self.budget.left,
            self.is_cancelled,
        )
        if found is None or found.is_infeasible:
            self.is_impossible = found is not None
            return
        self.bound = max(self.bound, found.bound)
        self._keep(found.assignments, "whole")

    def _repair(self) -> None:
        if self.best is None or self._is_done():
            return
        repair = Repair(
            problem=self.problem,
            groups=self.groups,
            limits=self.limits,
            enough=self.bound / (1.0 - self.limits.gap),
            is_cancelled=self.is_cancelled,
        )
        self._keep(improve(repair, self.best, self.budget.left), "repair")

    def _is_done(self) -> bool:
        if self.budget.left < 0.2 or self.is_cancelled():
            return True
        if self.points is None:
            return False
        return self.points <= self.bound / (1.0 - self.limits.gap)

    def _keep(self, assignments: Sequence[Assignment], stage: str) -> None:
        """Keep a rota that is better and breaks no rule."""
        checked = audit(self.problem, assignments)
        if checked.breaches:
            raise AssertionError(f"{stage} broke a rule: {checked.breaches[:3]}")
        if self.points is None or checked.objective < self.points:
            self.best, self.points = tuple(assignments), checked.objective
        self._tell(stage)

    def _tell(self, stage: str) -> None:
        where = Progress(stage, self.points, self.bound, self.budget.spent)
        self.on_progress(where)

    def _refused(
        self, reasons: tuple[Reason, ...], *, is_proven: bool = True
    ) -> RotaResult:
        return RotaResult(
            status=Status.INFEASIBLE if is_proven else Status.UNKNOWN,
            assignments=(),
            objective=None,
            bound=None,
            penalties=(),
            unmet=self.problem.required,
            reasons=reasons,
            seconds=self.budget.spent,
        )

    def _finished(self) -> RotaResult:
        if self.best is None or self.points is None:
            return self._refused(self.stuck, is_proven=self.is_impossible)
        order = sorted(self.best, key=lambda one: (one.day, one.starts, one.agent))
        self.bound = min(self.bound, self.points)
        is_proven = self.points - self.bound <= 1e-6 * self.bound
        return RotaResult(
            status=Status.OPTIMAL if is_proven else Status.FEASIBLE,
            assignments=tuple(order),
            objective=self.points,
            bound=float(self.bound),
            penalties=penalties_of(self.problem, order),
            unmet=coverage_of(self.problem, order).short,
            reasons=shortfalls_of(self.problem, order),
            seconds=self.budget.spent,
        )
