"""Small rota problems for tests, built from few words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import IntervalGrid
from scheduling.limits import SolveLimits
from scheduling.problem import (
    Absence,
    Agent,
    BreakRule,
    Contract,
    RotaProblem,
    Rules,
    ShiftRule,
)
from scheduling.rota import Assignment, BreakTaken

MONDAY = date(2026, 3, 2)
ZONE = ZoneInfo("Europe/Istanbul")
NO_BREAKS = Rules(breaks=())
QUICK = SolveLimits(seconds=20.0, workers=1, seed=1, deterministic=10.0)


def day(number: int) -> date:
    """Return the day so many days after the Monday of the tests."""
    return MONDAY + timedelta(days=number)


def at(number: int, clock: str) -> datetime:
    """Return a UTC instant from a day number and a local time; 24:00 and on pass."""
    hours, minutes = map(int, clock.split(":"))
    midnight = datetime.combine(day(number), datetime.min.time(), ZONE)
    return (midnight + timedelta(hours=hours, minutes=minutes)).astimezone(UTC)


def grid(
    days: int = 1, minutes: int = 60, zone: str = "Europe/Istanbul"
) -> IntervalGrid:
    return IntervalGrid.for_days(MONDAY, days, minutes, zone)


def agent(key: str, contract: str = "c", skills: str = "calls", **more: Any) -> Agent:
    return Agent(key=key, contract=contract, skills=frozenset(skills.split()), **more)


def shifts(starts: str, length: int = 480, **more: Any) -> ShiftRule:
    """Return a rule from `HH:MM` or `HH:MM-HH:MM`, hourly."""
    first, _, last = starts.partition("-")
    earliest = _minute(first)
    return ShiftRule(
        earliest=earliest,
        latest=_minute(last) if last else earliest,
        step=more.pop("step", 60),
        lengths=(length,),
        **more,
    )


def contract(*rules: ShiftRule, key: str = "c", **more: Any) -> Contract:
    return Contract(
        key=key, shifts=rules, **{"max_days": 7, "max_minutes": 10080, **more}
    )


def problem(
    *agents: Agent,
    contracts: Sequence[Contract],
    required: Sequence[int] | Sequence[Sequence[int]] | int = 0,
    days: int = 1,
    minutes: int = 60,
    skills: Sequence[str] = ("calls",),
    rules: Rules = NO_BREAKS,
    **more: Any,
) -> RotaProblem:
    """Return a problem; a whole number as requirement stands for every interval."""
    over = grid(days, minutes)
    needed = np.asarray(required)
    if needed.ndim == 0:
        needed = np.full((len(skills), over.count), int(needed))
    return RotaProblem(
        grid=over,
        skills=tuple(skills),
        required=needed,
        contracts=tuple(contracts),
        agents=agents,
        rules=rules,
        **more,
    )


def works(key: str, number: int, span: str, *breaks: str) -> Assignment:
    """Return a shift such as `works("ayse", 0, "09:00-17:00", "lunch 12:00-12:30")`."""
    starts, ends = span.split("-")
    taken = []
    for one in breaks:
        name, times = one.split()
        begin, end = times.split("-")
        taken.append(
            BreakTaken(key=name, starts=at(number, begin), ends=at(number, end))
        )
    return Assignment(
        agent=key,
        day=day(number),
        starts=at(number, starts),
        ends=at(number, ends),
        breaks=tuple(taken),
    )


def away(key: str, first: int, last: int, **more: Any) -> Absence:
    """Return an absence over whole days, both included."""
    return Absence(
        agent=key, starts=at(first, "00:00"), ends=at(last + 1, "00:00"), **more
    )


def lunch(**more: Any) -> BreakRule:
    return BreakRule(**{"minutes": 60, "after_start": 60, "before_end": 60, **more})


def curve(text: str) -> list[int]:
    """Return numbers from `"8x0 8x2 8x1"`: count x value."""
    values: list[int] = []
    for part in text.split():
        count, value = part.split("x")
        values += [int(value)] * int(count)
    return values


def _minute(clock: str) -> int:
    hours, minutes = map(int, clock.split(":"))
    return 60 * hours + minutes
