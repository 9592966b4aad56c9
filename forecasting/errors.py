"""What forecasting refuses, by name.

ForecastingError                 code, params
├── InvalidArgumentError         a value outside its domain: name, expected, got
├── OutsideGridError             an instant or day the grid does not hold
└── TooLittleHistoryError        fewer days of calls than a method needs

The modules that read files add their own below the same root.
"""

from collections.abc import Mapping
from typing import ClassVar


class ForecastingError(ValueError):
    """A refusal with a stable code and plain values, for a caller to put in words.

    Attributes:
        code: stable identifier of the kind of refusal.
        params: what the sentence for that code needs, by name.
    """

    code: ClassVar[str] = "forecasting_error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.params: Mapping[str, object] = params


class InvalidArgumentError(ForecastingError):
    """A value lies outside its domain."""

    code = "invalid_argument"

    def __init__(self, name: str, expected: str, got: object) -> None:
        super().__init__(
            f"{name} must be {expected}, got {got}",
            name=name,
            expected=expected,
            got=str(got),
        )


class OutsideGridError(ForecastingError):
    """An instant or a local day is not part of the grid."""

    code = "outside_grid"

    def __init__(self, wanted: object, first: object, last: object) -> None:
        super().__init__(
            f"{wanted} lies outside the grid from {first} to {last}",
            wanted=str(wanted),
            first=str(first),
            last=str(last),
        )


class TooLittleHistoryError(ForecastingError):
    """The history holds fewer days of calls than the method needs."""

    code = "too_little_history"

    def __init__(self, needed_days: int, known_days: int) -> None:
        super().__init__(
            f"at least {needed_days} days with calls are needed, got {known_days}",
            needed_days=needed_days,
            known_days=known_days,
        )
