"""Leave counted and kept: what a leave costs, the ledger, the balance.

The balance is the sum of the ledger's lines, which are only ever added to.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.calendar import Calendar, HolidayKind
from scheduling.leave import (
    WEEKEND,
    Balance,
    DayCount,
    EntryKind,
    Law,
    LedgerEntry,
    balance,
    draw,
)
from webapp.models.leave import LeaveEntry, LeaveRequest, LedgerReason
from webapp.models.people import User
from webapp.services import audit
from webapp.services.errors import Refused

LONGEST_DAYS = 366
_TURKEY = Calendar(country="TR")
_KIND_OF_ENTRY = {
    LedgerReason.OPENING: EntryKind.OPENING,
    LedgerReason.ENTITLEMENT: EntryKind.EARNED,
    LedgerReason.TAKEN: EntryKind.TAKEN,
    LedgerReason.GIVEN_BACK: EntryKind.RETURNED,
    LedgerReason.LAPSED: EntryKind.CORRECTED,
    LedgerReason.CORRECTION: EntryKind.CORRECTED,
}


def day_count(first: date, last: date) -> DayCount:
    """Return how leave is counted over these days: no weekends, no holidays."""
    shares = {HolidayKind.FULL: 1.0, HolidayKind.HALF: 0.5}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    kinds = {day: _TURKEY.holiday(day) for day in days}
    return DayCount(
        rest_days=WEEKEND,
        holidays={day: shares[kind] for day, kind in kinds.items() if kind},
    )


def half_days(first: date, last: date, *, is_half: bool) -> int:
    """Return what a leave from `first` to `last` (included) costs, in half days.

    Args:
        is_half: only half of a single day is taken.

    Raises:
        Refused: `leave_days_reversed`, `leave_too_long`, `leave_half_of_several`,
            `leave_costs_nothing`.
    """
    if last < first:
        raise Refused("leave_days_reversed", field="last_day")
    if (last - first).days > LONGEST_DAYS:
        raise Refused("leave_too_long", field="last_day", most=LONGEST_DAYS)
    if is_half and first != last:
        raise Refused("leave_half_of_several", field="last_day")
    count = day_count(first, last)
    cost = count.counted(first, last, half=is_half)
    if cost == 0:
        raise Refused("leave_costs_nothing", field="first_day")
    return round(cost * 2)


def balance_of(session: Session, user_id: int, on: date) -> Balance:
    """Return what a person may still take on a day, by leave year."""
    return balances(session, {user_id}, on)[user_id]


def balances(
    session: Session, user_ids: Collection[int], on: date
) -> dict[int, Balance]:
    """Return what people may still take on a day, by leave year."""
    rows = session.execute(
        sa.select(User.id, User.work_law).where(User.id.in_(user_ids))
    )
    ledgers = _ledgers(session, user_ids)
    return {
        user_id: balance(Law(law.value), ledgers[user_id], on) for user_id, law in rows
    }


def _ledgers(
    session: Session, user_ids: Collection[int]
) -> dict[int, list[LedgerEntry]]:
    ledgers: dict[int, list[LedgerEntry]] = {user_id: [] for user_id in user_ids}
    rows = session.scalars(
        sa.select(LeaveEntry)
        .where(LeaveEntry.user_id.in_(user_ids))
        .order_by(LeaveEntry.day, LeaveEntry.id)
    )
    for row in rows:
        ledgers[row.user_id].append(
            LedgerEntry(
                booked_on=row.day,
                year=row.year,
                days=row.half_days / 2,
                kind=_KIND_OF_ENTRY[row.reason],
            )
        )
    return ledgers


def book(
    session: Session,
    user_id: int,
    *,
    day: date,
    year: int,
    half_days: int,
    reason: LedgerReason,
    by: int | None,
    now: datetime,
    note: str = "",
) -> LeaveEntry:
    """Add a line to a person's ledger."""
    entry = LeaveEntry(
        user_id=user_id,
        day=day,
        year=year,
        half_days=half_days,
        reason=reason,
        note=note,
        entered_by_id=by,
        entered_at=now,
    )
    session.add(entry)
    session.flush()
    audit.record(
        session,
        actor_id=by,
        action=f"leave.ledger.{reason.value}",
        object_type="user",
        object_id=user_id,
        details={"day": day, "year": year, "half_days": half_days},
        now=now,
    )
    return entry


def book_taken(
    session: Session, request: LeaveRequest, *, by: int, on: date, now: datetime
) -> None:
    """Book a granted annual leave, from the oldest years first."""
    law = session.get_one(User, request.user_id).work_law
    taken = draw(
        Law(law.value),
        _ledgers(session, {request.user_id})[request.user_id],
        on,
        request.half_days / 2,
    )
    for part in taken:
        session.add(
            LeaveEntry(
                user_id=request.user_id,
                day=on,
                year=part.year,
                half_days=round(part.days * 2),
                reason=LedgerReason.TAKEN,
                request_id=request.id,
                entered_by_id=by,
                entered_at=now,
            )
        )
