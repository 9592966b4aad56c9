"""Problems and rotas as JSON.

A problem, with every optional key at its default in brackets:

    {"zone": ["Europe/Istanbul"], "first_day": "2026-03-02", "days": 7,
     "interval_minutes": [30],
     "requirement": {"calls": [4, 4, 5, ...]},   agents for each interval from the
                                                 first local midnight on
     "contracts": [{"key": "full", "min_days": [0], "max_days": [5],
                    "min_minutes": [0], "max_minutes": [2700],
                    "shifts": [{"earliest": "08:00", "latest": [earliest],
                                "step": [30], "lengths": [510],
                                "weekdays": [0, 1, 2, 3, 4, 5, 6]}]}],
     "agents": [{"key": "ayse", "name": [""], "contract": "full",
                 "skills": [all skills],
                 "availability": [{"weekdays": [0..6], "from": "00:00",
                                   "to": "24:00"}],
                 "last_end": [null], "days_in_a_row": [0]}],
     "absences": [{"agent": "ayse", "from": "2026-03-04", "to": "2026-03-05"},
                  {"agent": "ayse", "starts": "2026-03-06T13:00",
                   "ends": "2026-03-06T17:00", "kind": ["leave"],
                   "counts_as_work": [true]}],
     "wishes": [{"agent": "ayse", "day": "2026-03-07", "kind": "off",
                 "minute": [null], "weight": [1]}],
     "locked": [{"agent": "ayse", "day": "2026-03-02", "start": "09:00",
                 "minutes": [null], "breaks": [{"lunch": "12:30"}]}],
     "rules": {"min_rest_minutes": [660], ...},          see `Rules`
     "breaks": [{"key": "lunch", "minutes": [30], ...}], see `BreakRule`
     "goals": {"over": [0], ...}}                        see `Goals`

Minutes of the day are written "HH:MM" or as numbers. Days of absence are included at
both ends; instants without an offset are local. A locked day without "start" is off.
Shifts or breaks that do not fit the intervals are planned on shorter ones, each
requirement repeated over the parts of its interval.

A rota: {"status", "objective", "bound", "gap", "understaffed_agent_intervals",
"interval_minutes", "penalties", "reasons", "assignments": [{"agent", "day", "starts",
"ends", "breaks": [{"key", "starts", "ends"}]}]}; only the assignments are read back.
"""

import json
from dataclasses import fields
from datetime import UTC, timedelta
from typing import Any

import numpy as np

from forecasting.grid import DEFAULT_ZONE, IntervalGrid, first_instant, zone_info
from scheduling.errors import Fault, InvalidProblem, InvalidRota
from scheduling.problem import (
    EVERY_DAY,
    Absence,
    Agent,
    Availability,
    LockedAssignment,
    RotaProblem,
    Wish,
    WishKind,
    planning_minutes,
)
from scheduling.reading import Json, Reader
from scheduling.rota import Assignment, BreakTaken, RotaResult
from scheduling.term_documents import contract_of, goals_of, rules_of

_KEYS = (
    *("zone", "first_day", "days", "interval_minutes", "requirement"),
    *("contracts", "agents", "absences", "wishes", "locked"),
    *("rules", "breaks", "goals"),
)


def read_problem(text: str) -> RotaProblem:
    """Return the problem of a JSON document.

    Raises:
        InvalidProblem: naming every fault at once.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as broken:
        raise InvalidProblem([Fault("document", "JSON", str(broken))]) from broken
    if not isinstance(document, dict):
        raise InvalidProblem([Fault("document", "an object", type(document).__name__)])
    reader = Reader(str(document.get("zone", DEFAULT_ZONE)))
    try:
        zone_info(reader.zone)
    except ValueError as unknown:
        fault = Fault("zone", "an IANA zone name", reader.zone)
        raise InvalidProblem([fault]) from unknown
    return _problem(reader, document)


def _problem(reader: Reader, document: Json) -> RotaProblem:
    reader.known(document, "", _KEYS)
    contracts = tuple(
        contract_of(reader, one, path)
        for path, one in reader.items(document, "", "contracts")
    )
    rules = rules_of(reader, document)
    first, days = (
        reader.day(document, "", "first_day"),
        reader.whole(document, "", "days"),
    )
    minutes = reader.whole(document, "", "interval_minutes", 30)
    for name, value, low, high in (
        ("days", days, 1, 56), ("interval_minutes", minutes, 5, 60)
    ):  # fmt: skip
        if not low <= value <= high:
            reader.fault(name, f"{low} to {high}", value)
    if 5 <= minutes <= 60 and 1440 % minutes:
        reader.fault("interval_minutes", "a divisor of 1440", minutes)
    required = _requirement(reader, document)
    skills = tuple(required)
    agents = tuple(
        _agent(reader, one, path, skills)
        for path, one in reader.items(document, "", "agents")
    )
    people = _dated(reader, document)
    goals = goals_of(reader, document)
    if reader.faults:
        raise InvalidProblem(reader.faults)
    given = IntervalGrid.for_days(first, days, minutes, reader.zone)
    fine = planning_minutes(minutes, rules, contracts)
    lengths = {skill: len(row) for skill, row in required.items()}
    if any(length != given.count for length in lengths.values()):
        fault = Fault("requirement", f"{given.count} numbers a skill", str(lengths))
        raise InvalidProblem([fault])
    grid = IntervalGrid(
        start=given.start,
        minutes=fine,
        count=given.count * (minutes // fine),
        zone=reader.zone,
    )
    rows = np.array([required[skill] for skill in skills], dtype=np.int64)
    return RotaProblem(
        grid=grid,
        skills=skills,
        required=rows.reshape(len(skills), -1).repeat(minutes // fine, axis=1),
        contracts=contracts,
        agents=agents,
        rules=rules,
        goals=goals,
        **people,
    )


def _requirement(reader: Reader, document: Json) -> dict[str, tuple[int, ...]]:
    value = document.get("requirement")
    if not isinstance(value, dict) or not value:
        reader.fault("requirement", "an object of lists by skill", value)
        return {}
    return {skill: reader.numbers(value, "requirement.", skill, ()) for skill in value}


def _agent(reader: Reader, one: Json, path: str, skills: tuple[str, ...]) -> Agent:
    reader.known(one, path, [field.name for field in fields(Agent)])
    given = one.get("skills", list(skills))
    if not isinstance(given, list) or not all(isinstance(s, str) for s in given):
        reader.fault(f"{path}skills", "a list of skills", given)
        given = []
    windows = tuple(
        Availability(
            weekdays=frozenset(
                reader.numbers(window, at, "weekdays", tuple(EVERY_DAY))
            ),
            from_minute=reader.minute(window, at, "from", 0),
            to_minute=reader.minute(window, at, "to", 1440),
        )
        for at, window in reader.items(one, path, "availability")
    )
    has_end = one.get("last_end") is not None
    return Agent(
        key=reader.text(one, path, "key"),
        name=reader.text(one, path, "name", ""),
        contract=reader.text(one, path, "contract"),
        skills=frozenset(given),
        availability=windows,
        last_end=reader.instant(one, path, "last_end") if has_end else None,
        days_in_a_row=reader.whole(one, path, "days_in_a_row", 0),
    )


def _dated(reader: Reader, document: Json) -> dict[str, Any]:
    """Return absences, wishes and locked days as arguments of RotaProblem."""
    return {
        "absences": tuple(
            _absence(reader, one, path)
            for path, one in reader.items(document, "", "absences")
        ),
        "wishes": tuple(
            _wish(reader, one, path)
            for path, one in reader.items(document, "", "wishes")
        ),
        "locked": tuple(
            _lock(reader, one, path)
            for path, one in reader.items(document, "", "locked")
        ),
    }


def _absence(reader: Reader, one: Json, path: str) -> Absence:
    reader.known(
        one, path, ["agent", "from", "to", "starts", "ends", "kind", "counts_as_work"]
    )
    if "from" in one:
        starts = first_instant(reader.day(one, path, "from"), reader.zone)
        last = reader.day(one, path, "to" if "to" in one else "from")
        ends = first_instant(last + timedelta(days=1), reader.zone)
    else:
        starts = reader.instant(one, path, "starts")
        ends = reader.instant(one, path, "ends")
    counts = one.get("counts_as_work", True)
    if not isinstance(counts, bool):
        reader.fault(f"{path}counts_as_work", "true or false", counts)
    return Absence(
        agent=reader.text(one, path, "agent"),
        starts=starts,
        ends=ends,
        kind=reader.text(one, path, "kind", "leave"),
        counts_as_work=bool(counts),
    )


def _wish(reader: Reader, one: Json, path: str) -> Wish:
    reader.known(one, path, [field.name for field in fields(Wish)])
    kind = reader.text(one, path, "kind")
    if kind not in set(WishKind):
        reader.fault(f"{path}kind", f"one of {', '.join(WishKind)}", kind)
        kind = WishKind.OFF
    has_minute = one.get("minute") is not None
    return Wish(
        agent=reader.text(one, path, "agent"),
        day=reader.day(one, path, "day"),
        kind=WishKind(kind),
        minute=reader.minute(one, path, "minute") if has_minute else None,
        weight=reader.whole(one, path, "weight", 1),
    )


def _lock(reader: Reader, one: Json, path: str) -> LockedAssignment:
    reader.known(one, path, [field.name for field in fields(LockedAssignment)])
    breaks = one.get("breaks", {})
    if not isinstance(breaks, dict):
        reader.fault(f"{path}breaks", "an object of times by break", breaks)
        breaks = {}
    return LockedAssignment(
        agent=reader.text(one, path, "agent"),
        day=reader.day(one, path, "day"),
        start=reader.minute(one, path, "start") if "start" in one else None,
        minutes=reader.whole(one, path, "minutes") if "minutes" in one else None,
        breaks=tuple(
            (key, reader.minute(breaks, f"{path}breaks.", key)) for key in breaks
        ),
    )


def write_rota(problem: RotaProblem, result: RotaResult) -> str:
    """Return the rota as a JSON document, times in the problem's zone."""
    zone = zone_info(problem.grid.zone)
    document = {
        "status": str(result.status),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "understaffed_agent_intervals": result.understaffed_agent_intervals,
        "interval_minutes": problem.grid.minutes,
        "seconds": round(result.seconds, 3),
        "penalties": {
            one.code: {"amount": one.amount, "points": one.points}
            for one in result.penalties
        },
        "reasons": [
            {"code": reason.code, "params": dict(reason.params)}
            for reason in result.reasons
        ],
        "assignments": [
            {
                "agent": one.agent,
                "day": one.day.isoformat(),
                "starts": one.starts.astimezone(zone).isoformat(),
                "ends": one.ends.astimezone(zone).isoformat(),
                "breaks": [
                    {
                        "key": taken.key,
                        "starts": taken.starts.astimezone(zone).isoformat(),
                        "ends": taken.ends.astimezone(zone).isoformat(),
                    }
                    for taken in one.breaks
                ],
            }
            for one in result.assignments
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_rota(text: str, zone: str) -> tuple[Assignment, ...]:
    """Return the assignments of a rota document, in UTC.

    Raises:
        InvalidRota: naming the first thing that cannot be read.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as broken:
        raise InvalidRota("document", "JSON", broken) from broken
    if not isinstance(document, dict):
        raise InvalidRota("document", "an object", type(document).__name__)
    reader = Reader(zone)
    assignments = tuple(
        Assignment(
            agent=reader.text(one, path, "agent"),
            day=reader.day(one, path, "day"),
            starts=reader.instant(one, path, "starts").astimezone(UTC),
            ends=reader.instant(one, path, "ends").astimezone(UTC),
            breaks=tuple(
                BreakTaken(
                    key=reader.text(pause, at, "key"),
                    starts=reader.instant(pause, at, "starts").astimezone(UTC),
                    ends=reader.instant(pause, at, "ends").astimezone(UTC),
                )
                for at, pause in reader.items(one, path, "breaks")
            ),
        )
        for path, one in reader.items(document, "", "assignments")
    )
    for fault in reader.faults:
        raise InvalidRota(fault.path, fault.expected, fault.got)
    return assignments
