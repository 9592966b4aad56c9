"""The hard rules between a person's days: one function each, listed in HARD_RULES.

What a single shift must keep (contract, leave, availability, locks, daily and night
limits, break windows) is already in the options of `scheduling.shifts`.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduling.groups import Group
from scheduling.problem import RotaProblem
from scheduling.shifts import Option
from scheduling.shortage import Linear

Takes = dict[Option, cp_model.IntVar]


class RotaModel:
    """A CP-SAT model with one variable per person, day and shift, and no rules yet.

    Attributes:
        people: numbers of the agents that are free to change.
        group: by agent, the group with what the person may do.
        takes: by agent and day, the variable of each option.
        works: by agent and day, 1 if some shift is worked.
    """

    def __init__(
        self, problem: RotaProblem, people: Sequence[int], groups: Sequence[Group]
    ) -> None:
        self.problem = problem
        self.people = tuple(people)
        self.cp = cp_model.CpModel()
        wanted = set(people)
        self.group = {
            agent: group
            for group in groups
            for agent in group.members
            if agent in wanted
        }
        self.takes: dict[int, list[Takes]] = {
            agent: [
                {option: self.cp.new_bool_var("") for option in options}
                for options in self.group[agent].choices.options
            ]
            for agent in self.people
        }
        self.works: dict[int, list[Linear]] = {
            agent: [sum(day.values()) for day in days]
            for agent, days in self.takes.items()
        }


Rule = Callable[[RotaModel], None]


def one_shift_a_day(model: RotaModel) -> None:
    """Start at most one shift on a local day."""
    for days in model.takes.values():
        for day in days:
            if len(day) > 1:
                model.cp.add_at_most_one(day.values())


def locks_kept(model: RotaModel) -> None:
    """Work on the days for which a person fixed a shift."""
    for agent in model.people:
        for day in sorted(model.group[agent].choices.must_work):
            model.cp.add_bool_or(model.takes[agent][day].values())


def rest_between_shifts(model: RotaModel) -> None:
    """Rest long enough between the shifts of two days."""
    rest = model.problem.rules.min_rest_minutes
    for days in model.takes.values():
        for today, tomorrow in pairwise(days):
            for late, early in _too_close(model.problem, today, tomorrow, rest):
                model.cp.add_at_most_one([*late, *early])


def days_in_a_row(model: RotaModel) -> None:
    """Work no more days in a row than allowed."""
    limit = model.problem.rules.max_consecutive_days
    for agent in model.people:
        works = model.works[agent]
        past = min(model.group[agent].days_in_a_row, limit)
        before: list[Linear] = [1] * past
        run = [*before, *works]
        for begin in range(len(run) - limit):
            window = run[begin : begin + limit + 1]
            if any(not isinstance(one, int) for one in window):
                model.cp.add(sum(window) <= limit)


def weekly_rest(model: RotaModel) -> None:
    """Give each whole week a day off inside an unbroken rest."""
    least = model.problem.rules.weekly_rest_minutes
    if not least:
        return
    for agent in model.people:
        takes, works = model.takes[agent], model.works[agent]
        for week, _ in model.group[agent].weeks:
            if len(week) < 7:
                continue
            rests = []
            for day in week:
                rests.append(model.cp.new_bool_var(""))
                model.cp.add(works[day] + rests[-1] <= 1)
                if 0 < day < len(takes) - 1:
                    around = (takes[day - 1], takes[day + 1])
                    for late, early in _too_close(model.problem, *around, least):
                        model.cp.add(sum(late) + sum(early) + rests[-1] <= 2)
            model.cp.add_bool_or(rests)


def days_of_the_week(model: RotaModel) -> None:
    """Work the days that the contract owes and allows."""
    for agent in model.people:
        for week, limits in model.group[agent].weeks:
            days = sum(model.works[agent][day] for day in week)
            model.cp.add_linear_constraint(days, limits.min_days, limits.max_days)


def hours_of_the_week(model: RotaModel) -> None:
    """Work the hours that the contract owes and allows."""
    for agent in model.people:
        for week, limits in model.group[agent].weeks:
            minutes = sum(
                option.net_minutes * taken
                for day in week
                for option, taken in model.takes[agent][day].items()
            )
            model.cp.add_linear_constraint(
                minutes, limits.min_minutes, max(limits.max_minutes, 0)
            )


HARD_RULES: tuple[Rule, ...] = (
    one_shift_a_day,
    locks_kept,
    rest_between_shifts,
    days_in_a_row,
    weekly_rest,
    days_of_the_week,
    hours_of_the_week,
)


def build_model(
    problem: RotaProblem,
    people: Sequence[int],
    groups: Sequence[Group],
    rules: Sequence[Rule] = HARD_RULES,
) -> RotaModel:
    """Return a model of some people under the given rules."""
    model = RotaModel(problem, people, groups)
    for rule in rules:
        rule(model)
    return model


def conflict(
    problem: RotaProblem, agent: int, groups: Sequence[Group]
) -> tuple[str, ...]:
    """Return a smallest set of rules that no rota of one person can keep.

    Leaving out any one of them makes the person's week possible; empty if all can
    be kept together.
    """
    kept = list(HARD_RULES)
    if _is_possible(problem, agent, groups, kept):
        return ()
    for rule in HARD_RULES:
        others = [other for other in kept if other is not rule]
        if not _is_possible(problem, agent, groups, others):
            kept = others
    return tuple(rule.__name__ for rule in kept)


def _is_possible(
    problem: RotaProblem, agent: int, groups: Sequence[Group], rules: Sequence[Rule]
) -> bool:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    model = build_model(problem, [agent], groups, rules)
    return solver.solve(model.cp) != cp_model.INFEASIBLE


def _too_close(
    problem: RotaProblem, earlier: Takes, later: Takes, rest: int
) -> Iterator[tuple[list[cp_model.IntVar], list[cp_model.IntVar]]]:
    """Yield sets of shifts of which no two, one from each, are `rest` apart.

    Together the pairs of sets cover every pair that is too close.
    """
    step = problem.grid.minutes
    seen: set[int] = set()
    for end in sorted({option.last for option in earlier}):
        early = [
            taken
            for option, taken in later.items()
            if (option.first - end) * step < rest
        ]
        if early and len(early) not in seen:
            seen.add(len(early))
            late = [taken for option, taken in earlier.items() if option.last >= end]
            yield late, early
