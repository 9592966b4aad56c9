"""Tasks that recur."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp import db
from webapp.settings import Settings
from webapp.worker.periodic import PeriodicTask, run_due

ISTANBUL = ZoneInfo("Europe/Istanbul")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL).astimezone(UTC)


def nothing(settings: Settings, now: datetime) -> None: ...


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        ("2026-11-18 03:00", "2026-11-18 23:59", False),
        ("2026-11-18 03:00", "2026-11-19 02:59", False),
        ("2026-11-18 03:00", "2026-11-19 03:00", True),
        ("2026-11-17 12:00", "2026-11-18 15:00", True),
        ("2026-11-18 02:59", "2026-11-18 03:00", True),
    ],
)
def test_a_daily_task_is_due_once_after_its_local_time(
    last: str, now: str, *, is_due: bool
) -> None:
    task = PeriodicTask(name="nightly", run=nothing, due=time(3, 0))

    assert task.is_due(at(last), now=at(now), zone=ISTANBUL) == is_due


def test_a_task_comes_again_after_its_time_and_not_before(
    any_database: db.Database,
) -> None:
    runs = list[datetime]()
    task = PeriodicTask(
        name="watch", run=lambda _, now: runs.append(now), due=timedelta(seconds=10)
    )
    start = at("2026-11-18 09:00")
    settings = Settings(database_url="sqlite:///unused")

    for seconds in (0, 4, 9, 10, 15, 21):
        run_due((task,), settings, start + timedelta(seconds=seconds))

    assert [(run - start).seconds for run in runs] == [0, 10, 21]


def test_a_task_that_fails_does_not_keep_others_from_running(
    any_database: db.Database, caplog: pytest.LogCaptureFixture
) -> None:
    runs = list[str]()

    def fail(settings: Settings, now: datetime) -> None:
        raise ZeroDivisionError

    tasks = (
        PeriodicTask(name="bad", run=fail, due=timedelta(seconds=1)),
        PeriodicTask(
            name="good",
            run=lambda _, __: runs.append("good"),
            due=timedelta(seconds=1),
        ),
    )

    run_due(tasks, Settings(database_url="sqlite:///unused"), at("2026-11-18 09:00"))

    assert runs == ["good"]
    assert "periodic task bad failed" in caplog.text
