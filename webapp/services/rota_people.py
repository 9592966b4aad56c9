"""What binds the people of a rota: leave, other queues, the days around it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.grid import first_instant
from scheduling import problem as terms
from webapp.models.leave import LeaveRequest, LeaveState
from webapp.models.people import User
from webapp.models.rotas import Assignment, QueueSkill, Rota, RotaState
from webapp.services.rota_terms import Span, contract_key

REST_MINUTES = terms.Rules().min_rest_minutes
# A half day of leave does not say which half; the afternoon is the custom.
HALF_DAY_FROM = 13 * 60
# How far back the days worked in a row are counted.
LOOK_BACK = timedelta(days=14)


def people_of(session: Session, queue_id: int) -> Sequence[User]:
    """Return the active people with the queue's skill and hours to work, by name."""
    return session.scalars(
        sa.select(User)
        .join(QueueSkill, QueueSkill.user_id == User.id)
        .where(
            QueueSkill.queue_id == queue_id,
            User.is_active,
            User.weekly_minutes > 0,
            User.days_per_week > 0,
        )
        .order_by(User.full_name, User.id)
    ).all()


class Around:
    """What people work before and after these days, and for other queues in them."""

    def __init__(
        self, session: Session, people: Sequence[int], queue_id: int, span: Span
    ) -> None:
        self.span = span
        self.published: dict[int, list[tuple[int, Assignment]]] = defaultdict(list)
        rows = session.execute(
            sa.select(Rota.queue_id, Assignment)
            .join(Rota, Rota.id == Assignment.rota_id)
            .where(
                Rota.state == RotaState.PUBLISHED,
                Assignment.user_id.in_(people),
                Assignment.day.between(
                    span.first - LOOK_BACK, span.last + timedelta(days=1)
                ),
            )
            .order_by(Assignment.starts_at)
        )
        for queue, shift in rows:
            self.published[shift.user_id].append((queue, shift))
        self.queue_id = queue_id

    @property
    def elsewhere(self) -> list[terms.Absence]:
        """Days on which people work for another queue."""
        return [
            terms.Absence(
                agent=str(user_id),
                starts=first_instant(shift.day, self.span.zone),
                ends=first_instant(shift.day + timedelta(days=1), self.span.zone),
                kind="other_queue",
            )
            for user_id, shifts in self.published.items()
            for queue, shift in shifts
            if queue != self.queue_id and self.span.first <= shift.day <= self.span.last
        ]

    def agent(self, user: User, skill: str) -> terms.Agent:
        shifts = [shift for _queue, shift in self.published[user.id]]
        before = [shift for shift in shifts if shift.day < self.span.first]
        after = [shift for shift in shifts if shift.day > self.span.last]
        return terms.Agent(
            key=str(user.id),
            name=user.full_name,
            contract=contract_key(user),
            skills=frozenset({skill}),
            availability=self._until(after),
            last_end=max((shift.ends_at for shift in before), default=None),
            days_in_a_row=self._days_in_a_row({shift.day for shift in before}),
        )

    def _until(self, after: Sequence[Assignment]) -> tuple[terms.Availability, ...]:
        """Leave the rest before the next published shift free."""
        if not after:
            return ()
        last = self.span.last
        rested = after[0].starts_at - timedelta(minutes=REST_MINUTES)
        until = self.span.minute(last, rested)
        if until >= 1440:
            return ()
        others = terms.EVERY_DAY - {last.weekday()}
        windows = [terms.Availability(weekdays=others)] if others else []
        if until > 0:
            day = frozenset({last.weekday()})
            windows.append(terms.Availability(weekdays=day, to_minute=until))
        return tuple(windows)

    def _days_in_a_row(self, worked: set[date]) -> int:
        count, day = 0, self.span.first - timedelta(days=1)
        while day in worked:
            count, day = count + 1, day - timedelta(days=1)
        return count


def leave_of(
    session: Session, people: Sequence[User], span: Span
) -> list[terms.Absence]:
    """Return the granted leave of these people on these days."""
    granted = session.scalars(
        sa.select(LeaveRequest)
        .where(
            LeaveRequest.user_id.in_([user.id for user in people]),
            LeaveRequest.state == LeaveState.APPROVED,
            LeaveRequest.first_day <= span.last,
            LeaveRequest.last_day >= span.first,
        )
        .order_by(LeaveRequest.id)
    )
    return [
        terms.Absence(
            agent=str(one.user_id),
            starts=span.instant(one.first_day, HALF_DAY_FROM)
            if one.is_half
            else first_instant(one.first_day, span.zone),
            ends=first_instant(one.last_day + timedelta(days=1), span.zone),
        )
        for one in granted
    ]
