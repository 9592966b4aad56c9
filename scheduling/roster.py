"""From counts to named people, and named people against the true objective.

`name_counts` hands each group's counts to its members, a few dozen people a model,
so that rules hold for each person and wishes are kept where the counts leave a
choice; counts that no members can keep are missed by as little as possible.
`roster_people` solves any set of people against the true objective while all others
stay as they are; `scheduling.repair` calls it again and again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from ortools.sat.python import cp_model

from scheduling.coverage import Starts, Weeks
from scheduling.cpsat import Watch, solver_for, whole_bound
from scheduling.groups import Group, Workdays
from scheduling.limits import IsCancelled, SolveLimits, never_cancelled
from scheduling.problem import RotaProblem
from scheduling.rota import Assignment
from scheduling.rules import RotaModel, build_model
from scheduling.shifts import Option, assignment_of, index_at
from scheduling.shortage import Linear
from scheduling.wanted import (
    BreakPlaces,
    coverage_points,
    fairness_points,
    wish_points,
)

CHOICES_A_MODEL = 6000
CHOICES_A_PART = 2500
MISSED_COUNT_POINTS = 10_000
SECONDS_A_PART = 2.0

Placed = tuple[int, Option]
"""An agent's number and the shift worked."""


def name_counts(
    problem: RotaProblem,
    groups: Sequence[Group],
    counts: tuple[Starts, Weeks],
    limits: SolveLimits,
    seconds: float,
) -> list[Placed] | None:
    """Return who works which shift, close to the counts; None if a person cannot.

    Args:
        seconds: wall time for all of it, shared out by the size of the models.
    """
    chunks = [
        (group, chunk, wanted)
        for group, starts, weeks in zip(groups, *counts, strict=True)
        for chunk, wanted in _chunks(group, starts, weeks)
    ]
    total = sum(len(chunk) for _, chunk, _ in chunks)
    placed: list[Placed] = []
    for group, chunk, wanted in chunks:
        share = max(0.5, seconds * len(chunk) / total)
        named = _name(problem, group, chunk, wanted, limits, share)
        if named is None:
            return None
        placed += named
    return placed


def _chunks(
    group: Group,
    starts: Sequence[Sequence[tuple[Option, int]]],
    weeks: Sequence[Sequence[tuple[Workdays, int]]],
) -> Iterator[tuple[tuple[int, ...], list[Counter[Option]]]]:
    """Deal a group and its counts out into parts of a manageable size.

    Sets of working days are dealt like cards, which says how many of each part work
    on a day; that day's shifts, ordered by time, then go to the parts in proportion.
    """
    choices = sum(len(row) for row in starts)
    size = max(4, CHOICES_A_MODEL // max(1, choices))
    parts = -(-group.size // size)
    works: list[Counter[int]] = [Counter() for _ in range(parts)]
    for week in weeks:
        cards = [days for days, count in week for _ in range(count)]
        for at, days in enumerate(cards):
            works[at % parts].update(days)
    wanted: list[list[Counter[Option]]] = [[] for _ in range(parts)]
    for day, row in enumerate(starts):
        quotas = [part[day] for part in works]
        ordered = sorted(row, key=lambda pair: (pair[0].first, pair[0].last))
        shifts = [option for option, count in ordered for _ in range(count)]
        for part, hand in zip(wanted, _dealt(shifts, quotas), strict=True):
            part.append(hand)
    members = [group.members[part::parts] for part in range(parts)]
    yield from zip(members, wanted, strict=True)


def _dealt(shifts: Sequence[Option], quotas: Sequence[int]) -> list[Counter[Option]]:
    """Deal shifts so that each part gets its quota, spread evenly over the order."""
    hands: list[Counter[Option]] = [Counter() for _ in quotas]
    given = [0] * len(quotas)
    for at, option in enumerate(shifts, start=1):
        due = [
            quota * at / len(shifts) - got if got < quota else -inf
            for quota, got in zip(quotas, given, strict=True)
        ]
        part = due.index(max(due))
        given[part] += 1
        hands[part][option] += 1
    return hands


def _name(
    problem: RotaProblem,
    group: Group,
    people: Sequence[int],
    wanted: Sequence[Counter[Option]],
    limits: SolveLimits,
    seconds: float,
) -> list[Placed] | None:
    """Name one part: exactly to the counts, or else as close as the rules allow."""
    least = max(seconds, SECONDS_A_PART)
    for only_counted, seconds in ((True, least), (False, least), (False, 5 * least)):
        model = build_model(problem, people, [group])
        points = _count_points(model, wanted, only_counted=only_counted)
        points += wish_points(model, None)
        points += fairness_points(model, (), among_free=True)
        model.cp.minimize(sum(points))
        solver = solver_for(limits, seconds)
        status = solver.solve(model.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return _placed(solver, model)
        if status == cp_model.INFEASIBLE and not only_counted:
            break
    return None


def _count_points(
    model: RotaModel, wanted: Sequence[Counter[Option]], *, only_counted: bool
) -> list[Linear]:
    """Hold the people to the counts; return the points of missing them, if allowed."""
    points: list[Linear] = []
    for day, counts in enumerate(wanted):
        options = dict.fromkeys(
            o for agent in model.people for o in model.takes[agent][day]
        )
        for option in options:
            taken = sum(model.takes[agent][day][option] for agent in model.people)
            if only_counted:
                model.cp.add(taken == counts[option])
                continue
            missed = model.cp.new_int_var(0, len(model.people), "")
            model.cp.add(taken + missed >= counts[option])
            points.append(MISSED_COUNT_POINTS * missed)
    return points


def _placed(solver: cp_model.CpSolver, model: RotaModel) -> list[Placed]:
    return [
        (agent, option)
        for agent, days in model.takes.items()
        for takes in days
        for option, taken in takes.items()
        if solver.boolean_value(taken)
    ]


def parts_of(groups: Sequence[Group]) -> list[list[int]]:
    """Return everybody in parts that one model against the objective can hold."""
    parts: list[list[int]] = []
    room = 0
    for group in groups:
        choices = sum(map(len, group.choices.options))
        for agent in group.members:
            if room < choices or not parts:
                parts.append([])
                room = CHOICES_A_PART
            parts[-1].append(agent)
            room -= choices
    return parts


@dataclass(frozen=True, slots=True, eq=False)
class Rostered:
    """A part of a rota as solved: assignments with breaks, points and bound."""

    assignments: tuple[Assignment, ...]
    points: int
    bound: int
    is_optimal: bool
    is_infeasible: bool


def roster_people(
    problem: RotaProblem,
    groups: Sequence[Group],
    people: Sequence[int],
    others: Sequence[Assignment],
    hints: Sequence[Assignment],
    limits: SolveLimits,
    seconds: float,
    is_cancelled: IsCancelled = never_cancelled,
) -> Rostered | None:
    """Return the best shifts and breaks found for some people, all others fixed.

    Points and bound are of the whole objective but for the wishes of the others.
    None where the time was too short for a first rota.
    """
    model = build_model(problem, people, groups)
    places = BreakPlaces(model, others)
    points = [
        *coverage_points(model, places, others),
        *wish_points(model, places),
        *fairness_points(model, others),
    ]
    objective = sum(points)
    model.cp.minimize(objective)
    _hint(model, places, hints)
    solver = solver_for(limits, seconds)
    status = solver.solve(model.cp, Watch(is_cancelled))
    if status == cp_model.INFEASIBLE:
        return Rostered((), 0, 0, is_optimal=False, is_infeasible=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return Rostered(
        tuple(_assignments(solver, model, places)),
        int(solver.value(objective)),
        max(0, whole_bound(solver)),
        is_optimal=status == cp_model.OPTIMAL,
        is_infeasible=False,
    )


def _assignments(
    solver: cp_model.CpSolver, model: RotaModel, places: BreakPlaces
) -> Iterator[Assignment]:
    for agent, option in _placed(solver, model):
        starts = {
            number: start
            for cluster, row in places.places[agent, option.day].items()
            for pattern, taken in row.items()
            if solver.boolean_value(taken)
            for (number, _), (_, start) in zip(cluster, pattern, strict=True)
        }
        positions = [starts[number] for number in range(len(option.slots))]
        yield assignment_of(
            model.problem, model.problem.agents[agent], option, positions
        )


def _hint(model: RotaModel, places: BreakPlaces, hints: Sequence[Assignment]) -> None:
    """Start the search from a rota known already."""
    if not hints:
        return
    known = {(one.agent, one.day): one for one in hints}
    grid = model.problem.grid
    for agent, days in model.takes.items():
        for day, takes in enumerate(days):
            one = known.get((model.problem.agents[agent].key, grid.days[day]))
            span = one and (index_at(grid, one.starts), index_at(grid, one.ends))
            for option, taken in takes.items():
                model.cp.add_hint(taken, span == (option.first, option.last))
            starts = (
                {p.key: index_at(grid, p.starts) for p in one.breaks} if one else {}
            )
            option_now = next((o for o in takes if span == (o.first, o.last)), None)
            for cluster, row in places.places[agent, day].items():
                is_in = option_now is not None and all(
                    number < len(option_now.slots) and option_now.slots[number] == slot
                    for number, slot in cluster
                )
                wanted = [starts.get(slot.key) for _, slot in cluster]
                for pattern, taken in row.items():
                    same = [start for _, start in pattern] == wanted
                    model.cp.add_hint(taken, is_in and same)
