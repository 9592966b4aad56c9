from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from forecasting.grid import IntervalGrid
from scheduling.capacity import Assumptions, LeaveSpan, Post, capacity
from scheduling.errors import InvalidArgument
from tests.scheduling.builders import MONDAY, day, grid


def office(weeks: int = 1, agents: int = 4) -> tuple[IntervalGrid, NDArray[np.int64]]:
    """Return a grid and so many agents from 09:00 to 17:00 on weekdays."""
    over = grid(7 * weeks)
    hours = over.local_minutes // 60
    is_open = (over.weekdays < 5) & (hours >= 9) & (hours < 17)
    return over, np.where(is_open, agents, 0)


def test_forty_agent_hours_need_one_full_time_equivalent() -> None:
    over, agents = office(agents=1)

    (week,) = capacity(over, agents, [])

    assert week.monday == MONDAY
    assert week.required == pytest.approx(1.0)
    assert week.shortfall == pytest.approx(1.0)


def test_shrinkage_is_added_to_the_need() -> None:
    over, agents = office(agents=7)

    (week,) = capacity(over, agents, [], assumptions=Assumptions(shrinkage=0.3))

    assert week.required == pytest.approx(10.0)


def test_posts_count_from_their_first_to_their_last_day() -> None:
    over, agents = office(weeks=3)
    posts = [
        Post(hours_per_week=40.0),
        Post(hours_per_week=20.0),
        Post(hours_per_week=40.0, since=day(9)),
        Post(hours_per_week=40.0, until=day(8)),
    ]

    weeks = capacity(over, agents, posts)

    assert [week.employed for week in weeks] == pytest.approx([2.5, 2.5, 2.5])


def test_leave_lessens_what_is_available() -> None:
    over, agents = office(weeks=2, agents=2)
    posts = [Post(hours_per_week=40.0)] * 2
    leave = [LeaveSpan(first=day(3), last=day(8), hours_per_week=40.0)]

    weeks = capacity(over, agents, posts, leave)

    assert [week.on_leave for week in weeks] == pytest.approx([0.4, 0.4])
    assert [week.shortfall for week in weeks] == pytest.approx([0.4, 0.4])


def test_part_of_a_week_is_compared_over_its_own_days() -> None:
    over = IntervalGrid.for_days(date(2026, 3, 5), 2, 60)
    hours = over.local_minutes // 60
    agents = np.where((hours >= 9) & (hours < 17), 3, 0)

    (week,) = capacity(over, agents, [Post(hours_per_week=40.0)])

    assert (week.monday, week.days) == (MONDAY, 2)
    assert week.required == pytest.approx(3.0)
    assert week.employed == pytest.approx(1.0)


def test_enough_people_leave_no_shortfall() -> None:
    over, agents = office(agents=1)

    (week,) = capacity(over, agents, [Post(hours_per_week=40.0)] * 2)

    assert week.shortfall == 0.0


@pytest.mark.parametrize(
    ("name", "value"), [("shrinkage", 1.0), ("fte_hours", 0.0), ("working_days", 8)]
)
def test_impossible_assumptions_are_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(InvalidArgument, match=name):
        Assumptions(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("agents", [np.zeros(3), -np.ones(168)])
def test_a_requirement_that_does_not_fit_is_refused(
    agents: NDArray[np.float64],
) -> None:
    with pytest.raises(InvalidArgument, match="required_agents"):
        capacity(grid(7), agents, [])
