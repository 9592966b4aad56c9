"""A closed choice, read from what a person sent."""

import enum
from typing import TypeVar

from webapp.services.errors import Refused

E = TypeVar("E", bound=enum.StrEnum)


def chosen(kind: type[E], text: str) -> E:
    """Return the member of a kind with this value.

    Raises:
        Refused: `choice_invalid` where there is none.
    """
    try:
        return kind(text)
    except ValueError:
        raise Refused("choice_invalid") from None
