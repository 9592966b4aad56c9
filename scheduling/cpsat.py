"""CP-SAT set up from our limits."""

from math import ceil

from ortools.sat.python import cp_model

from scheduling.limits import IsCancelled, SolveLimits


def solver_for(limits: SolveLimits, seconds: float) -> cp_model.CpSolver:
    """Return a solver with the limits' seed and threads, for so many seconds.

    Under deterministic limits the seconds are the solver's own, on one thread.
    """
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = limits.seed
    solver.parameters.num_workers = limits.workers
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    if limits.deterministic is not None:
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = limits.seconds
        share = seconds / limits.seconds
        solver.parameters.max_deterministic_time = limits.deterministic * share
    return solver


def whole_bound(solver: cp_model.CpSolver) -> int:
    """Return the proven bound on an objective of whole points."""
    return ceil(solver.best_objective_bound - 1e-6)


class Watch(cp_model.CpSolverSolutionCallback):
    """Stops a search on cancel, looked at whenever a better rota is found."""

    def __init__(self, is_cancelled: IsCancelled) -> None:
        super().__init__()
        self._is_cancelled = is_cancelled

    def on_solution_callback(self) -> None:
        """Ask whether to stop."""
        if self._is_cancelled():
            self.stop_search()
