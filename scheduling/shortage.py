"""Missing and idle agents as terms of a CP-SAT model."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ortools.sat.python import cp_model

from scheduling.problem import RotaProblem
from scheduling.staffed import SkillSet, unit_points

Linear = cp_model.LinearExpr | int
Supply = Mapping[SkillSet, Linear]


class Shortage:
    """Collects the cost of being short or over, interval by interval.

    Attributes:
        points: terms of the objective, in points, for the intervals added.
        missing: per (skill number, interval) the agents missing.
    """

    def __init__(self, cp: cp_model.CpModel, problem: RotaProblem) -> None:
        self.cp = cp
        self.problem = problem
        self.points: list[Linear] = []
        self.missing: dict[tuple[int, int], Linear] = {}

    def add(self, at: int, supply: Supply) -> None:
        """Add an interval in which `supply` people of each set of skills work."""
        required = self.problem.required[:, at].tolist()
        serving = self._serving(at, supply, required)
        minutes, goals = self.problem.grid.minutes, self.problem.goals
        for number, need in enumerate(required):
            parts = []
            for weight, size in Counter(unit_points(goals, need)).items():
                part = self.cp.new_int_var(0, size, "")
                parts.append(part)
                self.points.append(weight * minutes * part)
            missing: Linear = sum(parts) if parts else 0
            self.missing[number, at] = missing
            if need:
                self.cp.add(serving[number] + missing >= need)
            if goals.over:
                self.points.append(goals.over * minutes * (missing - need))
        if goals.over:
            self.points.extend(goals.over * minutes * on for on in supply.values())

    def _serving(
        self, at: int, supply: Supply, required: Iterable[int]
    ) -> dict[int, Linear]:
        """Return per skill who serves it, sharing out people with several."""
        skills = self.problem.skills
        terms: dict[int, list[Linear]] = defaultdict(list)
        wanted = {skills[i] for i, need in enumerate(required) if need}
        for skill_set, on in supply.items():
            useful = sorted(skill_set & wanted)
            if len(useful) == 1:
                terms[skills.index(useful[0])].append(on)
                continue
            shares = []
            for skill in useful:
                number = skills.index(skill)
                most = int(self.problem.required[number, at])
                share = self.cp.new_int_var(0, most, "")
                shares.append(share)
                terms[number].append(share)
            if shares:
                self.cp.add(sum(shares) <= on)
        return {number: sum(terms[number]) for number in range(len(skills))}
