"""A mixed-integer program, and HiGHS to solve it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, gcd, inf
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Term = tuple[int, float]


class Program:
    """A mixed-integer program built column by column and row by row."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.is_loose: list[bool] = []
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def column(self, upper: float, cost: float = 0.0, *, is_loose: bool = False) -> int:
        """Add a whole variable from 0 to `upper` and return its number.

        Args:
            is_loose: it follows from the others; the search near the relaxation
                leaves it free.
        """
        self.cost.append(cost)
        self.upper.append(upper)
        self.is_loose.append(is_loose)
        return len(self.cost) - 1

    def row(self, terms: Iterable[Term], low: float, high: float) -> None:
        """Require low <= sum of terms <= high."""
        for column, value in terms:
            self.rows.append(len(self.low))
            self.columns.append(column)
            self.values.append(value)
        self.low.append(low)
        self.high.append(high)

    def solve(self, seconds: float, gap: float) -> "Solution":
        """Return the best values found, and the bound proven.

        The relaxation comes first; whole numbers next to it come second, in a
        program so small that it answers soon; only if these are more than `gap`
        above the relaxation is the whole program searched, for what time is left. The
        relaxation may take twice the time, since nothing can be done without.
        """
        if not self.cost:
            return _EMPTY if all(low <= 0 for low in self.low) else _IMPOSSIBLE
        began = monotonic()
        lower, upper = np.zeros(len(self.cost)), np.array(self.upper, dtype=float)
        relaxed = self._run(lower, upper, 2 * seconds, gap, is_relaxed=True)
        if relaxed.values is None:
            return relaxed
        left = seconds - (monotonic() - began)
        is_used, firm = relaxed.values > 1e-7, ~np.array(self.is_loose)
        low = np.where(firm & is_used, np.floor(relaxed.values) - 1.0, 0.0)
        high = np.where(is_used, np.ceil(relaxed.values) + 1.0, 0.0)
        near = self._run(
            np.maximum(low, 0.0),
            np.where(firm, np.minimum(high, upper), upper),
            max(left, seconds / 2),
            gap,
        )
        bound = relaxed.bound or 0.0
        if near.values is not None and near.objective <= bound * (1.0 + gap):
            return replace(near, bound=bound)
        left = seconds - (monotonic() - began)
        if left < _LEAST_SECONDS and near.values is not None:
            return replace(near, bound=bound)
        full = self._run(lower, upper, max(left, _LEAST_SECONDS), gap)
        if full.is_infeasible:
            return full
        best = min(near, full, key=lambda one: one.objective)
        return replace(best, bound=max(bound, full.bound or 0.0), is_infeasible=False)

    def _run(
        self,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        seconds: float,
        gap: float,
        *,
        is_relaxed: bool = False,
    ) -> "Solution":
        """Solve within these bounds of the columns; the bound holds for them only."""
        scale = gcd(*(int(cost) for cost in self.cost)) or 1
        shape = (len(self.low), len(self.cost))
        matrix = csr_array((self.values, (self.rows, self.columns)), shape=shape)
        rows = LinearConstraint(matrix, np.array(self.low), np.array(self.high))
        answer = milp(
            np.array(self.cost) / scale,
            integrality=np.full(len(upper), 0 if is_relaxed else 1),
            bounds=Bounds(lower, upper),
            constraints=rows,
            options={"time_limit": max(seconds, 0.1), "mip_rel_gap": gap},
        )
        bound = answer.fun if is_relaxed else answer.mip_dual_bound
        if bound is not None and np.isfinite(bound):
            # The objective is a whole multiple of `scale`; HiGHS is exact to 1e-6.
            bound = scale * ceil(bound - 1e-4)
        else:
            bound = None
        return Solution(
            values=answer.x,
            objective=inf if answer.x is None else scale * float(answer.fun),
            bound=bound,
            is_infeasible=answer.status == _INFEASIBLE,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Values of a program's columns, their objective, and the bound on any."""

    values: NDArray[np.float64] | None
    objective: float
    bound: float | None
    is_infeasible: bool


_INFEASIBLE = 2
_LEAST_SECONDS = 0.5
_EMPTY = Solution(np.zeros(0), 0.0, 0.0, is_infeasible=False)
_IMPOSSIBLE = Solution(None, inf, None, is_infeasible=True)
