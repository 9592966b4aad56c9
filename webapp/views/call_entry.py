"""What people enter about a call, on the upload page and on the call's own."""

from datetime import datetime
from zoneinfo import ZoneInfo

from webapp.db import Session
from webapp.i18n import call_words, words
from webapp.services import recordings
from webapp.services.call_details import LONGEST_NAME, LONGEST_UNIT, CallDetails
from webapp.services.choices import chosen
from webapp.services.errors import Refused
from webapp.views.forms import Entered

MOST_ID = 2**31 - 1


def details(form: Entered, *, default: datetime, zone: str) -> CallDetails:
    """Return what was entered about a call, `default` where no time was.

    Raises:
        Refused: `time_invalid`, `choice_invalid` or `whole_range`, naming the field.
    """
    kind, channel = form.text("record_type"), form.text("agent_channel")
    transferred = form.text("was_transferred")
    return CallDetails(
        started_at=_instant(form.text("started_at"), default, zone),
        agent_id=_id(form, "agent"),
        agent_channel=int(channel) if channel in ("0", "1") else None,
        caller_name=form.text("caller_name")[:LONGEST_NAME],
        direction=chosen(recordings.Direction, form.text("direction") or "inbound"),
        queue_id=_id(form, "queue"),
        record_type=chosen(recordings.RecordType, kind) if kind else None,
        unit=form.text("unit")[:LONGEST_UNIT],
        was_transferred={"yes": True, "no": False}.get(transferred),
    )


def _id(form: Entered, name: str) -> int | None:
    return form.whole(name, 1, MOST_ID) if form.text(name) else None


def _instant(text: str, default: datetime, zone: str) -> datetime:
    if not text:
        return default
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("time_invalid", field="started_at") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def choices(session: Session) -> dict[str, object]:
    """Return what the fields of a call offer."""
    return {
        "agents": recordings.agents(session),
        "queues": recordings.queue_names(session),
        "directions": words.choices(call_words.DIRECTIONS),
        "record_types": words.choices(call_words.RECORD_TYPES),
    }
