"""Breaks re-checked without the solver: due, in their windows, within the seats."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from scheduling.goals import local_minute
from scheduling.ledger import Breach, Ledger, each, minutes_between
from scheduling.problem import Agent, BreakRule, RotaProblem
from scheduling.rota import Assignment


def breaks_of_the_shift(ledger: Ledger) -> Iterator[Breach]:
    """Give each shift exactly its breaks, in their windows, apart from each other."""
    for agent, one in each(ledger):
        length = minutes_between(one.starts, one.ends)
        wanted = {
            rule.key: rule
            for rule in ledger.problem.rules.breaks
            if rule.applies_to(length)
        }
        keys = [taken.key for taken in one.breaks]
        for key in sorted(
            set(keys) - set(wanted) | {k for k in keys if keys.count(k) > 1}
        ):
            yield Breach("break_not_due", agent.key, one.day, {"break": key})
        for rule in wanted.values():
            yield from _break(ledger, agent, one, rule)
        ordered = sorted(one.breaks, key=lambda taken: taken.starts)
        for before, after in pairwise(ordered):
            if after.starts < before.ends:
                yield Breach("breaks_overlap", agent.key, one.day)


def canteen_seats(ledger: Ledger) -> Iterator[Breach]:
    """Let no more people take a break at once than it has seats."""
    step = timedelta(minutes=ledger.problem.grid.minutes)
    for rule in ledger.problem.rules.breaks:
        taken: dict[datetime, list[Assignment]] = defaultdict(list)
        for _, one in each(ledger):
            for pause in one.breaks:
                at = pause.starts
                while pause.key == rule.key and at < pause.ends:
                    taken[at].append(one)
                    at += step
        for at in sorted(taken):
            if rule.seats is not None and len(taken[at]) > rule.seats:
                params = {
                    "at": at.isoformat(),
                    "got": len(taken[at]),
                    "seats": rule.seats,
                }
                yield Breach("too_many_at_once", "", taken[at][0].day, params)


def _break(
    ledger: Ledger, agent: Agent, one: Assignment, rule: BreakRule
) -> Iterator[Breach]:
    """Check one break that is due: taken once, of its length, in its place."""
    problem = ledger.problem
    away = [(a.starts, a.ends) for a in problem.absences if a.agent == agent.key]
    places = [at for at in _places(problem, one, rule) if not _is_cut(at, rule, away)]
    taken = [pause for pause in one.breaks if pause.key == rule.key]
    params: dict[str, object] = {"break": rule.key}
    if not taken:
        if places:
            yield Breach("break_missing", agent.key, one.day, params)
        return
    lock = ledger.locks.get((agent.key, one.day))
    is_fixed = lock is not None and rule.key in dict(lock.breaks)
    for pause in taken:
        inside = one.starts <= pause.starts and pause.ends <= one.ends
        if minutes_between(pause.starts, pause.ends) != rule.minutes:
            yield Breach("break_of_wrong_length", agent.key, one.day, params)
        elif not (inside if is_fixed else pause.starts in places):
            yield Breach("break_outside_window", agent.key, one.day, params)


def _places(problem: RotaProblem, one: Assignment, rule: BreakRule) -> list[datetime]:
    """Return where a break of the shift may start; see `BreakRule`."""
    step, length = (
        timedelta(minutes=problem.grid.minutes),
        timedelta(minutes=rule.minutes),
    )
    every, at = [], one.starts
    while at + length <= one.ends:
        every.append(at)
        at += step
    earliest = one.starts + timedelta(minutes=rule.after_start)
    latest = one.ends - timedelta(minutes=rule.before_end) - length
    near = [at for at in every if earliest <= at <= latest]
    begin = local_minute(problem, one.day, one.starts)
    in_day = [
        at
        for at in near
        if rule.day_from <= begin + minutes_between(one.starts, at)
        and begin + minutes_between(one.starts, at) + rule.minutes <= rule.day_to
    ]
    middle = one.starts + (one.ends - one.starts - length) / 2
    return in_day or near or sorted(every, key=lambda at: abs(at - middle))[:1]


def _is_cut(
    at: datetime, rule: BreakRule, away: Sequence[tuple[datetime, datetime]]
) -> bool:
    end = at + timedelta(minutes=rule.minutes)
    return any(at < until and since < end for since, until in away)
