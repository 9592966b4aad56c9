"""The soft goals as terms of a CP-SAT model; `scheduling.goals` prices a finished rota.

The tests hold the two against each other: the least value of the model is the sum of
the penalties of the rota it gives.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from ortools.sat.python import cp_model

from scheduling.goals import equals, is_late, is_weekend
from scheduling.problem import Wish, WishKind
from scheduling.rota import Assignment
from scheduling.rules import RotaModel
from scheduling.shifts import Option, Slot, index_at
from scheduling.shortage import Linear, Shortage
from scheduling.sittings import Pattern, clusters_of, covered_by, patterns_of
from scheduling.staffed import SkillSet, at_work

Cluster = tuple[tuple[int, Slot], ...]
"""Slots of a shift that could overlap, each with its number in the shift."""


class BreakPlaces:
    """Where the free people of a model take their breaks, beside `others`.

    Attributes:
        places: by agent and day, per cluster the variable of each placing.
    """

    def __init__(self, model: RotaModel, others: Sequence[Assignment]) -> None:
        self.model = model
        self.places: dict[
            tuple[int, int], dict[Cluster, dict[Pattern, cp_model.IntVar]]
        ] = {
            (agent, day): self._place(takes)
            for agent, days in model.takes.items()
            for day, takes in enumerate(days)
        }
        self._seat(others)

    def _place(
        self, takes: dict[Option, cp_model.IntVar]
    ) -> dict[Cluster, dict[Pattern, cp_model.IntVar]]:
        cp = self.model.cp
        sharing: dict[Cluster, list[cp_model.IntVar]] = defaultdict(list)
        for option, taken in takes.items():
            for numbers in clusters_of(option.slots):
                cluster = tuple((at, option.slots[at]) for at in numbers)
                sharing[cluster].append(taken)
        places = {}
        for cluster, taken_by in sharing.items():
            slots = [slot for _, slot in cluster]
            row = {
                pattern: cp.new_bool_var("")
                for pattern in patterns_of(slots, range(len(slots)))
            }
            cp.add(sum(row.values()) == sum(taken_by))
            places[cluster] = row
        return places

    def _seat(self, others: Sequence[Assignment]) -> None:
        grid = self.model.problem.grid
        limited = {
            rule.key: rule.seats
            for rule in self.model.problem.rules.breaks
            if rule.seats is not None
        }
        if not limited:
            return
        seated: dict[tuple[str, int], list[Linear]] = defaultdict(list)
        for cluster, pattern, taken, _ in self.each():
            for name, at in covered_by(pattern, [slot for _, slot in cluster]):
                seated[name, at].append(taken)
        fixed: Counter[tuple[str, int]] = Counter()
        for one in others:
            for pause in one.breaks:
                first = index_at(grid, pause.starts)
                last = index_at(grid, pause.ends)
                fixed.update((pause.key, at) for at in range(first, last))
        for (name, at), terms in seated.items():
            if name in limited:
                self.model.cp.add(sum(terms) <= limited[name] - fixed[name, at])

    def each(
        self,
    ) -> Iterator[tuple[Cluster, Pattern, cp_model.IntVar, tuple[int, int]]]:
        """Yield every way to place a cluster: its variable, and (agent, day)."""
        for agent_day, clusters in self.places.items():
            for cluster, row in clusters.items():
                for pattern, taken in row.items():
                    yield cluster, pattern, taken, agent_day


def coverage_points(
    model: RotaModel, places: BreakPlaces, others: Sequence[Assignment]
) -> list[Linear]:
    """Return the points of agents missing and idle, with `others` as they are."""
    problem = model.problem
    fixed = at_work(problem, others)
    on: dict[SkillSet, list[list[Linear]]] = {
        skills: [[int(count)] for count in counts] for skills, counts in fixed.items()
    }
    for agent in model.people:
        skills = problem.agents[agent].skills
        on.setdefault(skills, [[0] for _ in range(problem.grid.count)])
    for agent, days in model.takes.items():
        counts = on[problem.agents[agent].skills]
        for takes in days:
            for option, taken in takes.items():
                for at in option.present():
                    if at < problem.grid.count:
                        counts[at].append(taken)
    for cluster, pattern, taken, (agent, _) in places.each():
        counts = on[problem.agents[agent].skills]
        for _, at in covered_by(pattern, [slot for _, slot in cluster]):
            if at < problem.grid.count:
                counts[at].append(-taken)
    shortage = Shortage(model.cp, problem)
    for at in range(problem.grid.count):
        shortage.add(at, {skills: sum(counts[at]) for skills, counts in on.items()})
    return shortage.points


def wish_points(model: RotaModel, places: BreakPlaces | None) -> list[Linear]:
    """Return the points of wishes of the free people that are not kept.

    Wishes for a lunch are left out where breaks are not modelled.
    """
    numbers = {agent.key: at for at, agent in enumerate(model.problem.agents)}
    days = {day: at for at, day in enumerate(model.problem.grid.days)}
    points: list[Linear] = []
    for wish in model.problem.wishes:
        agent, day = numbers[wish.agent], days[wish.day]
        if agent in model.takes:
            broken = _broken(model, places, wish, agent, day)
            points.append(model.problem.goals.wish * wish.weight * broken)
    return points


def _broken(
    model: RotaModel, places: BreakPlaces | None, wish: Wish, agent: int, day: int
) -> Linear:
    works = model.works[agent][day]
    if wish.kind is WishKind.OFF:
        return works
    if wish.kind is WishKind.WORK:
        return 1 - works
    if wish.kind is WishKind.START:
        return sum(
            taken
            for option, taken in model.takes[agent][day].items()
            if option.start_minute != wish.minute
        )
    if places is None or wish.minute is None:
        return 0
    wished = _index(model, day, wish.minute)
    return sum(
        taken
        for cluster, row in places.places[agent, day].items()
        for pattern, taken in row.items()
        for (number, _), (_, start) in zip(cluster, pattern, strict=True)
        if number == 0 and start != wished
    )


def _index(model: RotaModel, day: int, minute: int) -> int:
    """Return the interval of a minute of the day, as the day's shifts count it."""
    grid = model.problem.grid
    part = grid.day_slice(grid.days[day])
    local = grid.local_minutes[part]
    inside = [at for at, value in enumerate(local.tolist()) if value == minute]
    return int(part.start) + inside[0] if inside else -1


def fairness_points(
    model: RotaModel, others: Sequence[Assignment], *, among_free: bool = False
) -> list[Linear]:
    """Return the points of uneven burdens, with `others` as they are.

    Args:
        among_free: compare the free people with each other only.
    """
    problem = model.problem
    if not problem.goals.fairness:
        return []
    late: Counter[str] = Counter()
    weekend: Counter[str] = Counter()
    for one in others:
        late[one.agent] += is_late(problem, one)
        weekend[one.agent] += is_weekend(one)
    numbers = {agent.key: at for at, agent in enumerate(problem.agents)}
    points: list[Linear] = []
    for members in equals(problem).values():
        keys = [agent.key for agent in members]
        if among_free:
            keys = [key for key in keys if numbers[key] in model.takes]
        if len(keys) < 2 or not any(numbers[key] in model.takes for key in keys):
            continue
        for fixed, counts in ((late, _is_late_option), (weekend, _is_weekend_option)):
            burdens = [
                _burden(model, numbers[key], counts)
                if numbers[key] in model.takes
                else fixed[key]
                for key in keys
            ]
            points.append(problem.goals.fairness * _spread(model.cp, burdens))
    return points


def _burden(
    model: RotaModel, agent: int, counts: Callable[[RotaModel, Option], bool]
) -> Linear:
    return sum(
        taken
        for takes in model.takes[agent]
        for option, taken in takes.items()
        if counts(model, option)
    )


def _is_late_option(model: RotaModel, option: Option) -> bool:
    return option.start_minute + option.minutes > model.problem.goals.late_from


def _is_weekend_option(model: RotaModel, option: Option) -> bool:
    return model.problem.grid.days[option.day].weekday() >= 5


def _spread(cp: cp_model.CpModel, burdens: Sequence[Linear]) -> cp_model.IntVar:
    """Return by how much the greatest exceeds the least, one not counted."""
    most, least = cp.new_int_var(0, 56, ""), cp.new_int_var(0, 56, "")
    for burden in burdens:
        cp.add(most >= burden)
        cp.add(least <= burden)
    spread = cp.new_int_var(0, 56, "")
    cp.add(spread >= most - least - 1)
    return spread
