"""What a solve gives: assignments to the interval, coverage, bound, reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTaken:
    """A break as placed, between two aware UTC instants."""

    key: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One person's shift, filed under the local day on which it starts (UTC times)."""

    agent: str
    day: date
    starts: datetime
    ends: datetime
    breaks: tuple[BreakTaken, ...] = ()


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Penalty:
    """A named part of the objective: how much of it there is, and its points."""

    code: str
    amount: int
    points: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something could not be met: a stable code and values that JSON can hold."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RotaResult:
    """The answer to a problem.

    Attributes:
        status: `OPTIMAL` when the objective equals the bound (within 1e-6 of it),
            `INFEASIBLE` when the hard rules allow no rota (`reasons` say which),
            `UNKNOWN` when the limits ended the search before the first rota.
        objective: points of the rota by `scheduling.goals`; None without a rota.
        bound: no rota that keeps the rules has fewer points (see
            `scheduling.coverage` for what it proves); None if infeasible.
        penalties: the objective's parts; their points add up to it.
        unmet: agents missing, shape (skills, intervals).
        reasons: for infeasible problems the conflicting rules; otherwise the
            intervals that stay short and what binds them.
        seconds: how long the search took.
    """

    status: Status
    assignments: tuple[Assignment, ...]
    objective: int | None
    bound: float | None
    penalties: tuple[Penalty, ...]
    unmet: NDArray[np.int64]
    reasons: tuple[Reason, ...] = ()
    seconds: float = 0.0

    @property
    def gap(self) -> float | None:
        """The share of the objective that is not proven necessary, 0 to 1."""
        if self.objective is None or self.bound is None:
            return None
        if self.objective <= self.bound:
            return 0.0
        return (self.objective - self.bound) / self.objective

    @property
    def understaffed_agent_intervals(self) -> int:
        """Agents missing, summed over skills and intervals, without weight."""
        return int(self.unmet.sum())
