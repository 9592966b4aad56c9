"""A rota re-checked without the solver: every hard rule, the coverage, the objective.

Each rule is one function over plain dates and minutes, listed in RULES. None uses
what the solver was given (`scheduling.shifts`, `scheduling.rules`): the two are
written apart, so that a mistake in one shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forecasting.grid import first_instant
from scheduling.break_rules import breaks_of_the_shift, canteen_seats
from scheduling.goals import local_minute, penalties_of
from scheduling.ledger import Breach, Ledger, Rule, each, minutes_between
from scheduling.problem import RotaProblem
from scheduling.rota import Assignment, Penalty
from scheduling.staffed import Coverage, coverage_of
from scheduling.weeks import DaysAway, week_limits


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """What a check found: breaches, coverage and the objective's parts."""

    breaches: tuple[Breach, ...]
    coverage: Coverage
    penalties: tuple[Penalty, ...]

    @property
    def objective(self) -> int:
        """Points of the rota."""
        return sum(penalty.points for penalty in self.penalties)

    @property
    def understaffed_agent_intervals(self) -> int:
        """Agents missing, summed over skills and intervals."""
        return int(self.coverage.short.sum())


def known_people_and_days(ledger: Ledger) -> Iterator[Breach]:
    """Assign only people and days of the problem."""
    for one in ledger.strangers:
        yield Breach("stranger", one.agent, one.day)


def one_shift_a_day(ledger: Ledger) -> Iterator[Breach]:
    """Start at most one shift on a local day."""
    for key, shifts in ledger.shifts.items():
        days = [one.day for one in shifts]
        for day in sorted({day for day in days if days.count(day) > 1}):
            yield Breach("two_shifts", key, day, {"shifts": days.count(day)})


def shifts_of_the_contract(ledger: Ledger) -> Iterator[Breach]:
    """Work only shifts that the contract allows, unless a person fixed them."""
    for agent, one in each(ledger):
        start = local_minute(ledger.problem, one.day, one.starts)
        length = minutes_between(one.starts, one.ends)
        if not ledger.is_locked(one) and not any(
            one.day.weekday() in rule.weekdays
            and start in rule.starts()
            and length in rule.lengths
            for rule in ledger.contracts[agent.contract].shifts
        ):
            yield Breach(
                "shift_not_allowed",
                agent.key,
                one.day,
                {"start": start, "length": length},
            )


def hours_of_the_day(ledger: Ledger) -> Iterator[Breach]:
    """Keep the longest working time of a shift, and of a night shift."""
    rules = ledger.problem.rules
    nights: dict[tuple[int, int], int] = {}
    for agent, one in each(ledger):
        if ledger.is_locked(one):
            continue
        start = local_minute(ledger.problem, one.day, one.starts)
        length = minutes_between(one.starts, one.ends)
        span = (start, length)
        if span not in nights:
            nights[span] = sum(
                _is_night(minute % 1440, rules.night_from, rules.night_to)
                for minute in range(start, start + length)
            )
        limit = rules.max_shift_minutes
        if 2 * nights[span] > length:
            limit = min(limit, rules.max_night_minutes)
        if ledger.net(one) > limit:
            params = {"minutes": ledger.net(one), "limit": limit}
            yield Breach("shift_too_long", agent.key, one.day, params)


def rest_between_shifts(ledger: Ledger) -> Iterator[Breach]:
    """Rest long enough between two shifts."""
    least = ledger.problem.rules.min_rest_minutes
    for agent in ledger.problem.agents:
        shifts = ledger.shifts[agent.key]
        ends = [agent.last_end, *(one.ends for one in shifts)]
        for end, one in zip(ends, shifts, strict=False):
            if end is None:
                continue
            rest = minutes_between(end, one.starts)
            if rest < least:
                params = {"minutes": rest, "limit": least}
                yield Breach("rest_too_short", agent.key, one.day, params)


def days_in_a_row(ledger: Ledger) -> Iterator[Breach]:
    """Work no more days in a row than allowed."""
    limit = ledger.problem.rules.max_consecutive_days
    for agent in ledger.problem.agents:
        worked = {one.day for one in ledger.shifts[agent.key]}
        run = agent.days_in_a_row
        for day in ledger.problem.grid.days:
            run = run + 1 if day in worked else 0
            if run == limit + 1:
                yield Breach("too_many_days_in_a_row", agent.key, day, {"limit": limit})


def weekly_rest(ledger: Ledger) -> Iterator[Breach]:
    """Give each whole week a day off inside an unbroken rest."""
    least = ledger.problem.rules.weekly_rest_minutes
    weeks = [week for week in ledger.problem.weeks() if len(week) == 7]
    for agent in ledger.problem.agents if least else ():
        shifts = ledger.shifts[agent.key]
        for week in weeks:
            free = set(week) - {one.day for one in shifts}
            if not any(_rest_around(shifts, day) >= least for day in free):
                params = {"limit": least}
                yield Breach("no_weekly_rest", agent.key, week[0], params)


def days_and_hours_of_the_week(ledger: Ledger) -> Iterator[Breach]:
    """Work the contract's days and hours in each week, leave counted as worked."""
    for agent in ledger.problem.agents:
        for week in ledger.problem.weeks():
            shifts = [one for one in ledger.shifts[agent.key] if one.day in week]
            owed = week_limits(
                ledger.contracts[agent.contract],
                ledger.problem.rules.max_week_minutes,
                week,
                ledger.away.get(agent.key, DaysAway()),
            )
            minutes = sum(map(ledger.net, shifts))
            for code, got, low, high in (
                ("days", len(shifts), owed.min_days, owed.max_days),
                ("minutes", minutes, owed.min_minutes, owed.max_minutes),
            ):
                params = {"got": got, "low": low, "high": high}
                if got < low:
                    yield Breach(f"too_few_{code}", agent.key, week[0], params)
                if got > high:
                    yield Breach(f"too_many_{code}", agent.key, week[0], params)


def leave_and_availability(ledger: Ledger) -> Iterator[Breach]:
    """Leave days of leave free, and stay within people's hours."""
    zone = ledger.problem.grid.zone
    for agent, one in each(ledger):
        days = ledger.away.get(agent.key, DaysAway()).away
        if any(
            one.starts < first_instant(day + timedelta(days=1), zone)
            and first_instant(day, zone) < one.ends
            for day in days
        ):
            yield Breach("works_on_leave", agent.key, one.day)
        elif any(
            absence.agent == agent.key
            and absence.starts <= one.starts
            and one.ends <= absence.ends
            for absence in ledger.problem.absences
        ):
            yield Breach("away_throughout", agent.key, one.day)
        start = local_minute(ledger.problem, one.day, one.starts)
        end = start + minutes_between(one.starts, one.ends)
        if agent.availability and not (
            ledger.is_locked(one)
            or any(
                one.day.weekday() in window.weekdays
                and window.from_minute <= start
                and end <= window.to_minute
                for window in agent.availability
            )
        ):
            params = {"start": start, "end": end}
            yield Breach("not_available", agent.key, one.day, params)


def locks_kept(ledger: Ledger) -> Iterator[Breach]:
    """Keep what a person fixed."""
    for (key, day), lock in sorted(ledger.locks.items()):
        found = [one for one in ledger.shifts[key] if one.day == day]
        if lock.start is None:
            if found:
                yield Breach("lock_broken", key, day, {"wanted": "off"})
            continue
        if not any(
            local_minute(ledger.problem, day, one.starts) == lock.start
            and lock.minutes in (None, minutes_between(one.starts, one.ends))
            and set(lock.breaks)
            <= {
                (taken.key, local_minute(ledger.problem, day, taken.starts))
                for taken in one.breaks
            }
            for one in found
        ):
            yield Breach("lock_broken", key, day, {"wanted": lock.start})


def _rest_around(shifts: Sequence[Assignment], day: date) -> float:
    """Return the minutes between the shifts before and after a free day."""
    before = [one.ends for one in shifts if one.day < day]
    after = [one.starts for one in shifts if one.day > day]
    if not (before and after):
        return float("inf")
    return minutes_between(max(before), min(after))


def _is_night(minute: int, begin: int, end: int) -> bool:
    if begin <= end:
        return begin <= minute < end
    return minute >= begin or minute < end


RULES: tuple[Rule, ...] = (
    known_people_and_days,
    one_shift_a_day,
    shifts_of_the_contract,
    hours_of_the_day,
    rest_between_shifts,
    days_in_a_row,
    weekly_rest,
    days_and_hours_of_the_week,
    leave_and_availability,
    breaks_of_the_shift,
    canteen_seats,
    locks_kept,
)


def breaches(
    problem: RotaProblem, assignments: Sequence[Assignment]
) -> tuple[Breach, ...]:
    """Return every breach of a hard rule, in the order of RULES."""
    ledger = Ledger(problem, assignments)
    return tuple(breach for rule in RULES for breach in rule(ledger))


def audit(problem: RotaProblem, assignments: Sequence[Assignment]) -> Audit:
    """Return breaches, coverage and objective of a rota, computed from scratch."""
    known = Ledger(problem, assignments)
    valid = [one for shifts in known.shifts.values() for one in shifts]
    return Audit(
        breaches(problem, assignments),
        coverage_of(problem, valid),
        penalties_of(problem, valid),
    )
