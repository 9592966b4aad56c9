"""What somebody owes in a week, once leave and the edges of the horizon are counted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from forecasting.grid import zone_info
from scheduling.problem import Contract, RotaProblem
from scheduling.shifts import day_pieces


@dataclass(frozen=True, slots=True)
class WeekLimits:
    """Least and most days and minutes (without unpaid breaks) in one week."""

    min_days: int
    max_days: int
    min_minutes: int
    max_minutes: int


@dataclass(frozen=True, slots=True)
class DaysAway:
    """One person's local days wholly away; `credited` ones count as worked."""

    away: frozenset[date] = frozenset()
    credited: frozenset[date] = frozenset()


def days_away(problem: RotaProblem) -> Mapping[str, DaysAway]:
    """Return the whole days away of everybody who has any."""
    zone = problem.grid.zone
    away: dict[str, set[date]] = defaultdict(set)
    credited: dict[str, set[date]] = defaultdict(set)
    for absence in problem.absences:
        for begin, _, is_whole in day_pieces(zone, absence):
            if is_whole:
                day = begin.astimezone(zone_info(zone)).date()
                away[absence.agent].add(day)
                if absence.counts_as_work:
                    credited[absence.agent].add(day)
    return {
        agent: DaysAway(frozenset(days), frozenset(credited[agent]))
        for agent, days in away.items()
    }


def week_limits(
    contract: Contract, max_week_minutes: int, week: Sequence[date], away: DaysAway
) -> WeekLimits:
    """Return the limits of a week, or of the part of one that the horizon holds.

    A day of leave on a weekday of the contract counts as a day worked of average
    length. Days outside the horizon, and days away for other reasons, lessen what
    is owed as far as the days left cannot hold it.
    """
    on_contract = [day for day in week if day.weekday() in contract.weekdays]
    credit = min(sum(day in away.credited for day in on_contract), contract.max_days)
    left = sum(day not in away.away for day in on_contract)
    outside = 7 - len(week)
    min_days = min(max(0, contract.min_days - credit - outside), left)
    most = min(contract.max_minutes, max_week_minutes)
    mean_most = most // contract.max_days if contract.max_days else 0
    owed_days = contract.min_days or contract.max_days
    mean_least = -(-contract.min_minutes // owed_days) if owed_days else 0
    spared = max(0, owed_days - min(left, max(0, owed_days - credit - outside)))
    return WeekLimits(
        min_days=min_days,
        max_days=contract.max_days - credit,
        min_minutes=max(0, contract.min_minutes - spared * mean_least),
        max_minutes=most - credit * mean_most,
    )
