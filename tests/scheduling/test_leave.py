"""Leave as the laws word it: worked cases, each with its clause."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.errors import InvalidArgument
from scheduling.leave import (
    EXCUSE_DAYS,
    DayCount,
    EntryKind,
    Excuse,
    Law,
    LedgerEntry,
    anniversary,
    annual_entitlement,
    balance,
    completed_years,
    draw,
    leave_year,
    may_be_split,
)

HIRED = date(2010, 5, 10)
L, C = Law.LABOUR_4857, Law.CIVIL_657

# law, hired, on, born, days, clause
ENTITLEMENT = [
    # 4857 m.53: "işe başladığı günden itibaren ... en az bir yıl çalışmış olan"
    (L, HIRED, date(2010, 5, 10), None, 0, "m.53/1: less than a year earns nothing"),
    (L, HIRED, date(2011, 5, 9), None, 0, "m.53/1: the year is not complete"),
    (L, HIRED, date(2011, 5, 10), None, 14, "m.53/4a: from one year"),
    (L, HIRED, date(2012, 1, 1), None, 14, "m.53/4a"),
    (L, HIRED, date(2012, 5, 10), None, 14, "m.53/4a: two years"),
    (L, HIRED, date(2013, 5, 10), None, 14, "m.53/4a: three years"),
    (L, HIRED, date(2014, 5, 10), None, 14, "m.53/4a: four years"),
    (L, HIRED, date(2015, 5, 10), None, 14, "m.53/4a: to five years, five included"),
    (L, HIRED, date(2016, 5, 9), None, 14, "m.54: the sixth year is not complete"),
    (L, HIRED, date(2016, 5, 10), None, 20, "m.53/4b: more than five years"),
    (L, HIRED, date(2020, 5, 10), None, 20, "m.53/4b: ten years"),
    (L, HIRED, date(2024, 5, 10), None, 20, "m.53/4b: less than fifteen years"),
    (L, HIRED, date(2025, 5, 9), None, 20, "m.53/4b: fifteen not complete"),
    (L, HIRED, date(2025, 5, 10), None, 26, "m.53/4c: fifteen years included"),
    (L, HIRED, date(2040, 5, 10), None, 26, "m.53/4c: and more"),
    # m.53/5: "onsekiz ve daha küçük yaştaki ... elli ve daha yukarı yaştaki"
    (L, HIRED, date(2011, 5, 10), date(1993, 5, 10), 20, "m.53/5: eighteen"),
    (L, HIRED, date(2011, 5, 10), date(1995, 1, 1), 20, "m.53/5: younger"),
    (L, HIRED, date(2011, 5, 10), date(1992, 5, 10), 14, "m.53/5: nineteen is not"),
    (L, HIRED, date(2011, 5, 10), date(1961, 5, 10), 20, "m.53/5: fifty on the day"),
    (L, HIRED, date(2011, 5, 10), date(1961, 5, 11), 14, "m.53/5: forty-nine is not"),
    (L, HIRED, date(2016, 5, 10), date(1950, 1, 1), 20, "m.53/5: 20 is the least"),
    (L, HIRED, date(2025, 5, 10), date(1950, 1, 1), 26, "m.53/5: no cut of 26"),
    (
        L,
        date(2012, 2, 29),
        date(2013, 2, 28),
        None,
        0,
        "m.54: leap-day hire, day before",
    ),
    (L, date(2012, 2, 29), date(2013, 3, 1), None, 14, "m.54: leap-day hire, complete"),
    (
        L,
        date(2012, 2, 29),
        date(2016, 2, 29),
        None,
        14,
        "m.54: leap-day hire, leap year",
    ),
    # 657 m.102: "1 yıldan on yıla kadar (on yıl dahil) yirmi gün, on yıldan fazla otuz"
    (C, HIRED, date(2010, 12, 31), None, 0, "m.102: within the first year"),
    (C, HIRED, date(2011, 5, 9), None, 0, "m.102: a day too early"),
    (C, HIRED, date(2011, 5, 10), None, 20, "m.102: from one year"),
    (C, HIRED, date(2015, 5, 10), None, 20, "m.102"),
    (C, HIRED, date(2019, 12, 31), None, 20, "m.102: nine years"),
    (C, HIRED, date(2020, 5, 10), None, 20, "m.102: ten years included"),
    (C, HIRED, date(2020, 5, 11), None, 30, "m.102: more than ten years"),
    (C, HIRED, date(2035, 1, 1), None, 30, "m.102"),
    (C, HIRED, date(2011, 5, 10), date(1950, 1, 1), 20, "m.102: no rule of age"),
    (C, HIRED, date(2035, 1, 1), date(1999, 1, 1), 30, "m.102: no rule of age"),
]


@pytest.mark.parametrize(
    ("law", "hired", "on", "born", "days", "clause"),
    ENTITLEMENT,
    ids=[f"{case[0]} {case[5]} {case[2]}" for case in ENTITLEMENT],
)
def test_entitlement_follows_the_clause(
    law: Law, hired: date, on: date, born: date | None, days: int, clause: str
) -> None:
    assert annual_entitlement(law, hired, on, born) == days, clause


@given(
    law=st.sampled_from(Law),
    hired=st.dates(date(1980, 1, 1), date(2020, 1, 1)),
    days=st.integers(0, 12000),
    more=st.integers(0, 4000),
)
def test_longer_service_never_earns_less(
    law: Law, hired: date, days: int, more: int
) -> None:
    earlier = annual_entitlement(law, hired, hired + timedelta(days=days))
    later = annual_entitlement(law, hired, hired + timedelta(days=days + more))

    assert later >= earlier


def test_leave_before_the_service_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="on must be"):
        annual_entitlement(L, HIRED, date(2010, 5, 9))


@pytest.mark.parametrize(
    ("since", "on", "years"),
    [
        (date(2000, 2, 29), date(2001, 2, 28), 0),
        (date(2000, 2, 29), date(2001, 3, 1), 1),
        (date(2000, 2, 29), date(2004, 2, 29), 4),
        (date(2000, 6, 15), date(2010, 6, 14), 9),
    ],
)
def test_years_are_completed_on_the_anniversary(
    since: date, on: date, years: int
) -> None:
    assert completed_years(since, on) == years
    assert anniversary(since, years) <= on


@pytest.mark.parametrize(
    ("law", "on", "year"),
    [
        (L, date(2026, 3, 1), 2025),  # m.54: earned in May 2025
        (L, date(2026, 5, 10), 2026),
        (C, date(2026, 3, 1), 2026),  # m.103: by calendar year
    ],
)
def test_leave_is_booked_under_the_year_the_law_counts(
    law: Law, on: date, year: int
) -> None:
    assert leave_year(law, HIRED, on) == year


# 2026: 20 March is Friday, first day of Ramazan; the eve (19 March) is half a day;
# 23 April Thursday, 28 October Wednesday from 13:00, 29 October Thursday (law 2429)
HOLIDAYS = {
    date(2026, 3, 19): 0.5,
    date(2026, 3, 20): 1.0,
    date(2026, 3, 21): 1.0,
    date(2026, 3, 22): 1.0,
    date(2026, 4, 23): 1.0,
    date(2026, 10, 28): 0.5,
    date(2026, 10, 29): 1.0,
}
FIVE_DAYS = DayCount(holidays=HOLIDAYS)
SIX_DAYS = DayCount(holidays=HOLIDAYS, rest_days=frozenset({6}))

COUNTED = [
    (FIVE_DAYS, date(2026, 3, 2), date(2026, 3, 6), 5.0, "Monday to Friday"),
    (FIVE_DAYS, date(2026, 3, 2), date(2026, 3, 8), 5.0, "m.56/5: weekly rest"),
    (SIX_DAYS, date(2026, 3, 2), date(2026, 3, 8), 6.0, "Saturday by contract"),
    (FIVE_DAYS, date(2026, 3, 7), date(2026, 3, 8), 0.0, "m.56/5: a weekend"),
    (FIVE_DAYS, date(2026, 3, 16), date(2026, 3, 20), 3.5, "m.56/5: Ramazan and eve"),
    (SIX_DAYS, date(2026, 3, 16), date(2026, 3, 22), 3.5, "m.56/5: and the Saturday"),
    (FIVE_DAYS, date(2026, 4, 20), date(2026, 4, 24), 4.0, "m.56/5: 23 April"),
    (FIVE_DAYS, date(2026, 10, 26), date(2026, 10, 30), 3.5, "2429: 28 from 13:00, 29"),
    (FIVE_DAYS, date(2026, 10, 28), date(2026, 10, 28), 0.5, "half a holiday"),
    (FIVE_DAYS, date(2026, 10, 29), date(2026, 10, 29), 0.0, "a holiday"),
    (FIVE_DAYS, date(2026, 12, 28), date(2027, 1, 3), 5.0, "over the new year"),
]


@pytest.mark.parametrize(
    ("count", "first", "last", "days", "why"), COUNTED, ids=[c[4] for c in COUNTED]
)
def test_only_working_days_are_counted(
    count: DayCount, first: date, last: date, days: float, why: str
) -> None:
    assert count.counted(first, last) == days, why


def test_half_a_day_costs_half_and_never_more_than_the_day() -> None:
    monday, half_holiday = date(2026, 3, 2), date(2026, 10, 28)

    assert FIVE_DAYS.counted(monday, monday, half=True) == 0.5
    assert FIVE_DAYS.counted(half_holiday, half_holiday, half=True) == 0.5
    assert FIVE_DAYS.counted(date(2026, 3, 7), date(2026, 3, 7), half=True) == 0.0


@pytest.mark.parametrize(
    ("last", "half"), [(date(2026, 3, 1), False), (date(2026, 3, 3), True)]
)
def test_days_in_the_wrong_order_or_half_of_several_are_refused(
    last: date, half: bool
) -> None:
    with pytest.raises(InvalidArgument):
        FIVE_DAYS.counted(date(2026, 3, 2), last, half=half)


@given(
    first=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    days=st.integers(1, 30).map(lambda halves: halves / 2),
)
def test_the_last_day_of_a_leave_is_the_first_that_uses_it_up(
    first: date, days: float
) -> None:
    last = FIVE_DAYS.last_day(first, days)

    assert FIVE_DAYS.counted(first, last) >= days
    if last > first:
        assert FIVE_DAYS.counted(first, last - timedelta(days=1)) < days


@pytest.mark.parametrize(
    ("law", "parts", "allowed"),
    [
        (L, [14], True),
        (L, [10, 4], True),  # m.56/3: one part not below ten days
        (L, [10, 2, 2], True),
        (L, [9, 5], False),
        (L, [7, 7], False),
        (L, [5], True),  # nothing is split
        (C, [5, 5, 5, 5], True),  # m.103: as the superior sees fit
    ],
)
def test_one_part_of_split_leave_has_ten_days(
    law: Law, parts: list[float], allowed: bool
) -> None:
    assert may_be_split(law, parts) is allowed


@pytest.mark.parametrize(
    ("law", "excuse", "days"),
    [
        (C, Excuse.PATERNITY, 10),
        (C, Excuse.MARRIAGE, 7),
        (C, Excuse.BEREAVEMENT, 7),
        (L, Excuse.PATERNITY, 5),
        (L, Excuse.MARRIAGE, 3),
        (L, Excuse.BEREAVEMENT, 3),
    ],
)
def test_excuses_follow_657_art_104_and_4857_additional_art_2(
    law: Law, excuse: Excuse, days: int
) -> None:
    assert EXCUSE_DAYS[law][excuse] == days


def entry(booked: date, year: int, days: float, kind: EntryKind) -> LedgerEntry:
    return LedgerEntry(booked_on=booked, year=year, days=days, kind=kind)


def earned(year: int, days: float = 20.0) -> LedgerEntry:
    return entry(date(year, 1, 1), year, days, EntryKind.EARNED)


def test_a_balance_counts_what_is_booked_by_the_day() -> None:
    entries = [
        earned(2026),
        entry(date(2026, 6, 1), 2026, -5, EntryKind.TAKEN),
        entry(date(2026, 8, 1), 2026, -3, EntryKind.TAKEN),
        entry(date(2026, 8, 2), 2026, 1, EntryKind.RETURNED),
    ]

    assert balance(C, entries, date(2026, 7, 1)).days == 15
    assert balance(C, entries, date(2026, 8, 1)).days == 12
    assert balance(C, entries, date(2026, 8, 2)).days == 13


def test_a_civil_servant_keeps_the_year_before_and_loses_what_is_older() -> None:
    """657 art. 103: leave before the current and the last year lapses."""
    entries = [earned(2024), earned(2025), earned(2026)]

    left = balance(C, entries, date(2026, 3, 1))

    assert (left.days, left.lapsed) == (40, 20)
    assert dict(left.by_year) == {2025: 20, 2026: 20}


def test_leave_under_the_labour_law_does_not_lapse() -> None:
    """4857 art. 53/2: the right cannot be given up."""
    left = balance(L, [earned(2020, 14), earned(2026, 20)], date(2026, 3, 1))

    assert (left.days, left.lapsed) == (34, 0)


def test_the_oldest_year_is_drawn_first() -> None:
    entries = [earned(2025), earned(2026)]

    taken = draw(C, entries, date(2026, 3, 1), 25)

    assert [(one.year, one.days) for one in taken] == [(2025, -20), (2026, -5)]


def test_an_advance_is_booked_on_the_current_year() -> None:
    taken = draw(C, [earned(2026, 3)], date(2026, 3, 1), 5)

    assert [(one.year, one.days) for one in taken] == [(2026, -3), (2026, -2)]
    assert balance(C, [earned(2026, 3), *taken], date(2026, 3, 1)).days == -2


@given(
    years=st.lists(st.integers(2022, 2026), max_size=5),
    days=st.integers(1, 60).map(lambda halves: halves / 2),
)
def test_what_is_drawn_adds_up_and_lowers_the_balance_by_as_much(
    years: list[int], days: float
) -> None:
    entries, on = [earned(year, 7.5) for year in years], date(2026, 3, 1)

    taken = draw(C, entries, on, days)

    assert sum(one.days for one in taken) == -days
    before, after = balance(C, entries, on), balance(C, [*entries, *taken], on)
    assert before.days - after.days == days
