"""Staffing need: full-time equivalents weeks ahead, required against available.

Required comes from the newest requirement of each day, available from contracts and
granted leave. A what-if changes volume, handling time, promise or staff and computes
the requirement anew; nothing of it is stored unless it is sent upwards.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.erlang import Traffic
from forecasting.staffing import StaffingTarget, required_agents
from scheduling.capacity import Assumptions, CapacityWeek, LeaveSpan, Post, capacity
from webapp.models.demand import Queue
from webapp.models.leave import LeaveRequest, LeaveState
from webapp.models.people import User
from webapp.models.rotas import QueueSkill
from webapp.services import coverage
from webapp.services.coverage import Coverage
from webapp.services.errors import Refused

FTE_HOURS = 40.0
LEAST_FACTOR, MOST_FACTOR = 0.1, 5.0
MOST_WEEKS = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What is supposed; the default supposes nothing.

    Attributes:
        volume: factor on the forecast calls.
        aht: factor on the handling time.
        service_level, answer_within_s: another promise, None for the queue's own.
        more_agents: full-time agents added (or taken away).
    """

    volume: float = 1.0
    aht: float = 1.0
    service_level: float | None = None
    answer_within_s: float | None = None
    more_agents: int = 0

    def __post_init__(self) -> None:
        for name in ("volume", "aht"):
            if not LEAST_FACTOR <= getattr(self, name) <= MOST_FACTOR:
                raise Refused(
                    "number_range",
                    field=name,
                    least=LEAST_FACTOR * 100,
                    most=MOST_FACTOR * 100,
                )
        if self.service_level is not None and not 0 < self.service_level < 1:
            raise Refused("number_range", field="service_level", least=1, most=99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The coming weeks of one queue under one supposition.

    Attributes:
        weeks: those with a requirement, in full-time equivalents.
        unknown_weeks: Mondays of the weeks asked for without a requirement.
        people: those who answer the queue.
    """

    queue: str
    target: StaffingTarget
    what_if: WhatIf
    weeks: tuple[CapacityWeek, ...]
    unknown_weeks: tuple[date, ...]
    people: int

    @property
    def short_weeks(self) -> tuple[CapacityWeek, ...]:
        """The weeks that fall short."""
        return tuple(week for week in self.weeks if week.shortfall > 0.05)

    @property
    def worst(self) -> CapacityWeek | None:
        """The week that falls short the most, None where none does."""
        return max(self.short_weeks, key=lambda week: week.shortfall, default=None)

    def figures(self) -> dict[str, object]:
        """Return the figures to freeze in a notice."""
        return {
            "queue": self.queue,
            "service_level": self.target.service_level,
            "answer_within_s": self.target.answer_within_s,
            "people": self.people,
            "what_if": asdict(self.what_if),
            "weeks": [
                {
                    "monday": week.monday.isoformat(),
                    "required": round(week.required, 2),
                    "available": round(week.available, 2),
                    "on_leave": round(week.on_leave, 2),
                    "shortfall": round(week.shortfall, 2),
                }
                for week in self.weeks
            ],
        }


def outlook(
    session: Session,
    queue: Queue,
    first: date,
    weeks: int,
    what_if: WhatIf,
    *,
    zone: str,
) -> Outlook:
    """Return the weeks from the Monday on or before `first`."""
    monday = first - timedelta(days=first.weekday())
    last = monday + timedelta(days=7 * min(weeks, MOST_WEEKS) - 1)
    found = coverage.of_days(session, queue, monday, last, zone=zone)
    target = _target(queue, what_if)
    people = _people(session, queue)
    known = np.isfinite(found.required)
    planned = {
        day - timedelta(days=day.weekday())
        for day in found.grid.days
        if known[found.grid.day_slice(day)].any()
    }
    computed = capacity(
        found.grid,
        _agents(found, target, what_if),
        [_post(user) for user in people]
        + [Post(hours_per_week=FTE_HOURS)] * max(what_if.more_agents, 0),
        _leave(session, people, monday, last),
        Assumptions(fte_hours=FTE_HOURS, shrinkage=found.shrinkage),
    )
    fewer = float(min(what_if.more_agents, 0))
    return Outlook(
        queue=queue.name,
        target=target,
        what_if=what_if,
        weeks=tuple(
            replace(week, employed=max(0.0, week.employed + fewer))
            for week in computed
            if week.monday in planned
        ),
        unknown_weeks=tuple(w.monday for w in computed if w.monday not in planned),
        people=len(people),
    )


def _target(queue: Queue, what_if: WhatIf) -> StaffingTarget:
    within = what_if.answer_within_s
    return StaffingTarget(
        service_level=what_if.service_level or queue.service_level,
        answer_within_s=queue.answer_within_s if within is None else within,
        max_occupancy=queue.max_occupancy,
    )


def _agents(
    found: Coverage, target: StaffingTarget, what_if: WhatIf
) -> coverage.Counts:
    """Return the agents on the phones that the supposition needs, 0 where unknown."""
    agents = np.zeros(found.grid.count, dtype=np.int64)
    busy = np.flatnonzero(found.volume > 0)
    if busy.size:
        traffic = Traffic.from_calls(
            found.volume[busy] * what_if.volume,
            found.grid.interval_s,
            found.aht_s[busy] * what_if.aht,
        )
        agents[busy] = required_agents(traffic, target)
    return agents


def _people(session: Session, queue: Queue) -> list[User]:
    return list(
        session.scalars(
            sa.select(User)
            .join(QueueSkill, QueueSkill.user_id == User.id)
            .where(QueueSkill.queue_id == queue.id, User.is_active)
        )
    )


def _post(user: User) -> Post:
    return Post(hours_per_week=user.weekly_minutes / 60, since=user.hired_on)


def _leave(
    session: Session, people: list[User], first: date, last: date
) -> list[LeaveSpan]:
    hours = {user.id: user.weekly_minutes / 60 for user in people}
    granted = session.scalars(
        sa.select(LeaveRequest).where(
            LeaveRequest.user_id.in_(hours),
            LeaveRequest.state == LeaveState.APPROVED,
            LeaveRequest.first_day <= last,
            LeaveRequest.last_day >= first,
        )
    )
    return [
        LeaveSpan(
            first=one.first_day,
            last=one.last_day,
            hours_per_week=hours[one.user_id],
            share=0.5 if one.is_half else 1.0,
        )
        for one in granted
    ]
