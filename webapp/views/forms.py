"""What people enter, read as typed values; a refusal names its field."""

import math
from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from webapp.i18n.sentences import say_error
from webapp.services.errors import Refused, ServiceError

DAY_MINUTES = 1440
FIRST_YEAR, LAST_YEAR = 1900, 2100


def errors_of(error: ServiceError) -> dict[str, str]:
    """Return {field: sentence} of a refusal; "" where it is about the whole form."""
    return {str(error.params.get("field", "")): say_error(error)}


class Entered:
    """A sent form. Every reader raises Refused with the field's name in its params."""

    def __init__(self, values: "MultiDict[str, str]") -> None:
        self._values = values

    def text(self, name: str) -> str:
        """Return a text without the character that databases refuse."""
        return self._values.get(name, "").replace("\x00", "").strip()

    def texts(self, name: str) -> list[str]:
        """Return every value sent under a name."""
        return [value.replace("\x00", "") for value in self._values.getlist(name)]

    def whole(self, name: str, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        try:
            value = int(self.text(name))
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise Refused("whole_range", field=name, least=least, most=most)
        return value

    def number(self, name: str, least: float, most: float) -> float:
        """Return a number within bounds, written with a comma or a point."""
        try:
            value = float(self.text(name).replace(",", "."))
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise Refused("number_range", field=name, least=least, most=most)
        return value

    def share(self, name: str, least: float, most: float) -> float:
        """Return the share (0-1) that was entered as a percentage within bounds."""
        try:
            return round(self.number(name, least * 100, most * 100) / 100, 6)
        except Refused:
            bounds = {"least": f"{least * 100:g}", "most": f"{most * 100:g}"}
            raise Refused("share_range", field=name, **bounds) from None

    def day(self, name: str) -> date | None:
        """Return a day, None where nothing was entered."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = date.fromisoformat(text)
        except ValueError:
            raise Refused("day_invalid", field=name) from None
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise Refused("day_invalid", field=name)
        return value

    def needed_day(self, name: str) -> date:
        """Return a day that must be entered."""
        value = self.day(name)
        if value is None:
            raise Refused("day_invalid", field=name)
        return value

    def minute(self, name: str) -> int:
        """Return the minute of the day of a time such as 08:30; 24:00 is the last."""
        hours, _, minutes = self.text(name).partition(":")
        try:
            value = int(hours) * 60 + int(minutes[:2])
        except ValueError:
            value = -1
        if not 0 <= value <= DAY_MINUTES or not minutes or int(minutes[:2]) > 59:
            raise Refused("time_invalid", field=name)
        return value

    def is_set(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return name in self._values


def query_day(values: Mapping[str, str], name: str) -> date | None:
    """Return a day of the address, None where it is absent or no day."""
    try:
        return Entered(MultiDict(values)).day(name)
    except Refused:
        return None
