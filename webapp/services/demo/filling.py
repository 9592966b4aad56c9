"""The steps that fill the demo centre; each does only what is not there yet.

Long work goes through the jobs like everybody's: a step that asks for some returns
their numbers, and the caller waits for them while a worker does them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recordings import models as speech_models_library
from recordings.store import AudioStore
from webapp.models.calls import Recording
from webapp.models.demand import Queue
from webapp.models.leave import LeaveRequest
from webapp.models.people import User
from webapp.models.rotas import Rota, RotaState
from webapp.models.staffing import Escalation
from webapp.services import (
    coverage,
    escalations,
    forecasts,
    histories,
    ingest,
    queues,
    rota_publishing,
    rotas,
    shift_patterns,
    speech_models,
    staffing,
)
from webapp.services.demo import calls, demand, desk, people, reviews
from webapp.services.import_reading import Choices, read_file
from webapp.settings import Settings

HISTORY_WEEKS = 13
FORECAST_DAYS = 56
SHIFTS = (
    ("S1", "08:30", 8 * 60 + 30),
    ("S2", "09:00", 9 * 60),
)
SHIFT_MINUTES = 8 * 60 + 30
NOTICE = (
    "KDV ve motorlu taşıtlar vergisi dönemlerinde artan çağrılar mevcut personelle "
    "hedeflenen sürede karşılanamamaktadır. Aşağıdaki haftalar için yeterli personelin "
    "görevlendirilmesini arz ederim."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The moment of filling, with what follows from it."""

    now: datetime
    zone: str

    @property
    def day(self) -> date:
        """The centre's local day."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def monday(self) -> date:
        """The Monday of this week."""
        return self.day - timedelta(days=self.day.weekday())


def open_centre(session: Session, when: Today) -> bool:
    """Open accounts, queues and shifts; tell whether there were none."""
    if session.scalar(sa.select(User.id).limit(1)) is not None:
        return False
    queue_ids = {}
    for line in demand.LINES:
        opened = queues.open_queue(
            session,
            queues.QueueSettings(
                code=line.code, name=line.name, default_aht_s=line.aht_s
            ),
            actor_id=None,
            now=when.now,
        )
        session.flush()
        queue_ids[line.code] = opened.id
    for code, name, starts in SHIFTS:
        shift_patterns.keep_shift(
            session,
            None,
            shift_patterns.ShiftSettings(
                code=code, name=name, starts_minute=starts, minutes=SHIFT_MINUTES
            ),
            actor_id=None,
            now=when.now,
        )
    people.open_all(session, queue_ids, today=when.day, now=when.now)
    return True


def queue_ids(session: Session) -> dict[str, int]:
    """Return the demo's queues by code."""
    rows = session.execute(sa.select(Queue.code, Queue.id))
    return {code: queue_id for code, queue_id in rows}  # noqa: C416 - typed rows


def import_history(session: Session, line: demand.Line, when: Today) -> int:
    """Take in the calls up to yesterday that are missing; return the new half hours."""
    queue = session.get_one(Queue, queue_ids(session)[line.code])
    known = histories.known_days(session, queue.id, zone=when.zone)
    yesterday = when.day - timedelta(days=1)
    first = when.monday - timedelta(weeks=HISTORY_WEEKS)
    if known is not None:
        first = known[1] + timedelta(days=1)
    data = demand.as_file(line, first, yesterday)
    if data.count(b"\n") < 2:
        return 0
    name = f"{line.code}-{first.isoformat()}.csv"
    choices = Choices(zone=when.zone)
    origin = ingest.Origin(
        file_name=name, sha256=hashlib.sha256(data).hexdigest(), by=None
    )
    batch = ingest.take_in(
        session,
        queue,
        read_file(data, name, choices),
        choices,
        origin,
        zone=when.zone,
        now=when.now,
    )
    return batch.rows_new


def ask_for_forecasts(session: Session, when: Today) -> list[int]:
    """Ask for a forecast of each queue that has none for this week and the next."""
    wanted = []
    for queue_id in queue_ids(session).values():
        last = when.monday + timedelta(days=13)
        found = coverage.newest_requirements(session, queue_id, when.monday, last)
        planned = {
            one.first_day + timedelta(days=n)
            for one in found
            for n in range((one.last_day - one.first_day).days + 1)
        }
        if not {when.monday, last} <= planned:
            wanted.append(
                forecasts.ask(
                    session,
                    queue_id=queue_id,
                    first_day=when.monday,
                    days=FORECAST_DAYS,
                    zone=when.zone,
                    by=None,
                    now=when.now,
                )
            )
    return wanted


def fill_desks(session: Session, when: Today) -> bool:
    """Put leave and faults on the desks; tell whether there was no leave yet."""
    if session.scalar(sa.select(LeaveRequest.id).limit(1)) is not None:
        return False
    ids = people.ids_by_username(session)
    desk.fill(session, ids, today=when.day, now=when.now, zone=when.zone)
    return True


def ask_for_rotas(session: Session, when: Today) -> list[int]:
    """Ask for the rotas of this week and the next that are not there."""
    wanted: list[int] = []
    lead = people.ids_by_username(session)["servis"]
    for monday in (when.monday, when.monday + timedelta(days=7)):
        wanted.extend(
            rotas.ask(
                session,
                queue_id=queue_id,
                day=monday,
                by=lead,
                zone=when.zone,
                now=when.now,
            )
            for queue_id in queue_ids(session).values()
            if not _rotas(session, queue_id, monday)
        )
    return wanted


def _rotas(session: Session, queue_id: int, monday: date) -> list[Rota]:
    return list(
        session.scalars(
            sa.select(Rota).where(
                Rota.queue_id == queue_id,
                Rota.first_day == monday,
                Rota.state != RotaState.DISCARDED,
            )
        )
    )


def publish_this_week(session: Session, when: Today) -> int:
    """Publish this week's drafts where nothing is published; return how many."""
    lead = people.ids_by_username(session)["servis"]
    published = 0
    for queue_id in queue_ids(session).values():
        found = _rotas(session, queue_id, when.monday)
        if found and all(rota.state is RotaState.DRAFT for rota in found):
            rota_publishing.publish(
                session, found[-1].id, by=lead, zone=when.zone, now=when.now
            )
            published += 1
    return published


def install_fixture_model(session: Session, settings: Settings, when: Today) -> bool:
    """Install and choose the fixture model where no model is active."""
    if speech_models.active(session, settings.models) is not None:
        return False
    installed = speech_models_library.installed(settings.models)
    archive = speech_models_library.FIXTURE_ARCHIVE
    model = (
        installed[0]
        if installed
        else speech_models_library.install(archive, settings.models)
    )
    speech_models.use(session, settings.models, model.name, actor_id=None, now=when.now)
    return True


def review_calls(session: Session, when: Today) -> int:
    """Confirm some proposals where none is confirmed, and let agents answer."""
    ids = people.ids_by_username(session)
    confirmed = reviews.confirm_some(session, ids, now=when.now)
    if confirmed:
        session.flush()
        reviews.answer_some(session, today=when.day, now=when.now)
    return confirmed


def send_notice(session: Session, when: Today) -> bool:
    """Send the top manager one notice, where none was sent; tell whether it was."""
    if session.scalar(sa.select(Escalation.id).limit(1)) is not None:
        return False
    queue = session.get_one(Queue, queue_ids(session)[demand.LINES[0].code])
    outlook = staffing.outlook(
        session, queue, when.day, 8, staffing.WhatIf(), zone=when.zone
    )
    escalations.send(
        session,
        escalations.Draft(
            subject="Genel vergi kuyruğunda personel yetersizliği",
            body=NOTICE,
            first_day=outlook.weeks[0].monday,
            last_day=outlook.weeks[-1].monday,
            figures=outlook.figures(),
        ),
        by=people.ids_by_username(session)["mudur"],
        today=when.day,
        now=when.now,
    )
    return True


def take_in_calls(session: Session, store: AudioStore, when: Today) -> int:
    """Take in the recorded calls where there are none; return how many."""
    if session.scalar(sa.select(Recording.id).limit(1)) is not None:
        return 0
    return calls.take_in_all(
        session,
        store,
        people.ids_by_username(session),
        queue_ids(session),
        today=when.day,
        now=when.now,
        zone=when.zone,
    )
