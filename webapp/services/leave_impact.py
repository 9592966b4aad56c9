"""What a leave does to the staffing, before anyone decides on it.

On days with a published rota the person's own shifts are taken out. Where no rota is
published yet, people count with the share of the opening hours that their contract
has them present: an expected value, and the page says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.grid import IntervalGrid
from scheduling.impact import BetterDates, Impact, impact, nearest_dates
from webapp.models.demand import Queue
from webapp.models.leave import LeaveKind, LeaveRequest, LeaveState
from webapp.models.people import User
from webapp.models.rotas import Assignment, QueueSkill
from webapp.services import coverage, leave, leave_ledger
from webapp.services.coverage import Coverage, Floats

SEARCHED_DAYS = 28
BETTER_DATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedDay:
    """One day of a leave: the most agents missing in an interval, before and after.

    Attributes:
        required: the most agents needed in an interval; None where not known.
        others: names of those away on that day, granted or asked for.
        is_from_rota: whether a published rota says who works, not an expected value.
    """

    day: date
    required: int | None
    worst_before: float
    worst_after: float
    others: tuple[str, ...]
    is_from_rota: bool

    @property
    def is_shorter(self) -> bool:
        """Tell whether the leave leaves more missing than there were."""
        return self.worst_after > self.worst_before + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveImpact:
    """What a leave does on its days, and nearby dates that would cost less."""

    queue: str
    days: tuple[AffectedDay, ...]
    better: tuple[BetterDates, ...]
    coverage: Coverage
    after: Floats

    @property
    def short_days(self) -> int:
        """Count the days on which the leave leaves more missing."""
        return sum(day.is_shorter for day in self.days)

    def figures(self) -> dict[str, object]:
        """Return what a step keeps of this, so that it can be shown later."""
        return {
            "queue": self.queue,
            "days": [
                {
                    "day": one.day.isoformat(),
                    "required": one.required,
                    "worst_before": round(one.worst_before, 2),
                    "worst_after": round(one.worst_after, 2),
                    "away": len(one.others),
                }
                for one in self.days
            ],
        }


def impact_of(
    session: Session, request: LeaveRequest, *, today: date, zone: str
) -> LeaveImpact | None:
    """Return what a request does to its person's queue, None for people without one."""
    queue = session.scalar(
        sa.select(Queue)
        .join(QueueSkill, QueueSkill.queue_id == Queue.id)
        .where(QueueSkill.user_id == request.user_id)
        .order_by(Queue.id)
        .limit(1)
    )
    if queue is None:
        return None
    first = max(today, request.first_day - timedelta(days=SEARCHED_DAYS))
    last = request.last_day + timedelta(days=SEARCHED_DAYS)
    crew = _Crew(session, queue, request, min(first, request.first_day), last)
    found = coverage.of_days(session, queue, crew.first, crew.last, zone=zone)
    staffed, presence = crew.staffing(found)
    effect = impact(
        found.grid, np.nan_to_num(found.required), staffed + presence, presence
    )
    return LeaveImpact(
        queue=queue.name,
        days=crew.affected(found, effect),
        better=_better(request, found, effect, today),
        coverage=found,
        after=effect.with_absence,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What a person learns before asking: the cost, what is left, the short days."""

    half_days: int
    left_after: float | None
    days: int
    short_days: int
    is_known: bool
    better: tuple[BetterDates, ...]


def chances(
    session: Session, user_id: int, wanted: leave.Wanted, *, today: date, zone: str
) -> Chances:
    """Return what a leave would cost and how it meets the staffing, before asking.

    Raises:
        Refused: as `leave_ledger.half_days`.
    """
    cost = leave_ledger.half_days(
        wanted.first_day, wanted.last_day, is_half=wanted.is_half
    )
    draft = LeaveRequest(
        id=0,
        user_id=user_id,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        half_days=cost,
    )
    with session.no_autoflush:
        effect = impact_of(session, draft, today=today, zone=zone)
    left = leave_ledger.balance_of(session, user_id, today).days - cost / 2
    return Chances(
        half_days=cost,
        left_after=left if wanted.kind is LeaveKind.ANNUAL else None,
        days=len(_days(draft)),
        short_days=effect.short_days if effect else 0,
        is_known=effect is not None
        and any(d.required is not None for d in effect.days),
        better=effect.better if effect else (),
    )


def _better(
    request: LeaveRequest, found: Coverage, effect: Impact, today: date
) -> tuple[BetterDates, ...]:
    known = np.isfinite(found.required)
    worst = {
        one.day: one.worst_after if one.worst_after > one.worst_before else 0.0
        for one in effect.days()
        if one.day > today and known[found.grid.day_slice(one.day)].any()
    }
    length = (request.last_day - request.first_day).days + 1
    costs = leave_ledger.day_count(found.grid.first_day, found.grid.last_day)
    return tuple(
        one
        for one in nearest_dates(worst, request.first_day, length, most=20)
        if costs.counted(one.first, one.last) * 2 == request.half_days
        and one.worst < max(worst.get(d, 0.0) for d in _days(request))
    )[:BETTER_DATES]


def _days(request: LeaveRequest) -> list[date]:
    count = (request.last_day - request.first_day).days + 1
    return [request.first_day + timedelta(days=n) for n in range(count)]


class _Crew:
    """The people of a queue around a request: who is away, who works when."""

    def __init__(
        self,
        session: Session,
        queue: Queue,
        request: LeaveRequest,
        first: date,
        last: date,
    ) -> None:
        self.first, self.last = first, last
        self.request = request
        self.people: Sequence[User] = session.scalars(
            sa.select(User)
            .join(QueueSkill, QueueSkill.user_id == User.id)
            .where(QueueSkill.queue_id == queue.id, User.is_active)
        ).all()
        states = (LeaveState.APPROVED, LeaveState.FORWARDED, LeaveState.WAITING)
        self.absences = [
            other
            for other in leave.away(session, first, last, states)
            if other.id != request.id
        ]
        rotas = coverage.published(session, queue.id, first, last)
        self.planned: set[date] = {
            rota.first_day + timedelta(days=n)
            for rota in rotas
            for n in range((rota.last_day - rota.first_day).days + 1)
        }
        self.own_shifts: Mapping[date, Assignment] = {
            shift.day: shift
            for shift in session.scalars(
                sa.select(Assignment).where(
                    Assignment.rota_id.in_([rota.id for rota in rotas]),
                    Assignment.user_id == request.user_id,
                )
            )
        }

    def staffing(self, found: Coverage) -> tuple[Floats, Floats]:
        """Return those staffed without the person, and the person's presence."""
        grid = found.grid
        staffed = found.staffed.astype(np.float64)
        own = np.zeros(grid.count)
        for day in grid.days:
            cut = grid.day_slice(day)
            if day in self.planned:
                own[cut] = self._own_presence(grid, day)[cut]
                staffed[cut] -= own[cut]
                continue
            is_open = np.nan_to_num(found.required[cut]) > 0
            open_minutes = int(is_open.sum()) * grid.minutes
            if not open_minutes:
                continue
            shares = self._shares(day, open_minutes)
            own[cut] = is_open * shares.pop(self.request.user_id, 0.0)
            staffed[cut] = is_open * sum(shares.values())
        return staffed, own

    def _own_presence(self, grid: IntervalGrid, day: date) -> Floats:
        shift = self.own_shifts.get(day)
        on = coverage.presence(grid, [shift] if shift else []).staffed
        return on.astype(np.float64)

    def _shares(self, day: date, open_minutes: int) -> dict[int, float]:
        """Return the share of the opening hours that each person is there."""
        away = {
            other.user_id
            for other in self._away_on(day)
            if other.state is LeaveState.APPROVED
        }
        return {
            user.id: min(
                1.0, user.weekly_minutes / max(user.days_per_week, 1) / open_minutes
            )
            for user in self.people
            if user.id not in away and day.weekday() < user.days_per_week
        }

    def _away_on(self, day: date) -> list[LeaveRequest]:
        return [o for o in self.absences if o.first_day <= day <= o.last_day]

    def affected(self, found: Coverage, effect: Impact) -> tuple[AffectedDay, ...]:
        """Return the request's days with the figures of each."""
        by_day = {one.day: one for one in effect.days()}
        return tuple(
            AffectedDay(
                day=day,
                required=_peak(found.required[found.grid.day_slice(day)]),
                worst_before=by_day[day].worst_before,
                worst_after=by_day[day].worst_after,
                others=tuple(o.user.full_name for o in self._away_on(day)),
                is_from_rota=day in self.planned,
            )
            for day in _days(self.request)
        )


def _peak(required: Floats) -> int | None:
    known = required[np.isfinite(required)]
    return int(known.max()) if known.size else None
