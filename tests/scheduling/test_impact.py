from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from scheduling.errors import InvalidArgument
from scheduling.impact import impact, impact_on_rota, nearest_dates
from tests.scheduling.builders import (
    agent,
    away,
    contract,
    curve,
    day,
    grid,
    problem,
    shifts,
    works,
)


def test_the_shortfall_is_shown_with_and_without_the_absence() -> None:
    required = np.array(curve("9x0 4x2 4x1 7x0"))
    staffed = np.array(curve("9x0 8x2 7x0"))
    present = np.array(curve("9x0 8x1 7x0"))

    seen = impact(grid(), required, staffed, present)

    assert seen.short_before.sum() == 0
    assert seen.short_after.tolist() == curve("9x0 4x1 11x0")
    assert seen.causes_shortfall
    (today,) = seen.days()
    assert (today.worst_before, today.worst_after) == (0, 1)
    assert today.agent_hours_lost == 8


def test_an_interval_short_before_is_no_reason_against_someone_off_duty() -> None:
    seen = impact(grid(), np.full(24, 2), np.full(24, 1), np.zeros(24))

    assert not seen.causes_shortfall


@pytest.mark.parametrize(
    ("name", "arrays"),
    [
        ("required", (np.zeros(3), np.zeros(24), np.zeros(24))),
        ("presence", (np.zeros(24), np.zeros(24), np.ones(24))),
        ("staffed", (np.zeros(24), -np.ones(24), np.zeros(24))),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    name: str, arrays: tuple[NDArray[np.float64], ...]
) -> None:
    with pytest.raises(InvalidArgument, match=name):
        impact(grid(), *arrays)


def test_a_rota_loses_the_hours_of_the_absent_and_no_others() -> None:
    one = problem(
        agent("a"),
        agent("b"),
        contracts=[contract(shifts("09:00"))],
        required=curve("9x0 8x2 7x0") * 2,
        days=2,
    )
    rota = [works(key, number, "09:00-17:00") for key in "ab" for number in (0, 1)]

    (seen,) = impact_on_rota(one, rota, [away("a", 1, 1)])

    assert [today.worst_after for today in seen.days()] == [0, 1]
    assert [today.agent_hours_lost for today in seen.days()] == [0, 8]


def test_the_nearest_free_dates_come_first() -> None:
    worst = {day(number): float(number in {2, 3, 9}) for number in range(14)}

    found = nearest_dates(worst, day(2), 2, most=3)

    assert [(one.first, one.distance) for one in found] == [
        (day(0), 2),
        (day(4), 2),
        (day(5), 3),
    ]
    assert all(one.last == one.first + timedelta(days=1) for one in found)
    assert all(one.worst == 0 for one in found)


def test_blocked_days_are_not_proposed() -> None:
    worst = {day(number): 0.0 for number in range(6)}

    found = nearest_dates(worst, day(0), 2, blocked=[day(2)])

    assert [one.first for one in found] == [day(3), day(4)]


def test_where_every_date_is_short_the_least_short_are_proposed() -> None:
    worst = {day(0): 3.0, day(1): 2.0, day(2): 1.0, day(3): 2.0}

    found = nearest_dates(worst, day(0), 1)

    assert [(one.first, one.worst) for one in found] == [(day(2), 1.0)]


def test_a_leave_of_no_days_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="length"):
        nearest_dates({}, day(0), 0)
