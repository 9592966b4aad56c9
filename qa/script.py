"""What is to be said: steps with alternative wordings, slots, speaker and time.

The notation of a wording:

    iyi günler {agent_name}     words and a slot, filled from the call's record
    [kısa bir süre] bekleyin    what is in square brackets may be left out
    (kalın|kalınız)             any one of these
    sizi aktarıyorum!           without the word before ! it is something else

Brackets may be nested. Casing, punctuation and digits do not matter (`qa.text`).
A slot whose value the record lacks stands for any one or two words.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from qa.errors import WordingInvalid
from qa.reading import Node
from qa.text import words

MAX_WORDINGS = 256
"""So many plain readings may one wording have; more is a mistake in its notation."""

SLOTS = ("agent_name", "caller_name", "unit", "number")


class By(StrEnum):
    """Who has to say a step."""

    AGENT = "agent"
    CALLER = "caller"
    ANYONE = "anyone"


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a wording.

    Attributes:
        texts: the word, or the words that are equally right here.
        slot: name of the slot that this stands for instead; texts is then empty.
        is_optional: it may be left out, and says nothing when it is heard.
        is_key: it must itself be heard, however much of the rest is.
    """

    texts: tuple[str, ...] = ()
    slot: str = ""
    is_optional: bool = False
    is_key: bool = False


Wording = tuple[Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a step has to be said; None means at any time.

    Attributes:
        first_s: it starts within so many seconds of the first word of the call.
        last_s: it ends within so many seconds of the last word of the call.
        after: a step, such as a recorded notice, from whose end `first_s` runs
            where the call begins with it.
    """

    first_s: float | None = None
    last_s: float | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """One wording as written, for calls of one direction or (None) of both."""

    say: str
    direction: Direction | None = None
    readings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that is said in a call, in any of several wordings.

    Attributes:
        key: the step's name in its form.
        by: who says it.
        window: when.
        is_distinctive: only the person in `by` would ever say it, so that hearing
            it tells who speaks even in a recording with both on one channel.
        phrasings: the wordings, at least one.
    """

    key: str
    by: By = By.AGENT
    window: Window = Window()
    is_distinctive: bool = False
    phrasings: tuple[Phrasing, ...]

    def readings(self, direction: Direction | None) -> tuple[Wording, ...]:
        """Return the wordings that hold for a direction; None is not known."""
        return tuple(
            reading
            for phrasing in self.phrasings
            if None in (direction, phrasing.direction)
            or phrasing.direction is direction
            for reading in phrasing.readings
        )


def parse_wording(text: str) -> tuple[Wording, ...]:
    """Return every plain reading of a wording, shortest notation first.

    Raises:
        WordingInvalid: on brackets that do not close, an unknown slot, a wording
            that may be left out entirely, or too many readings.
    """
    parser = _Parser(text)
    readings = parser.alternatives(closing="")
    if len(readings) > MAX_WORDINGS:
        raise WordingInvalid(f"at most {MAX_WORDINGS} readings", text)
    if any(all(token.is_optional for token in reading) for reading in readings):
        raise WordingInvalid("at least one word that may not be left out", text)
    return tuple(dict.fromkeys(readings))


def read_steps(node: Node) -> dict[str, Step]:
    """Return the steps of a form's document by key, problems noted in the node."""
    steps: dict[str, Step] = {}
    if node.value is None:
        return steps
    for key, part in node.items():
        Node(key, part.path, part.problems).key()
        steps[key] = _read_step(key, part, node.value)
    return steps


def _read_step(key: str, node: Node, steps: object) -> Step:
    step = Step(
        key=key,
        by=node.get("by").choice(By, By.AGENT),
        window=_read_window(node.get("window"), steps),
        is_distinctive=node.get("distinctive").flag(),
        phrasings=tuple(_read_phrasing(p) for p in node.get("wordings").each()),
    )
    node.close()
    return step


def _read_window(node: Node, steps: object) -> Window:
    if node.value is None:
        return Window()
    if not isinstance(node.value, Mapping):
        node.refuse("first_s, last_s or both")
        return Window()
    first_s, last_s, after = node.get("first_s"), node.get("last_s"), node.get("after")
    is_known = isinstance(steps, Mapping) and after.value in steps
    if after.value is not None and not is_known:
        after.refuse("a step of the form")
    node.close()
    return Window(
        first_s=float(first_s.number(least=0)) if first_s.value is not None else None,
        last_s=float(last_s.number(least=0)) if last_s.value is not None else None,
        after=str(after.value) if is_known else None,
    )


def _read_phrasing(node: Node) -> Phrasing:
    direction, say = None, node
    if isinstance(node.value, Mapping):
        say = node.get("say")
        if node.has("direction"):
            direction = node.get("direction").choice(Direction)
        node.close()
    readings: tuple[Wording, ...] = say.parsed(parse_wording, WordingInvalid, ())
    return Phrasing(say=say.text(""), direction=direction, readings=readings)


class _Parser:
    """A reader of the notation, one character ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def alternatives(self, closing: str) -> list[Wording]:
        """Read `a|b|c` up to a closing bracket (or the end), which it consumes."""
        options = [self._sequence()]
        while self._peek() == "|":
            if not closing:
                raise WordingInvalid("brackets around alternatives", self.text)
            self.at += 1
            options.append(self._sequence())
        if self._peek() != closing:
            expected = f"a closing {closing}" if closing else "an opening bracket first"
            raise WordingInvalid(expected, self.text)
        self.at += 1
        return _joined_alternatives(options)

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def _sequence(self) -> list[Wording]:
        """Read up to a bracket or bar that ends this sequence."""
        readings: list[Wording] = [()]
        while (sign := self._peek()) and sign not in ")]|}":
            part = self._part(sign)
            if len(readings) * len(part) > MAX_WORDINGS:
                raise WordingInvalid(f"at most {MAX_WORDINGS} readings", self.text)
            readings = [a + b for a, b in itertools.product(readings, part)]
        return readings

    def _part(self, sign: str) -> list[Wording]:
        if sign == "(":
            self.at += 1
            readings = self.alternatives(")")
            if self._peek() != "!":
                return readings
            self.at += 1
            return [(*r[:-1], replace(r[-1], is_key=True)) for r in readings if r]
        if sign == "[":
            self.at += 1
            inner = self.alternatives("]")
            return [tuple(_optional(token) for token in option) for option in inner]
        if sign == "{":
            return [(self._slot(),)]
        start = self.at
        while (sign := self._peek()) and sign not in "()[]{}|":
            self.at += 1
        return [
            tuple(
                Token((word,), is_key=piece.endswith("!") and word == last)
                for piece in self.text[start : self.at].split()
                for last in words(piece)[-1:]
                for word in words(piece)
            )
        ]

    def _slot(self) -> Token:
        end = self.text.find("}", self.at)
        name = self.text[self.at + 1 : end].strip() if end > 0 else ""
        if name not in SLOTS:
            raise WordingInvalid(f"a slot of {', '.join(SLOTS)} in braces", self.text)
        self.at = end + 1
        return Token(slot=name)


def _optional(token: Token) -> Token:
    return replace(token, is_optional=True, is_key=False)


def _joined_alternatives(options: list[list[Wording]]) -> list[Wording]:
    """Return the options as few readings: single words share one token."""
    flat = [reading for option in options for reading in option]
    is_single = all(len(r) == 1 and not r[0].slot for r in flat)
    if len(flat) < 2 or not is_single:
        return flat
    kinds = {replace(reading[0], texts=()) for reading in flat}
    texts = tuple(text for reading in flat for text in reading[0].texts)
    return [(replace(kinds.pop(), texts=texts),)] if len(kinds) == 1 else flat
