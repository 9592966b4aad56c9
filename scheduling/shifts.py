"""What each person may do on each day: shifts with their break windows and holes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from forecasting.grid import IntervalGrid, first_instant, zone_info
from scheduling.errors import InvalidRota
from scheduling.problem import (
    Absence,
    Agent,
    Availability,
    BreakRule,
    Contract,
    LockedAssignment,
    RotaProblem,
)
from scheduling.rota import Assignment, BreakTaken
from scheduling.windows import allowed_shifts, break_starts, net_minutes

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """A break to be placed: `length` intervals from one of `positions` on.

    Positions count intervals from the start of the grid, like every index here.
    """

    key: str
    length: int
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A shift that somebody may work: intervals `first` to `last` (excluded).

    Attributes:
        day: number of the local day on which it starts, 0 for the first.
        start_minute: minute of that day at which it starts.
        minutes: its length, breaks included.
        net_minutes: its working time, unpaid breaks left out.
        away: spans of hours away inside the shift, which do not count as coverage.
        slots: the breaks to be placed.
    """

    day: int
    start_minute: int
    minutes: int
    first: int
    last: int
    net_minutes: int
    slots: tuple[Slot, ...]
    away: tuple[Span, ...] = ()

    def present(self) -> Iterator[int]:
        """Yield the intervals of the shift that are not away."""
        for index in range(self.first, self.last):
            if not any(begin <= index < end for begin, end in self.away):
                yield index


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person may do: options by day, and the days that must be worked."""

    options: tuple[tuple[Option, ...], ...]
    must_work: frozenset[int]


def choices_of(problem: RotaProblem) -> tuple[Choices, ...]:
    """Return what each agent of the problem may do, in the problem's order.

    People in the same position share the same tuples of options, so identity tells
    who is interchangeable.
    """
    catalogue = _Catalogue(problem)
    return tuple(catalogue.choices(agent) for agent in problem.agents)


def options_of(
    problem: RotaProblem, assignments: Sequence[Assignment]
) -> tuple[Option, ...]:
    """Return the shift of each assignment with its breaks free, where not locked.

    Raises:
        InvalidRota: if an assignment starts outside the horizon.
    """
    catalogue = _Catalogue(problem)
    return tuple(catalogue.option_for(one) for one in assignments)


def assignment_of(
    problem: RotaProblem, agent: Agent, option: Option, positions: Sequence[int]
) -> Assignment:
    """Return the shift as an assignment, its breaks starting at `positions`."""
    grid = problem.grid
    return Assignment(
        agent=agent.key,
        day=grid.days[option.day],
        starts=grid.start_of(option.first),
        ends=grid.start_of(option.last),
        breaks=tuple(
            BreakTaken(
                key=slot.key,
                starts=grid.start_of(at),
                ends=grid.start_of(at + slot.length),
            )
            for slot, at in zip(option.slots, positions, strict=True)
        ),
    )


class _Catalogue:
    """Options by contract and day, restricted person by person and remembered."""

    def __init__(self, problem: RotaProblem) -> None:
        self.problem = problem
        self.days = problem.grid.days
        self.contracts = {one.key: one for one in problem.contracts}
        self.midnights = [first_instant(day, problem.grid.zone) for day in self.days]
        self.locks = {(lock.agent, lock.day): lock for lock in problem.locked}
        self.absences: dict[str, list[Absence]] = defaultdict(list)
        for absence in problem.absences:
            self.absences[absence.agent].append(absence)
        self.seen: dict[object, tuple[Option, ...]] = {}

    def choices(self, agent: Agent) -> Choices:
        barred, away = absence_spans(self.problem.grid, self.absences[agent.key])
        options = []
        must_work = set()
        for at, day in enumerate(self.days):
            lock = self.locks.get((agent.key, day))
            if lock is not None and lock.start is not None:
                must_work.add(at)
            allowed = self._on_day(at, agent, barred, away, lock)
            options.append(self._rested(agent, allowed))
        return Choices(tuple(options), frozenset(must_work))

    def _rested(self, agent: Agent, options: tuple[Option, ...]) -> tuple[Option, ...]:
        """Leave out what starts before the rest since the shift before is over."""
        if agent.last_end is None:
            return options
        rest = timedelta(minutes=self.problem.rules.min_rest_minutes)
        since = agent.last_end + rest - self.problem.grid.start
        earliest = -(-since // timedelta(minutes=self.problem.grid.minutes))
        kept = tuple(option for option in options if option.first >= earliest)
        if len(kept) == len(options):
            return options
        return self.seen.setdefault(kept, kept)

    def option_for(self, one: Assignment) -> Option:
        path = f"shift of {one.agent} on {one.day}"
        if one.day not in self.days:
            raise InvalidRota(path, "inside the horizon", one.starts)
        at = self.days.index(one.day)
        local = one.starts.astimezone(zone_info(self.problem.grid.zone))
        start = 60 * local.hour + local.minute
        minutes = int((one.ends - one.starts).total_seconds()) // 60
        lock = self.locks.get((one.agent, one.day))
        option = self._option(at, start, minutes, dict(lock.breaks) if lock else {})
        if option is None:
            raise InvalidRota(path, "inside the horizon", one.starts)
        spans = absence_spans(self.problem.grid, self.absences[one.agent])
        return next(_restricted([option], (), [*spans[0], *spans[1]]), option)

    def _on_day(
        self,
        at: int,
        agent: Agent,
        barred: Sequence[Span],
        away: Sequence[Span],
        lock: LockedAssignment | None,
    ) -> tuple[Option, ...]:
        if lock is not None and lock.start is None:
            return ()
        reach = (self._index(at, 0), self._index(at, 2880))
        near_barred = tuple(span for span in barred if _overlap(span, reach))
        near_away = tuple(span for span in away if _overlap(span, reach))
        fixed = lock and (lock.start, lock.minutes, lock.breaks)
        key = (agent.contract, at, near_barred, near_away, agent.availability, fixed)
        if key not in self.seen:
            allowed = self._base(at, self.contracts[agent.contract], lock)
            if lock is None:
                allowed = _available(allowed, self.days[at], agent.availability)
            self.seen[key] = tuple(_restricted(allowed, near_barred, near_away))
        return self.seen[key]

    def _base(
        self, at: int, contract: Contract, lock: LockedAssignment | None
    ) -> list[Option]:
        if lock is None or lock.start is None:
            shifts = allowed_shifts(contract, self.days[at], self.problem.rules)
        elif lock.minutes is not None:
            shifts = [(lock.start, lock.minutes)]
        else:
            lengths = {n for rule in contract.shifts for n in rule.lengths}
            shifts = [(lock.start, minutes) for minutes in sorted(lengths)]
        locked = dict(lock.breaks) if lock is not None else {}
        options = (
            self._option(at, start, minutes, locked) for start, minutes in shifts
        )
        return [option for option in options if option is not None]

    def _option(
        self, at: int, start: int, minutes: int, locked: dict[str, int]
    ) -> Option | None:
        grid, rules = self.problem.grid, self.problem.rules
        first = self._index(at, start)
        last = first + minutes // grid.minutes
        if first >= grid.count:
            return None
        slots = (
            self._slot(rule, start, minutes, first, locked.get(rule.key))
            for rule in rules.breaks
            if rule.applies_to(minutes)
        )
        net = net_minutes(rules, minutes)
        kept = tuple(slot for slot in slots if slot.positions)
        return Option(at, start, minutes, first, last, net, kept)

    def _slot(
        self, rule: BreakRule, start: int, minutes: int, first: int, fixed: int | None
    ) -> Slot:
        step = self.problem.grid.minutes
        places = break_starts(rule, start, minutes, step) if fixed is None else (fixed,)
        positions = tuple(first + (minute - start) // step for minute in places)
        return Slot(rule.key, rule.minutes // step, positions)

    def _index(self, at: int, minute: int) -> int:
        """Return the interval in which a minute of a local day lies."""
        grid = self.problem.grid
        day = self.days[at]
        if minute < 1440 and grid.first_day <= day <= grid.last_day:
            part = grid.day_slice(day)
            exact = np.flatnonzero(grid.local_minutes[part] == minute)
            if exact.size:
                return int(part.start) + int(exact[0])
        passed = self.midnights[at] - grid.start + timedelta(minutes=minute)
        return passed // timedelta(minutes=grid.minutes)


def absence_spans(
    grid: IntervalGrid, absences: Sequence[Absence]
) -> tuple[list[Span], list[Span]]:
    """Return the intervals of whole days away, and those of parts of a day away."""
    whole: list[Span] = []
    parts: list[Span] = []
    for absence in absences:
        for begin, end, is_whole in day_pieces(grid.zone, absence):
            step = timedelta(minutes=grid.minutes)
            span = ((begin - grid.start) // step, -((grid.start - end) // step))
            (whole if is_whole else parts).append(span)
    return whole, parts


def day_pieces(
    zone: str, absence: Absence
) -> Iterator[tuple[datetime, datetime, bool]]:
    """Yield an absence by local day: start, end, and whether the day is whole."""
    local = absence.starts.astimezone(zone_info(zone))
    day = local.date()
    while (midnight := first_instant(day, zone)) < absence.ends:
        following = first_instant(day + timedelta(days=1), zone)
        begin, end = max(midnight, absence.starts), min(following, absence.ends)
        yield begin, end, begin == midnight and end == following
        day += timedelta(days=1)


def index_at(grid: IntervalGrid, instant: datetime) -> int:
    """Return the interval that holds an instant, counted on beyond both ends."""
    return (instant - grid.start) // timedelta(minutes=grid.minutes)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _available(
    options: Sequence[Option], day: date, windows: Sequence[Availability]
) -> list[Option]:
    today = [window for window in windows if day.weekday() in window.weekdays]
    return [
        option
        for option in options
        if not windows
        or any(
            window.from_minute <= option.start_minute
            and option.start_minute + option.minutes <= window.to_minute
            for window in today
        )
    ]


def _restricted(
    options: Sequence[Option], barred: Sequence[Span], away: Sequence[Span]
) -> Iterator[Option]:
    for option in options:
        span = (option.first, option.last)
        if any(_overlap(span, other) for other in barred):
            continue
        holes = tuple(other for other in away if _overlap(span, other))
        if not holes:
            yield option
            continue
        slots = (_without(slot, holes) for slot in option.slots)
        kept = tuple(slot for slot in slots if slot.positions)
        holed = replace(option, away=holes, slots=kept)
        if any(True for _ in holed.present()):
            yield holed


def _without(slot: Slot, holes: Sequence[Span]) -> Slot:
    positions = tuple(
        at
        for at in slot.positions
        if not any(_overlap((at, at + slot.length), hole) for hole in holes)
    )
    return replace(slot, positions=positions)
