"""A YAML document read part by part, with every error kept instead of the first."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

import yaml

from qa.errors import FormInvalid, Problem

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")
_SHOWN = 60


def load_yaml(text: str) -> object:
    """Return a YAML document as plain values.

    Raises:
        FormInvalid: if it is no YAML, with line and column.
    """
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "file"
        problem = Problem(path=place, expected="YAML", got=error.problem or "an error")
        raise FormInvalid([problem]) from error
    except yaml.YAMLError as error:
        problem = Problem(path="file", expected="YAML", got=str(error))
        raise FormInvalid([problem]) from error


@dataclass(slots=True)
class Node:
    """One part of a document: its value, where it is, where its problems go.

    Every reader returns a usable value of its type; what was wrong is in `problems`,
    which all parts of a document share.
    """

    value: object
    path: str = ""
    problems: list[Problem] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)

    def refuse(self, expected: str, got: object = None) -> None:
        """Note that something else was expected here."""
        found = self.value if got is None else got
        shown = "nothing" if found is None else repr(found)
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}…"
        self.problems.append(
            Problem(path=self.path or "file", expected=expected, got=shown)
        )

    def get(self, name: str) -> "Node":
        """Return a part by name; its value is None where there is none."""
        self._asked.add(name)
        parent = self.value if isinstance(self.value, Mapping) else {}
        path = f"{self.path}.{name}" if self.path else name
        return Node(parent.get(name), path, self.problems)

    def has(self, name: str) -> bool:
        return isinstance(self.value, Mapping) and self.value.get(name) is not None

    def close(self) -> None:
        """Refuse every part that nobody asked for: most are misspelt."""
        if not isinstance(self.value, Mapping):
            return
        known = ", ".join(sorted(self._asked))
        for name in self.value:
            if name not in self._asked:
                part = Node(name, f"{self.path}.{name}".strip("."), self.problems)
                part.refuse(f"one of {known}", name)

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """Yield the named parts of a mapping."""
        if not isinstance(self.value, Mapping):
            self.refuse("a mapping")
            return
        for name in self.value:
            yield str(name), self.get(name)

    def each(self, *, optional: bool = False) -> Iterator["Node"]:
        """Yield the parts of a list, which must have some unless it is optional."""
        if self.value is None and optional:
            return
        if not isinstance(self.value, list) or not self.value:
            self.refuse("a list with at least one entry")
            return
        for index, value in enumerate(self.value):
            yield Node(value, f"{self.path}[{index}]", self.problems)

    def text(self, default: str | None = None) -> str:
        if self.value is None and default is not None:
            return default
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("a text")
            return default or ""
        return self.value.strip()

    def key(self) -> str:
        """Return an identifier: small letters a-z, digits and _."""
        if not isinstance(self.value, str) or not _is_key(self.value):
            self.refuse("a key of letters a-z, digits and _")
            return ""
        return self.value

    def flag(self) -> bool:
        if self.value is not None and not isinstance(self.value, bool):
            self.refuse("true or false")
        return self.value is True

    def number(
        self, *, least: int, most: int | None = None, default: int | None = None
    ) -> Fraction:
        """Return a number exactly as it is written."""
        value = default if self.value is None else self.value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        expected = f"a number >= {least}" + ("" if most is None else f" and <= {most}")
        if not is_number or not math.isfinite(value):  # type: ignore[arg-type] # number
            self.refuse(expected)
            return Fraction(least)
        exact = Fraction(str(value))
        if exact < least or (most is not None and exact > most):
            self.refuse(expected)
        return exact

    def choice(self, kind: type[Choice], default: Choice | None = None) -> Choice:
        members = list(kind)
        if self.value is None and default is not None:
            return default
        for member in members:
            if self.value == member.value:
                return member
        self.refuse(f"one of {', '.join(members)}")
        return default or members[0]

    def translated(self) -> dict[str, str]:
        """Return a text by language; a plain text is in Turkish."""
        if isinstance(self.value, Mapping) and self.value:
            return {name: part.text() for name, part in self.items()}
        return {"tr": self.text()}

    def parsed(
        self, parse: Callable[[str], Value], errors: type[ValueError], default: Value
    ) -> Value:
        """Return the text as a parser reads it, its refusal noted as a problem."""
        text = self.text()
        if not text:
            return default
        try:
            return parse(text)
        except errors as error:
            self.refuse(str(error).partition(" was expected")[0])
            return default


def _is_key(value: str) -> bool:
    return bool(value) and all(c.isascii() and (c.isalnum() or c == "_") for c in value)
