"""What a solver is given and gives back, between a worker and its child process.

A module of its own, because a child imports it and has no use for the database.
"""

from dataclasses import dataclass

from scheduling.problem import RotaProblem
from scheduling.rota import Assignment, RotaResult, Status


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RotaInput:
    """A problem, how long to think about it, and what names the problem.

    Attributes:
        input_hash: SHA-256 of everything the problem says.
    """

    problem: RotaProblem
    requirement_id: int
    seconds: float
    workers: int
    seed: int
    input_hash: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RotaOutput:
    """The answer to a problem, and by which solver."""

    given: RotaInput
    result: RotaResult
    solver: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LunchInput:
    """A day's shifts, to be given the best lunches and breaks."""

    problem: RotaProblem
    assignments: tuple[Assignment, ...]
    seconds: float
    workers: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LunchOutput:
    """The day's shifts with their lunches and breaks placed.

    Attributes:
        status: `OPTIMAL` when no rotation leaves fewer missing.
        worst: most agents missing in one interval of the planning grid.
        total: agent-intervals missing.
    """

    status: Status
    assignments: tuple[Assignment, ...]
    worst: int
    total: int
    solver: str
