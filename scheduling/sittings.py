"""One person's breaks of one shift, the ways to place them, and what each costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from scipy.optimize import linear_sum_assignment

from scheduling.problem import RotaProblem
from scheduling.shifts import Option, Slot
from scheduling.staffed import Counts, SkillSet

Pattern = tuple[tuple[int, int], ...]
"""Pairs of slot number and start, for breaks that could get in each other's way."""

TURN_POINTS = 1


@dataclass(slots=True)
class Sitting:
    """One person's breaks of one shift that could get in each other's way."""

    shift: int
    skills: SkillSet
    patterns: tuple[Pattern, ...]
    costs: tuple[int, ...]


def pattern_cost(
    problem: RotaProblem,
    option: Option,
    pattern: Pattern,
    wished: tuple[int, int] | None,
    past_offset: int,
) -> int:
    """Return the points of a first break at this place: wish, then turn."""
    at = pattern[0][1]
    positions = option.slots[0].positions
    middle = (positions[0] + positions[-1]) / 2
    turn = abs(past_offset / problem.grid.minutes + at - middle) if past_offset else 0
    cost = TURN_POINTS * int(turn)
    if wished is not None and at != wished[0]:
        cost += wished[1] * problem.goals.wish
    return cost


def clusters_of(slots: Sequence[Slot]) -> list[list[int]]:
    """Group the slots whose places could overlap."""
    order = sorted(range(len(slots)), key=lambda at: slots[at].positions[0])
    clusters: list[list[int]] = []
    reach = -1
    for at in order:
        slot = slots[at]
        if clusters and slot.positions[0] < reach:
            clusters[-1].append(at)
        else:
            clusters.append([at])
        reach = max(reach, slot.positions[-1] + slot.length)
    return clusters


def patterns_of(slots: Sequence[Slot], cluster: Sequence[int]) -> tuple[Pattern, ...]:
    """Return the ways to place a cluster's breaks so that none overlap."""
    patterns = []
    for starts in product(*(slots[at].positions for at in cluster)):
        spans = sorted(
            (start, start + slots[at].length)
            for start, at in zip(starts, cluster, strict=True)
        )
        if all(a[1] <= b[0] for a, b in pairwise(spans)):
            patterns.append(tuple(zip(cluster, starts, strict=True)))
    return tuple(patterns)


def covered_by(pattern: Pattern, slots: Sequence[Slot]) -> list[tuple[str, int]]:
    """Return the (break, interval) pairs in which the pattern takes somebody off."""
    return [
        (slots[number].key, at)
        for number, start in pattern
        for at in range(start, start + slots[number].length)
    ]


def take_off(on: Counts, pattern: Pattern, slots: Sequence[Slot]) -> None:
    for _, at in covered_by(pattern, slots):
        if at < len(on):
            on[at] -= 1


def given_out(
    members: Sequence[Sitting], counts: Sequence[int]
) -> list[tuple[Sitting, Pattern]]:
    """Give the counted places to people at the least total cost."""
    places = [at for at, count in enumerate(counts) for _ in range(count)]
    costs = np.array([[one.costs[at] for at in places] for one in members])
    rows, columns = linear_sum_assignment(costs)
    return [
        (members[row], members[row].patterns[places[column]])
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def cost_of(sitting: Sitting, pattern: Pattern) -> int:
    return sitting.costs[sitting.patterns.index(pattern)]
