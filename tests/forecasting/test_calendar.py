from datetime import date

import numpy as np
import pytest

from forecasting.calendar import (
    Calendar,
    HolidayKind,
    OpeningHours,
    SpecialDay,
    SpecialTreatment,
)
from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid

TURKEY = Calendar(country="TR", closed_on_holidays=True)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 1, 1), HolidayKind.FULL),
        (date(2026, 10, 28), HolidayKind.HALF),
        (date(2026, 10, 29), HolidayKind.FULL),
        (date(2026, 3, 19), HolidayKind.HALF),
        (date(2026, 3, 20), HolidayKind.FULL),
        (date(2026, 5, 26), HolidayKind.HALF),
        (date(2026, 5, 30), HolidayKind.FULL),
        (date(2026, 3, 2), None),
    ],
)
def test_turkish_holidays_are_full_half_or_none(
    day: date, kind: HolidayKind | None
) -> None:
    assert TURKEY.holiday(day) is kind


def test_the_eve_of_a_feast_ends_at_one() -> None:
    grid = IntervalGrid.for_days(date(2026, 10, 28), 2, 60)

    assert TURKEY.open_intervals(grid).tolist() == [True] * 13 + [False] * 35
    assert TURKEY.holiday_shares(grid).tolist() == [0.0] * 13 + [1.0] * 35


def test_without_a_country_there_are_no_holidays() -> None:
    assert Calendar().holiday(date(2026, 1, 1)) is None


def test_opening_hours_hold_per_weekday() -> None:
    office = Calendar(opening=OpeningHours.on_weekdays(8 * 60, 17 * 60))
    grid = IntervalGrid.for_days(date(2026, 3, 6), 2, 60)

    is_open = office.open_intervals(grid)

    assert np.flatnonzero(is_open).tolist() == list(range(8, 17))
    assert office.is_closed(date(2026, 3, 7))


def test_opening_hours_follow_local_time_through_a_clock_change() -> None:
    office = Calendar(opening=OpeningHours.on_weekdays(8 * 60, 17 * 60))
    grid = IntervalGrid.for_days(date(2026, 3, 27), 4, 60, "Europe/Paris")

    is_open = office.open_intervals(grid)

    assert grid.local_minutes[is_open].tolist() == 2 * [60 * h for h in range(8, 17)]


def special(treatment: SpecialTreatment, **fields: object) -> SpecialDay:
    named: dict[str, object] = {
        "name": "vat",
        "first": date(2026, 3, 26),
        "last": date(2026, 3, 27),
        "treatment": treatment,
        **fields,
    }
    return SpecialDay(**named)  # type: ignore[arg-type]  # fields by name


def test_only_learnt_special_days_are_learnt_from() -> None:
    grid = IntervalGrid.for_days(date(2026, 3, 25), 4, 720)
    learn = Calendar(special_days=(special(SpecialTreatment.LEARN),))
    leave_out = Calendar(special_days=(special(SpecialTreatment.EXCLUDE),))

    assert learn.learnable_intervals(grid).all()
    assert leave_out.learnable_intervals(grid).tolist() == [
        True, True, False, False, False, False, True, True,
    ]  # fmt: skip


def test_scaled_copied_and_closed_days_answer_for_themselves() -> None:
    scaled = Calendar(special_days=(special(SpecialTreatment.SCALE, factor=1.5),))
    copied = Calendar(
        special_days=(special(SpecialTreatment.COPY, source=date(2026, 2, 26)),)
    )
    closed = Calendar(special_days=(special(SpecialTreatment.CLOSED),))
    second = date(2026, 3, 27)

    assert scaled.scale_of(second) == 1.5
    assert scaled.scale_of(date(2026, 3, 28)) == 1.0
    assert copied.copied_days([second]) == {second: date(2026, 2, 27)}
    assert closed.is_closed(second)


def test_a_yearly_special_day_returns_even_across_new_year() -> None:
    turn = SpecialDay(
        name="turn",
        first=date(2024, 12, 30),
        last=date(2025, 1, 2),
        treatment=SpecialTreatment.LEARN,
        repeats_yearly=True,
    )

    assert turn.offset_of(date(2027, 1, 1)) == 2
    assert turn.offset_of(date(2027, 1, 3)) is None
    assert turn.offset_of(date(2026, 12, 30)) == 0


def test_a_leap_day_returns_on_the_28th() -> None:
    leap = special(
        SpecialTreatment.LEARN,
        first=date(2024, 2, 29),
        last=date(2024, 2, 29),
        repeats_yearly=True,
    )

    assert leap.offset_of(date(2026, 2, 28)) == 0


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("last", {"last": date(2026, 3, 25)}),
        ("factor", {"factor": -1.0}),
        ("factor", {"factor": float("nan")}),
        ("source", {"source": date(2026, 1, 1)}),
    ],
)
def test_an_impossible_special_day_is_refused_by_name(
    name: str, fields: dict[str, object]
) -> None:
    with pytest.raises(InvalidArgumentError, match=name):
        special(SpecialTreatment.SCALE, **fields)


def test_an_unknown_country_is_refused_by_name() -> None:
    with pytest.raises(InvalidArgumentError, match="country"):
        Calendar(country="ZZ").holiday(date(2026, 1, 1))


def test_impossible_hours_are_refused_by_name() -> None:
    with pytest.raises(InvalidArgumentError, match="by_weekday"):
        OpeningHours.on_weekdays(600, 500)
