"""What a machine can check about a call: one frozen value per kind of check.

How each is written in a form's YAML (see `qa.forms`), and when its item is met:

    {said: [a, b], before: t}         every step is said (before step t, if it is said)
    {not_said: [a]}                   no wording of the steps is said
    {in_order: [a, b, c]}             the steps that are said come in this order
    {addressed: caller_name}          the other person is called by name
    {silence_announced: [a], longer_than_s: 10, within_s: 20}
                                      each longer silence within the call follows
                                      within so many seconds of one of the steps
    {recorded: record_type}           the call's record has this fact
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from qa.reading import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Every step is said; with `before`, not after that step."""

    steps: tuple[str, ...]
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSaid:
    """None of the steps is said."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InOrder:
    """Those of the steps that are said come in this order."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The person whose name is in the slot is called by it."""

    slot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceAnnounced:
    """Every silence over `longer_than_s` comes within `within_s` of a step."""

    steps: tuple[str, ...]
    longer_than_s: float
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The call's record has a fact of this name."""

    fact: str


Check: TypeAlias = Said | NotSaid | InOrder | Addressed | SilenceAnnounced | Recorded

KINDS = ("said", "not_said", "in_order", "addressed", "silence_announced", "recorded")
NAME_SLOTS = ("caller_name", "agent_name")


def read_check(node: Node, steps: Collection[str]) -> Check | None:
    """Return the check of an item, or None; problems are noted in the node."""
    if node.value is None:
        return None
    kinds = [kind for kind in KINDS if node.has(kind)]
    if len(kinds) != 1:
        node.refuse(f"exactly one of {', '.join(KINDS)}")
        return None
    part = node.get(kinds[0])
    check: Check
    match kinds[0]:
        case "said":
            before = _step(node.get("before"), steps) if node.has("before") else None
            check = Said(steps=_steps(part, steps), before=before)
        case "not_said":
            check = NotSaid(steps=_steps(part, steps))
        case "in_order":
            check = InOrder(steps=_steps(part, steps))
        case "addressed":
            if part.value not in NAME_SLOTS:
                part.refuse(f"one of {', '.join(NAME_SLOTS)}")
            check = Addressed(slot=str(part.value))
        case "silence_announced":
            check = SilenceAnnounced(
                steps=_steps(part, steps),
                longer_than_s=float(
                    node.get("longer_than_s").number(least=1, default=10)
                ),
                within_s=float(node.get("within_s").number(least=0, default=20)),
            )
        case _:
            check = Recorded(fact=part.key())
    node.close()
    return check


def steps_of(check: Check) -> tuple[str, ...]:
    """Return the steps that a check listens for."""
    if isinstance(check, Addressed | Recorded):
        return ()
    before = check.before if isinstance(check, Said) else None
    return (*check.steps, before) if before else check.steps


def _steps(node: Node, known: Collection[str]) -> tuple[str, ...]:
    return tuple(_step(part, known) for part in node.each())


def _step(node: Node, known: Collection[str]) -> str:
    if node.value not in known:
        node.refuse(f"one of the form's steps ({', '.join(sorted(known)) or 'none'})")
    return str(node.value)
