"""A rota and a lunch rotation, solved in a child process without the database."""

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from scheduling.audit import audit, breaches
from scheduling.breaks import place_breaks
from scheduling.limits import Progress, SolveLimits
from scheduling.problem import RotaProblem
from scheduling.rota import Assignment
from scheduling.solve import solve
from scheduling.staffed import coverage_of
from webapp.services.rota_input import LunchInput, LunchOutput, RotaInput, RotaOutput

if TYPE_CHECKING:  # the handlers load the database, which a child has no use for
    from webapp.worker.handler import Report

SOLVER = f"ortools {version('ortools')}"
LEVELS = tuple((step / 20, step) for step in range(1, 21))
LEVEL_SECONDS = 2.0


class RotaBroken(RuntimeError):
    """What the solver made breaks a hard rule; it is not kept."""

    code = "rota_breaks_rules"

    def __init__(self, rules: str) -> None:
        super().__init__(f"the check found {rules}")
        self.params = {"rules": rules}


def solve_rota(value: RotaInput, report: "Report") -> RotaOutput:
    """Return the best rota found in the time given.

    Raises:
        RotaBroken: if it breaks a hard rule by the independent check.
    """

    def tell(progress: Progress) -> None:
        share = min(0.95, progress.seconds / value.seconds)
        report(max(0.02, share), f"rota_{progress.stage}")

    report(0.02, "rota_started")
    limits = SolveLimits(seconds=value.seconds, workers=value.workers, seed=value.seed)
    result = solve(value.problem, limits, on_progress=tell)
    if result.assignments and not result.understaffed_agent_intervals:
        report(0.97, "rota_levelling")
        quick = replace(limits, seconds=LEVEL_SECONDS)
        spread = levelled(value.problem, result.assignments, quick)
        result = replace(result, assignments=spread)
    found = breaches(value.problem, result.assignments) if result.assignments else ()
    if found:
        raise RotaBroken(", ".join(sorted({one.code for one in found})))
    return RotaOutput(given=value, result=result, solver=SOLVER)


def propose_lunch(value: LunchInput, report: "Report") -> LunchOutput:
    """Return the shifts with lunches and breaks placed best for the coverage.

    Where no rotation leaves anybody missing, the one that spreads what is to spare.
    """
    report(0.1, "lunch_placing")
    limits = SolveLimits(seconds=value.seconds, workers=value.workers, seed=value.seed)
    plan = place_breaks(value.problem, value.assignments, limits=limits)
    assignments = plan.assignments
    if plan.assignments and not plan.total:
        assignments = levelled(value.problem, plan.assignments, limits)
    return LunchOutput(
        status=plan.status,
        assignments=assignments,
        worst=plan.worst,
        total=plan.total,
        solver=SOLVER,
    )


def levelled(
    problem: RotaProblem, assignments: tuple[Assignment, ...], limits: SolveLimits
) -> tuple[Assignment, ...]:
    """Return the shifts with breaks spread so that no interval is left bare.

    The requirement is raised by everybody on shift, and each agent further away from
    it weighs more than the one before: so the spare people are shared out. Kept only
    if it breaks no rule and leaves nobody missing who was not before.
    """
    before = audit(problem, assignments)
    on_shift = coverage_of(problem, [replace(one, breaks=()) for one in assignments])
    spare = (on_shift.staffed + on_shift.idle).max(initial=0)
    raised = replace(
        problem,
        required=np.where(problem.required > 0, problem.required + spare, 0),
        goals=replace(problem.goals, short_tiers=LEVELS),
    )
    plan = place_breaks(raised, assignments, limits=limits, worst_first=False)
    if not plan.assignments:
        return assignments
    after = audit(problem, plan.assignments)
    is_as_good = bool((after.coverage.short <= before.coverage.short).all())
    is_as_good &= after.objective <= before.objective
    is_lawful = all(one in before.breaches for one in after.breaches)
    return plan.assignments if is_as_good and is_lawful else assignments
