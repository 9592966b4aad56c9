"""What the centre chose for all its queues: lunch and how long recordings are kept.

Every value has a default with a source, so a new centre works before anyone opens
the settings.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.models.people import CentreSetting
from webapp.services import audit
from webapp.services.errors import Refused

LUNCH, RETENTION = "lunch", "retention"
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class LunchRules:
    """How lunch is rotated (the directive's article 8).

    Attributes:
        minutes: length of one lunch.
        earliest_minute: local minute of the day before which no lunch begins.
        latest_minute: local minute of the day by which every lunch has ended.
        canteen_seats: most people at lunch at a time; None for as many as wanted.
    """

    minutes: int = 30
    earliest_minute: int = 11 * 60 + 30
    latest_minute: int = 14 * 60
    canteen_seats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many days a recording is kept before its destruction is proposed."""

    recording_days: int = 365


def lunch_rules(session: Session) -> LunchRules:
    """Return how lunch is rotated."""
    stored = session.get(CentreSetting, LUNCH)
    return LunchRules(**stored.value) if stored else LunchRules()


def set_lunch_rules(
    session: Session, rules: LunchRules, *, actor_id: int | None, now: datetime
) -> None:
    """Choose how lunch is rotated from now on.

    Raises:
        Refused: `whole_range` of a field, `lunch_window_short`.
    """
    _check("lunch_minutes", rules.minutes, 10, 120)
    _check("earliest", rules.earliest_minute, 0, DAY_MINUTES)
    _check("latest", rules.latest_minute, 0, DAY_MINUTES)
    if rules.canteen_seats is not None:
        _check("canteen_seats", rules.canteen_seats, 1, 10_000)
    if rules.latest_minute - rules.earliest_minute < rules.minutes:
        raise Refused("lunch_window_short", field="latest")
    before = asdict(lunch_rules(session))
    _store(session, LUNCH, before, asdict(rules), actor_id, now)


def retention(session: Session) -> Retention:
    """Return how long recordings are kept."""
    stored = session.get(CentreSetting, RETENTION)
    return Retention(**stored.value) if stored else Retention()


def set_retention(
    session: Session, chosen: Retention, *, actor_id: int | None, now: datetime
) -> None:
    """Choose how long recordings taken in from now on are kept.

    Raises:
        Refused: `whole_range`.
    """
    _check("recording_days", chosen.recording_days, 1, 36_500)
    before = asdict(retention(session))
    _store(session, RETENTION, before, asdict(chosen), actor_id, now)


def _check(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Refused("whole_range", field=field, least=least, most=most)


def _store(
    session: Session,
    key: str,
    before: dict[str, object],
    after: dict[str, object],
    actor_id: int | None,
    now: datetime,
) -> None:
    changed = {name: [before[name], after[name]] for name in after}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if not changed:
        return
    session.merge(
        CentreSetting(key=key, value=after, changed_at=now, changed_by_id=actor_id)
    )
    audit.record(
        session,
        actor_id=actor_id,
        action="centre.changed",
        object_type="centre",
        object_id=key,
        details=changed,
        now=now,
    )
