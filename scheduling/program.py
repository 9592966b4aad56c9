"""A mixed-integer program, and HiGHS to solve it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, gcd

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
        self.is_whole: list[bool] = []
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def column(self, upper: float, cost: float = 0.0, is_whole: bool = True) -> int:
        """Add a variable from 0 to `upper` and return its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.is_whole.append(is_whole)
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
        """Return the best values found, and the bound proven."""
        if not self.cost:
            is_infeasible = any(low > 0 for low in self.low)
            nothing = None if is_infeasible else np.zeros(0, dtype=np.int64)
            return Solution(nothing, None if is_infeasible else 0.0, is_infeasible)
        scale = gcd(*(int(cost) for cost in self.cost)) or 1
        shape = (len(self.low), len(self.cost))
        matrix = csr_array((self.values, (self.rows, self.columns)), shape=shape)
        answer = milp(
            np.array(self.cost) / scale,
            integrality=np.array(self.is_whole, dtype=int),
            bounds=Bounds(0, np.array(self.upper)),
            constraints=LinearConstraint(
                matrix, np.array(self.low), np.array(self.high)
            ),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )
        bound = answer.mip_dual_bound
        if bound is not None and np.isfinite(bound):
            # The objective is a whole multiple of `scale`; HiGHS is exact to 1e-6.
            bound = scale * ceil(bound - 1e-4)
        return Solution(
            values=None if answer.x is None else np.rint(answer.x).astype(np.int64),
            bound=bound if bound is not None and np.isfinite(bound) else None,
            is_infeasible=answer.status == 2,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Values of a program's columns, and the bound on its objective."""

    values: NDArray[np.int64] | None
    bound: float | None
    is_infeasible: bool
