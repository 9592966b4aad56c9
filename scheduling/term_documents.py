"""Contracts, rules, breaks and goals read from JSON values."""

from dataclasses import fields
from typing import Any

from scheduling.problem import (
    CENTRE_LUNCH,
    EVERY_DAY,
    BreakRule,
    Contract,
    Goals,
    Rules,
    ShiftRule,
)
from scheduling.reading import Json, Reader


def contract_of(reader: Reader, one: Json, path: str) -> Contract:
    """Return a contract."""
    reader.known(one, path, [field.name for field in fields(Contract)])
    return Contract(
        key=reader.text(one, path, "key"),
        shifts=tuple(
            _shift(reader, shift, inner)
            for inner, shift in reader.items(one, path, "shifts")
        ),
        min_days=reader.whole(one, path, "min_days", 0),
        max_days=reader.whole(one, path, "max_days", 5),
        min_minutes=reader.whole(one, path, "min_minutes", 0),
        max_minutes=reader.whole(one, path, "max_minutes", 2700),
    )


def _shift(reader: Reader, one: Json, path: str) -> ShiftRule:
    reader.known(one, path, [field.name for field in fields(ShiftRule)])
    earliest = reader.minute(one, path, "earliest")
    return ShiftRule(
        earliest=earliest,
        latest=reader.minute(one, path, "latest", earliest),
        step=reader.whole(one, path, "step", 30),
        lengths=reader.numbers(one, path, "lengths", (510,)),
        weekdays=frozenset(reader.numbers(one, path, "weekdays", tuple(EVERY_DAY))),
    )


def rules_of(reader: Reader, document: Json) -> Rules:
    """Return the rules of a problem document, its breaks among them."""
    given = document.get("rules", {})
    names = [field.name for field in fields(Rules) if field.name != "breaks"]
    if not isinstance(given, dict):
        reader.fault("rules", "an object", given)
        given = {}
    reader.known(given, "rules.", names)
    values = {
        name: reader.minute(given, "rules.", name) for name in names if name in given
    }
    breaks: tuple[BreakRule, ...] = CENTRE_LUNCH
    if "breaks" in document:
        breaks = tuple(
            _break(reader, one, path)
            for path, one in reader.items(document, "", "breaks")
        )
    return Rules(**values, breaks=breaks)


def _break(reader: Reader, one: Json, path: str) -> BreakRule:
    names = [field.name for field in fields(BreakRule)]
    reader.known(one, path, names)
    minutes = {
        name: reader.minute(one, path, name)
        for name in names
        if name in one and name not in {"key", "paid", "seats"}
    }
    paid = one.get("paid", False)
    if not isinstance(paid, bool):
        reader.fault(f"{path}paid", "true or false", paid)
    has_seats = one.get("seats") is not None
    return BreakRule(
        key=reader.text(one, path, "key", "lunch"),
        paid=bool(paid),
        seats=reader.whole(one, path, "seats") if has_seats else None,
        **minutes,
    )


def goals_of(reader: Reader, document: Json) -> Goals:
    """Return the goals of a problem document."""
    given = document.get("goals", {})
    if not isinstance(given, dict):
        reader.fault("goals", "an object", given)
        given = {}
    reader.known(given, "goals.", [field.name for field in fields(Goals)])
    values: dict[str, Any] = {
        name: reader.minute(given, "goals.", name)
        for name in ("over", "wish", "fairness", "late_from")
        if name in given
    }
    tiers = given.get("short_tiers")
    if tiers is not None:
        try:
            pairs = tuple((float(share), int(points)) for share, points in tiers)
        except (TypeError, ValueError):
            reader.fault("goals.short_tiers", "pairs of share and points", tiers)
        else:
            values["short_tiers"] = pairs
    return Goals(**values)
