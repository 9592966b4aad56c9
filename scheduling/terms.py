"""What a rota problem is made of: rules, contracts, people, absences, wishes, locks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRule:
    """One break that every shift of a certain length has.

    The break starts at least `after_start` minutes into the shift, ends at least
    `before_end` minutes before its end, and lies between the minutes `day_from` and
    `day_to` of the local day. A shift that the hours of the day would leave without
    any place takes it by the first two alone, and a shift too short for these takes
    it as near its middle as the grid allows.

    Attributes:
        key: name of the break, unique in the problem.
        minutes: its length.
        longer_than: applies to shifts longer than this, in minutes.
        up_to: and not longer than this.
        paid: whether it counts as working time.
        seats: how many people may take it at once; None for any number.
    """

    key: str = "lunch"
    minutes: int = 30
    longer_than: int = 240
    up_to: int = 1440
    after_start: int = 120
    before_end: int = 120
    day_from: int = 0
    day_to: int = 2880
    paid: bool = False
    seats: int | None = None

    def applies_to(self, shift_minutes: int) -> bool:
        """Say whether a shift of this length has the break."""
        return self.longer_than < shift_minutes <= self.up_to


CENTRE_LUNCH = (BreakRule(day_from=11 * 60, day_to=15 * 60),)
"""The lunch of 30 minutes that the centre's directive (art. 8) rotates."""

LAW_4857_BREAKS = (
    BreakRule(key="short", minutes=15, longer_than=0, up_to=240, after_start=60,
              before_end=60),
    BreakRule(key="middle", minutes=30, longer_than=240, up_to=450),
    BreakRule(key="long", minutes=60, longer_than=450, up_to=1440),
)  # fmt: skip
"""Labour law 4857 art. 68: 15 minutes up to 4 h, 30 up to 7.5 h, 60 beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRule:
    """Shifts a contract allows: starts every `step` minutes, each of some lengths.

    Attributes:
        earliest: first start, in minutes of the local day.
        latest: last start, included.
        step: minutes between possible starts.
        lengths: possible lengths in minutes, breaks included.
        weekdays: the weekdays (Monday 0) on which such a shift may start.
    """

    earliest: int
    latest: int
    step: int = 30
    lengths: tuple[int, ...] = (510,)
    weekdays: frozenset[int] = EVERY_DAY

    def starts(self) -> range:
        """Return the possible starts in minutes of the day."""
        return range(self.earliest, self.latest + 1, self.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What somebody owes and may be asked for in a week (Monday to Sunday).

    Attributes:
        key: name, unique in the problem.
        shifts: the shifts allowed.
        min_days, max_days: working days a week; days of leave count as worked.
        min_minutes, max_minutes: working time a week without unpaid breaks.
    """

    key: str
    shifts: tuple[ShiftRule, ...]
    min_days: int = 0
    max_days: int = 5
    min_minutes: int = 0
    max_minutes: int = 2700

    @property
    def weekdays(self) -> frozenset[int]:
        """The weekdays on which some shift of the contract may start."""
        return frozenset().union(*(rule.weekdays for rule in self.shifts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Hours in which somebody can work on some weekdays, in minutes of the day."""

    weekdays: frozenset[int] = EVERY_DAY
    from_minute: int = 0
    to_minute: int = 2880


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person to be rostered.

    Attributes:
        availability: where given, shifts must lie inside one of these windows.
        last_end: when the last shift before the horizon ended, if known.
        days_in_a_row: days worked without a day off right before the horizon.
    """

    key: str
    contract: str
    skills: frozenset[str]
    name: str = ""
    availability: tuple[Availability, ...] = ()
    last_end: datetime | None = None
    days_in_a_row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Time away, from one aware instant to another.

    A local day wholly covered is not worked. A shift may overlap a shorter absence:
    its hours away then count as worked for the contract and not for coverage.

    Attributes:
        counts_as_work: whether each whole day lessens the days and hours owed.
    """

    agent: str
    starts: datetime
    ends: datetime
    kind: str = "leave"
    counts_as_work: bool = True


class WishKind(StrEnum):
    """What somebody may wish for on a day."""

    OFF = "off"
    WORK = "work"
    START = "start"
    LUNCH = "lunch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish for one day; not kept, it costs its weight.

    `minute` is the minute of the local day wished for as the start of the shift or
    of the first break; a day off does not break such a wish.
    """

    agent: str
    day: date
    kind: WishKind
    minute: int | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedAssignment:
    """What a person fixed for a day: off (`start` None), a shift, also its breaks.

    Attributes:
        start: start of the shift in minutes of the local day.
        minutes: length of the shift; None for any length.
        breaks: pairs of break key and minute of the local day at which it starts.
    """

    agent: str
    day: date
    start: int | None = None
    minutes: int | None = None
    breaks: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Hard rules of the whole centre; the defaults are Turkey's.

    Attributes:
        min_rest_minutes: rest between two shifts (4857 art. 69: 11 h).
        max_consecutive_days: working days in a row (4857 art. 46: a day in seven).
        weekly_rest_minutes: unbroken rest in each whole week (art. 46: 24 h).
        max_shift_minutes: working time of a shift without unpaid breaks (art. 63).
        max_week_minutes: working time of a week (art. 63: 45 h; 657 art. 99: 40 h).
        night_from, night_to: minutes of the day that bound the night (art. 69).
        max_night_minutes: working time of a shift of which more than half is night.
        breaks: the breaks that shifts have.
    """

    min_rest_minutes: int = 660
    max_consecutive_days: int = 6
    weekly_rest_minutes: int = 1440
    max_shift_minutes: int = 660
    max_week_minutes: int = 2700
    night_from: int = 1200
    night_to: int = 360
    max_night_minutes: int = 450
    breaks: tuple[BreakRule, ...] = CENTRE_LUNCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """What the objective weighs, in points (see `scheduling.goals`).

    Attributes:
        short_tiers: pairs (share of the requirement up to which, points a minute):
            how much each missing agent weighs, by how short the interval already is.
        over: points for a minute of an agent beyond every requirement.
        wish: points for a broken wish of weight 1.
        fairness: points for each late shift or weekend day by which the most
            burdened of a contract exceeds the least.
        late_from: a shift that ends after this minute of its day is late.
    """

    short_tiers: tuple[tuple[float, int], ...] = ((0.10, 10), (0.25, 15), (1.0, 20))
    over: int = 0
    wish: int = 30
    fairness: int = 30
    late_from: int = 1140
