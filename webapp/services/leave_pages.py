"""What the leave pages show, read in one go."""

import calendar
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from scheduling.leave import Balance
from webapp.access import Identity, Permission
from webapp.models.leave import LeaveKind, LeaveRequest, LeaveState
from webapp.services import leave, leave_impact, leave_ledger

LONG_AGO = timedelta(days=90)


class Tab(enum.StrEnum):
    """Which requests a list shows."""

    WAITING = "waiting"
    FORWARDED = "forwarded"
    DONE = "done"


TAB_STATES: Mapping[Tab, Collection[LeaveState]] = {
    Tab.WAITING: (LeaveState.WAITING,),
    Tab.FORWARDED: (LeaveState.FORWARDED,),
    Tab.DONE: (
        LeaveState.APPROVED,
        LeaveState.REFUSED,
        LeaveState.RETURNED,
        LeaveState.WITHDRAWN,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLeave:
    """A person's own leave page."""

    balance: Balance
    requests: tuple[LeaveRequest, ...]

    @property
    def open_half_days(self) -> int:
        """Return the half days asked for and not decided: they reserve nothing yet."""
        return sum(
            one.half_days
            for one in self.requests
            if one.state in leave.OPEN and one.kind is LeaveKind.ANNUAL
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One request in a list, with what helps to decide which to open first."""

    request: LeaveRequest
    days_left: float
    others_away: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One request with its person's balance today and the days it touches."""

    request: LeaveRequest
    balance: Balance
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Who is away on which day of a month; `away` holds True where granted."""

    first_day: date
    days: tuple[date, ...]
    people: tuple[tuple[str, Mapping[date, bool]], ...]

    @property
    def previous(self) -> date:
        """Return the first day of the month before."""
        return (self.first_day - timedelta(days=1)).replace(day=1)

    @property
    def following(self) -> date:
        """Return the first day of the next month."""
        return self.days[-1] + timedelta(days=1)

    def count(self, day: date) -> int:
        """Return how many are away on a day, granted or asked for."""
        return sum(day in away for _name, away in self.people)


def tab_named(text: str) -> Tab:
    """Return the tab of an address, the first for anything else."""
    return Tab(text) if text in set(Tab) else Tab.WAITING


def own(session: Session, user_id: int, *, today: date) -> OwnLeave:
    """Return a person's balance and requests, newest first."""
    requests = leave.requests_in(session, list(LeaveState), user_id=user_id)
    return OwnLeave(
        balance=leave_ledger.balance_of(session, user_id, today),
        requests=tuple(sorted(requests, key=lambda one: -one.id)),
    )


def counts(session: Session) -> dict[Tab, int]:
    """Return how many requests wait for each step."""
    rows = session.execute(
        sa.select(LeaveRequest.state, sa.func.count())
        .where(LeaveRequest.state.in_(leave.OPEN))
        .group_by(LeaveRequest.state)
    )
    found = {state: count for state, count in rows}  # noqa: C416 - rows are not pairs
    return {
        Tab.WAITING: found.get(LeaveState.WAITING, 0),
        Tab.FORWARDED: found.get(LeaveState.FORWARDED, 0),
    }


def lines(session: Session, tab: Tab, *, today: date) -> tuple[Line, ...]:
    """Return a tab's requests; those decided long ago are left out."""
    requests = [
        one
        for one in leave.requests_in(session, TAB_STATES[tab])
        if tab is not Tab.DONE or one.last_day >= today - LONG_AGO
    ]
    if not requests:
        return ()
    others = leave.away(
        session,
        min(one.first_day for one in requests),
        max(one.last_day for one in requests),
        leave.STANDING,
    )
    balances = leave_ledger.balances(session, {r.user_id for r in requests}, today)
    return tuple(
        Line(
            request=one,
            days_left=balances[one.user_id].days,
            others_away=len(_others(one, others)),
        )
        for one in requests
    )


def _others(request: LeaveRequest, standing: list[LeaveRequest]) -> set[int]:
    return {
        other.user_id
        for other in standing
        if other.user_id != request.user_id
        and other.first_day <= request.last_day
        and other.last_day >= request.first_day
    }


def detail(session: Session, request: LeaveRequest, *, today: date) -> Detail:
    """Return one request's page."""
    count = (request.last_day - request.first_day).days + 1
    return Detail(
        request=request,
        balance=leave_ledger.balance_of(session, request.user_id, today),
        days=tuple(request.first_day + timedelta(days=n) for n in range(count)),
    )


def figures(
    session: Session, request: LeaveRequest, *, today: date, zone: str
) -> dict[str, object]:
    """Return the figures before somebody who acts on a request now."""
    left = leave_ledger.balance_of(session, request.user_id, today).days
    effect = leave_impact.impact_of(session, request, today=today, zone=zone)
    return {"days_left": left, "impact": effect.figures() if effect else None}


def acts_open_to(request: LeaveRequest, me: Identity) -> frozenset[str]:
    """Return what a person may do with a request now: nobody decides their own."""
    if request.user_id == me.id:
        return frozenset({"withdraw"} if request.state in leave.OPEN else ())
    if request.state is LeaveState.WAITING and me.may(Permission.SCREEN_LEAVE):
        return frozenset({"forward", "return"})
    if request.state is LeaveState.FORWARDED and me.may(Permission.DECIDE_LEAVE):
        screened = any(
            step.actor_id == me.id and step.state is LeaveState.FORWARDED
            for step in request.steps
        )
        return frozenset() if screened else frozenset({"approve", "refuse"})
    return frozenset()


def month(session: Session, day: date) -> Month:
    """Return who is away in the month of a day."""
    length = calendar.monthrange(day.year, day.month)[1]
    days = tuple(day.replace(day=n) for n in range(1, length + 1))
    people: dict[str, dict[date, bool]] = {}
    for request in leave.away(session, days[0], days[-1], leave.STANDING):
        touched = people.setdefault(request.user.full_name, {})
        for one in days:
            if request.first_day <= one <= request.last_day:
                touched[one] = request.state is LeaveState.APPROVED
    return Month(first_day=days[0], days=days, people=tuple(sorted(people.items())))
