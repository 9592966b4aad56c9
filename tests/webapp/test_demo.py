from datetime import date, timedelta

import numpy as np
import pytest

from tests.webapp.conftest import NOW
from webapp import db
from webapp.models.leave import LeaveState
from webapp.services import audit, leave
from webapp.services.demo import calls, demand, filling, people

WHEN = filling.Today(now=NOW, zone="Europe/Istanbul")
VERGI = demand.LINES[0]


def test_a_day_has_the_same_calls_every_time() -> None:
    first, second = (demand.calls_of(VERGI, date(2026, 11, 18)) for _ in range(2))

    assert first is not None
    assert second is not None
    assert (first.offered == second.offered).all()
    assert (first.aht_s == second.aht_s).all()


def test_another_seed_gives_other_calls() -> None:
    day = date(2026, 11, 18)
    one, other = (demand.calls_of(VERGI, day, seed=seed) for seed in (1, 2))

    assert one is not None
    assert other is not None
    assert (one.offered != other.offered).any()


def test_nobody_calls_on_weekends_and_holidays_and_few_on_eves() -> None:
    assert demand.calls_of(VERGI, date(2026, 11, 21)) is None  # a Saturday
    assert demand.calls_of(VERGI, date(2026, 10, 29)) is None  # Republic Day
    eve = demand.calls_of(VERGI, date(2026, 10, 28))
    assert eve is not None
    assert eve.minutes.max() < 13 * 60


def test_deadlines_and_mondays_are_busier() -> None:
    def mean(days: list[date]) -> float:
        found = [demand.calls_of(VERGI, day) for day in days]
        return float(np.mean([one.offered.sum() for one in found if one]))

    weeks = [date(2026, 9, 7) + timedelta(days=7 * n) for n in range(8)]
    fridays = [day + timedelta(days=4) for day in weeks]
    late = [date(2026, 9, day) for day in (22, 23, 24, 25)]
    early = [date(2026, 9, day) for day in (8, 9, 10, 11)]

    assert mean(weeks) > 1.1 * mean(fridays)
    assert mean(late) > 1.1 * mean(early)
    assert demand.deadline_factor(date(2026, 7, 31)) > 1.4


def test_the_voices_belong_to_the_accounts() -> None:
    assert calls.is_same_cast()
    assert 12 <= len(calls.calls()) <= 20
    assert all((calls.FOLDER / call["file"]).is_file() for call in calls.calls())


def test_about_thirty_agents_and_every_role_have_accounts() -> None:
    everyone = people.accounts()
    roles = {role for account in everyone for role in account.roles}

    assert len(everyone) == len({account.username for account in everyone})
    assert 28 <= sum(account.line is not None for account in everyone) <= 34
    assert len(roles) == 7


@pytest.mark.slow
def test_filling_twice_fills_once(any_database: db.Database) -> None:
    def fill() -> list[object]:
        with db.transaction() as session:
            opened = filling.open_centre(session, WHEN)
        with db.transaction() as session:
            new = [filling.import_history(session, one, WHEN) for one in demand.LINES]
        with db.transaction() as session:
            return [opened, *new, filling.fill_desks(session, WHEN)]

    first, second = fill(), fill()

    assert first[0] is True
    assert all(isinstance(count, int) and count > 900 for count in first[1:3])
    assert second == [False, 0, 0, False]
    with db.reading() as session:
        states = {one.state for one in leave.requests_in(session, list(LeaveState))}
        assert states == set(LeaveState) - {LeaveState.WITHDRAWN}
        assert audit.verify(session).is_whole


@pytest.mark.slow
def test_days_that_passed_get_their_calls(any_database: db.Database) -> None:
    later = filling.Today(now=NOW + timedelta(days=2), zone=WHEN.zone)
    with db.transaction() as session:
        filling.open_centre(session, WHEN)
        filling.import_history(session, VERGI, WHEN)

    with db.transaction() as session:
        new = filling.import_history(session, VERGI, later)

    assert new == 2 * 18  # two working days of eighteen half hours
