"""A rota published: checked once more, the older superseded, people told."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from scheduling.audit import breaches
from scheduling.problem import RotaProblem
from webapp.models.demand import Queue
from webapp.models.people import User
from webapp.models.rotas import Assignment, Rota, RotaState
from webapp.services import notices
from webapp.services.errors import Conflict, Refused
from webapp.services.rota_problems import problem_for
from webapp.services.rota_terms import solved_of, span_of
from webapp.services.rotas import TIMES, draft_named, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one person's day was in an older version and is in a newer one."""

    user_id: int
    name: str
    day: date
    before: Assignment | None
    after: Assignment | None

    @property
    def is_lunch_only(self) -> bool:
        """Whether the shift itself stays."""
        if self.before is None or self.after is None:
            return False
        old, new = self.before, self.after
        return (old.starts_at, old.ends_at) == (new.starts_at, new.ends_at)


def check_problem(session: Session, rota: Rota, zone: str) -> RotaProblem:
    """Return the problem by which a stored rota is checked after a person's hand.

    Raises:
        Refused: `rota_no_shifts`, `rota_no_people`.
    """
    return problem_for(
        session,
        rota.queue,
        span_of(rota, zone),
        requirement=rota.requirement,
        is_free=True,
    )


def new_breaches(
    session: Session, draft: Rota, older: list[Rota], zone: str
) -> set[str]:
    """Return the hard rules that a draft breaks and the plan in force does not.

    What was published before leave was granted does not stop a better lunch.
    """
    problem = check_problem(session, draft, zone)
    in_force = [one for rota in older for one in rota.assignments]
    known = {
        (one.code, one.agent, one.day)
        for one in breaches(problem, solved_of(problem, in_force))
    }
    return {
        one.code
        for one in breaches(problem, solved_of(problem, draft.assignments))
        if (one.code, one.agent, one.day) not in known
    }


def publish(
    session: Session, rota_id: int, *, by: int, zone: str, now: datetime
) -> Rota:
    """Make a draft the plan of its days; tell everybody whose days change.

    Raises:
        NotFound: if there is none.
        Conflict: `rota_not_draft`, `rota_empty`, `rota_newer`.
        Refused: `rota_breaks_rules` that the plan in force does not break.
    """
    draft = draft_named(session, rota_id)
    session.get_one(Queue, draft.queue_id, with_for_update=True)  # one at a time
    if not draft.assignments:
        raise Conflict("rota_empty")
    older = overlapping(session, draft)
    if any(one.version > draft.version for one in older):
        raise Conflict("rota_newer")
    found = new_breaches(session, draft, older, zone)
    if found:
        raise Refused("rota_breaks_rules", rules=", ".join(sorted(found)))
    changed = changes(session, older, draft)
    for one in older:
        one.state = RotaState.SUPERSEDED
    draft.state = RotaState.PUBLISHED
    draft.published_by_id, draft.published_at = by, now
    _tell(session, draft, changed, is_first=not older, now=now)
    superseded = [one.id for one in older]
    record(session, draft, "rota.published", by, now, superseded=superseded)
    return draft


def changes(session: Session, older: list[Rota], newer: Rota) -> tuple[Change, ...]:
    """Return every person's day that differs between versions, in order of time."""
    old = {
        (one.user_id, one.day): one
        for rota in older
        for one in rota.assignments
        if newer.first_day <= one.day <= newer.last_day
    }
    new = {(one.user_id, one.day): one for one in newer.assignments}
    ids = {user_id for user_id, _day in old.keys() | new.keys()}
    query = sa.select(User.id, User.full_name).where(User.id.in_(ids))
    names = {user_id: name for user_id, name in session.execute(query)}  # noqa: C416
    keys = sorted(old.keys() | new.keys(), key=lambda key: (key[1], names[key[0]]))
    return tuple(
        Change(
            user_id=user_id,
            name=names[user_id],
            day=day,
            before=old.get((user_id, day)),
            after=new.get((user_id, day)),
        )
        for user_id, day in keys
        if _times(old.get((user_id, day))) != _times(new.get((user_id, day)))
    )


def _times(one: Assignment | None) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in TIMES) if one else ()


def _tell(
    session: Session,
    rota: Rota,
    changed: tuple[Change, ...],
    *,
    is_first: bool,
    now: datetime,
) -> None:
    by_person: dict[int, list[Change]] = {}
    for one in changed:
        by_person.setdefault(one.user_id, []).append(one)
    for user_id, theirs in by_person.items():
        code = "rota_changed"
        if is_first:
            code = "rota_published"
        elif all(one.is_lunch_only for one in theirs):
            code = "lunch_changed"
        notices.tell(
            session,
            user_id=user_id,
            code=code,
            params={
                "first": rota.first_day if is_first else theirs[0].day,
                "last": rota.last_day if is_first else theirs[-1].day,
            },
            link=f"/my-week/?week={rota.first_day.isoformat()}",
            now=now,
        )


def overlapping(session: Session, rota: Rota) -> list[Rota]:
    """Return the published versions of any of a rota's days, itself left out."""
    return list(
        session.scalars(
            sa.select(Rota).where(
                Rota.queue_id == rota.queue_id,
                Rota.state == RotaState.PUBLISHED,
                Rota.first_day <= rota.last_day,
                Rota.last_day >= rota.first_day,
                Rota.id != rota.id,
            )
        )
    )
