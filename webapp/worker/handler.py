"""What a kind of long work is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from webapp.models.jobs import Kind
from webapp.settings import Settings

Input = TypeVar("Input")
Output = TypeVar("Output")

DEFAULT_TIMEOUT_S = 3600.0
DEFAULT_TRIES = 5


class JobRefused(ValueError):
    """A handler cannot do this job; the page translates `code` with `params`."""

    def __init__(self, code: str, **params: str | float) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code} {params}")


class Report(Protocol):
    """How a computation says how far it is; cheap enough for an inner loop."""

    def __call__(self, share: float, code: str = "", **params: str | float) -> None:
        """Say that `share` of the work, in [0, 1], is done, and what is under way."""

    def is_cancelled(self) -> bool:
        """Whether to stop. A child process is killed instead and need not ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The job in a handler's hands."""

    job_id: int
    payload: dict[str, Any]
    owner_id: int | None
    settings: Settings
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler(Generic[Input, Output]):
    """One kind of work in three steps, of which only the last writes.

    Attributes:
        kind: the name and queue under which it is asked for.
        prepare: reads what the computation needs, in one snapshot of the database.
        compute: the work itself, with no database; a function of a module, its
            input and output plain values, because it runs in a child process.
        store: writes the output in the transaction that also ends the job, so that
            it happens once; what it returns is kept as the job's result, as JSON.
        in_child: False only for work that is short and cannot crash; it must then
            ask `report.is_cancelled()` now and then.
        timeout_s: longest time for `compute` in a child.
        tries: how often the work may start when workers die under it.
    """

    kind: Kind
    prepare: Callable[[Session, Task], Input]
    compute: Callable[[Input, Report], Output]
    store: Callable[[Session, Task, Output], dict[str, Any] | None]
    in_child: bool = True
    timeout_s: float = DEFAULT_TIMEOUT_S
    tries: int = DEFAULT_TRIES

    def __post_init__(self) -> None:
        if self.in_child and "<" in self.compute.__qualname__:
            raise ValueError(
                f"compute of {self.kind.name} must be a function of a module so that "
                f"a child process can find it, got {self.compute.__qualname__}"
            )
