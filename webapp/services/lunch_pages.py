"""A day's lunch rotation as its page shows it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from scheduling.ledger import Breach
from webapp.models.rotas import Rota
from webapp.services import (
    calendars,
    coverage,
    lunch,
    rota_pages,
    rota_publishing,
    rotas,
)
from webapp.services.coverage import Coverage
from webapp.services.rota_pages import Person
from webapp.services.rota_publishing import Change
from webapp.services.shortfalls import Verdict, verdict_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LunchPage:
    """A day's lunches.

    Attributes:
        is_changed: whether some of it is not published.
        changes: what publishing would change, on whichever day of the rota.
        people: those who work on the day, by their start.
        waves: people at lunch by the time it begins.
    """

    rota: Rota
    is_changed: bool
    is_published_once: bool
    coverage: Coverage
    verdict: Verdict
    changes: tuple[Change, ...]
    people: tuple[Person, ...]
    step: int
    breaches: tuple[Breach, ...]


def next_open_day(session: Session, queue_id: int, day: date) -> date | None:
    """Return the first day after this one on which the queue is open."""
    queue = rotas.queue_named(session, queue_id)
    return calendars.next_open_day(calendars.calendar(session, queue), day)


def of_day(
    session: Session, queue_id: int, day: date, *, zone: str
) -> LunchPage | None:
    """Return a day's lunches, None where the day has no rota."""
    desk = lunch.desk_of(session, queue_id, day)
    if desk.rota is None:
        return None
    step, found = rota_pages.check(session, desk.rota, zone)
    shown = coverage.of_rota(session, desk.rota, zone=zone)
    changes: tuple[Change, ...] = ()
    if desk.is_changed and desk.published is not None:
        changes = rota_publishing.changes(session, [desk.published], desk.rota)
    people = rota_pages.people_on(session, desk.rota, day, day)
    return LunchPage(
        rota=desk.rota,
        is_changed=desk.is_changed,
        is_published_once=desk.published is not None,
        coverage=shown,
        verdict=verdict_of(shown, (day,)),
        changes=changes,
        people=tuple(one for one in people if one.shifts),
        step=step,
        breaches=tuple(one for one in found if one.day == day),
    )
