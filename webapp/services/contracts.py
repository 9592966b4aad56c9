"""Who a person is and how they work: what IT enters, within the law's bounds."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.demand import Queue
from webapp.models.people import User, WorkLaw
from webapp.models.rotas import QueueSkill
from webapp.services import audit, people
from webapp.services.choices import chosen
from webapp.services.errors import NotFound, Refused

MOST_WEEKLY_MINUTES = {WorkLaw.LABOUR_4857: 45 * 60, WorkLaw.CIVIL_SERVANT_657: 40 * 60}
MOST_DAYS = 6
LEAST_AGE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What IT may change of an account: who the person is and how they work.

    `acd_code` is the person's name in the telephone system; `queue_ids` are the
    queues whose calls they answer.
    """

    full_name: str
    email: str | None
    team: str | None
    acd_code: str | None
    work_law: WorkLaw
    weekly_minutes: int
    days_per_week: int
    hired_on: date | None
    born_on: date | None
    queue_ids: frozenset[int]


def change_contract(
    session: Session,
    user_id: int,
    contract: Contract,
    *,
    actor_id: int | None,
    today: date,
    now: datetime,
) -> User:
    """Change who a person is and how they work; every changed field is recorded.

    Raises:
        NotFound: if there is no such account or queue.
        Refused: `name_missing`, `acd_code_taken`, `weekly_minutes_range`,
            `days_per_week_range`, `born_on_range`, `hired_on_range`.
    """
    account = people.user(session, user_id)
    _check_contract(contract, today)
    before = _contract_fields(session, account)
    account.full_name = people.plain_name(contract.full_name)
    account.email = (contract.email or "").strip()[:254] or None
    account.team = people.team_named(session, contract.team)
    account.acd_code = people.free_acd_code(session, contract.acd_code, user_id)
    account.work_law = contract.work_law
    account.weekly_minutes = contract.weekly_minutes
    account.days_per_week = contract.days_per_week
    account.hired_on, account.born_on = contract.hired_on, contract.born_on
    _set_queues(session, user_id, contract.queue_ids)
    session.flush()
    after = _contract_fields(session, account)
    changed = {
        key: [before[key], after[key]] for key in after if before[key] != after[key]
    }
    if changed:
        audit.record(
            session,
            actor_id=actor_id,
            action="user.changed",
            object_type="user",
            object_id=user_id,
            details=changed,
            now=now,
        )
    return account


def _check_contract(contract: Contract, today: date) -> None:
    most = MOST_WEEKLY_MINUTES[contract.work_law]
    if not 0 <= contract.weekly_minutes <= most:
        raise Refused("weekly_minutes_range", most_hours=most // 60)
    if not 0 <= contract.days_per_week <= MOST_DAYS:
        raise Refused("days_per_week_range", most=MOST_DAYS)
    born, hired = contract.born_on, contract.hired_on
    if born is not None and not 1900 <= born.year <= today.year - LEAST_AGE:
        raise Refused("born_on_range", least=LEAST_AGE)
    if hired is not None and not 1950 <= hired.year <= today.year + 1:
        raise Refused("hired_on_range")
    if born is not None and hired is not None and hired.year - born.year < LEAST_AGE:
        raise Refused("born_on_range", least=LEAST_AGE)


def _contract_fields(session: Session, account: User) -> dict[str, object]:
    return {
        "full_name": account.full_name,
        "email": account.email,
        "team": account.team.name if account.team else None,
        "acd_code": account.acd_code,
        "work_law": account.work_law.value,
        "weekly_minutes": account.weekly_minutes,
        "days_per_week": account.days_per_week,
        "hired_on": account.hired_on,
        "born_on": account.born_on,
        "queues": sorted(queue_ids(session, account.id)),
    }


def law(text: str) -> WorkLaw:
    """Return the law of this number.

    Raises:
        Refused: `choice_invalid`.
    """
    return chosen(WorkLaw, text)


def queue_ids(session: Session, user_id: int) -> frozenset[int]:
    """Return the queues whose calls a person answers."""
    query = sa.select(QueueSkill.queue_id).where(QueueSkill.user_id == user_id)
    return frozenset(session.scalars(query))


def _set_queues(session: Session, user_id: int, wanted: frozenset[int]) -> None:
    has = queue_ids(session, user_id)
    for queue_id in sorted(wanted - has):
        if session.get(Queue, queue_id) is None:
            raise NotFound("queue", queue_id)
        session.add(QueueSkill(user_id=user_id, queue_id=queue_id))
    session.execute(
        sa.delete(QueueSkill).where(
            QueueSkill.user_id == user_id, QueueSkill.queue_id.in_(has - wanted)
        )
    )
