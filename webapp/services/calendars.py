"""A queue's calendar: rows to what forecasting knows, and to JSON for provenance."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecasting.calendar import (
    Calendar,
    OpeningHours,
    SpecialDay,
    SpecialTreatment,
)
from webapp.models import demand
from webapp.models.demand import Queue

COUNTRY = "TR"
SEARCHED_DAYS = 32
TREATMENTS = {
    demand.SpecialDayKind.CLOSED: SpecialTreatment.CLOSED,
    demand.SpecialDayKind.EXCLUDE: SpecialTreatment.EXCLUDE,
    demand.SpecialDayKind.SCALE: SpecialTreatment.SCALE,
}
Json = dict[str, Any]  # Any: JSON is what it is


def calendar(session: Session, queue: Queue) -> Calendar:
    """Return a queue's opening hours, holidays and special days.

    A queue without opening hours is always open.
    """
    hours = session.scalars(
        sa.select(demand.OpeningHours).where(demand.OpeningHours.queue_id == queue.id)
    ).all()
    by_weekday = {h.weekday: (h.opens_minute, h.closes_minute) for h in hours}
    opening = (
        OpeningHours(by_weekday=tuple(by_weekday.get(day) for day in range(7)))
        if by_weekday
        else OpeningHours.always()
    )
    return Calendar(
        opening=opening,
        country=COUNTRY,
        closed_on_holidays=queue.closes_on_holidays,
        special_days=_special_days(session, queue.id),
    )


def _special_days(session: Session, queue_id: int) -> tuple[SpecialDay, ...]:
    rows = session.scalars(
        sa.select(demand.SpecialDay)
        .where(demand.SpecialDay.queue_id == queue_id)
        .order_by(demand.SpecialDay.day)
    )
    return tuple(
        SpecialDay(
            name=row.name,
            first=row.day,
            last=row.day,
            treatment=TREATMENTS[row.kind],
            factor=1.0 if row.factor is None else row.factor,
        )
        for row in rows
    )


def next_open_day(calendar: Calendar, day: date) -> date | None:
    """Return the first day after this one on which a queue is open, within a month."""
    following = (day + timedelta(days=n) for n in range(1, SEARCHED_DAYS))
    return next((one for one in following if not calendar.is_closed(one)), None)


def as_json(calendar: Calendar) -> Json:
    """Return a calendar as plain values, from which `from_json` makes it again."""
    return {
        "opening": [list(h) if h else None for h in calendar.opening.by_weekday],
        "country": calendar.country,
        "closed_on_holidays": calendar.closed_on_holidays,
        "special_days": [
            {
                "name": day.name,
                "first": day.first.isoformat(),
                "last": day.last.isoformat(),
                "treatment": day.treatment.value,
                "factor": day.factor,
            }
            for day in calendar.special_days
        ],
    }


def from_json(values: Json) -> Calendar:
    """Return the calendar that `as_json` wrote."""
    hours = values["opening"]
    return Calendar(
        opening=OpeningHours(
            by_weekday=tuple((h[0], h[1]) if h else None for h in hours)
        ),
        country=values["country"],
        closed_on_holidays=values["closed_on_holidays"],
        special_days=tuple(
            SpecialDay(
                name=day["name"],
                first=date.fromisoformat(day["first"]),
                last=date.fromisoformat(day["last"]),
                treatment=SpecialTreatment(day["treatment"]),
                factor=day["factor"],
            )
            for day in values["special_days"]
        ),
    )
