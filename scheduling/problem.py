"""A rota problem: the requirement, the people, and the rules they work under.

Values here are checked as a whole when `RotaProblem` is built: every fault is named
at once (`scheduling.faults`). `scheduling.documents` reads and writes them as JSON.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import gcd

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import IntervalGrid
from scheduling.errors import InvalidProblem
from scheduling.faults import faults_of
from scheduling.terms import (
    CENTRE_LUNCH,
    EVERY_DAY,
    LAW_4857_BREAKS,
    WEEKDAYS,
    Absence,
    Agent,
    Availability,
    BreakRule,
    Contract,
    Goals,
    LockedAssignment,
    Rules,
    ShiftRule,
    Wish,
    WishKind,
)

__all__ = [
    "CENTRE_LUNCH",
    "EVERY_DAY",
    "LAW_4857_BREAKS",
    "WEEKDAYS",
    "Absence",
    "Agent",
    "Availability",
    "BreakRule",
    "Contract",
    "Goals",
    "LockedAssignment",
    "RotaProblem",
    "Rules",
    "ShiftRule",
    "Wish",
    "WishKind",
    "planning_minutes",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RotaProblem:
    """Everything that a rota must answer.

    Attributes:
        grid: the intervals of the horizon, 1 day to 8 weeks.
        skills: names of the kinds of work.
        required: agents needed, shape (len(skills), grid.count), read-only int64.

    Raises:
        InvalidProblem: naming every fault at once.
    """

    grid: IntervalGrid
    skills: tuple[str, ...]
    required: NDArray[np.int64]
    contracts: tuple[Contract, ...]
    agents: tuple[Agent, ...]
    absences: tuple[Absence, ...] = ()
    wishes: tuple[Wish, ...] = ()
    locked: tuple[LockedAssignment, ...] = ()
    rules: Rules = field(default_factory=Rules)
    goals: Goals = field(default_factory=Goals)

    def __post_init__(self) -> None:
        required = np.array(self.required, dtype=np.int64, ndmin=2)
        required.flags.writeable = False
        object.__setattr__(self, "required", required)
        faults = faults_of(self)
        if faults:
            raise InvalidProblem(faults)

    def weeks(self) -> Iterator[tuple[date, ...]]:
        """Yield the horizon's days week by week, Monday to Sunday."""
        week: list[date] = []
        for day in self.grid.days:
            if week and day.weekday() == 0:
                yield tuple(week)
                week = []
            week.append(day)
        yield tuple(week)


def planning_minutes(minutes: int, rules: Rules, contracts: Sequence[Contract]) -> int:
    """Return the longest interval up to `minutes` that all shifts and breaks fit."""
    for rule in rules.breaks:
        minutes = gcd(minutes, rule.minutes)
    for contract in contracts:
        for shift in contract.shifts:
            steps = [shift.step] if shift.latest > shift.earliest else []
            minutes = gcd(minutes, shift.earliest, *steps, *shift.lengths)
    return minutes
