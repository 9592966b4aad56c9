"""What is known of a call beside its sound: entered on a page, or in a file beside it.

A file names its calls in one of three ways: `CALL.json` beside `CALL.opus`, a JSON
list (or an object with `calls`), or a CSV with a header. A row is found by the
recording's file name (`file`) or its call id (`call_id`, `id`: the name without its
ending). Known fields: agent (user name, telephone code or full name; `agent_name`),
agent_channel, caller_name, direction, queue (code or name), record_type, unit,
transferred, started_at (ISO 8601; local where it names no zone).
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.i18n.alphabet import fold
from webapp.models.calls import Direction, RecordType
from webapp.models.demand import Queue
from webapp.models.people import User
from webapp.services.choices import chosen
from webapp.services.errors import Refused

LONGEST_NAME, LONGEST_UNIT, LONGEST_KEY = 200, 100, 128
YES, NO = {"1", "true", "yes", "evet"}, {"0", "false", "no", "hayır"}
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetails:
    """What is known of a call; None and "" are not known.

    Attributes:
        agent_channel: where the agent is heard, if each speaker has a channel.
        call_key: the telephone system's own name for the call.
    """

    started_at: datetime
    agent_id: int | None = None
    agent_channel: int | None = 0
    caller_name: str = ""
    direction: Direction = Direction.INBOUND
    queue_id: int | None = None
    record_type: RecordType | None = None
    unit: str = ""
    was_transferred: bool | None = None
    call_key: str = ""


class Metadata:
    """The rows of a metadata file, by file name and by call id."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, Row] = {}
        for row in rows:
            for name in ("file", "call_id", "id"):
                if row.get(name):
                    self._rows[str(row[name]).casefold()] = row

    def of(self, file_name: str) -> Row:
        """Return the row of a recording, an empty one where there is none."""
        name = file_name.casefold()
        return self._rows.get(name) or self._rows.get(Path(name).stem) or {}


def read_metadata(content: bytes, name: str) -> Metadata:
    """Return the rows of a JSON or CSV file.

    Raises:
        Refused: `metadata_unreadable`.
    """
    try:
        text = content.decode("utf-8-sig")
        if name.casefold().endswith(".csv"):
            return Metadata(_csv_rows(text))
        document = json.loads(text)
    except ValueError as error:
        raise Refused("metadata_unreadable", file=name, reason=str(error)) from error
    if isinstance(document, dict):
        rows = document.get("calls", [{**document, "file": _sound_of(document, name)}])
    else:
        rows = document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("metadata_unreadable", file=name, reason="no list of calls")
    return Metadata(rows)


def _sound_of(document: Row, name: str) -> object:
    return document.get("file") or document.get("call_id") or Path(name).stem


def _csv_rows(text: str) -> list[Row]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return [
        {str(k).strip().casefold(): (v or "").strip() for k, v in row.items() if k}
        for row in reader
    ]


def details_of(
    session: Session, row: Row, *, file_name: str, started_at: datetime, zone: str
) -> CallDetails:
    """Return a metadata row as details, `started_at` where it names no time.

    Raises:
        Refused: `metadata_value` of a field that cannot be read, `agent_unknown`,
            `queue_unknown`.
    """

    def text(name: str) -> str:
        value = row.get(name)
        return "" if value is None else str(value).strip()

    direction, kind = text("direction"), text("record_type")
    return CallDetails(
        started_at=_instant(text("started_at"), started_at, zone),
        agent_id=_agent(session, text("agent") or text("agent_name")),
        agent_channel=_channel(text("agent_channel")),
        caller_name=text("caller_name")[:LONGEST_NAME],
        direction=chosen(Direction, direction) if direction else Direction.INBOUND,
        queue_id=_queue(session, text("queue")),
        record_type=chosen(RecordType, kind) if kind else None,
        unit=text("unit")[:LONGEST_UNIT],
        was_transferred=_truth(text("transferred") or text("was_transferred")),
        call_key=(text("call_id") or text("id") or Path(file_name).stem)[:LONGEST_KEY],
    )


def _agent(session: Session, named: str) -> int | None:
    if not named:
        return None
    wanted = fold(named)
    people = session.execute(
        sa.select(User.id, User.username, User.acd_code, User.full_name)
    ).all()
    for field in (1, 2, 3):
        found = [row[0] for row in people if fold(str(row[field] or "")) == wanted]
        if len(found) == 1:
            return int(found[0])
    raise Refused("agent_unknown", name=named)


def _queue(session: Session, named: str) -> int | None:
    if not named:
        return None
    for queue in session.scalars(sa.select(Queue).order_by(Queue.id)):
        if fold(named) in (fold(queue.code), fold(queue.name)):
            return queue.id
    raise Refused("queue_unknown", name=named)


def _channel(text: str) -> int | None:
    if text in ("0", "1"):
        return int(text)
    if text in ("", "unknown"):
        return 0 if not text else None
    raise Refused("metadata_value", field="agent_channel", value=text)


def _truth(text: str) -> bool | None:
    if not text:
        return None
    if fold(text) in YES | NO:
        return fold(text) in YES
    raise Refused("metadata_value", field="transferred", value=text)


def _instant(text: str, default: datetime, zone: str) -> datetime:
    if not text:
        return default
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("metadata_value", field="started_at", value=text) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
