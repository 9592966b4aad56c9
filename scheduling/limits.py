"""How long a search may take, and how it tells its caller where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from scheduling.errors import InvalidArgument


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveLimits:
    """Limits of a search.

    Attributes:
        seconds: wall time.
        workers: threads of the solver.
        seed: of every random choice.
        deterministic: where given, the search is counted in the solver's own time
            of about a second each, on one thread, and the same problem, seed and
            limits give the same rota on any machine that is quick enough to stay
            within `seconds`.
        gap: stop when this share of the objective at most is left unproven.
    """

    seconds: float = 60.0
    workers: int = 2
    seed: int = 0
    deterministic: float | None = None
    gap: float = 0.0

    def __post_init__(self) -> None:
        for name in ("seconds", "workers"):
            if not getattr(self, name) > 0:
                raise InvalidArgument(name, "over 0", getattr(self, name))
        if not 0.0 <= self.gap < 1.0:
            raise InvalidArgument("gap", "in [0, 1)", self.gap)


class Budget:
    """Time running out, or standing still where limits are deterministic."""

    def __init__(self, limits: SolveLimits, seconds: float | None = None) -> None:
        self._is_counted = limits.deterministic is None
        self._seconds = limits.seconds if seconds is None else seconds
        self._began = monotonic()

    @property
    def spent(self) -> float:
        """Wall seconds since the start."""
        return monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds still to be used."""
        return self._seconds - (self.spent if self._is_counted else 0.0)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: best objective and bound so far, seconds since start."""

    stage: str
    best: int | None
    bound: float | None
    seconds: float


OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


def ignore_progress(_: Progress) -> None:
    """Tell nobody."""


def never_cancelled() -> bool:
    """Let the search go on."""
    return False
