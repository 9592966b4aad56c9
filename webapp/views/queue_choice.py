"""Which queue a planning page is about: `?queue=` of the address, else the first."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from webapp import db
from webapp.services import histories
from webapp.services.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChoice:
    """The queues there are, and the one chosen."""

    queues: Sequence[tuple[int, str]]
    id: int
    name: str


def chosen_queue() -> QueueChoice | None:
    """Return the queue of the address, the first by name without one, None of none.

    Raises:
        NotFound: if the address names a queue that is not there.
    """
    with db.reading() as session:
        lines = histories.choices(session)
    if not lines:
        return None
    wanted = request.args.get("queue", lines[0].id, type=int)
    for line in lines:
        if line.id == wanted:
            queues = [(one.id, one.name) for one in lines]
            return QueueChoice(queues=queues, id=line.id, name=line.name)
    raise NotFound("queue", wanted)
