"""The days, breaks, contracts and stored shifts of a rota as the solver knows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations_with_replacement
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from forecasting.grid import first_instant
from scheduling import problem as terms
from scheduling import rota as solved
from scheduling.problem import RotaProblem
from webapp.models.people import User
from webapp.models.rotas import Assignment, Rota, ShiftPattern
from webapp.services import centre
from webapp.services.errors import Refused

LUNCH, BREAK, SHORT = "lunch", "break", "short"
WEEK = timedelta(days=7)
LAW_BREAK_MINUTES = 60
LAW_BREAK_OVER = 450
SHORT_SHIFT = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days of a rota and the zone in which they are read."""

    first: date
    last: date
    zone: str

    @property
    def begin(self) -> datetime:
        return first_instant(self.first, self.zone)

    @property
    def end(self) -> datetime:
        return first_instant(self.last + timedelta(days=1), self.zone)

    @property
    def before(self) -> date:
        """The day a week before the first."""
        return self.first - WEEK

    @property
    def after(self) -> date:
        """The day a week after the first."""
        return self.first + WEEK

    @property
    def days(self) -> list[date]:
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=n) for n in range(count)]

    def instant(self, day: date, minute: int) -> datetime:
        """Return the instant at which the clock shows a minute of a local day."""
        day += timedelta(days=minute // 1440)
        hour, minute = divmod(minute % 1440, 60)
        local = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(ZoneInfo("UTC"))

    def minute(self, day: date, instant: datetime) -> int:
        """Return the minute on the clock at an instant, counted on past midnight."""
        local = instant.astimezone(ZoneInfo(self.zone))
        return 1440 * (local.date() - day).days + 60 * local.hour + local.minute


def span_of(rota: Rota, zone: str) -> Span:
    """Return the days of a rota."""
    return Span(first=rota.first_day, last=rota.last_day, zone=zone)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def day_named(text: str) -> date:
    """Return a day written as 2026-11-23.

    Raises:
        Refused: `day_invalid`.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("day_invalid", field="day") from None


def week_of(day: date, zone: str) -> Span:
    """Return the week that holds a day."""
    monday = monday_of(day)
    return Span(first=monday, last=monday + WEEK - timedelta(days=1), zone=zone)


def break_rules(
    session: Session, shifts: Sequence[ShiftPattern]
) -> tuple[terms.BreakRule, ...]:
    """Return the breaks of a shift: the centre's lunch, the rest as the law has it.

    Labour law 4857 art. 68: 15 minutes up to 4 hours, 30 up to 7.5, 60 beyond; the
    lunch counts towards them.
    """
    lunch = centre.lunch_rules(session)
    found = [
        terms.BreakRule(
            key=LUNCH,
            minutes=lunch.minutes,
            longer_than=SHORT_SHIFT,
            day_from=lunch.earliest_minute,
            day_to=lunch.latest_minute,
            seats=lunch.canteen_seats,
        )
    ]
    if lunch.minutes < LAW_BREAK_MINUTES:
        found.append(
            terms.BreakRule(
                key=BREAK,
                minutes=LAW_BREAK_MINUTES - lunch.minutes,
                longer_than=LAW_BREAK_OVER,
                after_start=330,
                before_end=60,
                day_from=lunch.latest_minute,
            )
        )
    if any(shift.minutes <= SHORT_SHIFT for shift in shifts):
        short = terms.LAW_4857_BREAKS[0]
        found.append(short)
    return tuple(found)


def contract_key(user: User) -> str:
    return f"{user.work_law.value}-{user.weekly_minutes}-{user.days_per_week}"


def contract_of(
    user: User,
    shifts: Sequence[ShiftPattern],
    rules: terms.Rules,
    open_days: frozenset[int],
    minutes: int,
    *,
    is_free: bool,
) -> terms.Contract:
    if is_free:
        lengths = tuple(sorted({shift.minutes for shift in shifts}))
        anywhere = terms.ShiftRule(
            earliest=0, latest=1440 - minutes, step=minutes, lengths=lengths
        )
        return terms.Contract(
            key=contract_key(user),
            shifts=(anywhere,),
            max_days=7,
            max_minutes=user.weekly_minutes,
        )
    days = min(user.days_per_week, len(open_days))
    net = {shift.minutes: _net(rules, shift.minutes) for shift in shifts}
    nets, most = set(net.values()), user.weekly_minutes
    owed_days, owed = owed_work(nets, days, most)
    usable = usable_lengths(nets, owed_days, owed, most)
    allowed = tuple(
        terms.ShiftRule(
            earliest=shift.starts_minute,
            latest=shift.starts_minute,
            lengths=(shift.minutes,),
            weekdays=open_days or terms.EVERY_DAY,
        )
        for shift in shifts
        if net[shift.minutes] in usable
    )
    return terms.Contract(
        key=contract_key(user),
        shifts=allowed,
        min_days=owed_days,
        max_days=max(owed_days, days),
        min_minutes=owed,
        max_minutes=most,
    )


def _net(rules: terms.Rules, minutes: int) -> int:
    unpaid = (rule.minutes for rule in rules.breaks if rule.applies_to(minutes))
    return minutes - sum(unpaid)


def owed_work(lengths: Iterable[int], days: int, most: int) -> tuple[int, int]:
    """Return the most days, and on them the most minutes, that shifts can fill.

    Args:
        lengths: working minutes of the shifts there are.
        days: most days of the week.
        most: most minutes of the week.
    """
    for count in range(days, 0, -1):
        sums = [sum(one) for one in combinations_with_replacement(lengths, count)]
        fitting = [total for total in sums if total <= most]
        if fitting:
            return count, max(fitting)
    return 0, 0


def usable_lengths(
    lengths: Iterable[int], days: int, least: int, most: int
) -> frozenset[int]:
    """Return the lengths of which a week of so many days can be made; all if none can.

    The solver counts people of one contract together, and would count on shifts that
    add up among them though no one person's week holds them.

    Args:
        lengths: working minutes of the shifts there are.
        days: days worked.
        least, most: minutes of the week, all its days together.
    """
    every = frozenset(lengths)
    weeks = combinations_with_replacement(every, days)
    fitting = (week for week in weeks if least <= sum(week) <= most)
    return frozenset(one for week in fitting for one in week) or every


def locks_of(
    shifts: Iterable[Assignment], span: Span
) -> tuple[terms.LockedAssignment, ...]:
    """Return what a person fixed among these shifts: the shift, also its breaks."""
    return tuple(
        terms.LockedAssignment(
            agent=str(one.user_id),
            day=one.day,
            start=span.minute(one.day, one.starts_at),
            minutes=(one.ends_at - one.starts_at) // timedelta(minutes=1),
            breaks=_locked_breaks(one, span),
        )
        for one in shifts
        if one.is_locked or one.lunch_is_locked
    )


def _locked_breaks(one: Assignment, span: Span) -> tuple[tuple[str, int], ...]:
    if not one.lunch_is_locked or one.lunch_starts_at is None:
        return ()
    return ((LUNCH, span.minute(one.day, one.lunch_starts_at)),)


def solved_of(
    problem: RotaProblem, shifts: Iterable[Assignment]
) -> tuple[solved.Assignment, ...]:
    """Return stored shifts as the solver and the check know them."""
    keys = {rule.key for rule in problem.rules.breaks}
    return tuple(_solved(one, keys) for one in shifts)


def _solved(one: Assignment, keys: set[str]) -> solved.Assignment:
    minutes = (one.ends_at - one.starts_at) // timedelta(minutes=1)
    other = BREAK if minutes > SHORT_SHIFT or "short" not in keys else "short"
    taken = [
        solved.BreakTaken(key=key, starts=starts, ends=ends)
        for key, starts, ends in (
            (LUNCH, one.lunch_starts_at, one.lunch_ends_at),
            (other, one.break_starts_at, one.break_ends_at),
        )
        if starts and ends
    ]
    return solved.Assignment(
        agent=str(one.user_id),
        day=one.day,
        starts=one.starts_at,
        ends=one.ends_at,
        breaks=tuple(taken),
    )


def stored_of(one: solved.Assignment) -> dict[str, object]:
    """Return the columns of a solved shift."""
    columns: dict[str, object] = {
        "user_id": int(one.agent),
        "day": one.day,
        "starts_at": one.starts,
        "ends_at": one.ends,
    }
    for name in ("lunch", "break"):
        taken = [t for t in one.breaks if (t.key == LUNCH) == (name == "lunch")]
        columns[f"{name}_starts_at"] = taken[0].starts if taken else None
        columns[f"{name}_ends_at"] = taken[0].ends if taken else None
    return columns
