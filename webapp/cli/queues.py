"""The queue that a command names by its code."""

import click
from sqlalchemy.orm import Session

from webapp.models.demand import Queue
from webapp.services import histories
from webapp.services.errors import NotFound


def named_queue(session: Session, code: str) -> Queue:
    """Return the active queue of a code.

    Raises:
        click.ClickException: naming the queues there are.
    """
    try:
        return histories.queue_of(session, code)
    except NotFound:
        codes = ", ".join(choice.code for choice in histories.choices(session))
        raise click.ClickException(
            f"there is no queue {code}; there are {codes or 'none yet'}"
        ) from None
