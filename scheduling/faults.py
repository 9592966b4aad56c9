"""Everything that can be wrong with a rota problem, found in one pass."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import IntervalGrid
from scheduling.errors import Fault
from scheduling.terms import (
    Absence,
    Agent,
    BreakRule,
    Contract,
    Goals,
    LockedAssignment,
    Rules,
    Wish,
)

MAX_DAYS = 56
MAX_REST_MINUTES = 2160


class Problem(Protocol):
    """What is checked: `scheduling.problem.RotaProblem`."""

    @property
    def grid(self) -> IntervalGrid: ...
    @property
    def skills(self) -> tuple[str, ...]: ...
    @property
    def required(self) -> NDArray[np.int64]: ...
    @property
    def contracts(self) -> tuple[Contract, ...]: ...
    @property
    def agents(self) -> tuple[Agent, ...]: ...
    @property
    def absences(self) -> tuple[Absence, ...]: ...
    @property
    def wishes(self) -> tuple[Wish, ...]: ...
    @property
    def locked(self) -> tuple[LockedAssignment, ...]: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def goals(self) -> Goals: ...


def faults_of(problem: Problem) -> list[Fault]:
    """Return every fault of the problem, in the order of its parts."""
    return [fault for check in _CHECKS for fault in check(problem)]


def _horizon(problem: Problem) -> Iterator[Fault]:
    days = len(problem.grid.days)
    if days > MAX_DAYS:
        yield Fault("days", f"at most {MAX_DAYS}", str(days))
    if not 5 <= problem.grid.minutes <= 60:
        yield Fault("interval_minutes", "5 to 60", str(problem.grid.minutes))


def _requirement(problem: Problem) -> Iterator[Fault]:
    if not problem.skills:
        yield Fault("skills", "at least one", "none")
    yield from _twice("skills", problem.skills)
    wanted = (len(problem.skills), problem.grid.count)
    if problem.required.shape != wanted:
        yield Fault(
            "requirement", f"of shape {wanted}", f"shape {problem.required.shape}"
        )
    elif problem.required.size and problem.required.min() < 0:
        yield Fault("requirement", ">= 0 everywhere", str(problem.required.min()))


def _rules(problem: Problem) -> Iterator[Fault]:
    rules = problem.rules
    yield from _within("rules.min_rest_minutes", rules.min_rest_minutes, 0, 1440)
    yield from _within("rules.max_consecutive_days", rules.max_consecutive_days, 1, 56)
    yield from _within(
        "rules.weekly_rest_minutes", rules.weekly_rest_minutes, 0, MAX_REST_MINUTES
    )
    yield from _within("rules.max_shift_minutes", rules.max_shift_minutes, 1, 1440)
    yield from _within("rules.max_week_minutes", rules.max_week_minutes, 0, 10080)
    yield from _twice("breaks", [rule.key for rule in rules.breaks])
    for at, rule in enumerate(rules.breaks):
        yield from _break(f"breaks[{at}]", rule, problem.grid.minutes)


def _break(path: str, rule: BreakRule, grid_minutes: int) -> Iterator[Fault]:
    yield from _within(f"{path}.minutes", rule.minutes, 1, 240)
    if rule.minutes % grid_minutes:
        yield Fault(
            f"{path}.minutes",
            f"a multiple of the interval of {grid_minutes} minutes",
            str(rule.minutes),
        )
    if rule.longer_than >= rule.up_to:
        yield Fault(f"{path}.up_to", f"over {rule.longer_than}", str(rule.up_to))
    if rule.day_to - rule.day_from < rule.minutes:
        yield Fault(
            f"{path}.day_to",
            f"at least {rule.day_from + rule.minutes}",
            str(rule.day_to),
        )
    for name in ("after_start", "before_end", "day_from"):
        yield from _within(f"{path}.{name}", getattr(rule, name), 0, 2880)
    if rule.seats is not None and rule.seats < 1:
        yield Fault(f"{path}.seats", "at least 1 or none", str(rule.seats))


def _goals(problem: Problem) -> Iterator[Fault]:
    goals, tiers = problem.goals, problem.goals.short_tiers
    for name in ("over", "wish", "fairness"):
        yield from _within(f"goals.{name}", getattr(goals, name), 0, 10**6)
    shares = [share for share, _ in tiers]
    points = [weight for _, weight in tiers]
    if not tiers or shares[-1] != 1.0 or shares != sorted(set(shares)):
        yield Fault("goals.short_tiers", "rising shares that end at 1.0", str(shares))
    if points != sorted(points) or any(weight < 1 for weight in points):
        yield Fault("goals.short_tiers", "points of 1 or more, rising", str(points))


def _contracts(problem: Problem) -> Iterator[Fault]:
    yield from _twice("contracts", [one.key for one in problem.contracts])
    for at, contract in enumerate(problem.contracts):
        yield from _contract(f"contracts[{at}]", contract, problem.grid.minutes)


def _contract(path: str, contract: Contract, grid_minutes: int) -> Iterator[Fault]:
    if not contract.shifts:
        yield Fault(f"{path}.shifts", "at least one", "none")
    yield from _within(f"{path}.max_days", contract.max_days, 0, 7)
    yield from _within(f"{path}.min_days", contract.min_days, 0, contract.max_days)
    yield from _within(f"{path}.max_minutes", contract.max_minutes, 0, 10080)
    yield from _within(
        f"{path}.min_minutes", contract.min_minutes, 0, contract.max_minutes
    )
    for at, rule in enumerate(contract.shifts):
        inner = f"{path}.shifts[{at}]"
        yield from _within(f"{inner}.earliest", rule.earliest, 0, 1439)
        yield from _within(f"{inner}.latest", rule.latest, rule.earliest, 1439)
        yield from _within(f"{inner}.step", rule.step, 1, 1440)
        if not rule.lengths:
            yield Fault(f"{inner}.lengths", "at least one", "none")
        for length in rule.lengths:
            yield from _within(f"{inner}.lengths", length, 1, 1440)
        if not rule.weekdays <= set(range(7)):
            yield Fault(f"{inner}.weekdays", "within 0 to 6", str(set(rule.weekdays)))
        steps = [rule.step] if rule.latest > rule.earliest else []
        for minute in (rule.earliest, *steps, *rule.lengths):
            if minute % grid_minutes:
                yield Fault(
                    inner,
                    f"on the grid of {grid_minutes} minutes",
                    f"{minute} minutes",
                )


def _agents(problem: Problem) -> Iterator[Fault]:
    if not problem.agents:
        yield Fault("agents", "at least one", "none")
    yield from _twice("agents", [agent.key for agent in problem.agents])
    contracts = {contract.key for contract in problem.contracts}
    for at, agent in enumerate(problem.agents):
        yield from _agent(f"agents[{at}]", agent, contracts, set(problem.skills))


def _agent(
    path: str, agent: Agent, contracts: set[str], skills: set[str]
) -> Iterator[Fault]:
    if agent.contract not in contracts:
        yield Fault(f"{path}.contract", "a contract of the problem", agent.contract)
    unknown = sorted(agent.skills - skills)
    if unknown:
        yield Fault(f"{path}.skills", "skills of the problem", ", ".join(unknown))
    yield from _within(f"{path}.days_in_a_row", agent.days_in_a_row, 0, 365)
    if agent.last_end is not None and not _is_aware(agent.last_end):
        yield Fault(f"{path}.last_end", "aware", str(agent.last_end))
    for at, window in enumerate(agent.availability):
        if window.from_minute >= window.to_minute:
            yield Fault(
                f"{path}.availability[{at}]",
                "a window that ends after it starts",
                f"{window.from_minute} to {window.to_minute}",
            )


def _dated(problem: Problem) -> Iterator[Fault]:
    agents = {agent.key for agent in problem.agents}
    days = set(problem.grid.days)
    for name in ("absences", "wishes", "locked"):
        for at, one in enumerate(getattr(problem, name)):
            if one.agent not in agents:
                yield Fault(f"{name}[{at}].agent", "an agent of the problem", one.agent)
            if name != "absences" and one.day not in days:
                yield Fault(f"{name}[{at}].day", "a day of the horizon", str(one.day))
    for at, absence in enumerate(problem.absences):
        if not (_is_aware(absence.starts) and _is_aware(absence.ends)):
            yield Fault(f"absences[{at}]", "aware instants", str(absence.starts))
        elif absence.starts >= absence.ends:
            yield Fault(
                f"absences[{at}].ends", f"after {absence.starts}", str(absence.ends)
            )
    for at, wish in enumerate(problem.wishes):
        if wish.kind in {"start", "lunch"} and wish.minute is None:
            yield Fault(f"wishes[{at}].minute", f"given for {wish.kind}", "none")
        yield from _within(f"wishes[{at}].weight", wish.weight, 0, 1000)
    yield from _twice("locked", [f"{one.agent} {one.day}" for one in problem.locked])
    keys = {rule.key for rule in problem.rules.breaks}
    for at, lock in enumerate(problem.locked):
        for key, _ in lock.breaks:
            if key not in keys:
                yield Fault(f"locked[{at}].breaks", "breaks of the problem", key)


def _within(path: str, value: int, low: int, high: int) -> Iterator[Fault]:
    if not low <= value <= high:
        yield Fault(path, f"{low} to {high}", str(value))


def _twice(path: str, keys: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield Fault(path, "named once each", f"{key} twice")
        seen.add(key)


def _is_aware(instant: datetime) -> bool:
    return instant.tzinfo is not None


_CHECKS: tuple[Callable[[Problem], Iterator[Fault]], ...] = (
    _horizon,
    _requirement,
    _rules,
    _goals,
    _contracts,
    _agents,
    _dated,
)
