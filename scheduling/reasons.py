"""Why a rota is not possible, or not enough: codes and plain values for a sentence."""

from collections.abc import Sequence

import numpy as np

from scheduling.groups import Group
from scheduling.problem import RotaProblem
from scheduling.rota import Assignment, Reason
from scheduling.rules import conflict
from scheduling.staffed import coverage_of

MOST_SHORTFALLS = 50
SEATS_TOO_FEW = "seats_too_few"


def conflicts_of(problem: RotaProblem, groups: Sequence[Group]) -> tuple[Reason, ...]:
    """Return per group of people the rules that conflict; empty if none do.

    `rules_conflict`: agents, rules (names of `scheduling.rules.HARD_RULES`).
    `seats_too_few`: where every person alone could be rostered, so that only the
    seats for breaks are left to blame.
    """
    reasons = []
    for group in groups:
        rules = conflict(problem, group.members[0], groups)
        if rules:
            agents = [problem.agents[at].key for at in group.members]
            params = {"agents": agents, "rules": list(rules)}
            reasons.append(Reason("rules_conflict", params))
    if reasons:
        return tuple(reasons)
    seats = {r.key: r.seats for r in problem.rules.breaks if r.seats is not None}
    return (Reason(SEATS_TOO_FEW, {"seats": seats}),) if seats else ()


def is_about_seats(reasons: Sequence[Reason]) -> bool:
    """Say whether only the seats for breaks stand in the way, if anything does."""
    return all(reason.code == SEATS_TOO_FEW for reason in reasons)


def shortfalls_of(
    problem: RotaProblem, assignments: Sequence[Assignment]
) -> tuple[Reason, ...]:
    """Return the intervals that stay short, the worst first, and where people are.

    `short`: starts (ISO 8601, UTC), skill, missing, and of those who have the skill
    how many are on_break, away (on leave) and elsewhere (off duty). At most 50.
    """
    missing = coverage_of(problem, assignments).short
    places = np.argwhere(missing > 0).tolist()
    places.sort(key=lambda place: (-missing[place[0], place[1]], place[1], place[0]))
    return tuple(
        _shortfall(problem, assignments, number, at, int(missing[number, at]))
        for number, at in places[:MOST_SHORTFALLS]
    )


def _shortfall(
    problem: RotaProblem,
    assignments: Sequence[Assignment],
    number: int,
    at: int,
    missing: int,
) -> Reason:
    skill, now = problem.skills[number], problem.grid.start_of(at)
    able = {agent.key for agent in problem.agents if skill in agent.skills}
    away = {
        absence.agent
        for absence in problem.absences
        if absence.starts <= now < absence.ends
    } & able
    on_duty = [
        one for one in assignments if one.agent in able and one.starts <= now < one.ends
    ]
    on_break = sum(
        any(pause.starts <= now < pause.ends for pause in one.breaks) for one in on_duty
    )
    present = {one.agent for one in on_duty}
    params = {
        "starts": now.isoformat(),
        "skill": skill,
        "missing": missing,
        "on_break": on_break,
        "away": len(away),
        "elsewhere": len(able - present - away),
    }
    return Reason("short", params)
