"""A rota and a lunch rotation, solved in a child process without the database."""

from importlib.metadata import version
from typing import TYPE_CHECKING

from scheduling.audit import breaches
from scheduling.breaks import place_breaks
from scheduling.limits import Progress, SolveLimits
from scheduling.solve import solve
from webapp.services.rota_input import LunchInput, LunchOutput, RotaInput, RotaOutput

if TYPE_CHECKING:  # the handlers load the database, which a child has no use for
    from webapp.worker.handler import Report

SOLVER = f"ortools {version('ortools')}"


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
    found = breaches(value.problem, result.assignments) if result.assignments else ()
    if found:
        raise RotaBroken(", ".join(sorted({one.code for one in found})))
    return RotaOutput(given=value, result=result, solver=SOLVER)


def propose_lunch(value: LunchInput, report: "Report") -> LunchOutput:
    """Return the shifts with lunches and breaks placed best for the coverage."""
    report(0.1, "lunch_placing")
    limits = SolveLimits(seconds=value.seconds, workers=value.workers, seed=value.seed)
    plan = place_breaks(value.problem, value.assignments, limits=limits)
    return LunchOutput(
        status=plan.status,
        assignments=plan.assignments,
        worst=plan.worst,
        total=plan.total,
        solver=SOLVER,
    )
