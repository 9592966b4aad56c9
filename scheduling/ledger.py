"""A rota held against its problem, person by person, for checking."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from scheduling.problem import Agent, RotaProblem
from scheduling.rota import Assignment
from scheduling.weeks import days_away


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a rota breaks.

    Attributes:
        code: the rule, stable.
        agent: whose shift or week breaks it; empty for rules about several people.
        day: the local day on which it shows.
        params: plain values for the sentence, times as minutes.
    """

    code: str
    agent: str
    day: date
    params: Mapping[str, object] = field(default_factory=dict)


class Ledger:
    """A problem and its rota, looked up by person."""

    def __init__(self, problem: RotaProblem, assignments: Sequence[Assignment]) -> None:
        self.problem = problem
        self.agents = {agent.key: agent for agent in problem.agents}
        self.contracts = {one.key: one for one in problem.contracts}
        self.away = days_away(problem)
        self.locks = {(lock.agent, lock.day): lock for lock in problem.locked}
        self.shifts: dict[str, list[Assignment]] = {key: [] for key in self.agents}
        self.strangers: list[Assignment] = []
        for one in sorted(assignments, key=lambda one: one.starts):
            is_known = one.agent in self.agents and one.day in problem.grid.days
            (self.shifts[one.agent] if is_known else self.strangers).append(one)

    def is_locked(self, one: Assignment) -> bool:
        return (one.agent, one.day) in self.locks

    def net(self, one: Assignment) -> int:
        length = minutes_between(one.starts, one.ends)
        breaks = self.problem.rules.breaks
        unpaid = (r for r in breaks if r.applies_to(length) and not r.paid)
        return length - sum(rule.minutes for rule in unpaid)


Rule = Callable[[Ledger], Iterator[Breach]]


def each(ledger: Ledger) -> Iterator[tuple[Agent, Assignment]]:
    for agent in ledger.problem.agents:
        for one in ledger.shifts[agent.key]:
            yield agent, one


def minutes_between(begin: datetime, end: datetime) -> int:
    """Return the whole minutes from one instant to another."""
    return int((end - begin).total_seconds()) // 60
