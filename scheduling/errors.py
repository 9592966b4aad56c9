"""What scheduling refuses, by name.

SchedulingError                  code, params
├── InvalidProblem               a problem with faults; all of them are listed
├── InvalidArgument              a value outside its domain: name, expected, got
└── InvalidRota                  a rota that does not fit its problem
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


class SchedulingError(ValueError):
    """A refusal with a stable code and plain values, for a caller to put in words.

    Attributes:
        code: stable identifier of the kind of refusal.
        params: what the sentence for that code needs, by name.
    """

    code: ClassVar[str] = "scheduling_error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.params: Mapping[str, object] = params


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a problem.

    Attributes:
        path: where it stands, for example `agents[3].contract`.
        expected: what should stand there.
        got: what does.
    """

    path: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.path} must be {self.expected}, got {self.got}"


class InvalidProblem(SchedulingError):
    """A problem has faults; `faults` lists every one of them."""

    code = "invalid_problem"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)), count=len(faults))
        self.faults = tuple(faults)


class InvalidArgument(SchedulingError):
    """A value lies outside its domain."""

    code = "invalid_argument"

    def __init__(self, name: str, expected: str, got: object) -> None:
        super().__init__(
            f"{name} must be {expected}, got {got}",
            name=name,
            expected=expected,
            got=str(got),
        )


class InvalidRota(SchedulingError):
    """A rota document cannot be read against its problem."""

    code = "invalid_rota"

    def __init__(self, path: str, expected: str, got: object) -> None:
        super().__init__(
            f"{path} must be {expected}, got {got}",
            path=path,
            expected=expected,
            got=str(got),
        )
