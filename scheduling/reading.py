"""Reads JSON values by path, collecting everything that is wrong with them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from forecasting.grid import first_instant, zone_info
from scheduling.errors import Fault

Json = Mapping[str, Any]  # what json.loads gives; every use below checks it

_MISSING = object()


class Reader:
    """Reads values by path and collects what is wrong instead of stopping."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.faults: list[Fault] = []

    def fault(self, path: str, expected: str, got: object) -> None:
        self.faults.append(Fault(path, expected, repr(got)))

    def text(self, at: Json, path: str, key: str, default: object = _MISSING) -> str:
        value = at.get(key, default)
        if not isinstance(value, str):
            self.fault(f"{path}{key}", "text", None if value is _MISSING else value)
            return ""
        return value

    def whole(self, at: Json, path: str, key: str, default: object = _MISSING) -> int:
        value = at.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            got = None if value is _MISSING else value
            self.fault(f"{path}{key}", "a whole number", got)
            return 0
        return value

    def minute(self, at: Json, path: str, key: str, default: object = _MISSING) -> int:
        value = at.get(key, default)
        if isinstance(value, str):
            hours, _, minutes = value.partition(":")
            if hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60:
                return 60 * int(hours) + int(minutes)
        elif isinstance(value, int) and not isinstance(value, bool):
            return value
        self.fault(
            f"{path}{key}", "HH:MM or minutes", None if value is _MISSING else value
        )
        return 0

    def day(self, at: Json, path: str, key: str) -> date:
        try:
            return date.fromisoformat(self.text(at, path, key))
        except ValueError:
            self.fault(f"{path}{key}", "a day as YYYY-MM-DD", at.get(key))
            return date(1970, 1, 1)

    def instant(self, at: Json, path: str, key: str) -> datetime:
        try:
            value = datetime.fromisoformat(self.text(at, path, key))
        except ValueError:
            self.fault(f"{path}{key}", "a time as YYYY-MM-DDTHH:MM", at.get(key))
            return first_instant(date(1970, 1, 1), "UTC")
        return value if value.tzinfo else value.replace(tzinfo=zone_info(self.zone))

    def items(self, at: Json, path: str, key: str) -> list[tuple[str, Json]]:
        value = at.get(key, [])
        if not isinstance(value, list):
            self.fault(f"{path}{key}", "a list", value)
            return []
        pairs = [(f"{path}{key}[{number}].", one) for number, one in enumerate(value)]
        for inner, one in pairs:
            if not isinstance(one, dict):
                self.fault(inner[:-1], "an object", one)
        return [(inner, one) for inner, one in pairs if isinstance(one, dict)]

    def numbers(
        self, at: Json, path: str, key: str, default: Sequence[int]
    ) -> tuple[int, ...]:
        value = at.get(key, default)
        if isinstance(value, (list, tuple, range)) and all(
            isinstance(one, int) and not isinstance(one, bool) for one in value
        ):
            return tuple(value)
        self.fault(f"{path}{key}", "a list of whole numbers", value)
        return tuple(default)

    def known(self, at: Json, path: str, names: Sequence[str]) -> None:
        for key in sorted(set(at) - set(names)):
            self.fault(f"{path}{key}", f"one of {', '.join(sorted(names))}", at[key])
