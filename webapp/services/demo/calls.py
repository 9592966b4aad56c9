"""The demo's recordings: synthetic speech of our own, in webapp/demo_calls."""

import io
import json
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from recordings.store import AudioStore
from webapp.models.calls import Direction, RecordType
from webapp.services import intake
from webapp.services.call_details import CallDetails
from webapp.services.demo.people import VERGI_AGENTS

FOLDER = Path(__file__).parent.parent.parent / "demo_calls"
AGENTS_HEARD = 6


@cache
def calls() -> list[dict[str, Any]]:  # Any: JSON as the builder wrote it
    """Return what is known of each call; the texts are not used."""
    document = json.loads((FOLDER / "calls.json").read_text(encoding="utf-8"))
    known: list[dict[str, Any]] = document["calls"]
    return known


def take_in_all(
    session: Session,
    store: AudioStore,
    ids: dict[str, int],
    queue_ids: dict[str, int],
    *,
    today: date,
    now: datetime,
    zone: str,
) -> int:
    """Store every call and queue its transcription; return how many there are."""
    by = intake.By(
        source=intake.Source.FOLDER, actor_id=ids["bilgiislem"], now=now, zone=zone
    )
    for call in calls():
        heard = intake.hear(
            store, io.BytesIO((FOLDER / call["file"]).read_bytes()), call["file"]
        )
        line = "emlak" if call["queue"] == "emlak" else "vergi"
        details = CallDetails(
            call_key=call["id"],
            agent_id=ids[f"temsilci{call['agent_index'] + 1}"],
            queue_id=queue_ids[line],
            caller_name=call["caller_name"],
            direction=Direction(call["direction"]),
            record_type=RecordType(call["record_type"])
            if call["record_type"]
            else None,
            unit=call["unit"],
            started_at=_start(call["start"], today, zone),
        )
        intake.take_in(session, heard, details, by)
    return len(calls())


def _start(start: dict[str, Any], today: date, zone: str) -> datetime:
    """Return when a call began: so many days ago, on the nearest working day before."""
    day = today - timedelta(days=int(start["days_before"]))
    while day.weekday() > 4:
        day -= timedelta(days=1)
    clock = time.fromisoformat(start["at"])
    return datetime.combine(day, clock, ZoneInfo(zone))


def is_same_cast() -> bool:
    """Tell whether the voices say the names of the accounts they belong to."""
    names = {call["agent_index"]: call["agent_name"] for call in calls()}
    return all(VERGI_AGENTS[index] == name for index, name in names.items())
