"""What quality refuses, by name.

QaError                 code, params
├── FormInvalid         a form with errors, all of them named at once
├── WordingInvalid      a wording whose brackets or slots cannot be read
├── NumberInvalid       a number that cannot be spoken, or words that are none
├── AnswerInvalid       an answer that the form does not allow
├── SampleInvalid       a choice of calls that cannot be made
├── TrendInvalid        scores that cannot be averaged
└── RatingsInvalid      ratings whose agreement cannot be measured
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


class QaError(ValueError):
    """A refusal with a stable code and plain values, for a caller to put in words.

    Attributes:
        code: stable identifier of the kind of refusal.
        params: what the sentence for that code needs, by name.
    """

    code: ClassVar[str] = "qa_error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.params: Mapping[str, object] = params


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a form.

    Attributes:
        path: where, as `sections[0].items[1].weight`.
        expected: what was expected there.
        got: what was found, shortened.
    """

    path: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.path}: {self.expected} was expected, got {self.got}"


class FormInvalid(QaError):
    """The form has errors; `problems` has every one of them, in reading order."""

    code = "form_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems]
        super().__init__("\n".join(lines), problems=lines, count=len(lines))


class WordingInvalid(QaError):
    """A wording cannot be read as words, slots, options and alternatives."""

    code = "wording_invalid"

    def __init__(self, expected: str, wording: str) -> None:
        super().__init__(
            f"{expected} was expected, got {wording!r}",
            expected=expected,
            wording=wording,
        )
        self.expected = expected


class NumberInvalid(QaError):
    """A number cannot be put in words, or words are no number."""

    code = "number_invalid"

    def __init__(self, expected: str, got: object) -> None:
        super().__init__(
            f"{expected} was expected, got {got!r}", expected=expected, got=str(got)
        )


class AnswerInvalid(QaError):
    """An answer is for no item of the form, or one the item does not allow."""

    code = "answer_invalid"

    def __init__(self, item: str, expected: str, got: object) -> None:
        super().__init__(
            f"answer to {item}: {expected} was expected, got {got}",
            item=item,
            expected=expected,
            got=str(got),
        )


class SampleInvalid(QaError):
    """A choice of calls was asked for that cannot be made."""

    code = "sample_invalid"

    def __init__(self, name: str, expected: str, got: object) -> None:
        super().__init__(
            f"{name} must be {expected}, got {got}",
            name=name,
            expected=expected,
            got=str(got),
        )


class TrendInvalid(QaError):
    """Scores were given that cannot be averaged."""

    code = "trend_invalid"

    def __init__(self, name: str, expected: str, got: object) -> None:
        super().__init__(
            f"{name} must be {expected}, got {got}",
            name=name,
            expected=expected,
            got=str(got),
        )


class RatingsInvalid(QaError):
    """Ratings were given whose agreement cannot be measured."""

    code = "ratings_invalid"

    def __init__(self, expected: str, got: object) -> None:
        super().__init__(
            f"{expected} was expected, got {got}", expected=expected, got=str(got)
        )
