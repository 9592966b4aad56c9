"""Annual leave: what the law grants, what a request costs, what is left.

Sources: labour law 4857 art. 53 (how much), 54 (when it is earned), 56 (parts, and
days that do not count), additional art. 2 (excuses); civil servants' law 657 art.
102 (how much), 103 (use, carry-over and lapse), 104 (excuses).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from scheduling.errors import InvalidArgument

WEEKEND = frozenset({5, 6})
LEAST_LONG_PART = 10


class Law(StrEnum):
    """The law somebody is employed under."""

    LABOUR_4857 = "4857"
    CIVIL_657 = "657"


class Excuse(StrEnum):
    """Events for which the law grants days beside annual leave."""

    PATERNITY = "paternity"
    MARRIAGE = "marriage"
    BEREAVEMENT = "bereavement"


EXCUSE_DAYS: Mapping[Law, Mapping[Excuse, int]] = {
    Law.LABOUR_4857: {
        Excuse.PATERNITY: 5,
        Excuse.MARRIAGE: 3,
        Excuse.BEREAVEMENT: 3,
    },
    Law.CIVIL_657: {
        Excuse.PATERNITY: 10,
        Excuse.MARRIAGE: 7,
        Excuse.BEREAVEMENT: 7,
    },
}
"""Days granted for an event: 4857 additional art. 2; 657 art. 104."""


def completed_years(since: date, on: date) -> int:
    """Return the whole years from one day to another.

    Somebody born or hired on 29 February completes a year on 1 March of other years.
    """
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def annual_entitlement(
    law: Law, service_start: date, on: date, birth: date | None = None
) -> int:
    """Return the days of annual leave of the leave year that runs on a day.

    4857: earned on completing each year of service (art. 54): 14 days after 1 to 5
    years, 20 after 6 to 14, 26 from 15 on; at least 20 for those of 18 and younger
    or 50 and older (art. 53). 657: 20 days from one year of service to ten, the
    tenth included, 30 beyond (art. 102). Nothing within the first year.

    Raises:
        InvalidArgument: if the day lies before the service.
    """
    if on < service_start:
        raise InvalidArgument("on", f"on or after {service_start}", on)
    years = completed_years(service_start, on)
    if years < 1:
        return 0
    if law is Law.CIVIL_657:
        return 30 if on > anniversary(service_start, 10) else 20
    earned = 14 if years <= 5 else 20 if years < 15 else 26
    if birth is not None:
        age = completed_years(birth, anniversary(service_start, years))
        if age <= 18 or age >= 50:
            earned = max(earned, 20)
    return earned


def anniversary(since: date, years: int) -> date:
    """Return the day on which so many years are completed."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return date(since.year + years, 3, 1)


def leave_year(law: Law, service_start: date, on: date) -> int:
    """Return the year under which leave earned by a day is booked.

    657 counts calendar years (art. 103), 4857 the years of service (art. 54): there
    the leave earned on an anniversary is booked under that anniversary's year.
    """
    if law is Law.CIVIL_657:
        return on.year
    return anniversary(service_start, completed_years(service_start, on)).year


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Which days of an absence count against the balance.

    Weekly rest and public holidays do not count (4857 art. 56; for 657 as the
    centre's practice, a setting).

    Attributes:
        rest_days: weekdays (Monday 0) that never count; leave Saturday out where
            the contract makes it a working day.
        holidays: share of each holiday that is off: 1.0, or 0.5 for a half day.
    """

    rest_days: frozenset[int] = WEEKEND
    holidays: Mapping[date, float]

    def counted(self, first: date, last: date, *, half: bool = False) -> float:
        """Return the days that a leave from `first` to `last` (included) costs.

        Args:
            half: only half of the day is taken; then `first` must be `last`.

        Raises:
            InvalidArgument: if the days are in the wrong order, or half of several.
        """
        if last < first:
            raise InvalidArgument("last", f"on or after {first}", last)
        if half and first != last:
            raise InvalidArgument("half", "of a single day", f"{first} to {last}")
        days = (first + timedelta(days=at) for at in range((last - first).days + 1))
        cost = sum(self.cost_of(day) for day in days)
        return min(cost, 0.5) if half else cost

    def cost_of(self, day: date) -> float:
        """Return what one day costs: 1.0, 0.5 or nothing."""
        if day.weekday() in self.rest_days:
            return 0.0
        return 1.0 - self.holidays.get(day, 0.0)

    def last_day(self, first: date, days: float) -> date:
        """Return the last day of a leave from `first` on that costs `days`."""
        if not 0 < days <= 366:
            raise InvalidArgument("days", "in (0, 366]", days)
        day, cost = first, self.cost_of(first)
        while cost < days:
            day += timedelta(days=1)
            cost += self.cost_of(day)
        return day


def may_be_split(law: Law, parts: Sequence[float]) -> bool:
    """Say whether a year's leave may be taken in these parts, in counted days.

    4857 art. 56: in parts if both sides agree, one of them of 10 days at least.
    657 art. 103: as the superior sees fit.
    """
    if law is Law.CIVIL_657 or len(parts) == 1:
        return True
    return max(parts, default=0.0) >= LEAST_LONG_PART


class EntryKind(StrEnum):
    """Why a balance changes."""

    OPENING = "opening"
    EARNED = "earned"
    TAKEN = "taken"
    RETURNED = "returned"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One change of a balance; never edited, only followed by others.

    Attributes:
        booked_on: the day from which it counts.
        year: the leave year it belongs to.
        days: the change, negative for leave taken.
    """

    booked_on: date
    year: int
    days: float
    kind: EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is left on a day.

    Attributes:
        days: all that may still be taken.
        by_year: the same by leave year, oldest first, without empty years.
        lapsed: days that could not be carried over (657 art. 103).
    """

    days: float
    by_year: Mapping[int, float]
    lapsed: float


def balance(law: Law, entries: Sequence[LedgerEntry], on: date) -> Balance:
    """Return the balance on a day from the entries booked by then.

    657 art. 103: besides the current year's only the year before's leave is kept.
    Leave under 4857 cannot lapse (art. 53).
    """
    left: dict[int, float] = defaultdict(float)
    for entry in entries:
        if entry.booked_on <= on:
            left[entry.year] += entry.days
    oldest = on.year - 1 if law is Law.CIVIL_657 else min(left, default=on.year)
    lapsed = sum(days for year, days in left.items() if year < oldest and days > 0)
    kept = {
        year: days
        for year, days in sorted(left.items())
        if days and (year >= oldest or days < 0)
    }
    return Balance(days=sum(kept.values()), by_year=kept, lapsed=lapsed)


def draw(
    law: Law, entries: Sequence[LedgerEntry], on: date, days: float
) -> tuple[LedgerEntry, ...]:
    """Return the entries that take leave from the oldest years first.

    What the balance cannot give is taken from the current year as an advance, so
    that the entries always add up to `days`; the caller decides whether to allow it.
    """
    entries_made = []
    missing = days
    for year, left in balance(law, entries, on).by_year.items():
        taken = min(left, missing)
        if taken > 0:
            entries_made.append(_taken(on, year, taken))
            missing -= taken
    if missing > 0:
        entries_made.append(_taken(on, on.year, missing))
    return tuple(entries_made)


def _taken(on: date, year: int, days: float) -> LedgerEntry:
    return LedgerEntry(booked_on=on, year=year, days=-days, kind=EntryKind.TAKEN)
