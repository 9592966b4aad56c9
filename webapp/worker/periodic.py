"""Tasks that recur, each done by one worker at a time it is due."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from webapp import db
from webapp.models.jobs import PeriodicRun
from webapp.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicTask:
    """Something to do every so often, or daily at a local time.

    Attributes:
        name: under which the workers agree who does it.
        run: does it; called with the settings and the time, opens its own
            transactions, and should enqueue a job for anything long.
        due: how long after the last run, or the local time of a daily task.
    """

    name: str
    run: Callable[[Settings, datetime], None]
    due: timedelta | time

    def is_due(self, last: datetime | None, *, now: datetime, zone: ZoneInfo) -> bool:
        """Tell whether the task is to run now, having run last then."""
        if last is None:
            return True
        if isinstance(self.due, timedelta):
            return now - last >= self.due
        local = now.astimezone(zone)
        latest = datetime.combine(local.date(), self.due, tzinfo=zone)
        if latest > local:
            yesterday = local.date() - timedelta(days=1)
            latest = datetime.combine(yesterday, self.due, tzinfo=zone)
        return last < latest


def run_due(tasks: tuple[PeriodicTask, ...], settings: Settings, now: datetime) -> None:
    """Run those of the tasks that are due and that no other worker has taken."""
    zone = ZoneInfo(settings.zone)
    with db.reading() as session:
        last = {
            row.name: row.last_at for row in session.scalars(sa.select(PeriodicRun))
        }
    for task in tasks:
        if task.is_due(last.get(task.name), now=now, zone=zone) and _take(
            task, now, zone
        ):
            try:
                task.run(settings, now)
            except Exception:
                log.exception("periodic task %s failed; it comes again", task.name)


def _take(task: PeriodicTask, now: datetime, zone: ZoneInfo) -> bool:
    """Note that the task runs now; False if another worker was first."""
    try:
        with db.transaction() as session:
            row = session.get(PeriodicRun, task.name, with_for_update=True)
            if row is None:
                session.add(PeriodicRun(name=task.name, last_at=now))
                return True
            if not task.is_due(row.last_at, now=now, zone=zone):
                return False
            row.last_at = now
            return True
    except IntegrityError:
        return False
