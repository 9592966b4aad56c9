"""Who is alive."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from webapp import db
from webapp.worker import heartbeats
from webapp.worker.heartbeats import Identity

NOW = datetime(2026, 11, 18, 7, 0, tzinfo=UTC)
LIMIT = timedelta(seconds=60)
ME = heartbeats.new_identity()


def beat(identity: Identity, now: datetime = NOW) -> None:
    with db.transaction() as session:
        heartbeats.beat(session, identity, now=now)


def living(now: datetime = NOW, place: str | None = ME.place) -> set[str]:
    with db.reading() as session:
        return heartbeats.living(session, now=now, dead_after=LIMIT, place=place)


def gone_process() -> int:
    """Return the number of a process that has ended."""
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(pid, 0)
    return pid


def test_a_worker_lives_while_it_beats(any_database: db.Database) -> None:
    beat(ME)
    beat(ME, NOW + timedelta(seconds=50))

    assert living(NOW + timedelta(seconds=100)) == {ME.worker_id}
    assert living(NOW + timedelta(seconds=111)) == set()


def test_a_process_gone_from_this_place_is_dead_at_once(
    any_database: db.Database,
) -> None:
    gone = replace(ME, worker_id="gone", pid=gone_process())
    beat(ME)
    beat(gone)

    assert living() == {ME.worker_id}


def test_a_process_number_says_nothing_about_another_place(
    any_database: db.Database,
) -> None:
    elsewhere = replace(ME, worker_id="elsewhere", pid=gone_process(), place="other")
    beat(elsewhere)

    assert living() == {"elsewhere"}
    assert living(place=None) == {"elsewhere"}


def test_a_worker_that_left_is_not_alive(any_database: db.Database) -> None:
    beat(ME)

    with db.transaction() as session:
        heartbeats.leave(session, ME)

    assert living() == set()


def test_the_dead_are_forgotten_after_a_day(any_database: db.Database) -> None:
    beat(ME)
    beat(replace(ME, worker_id="new"), NOW + timedelta(hours=20))

    with db.transaction() as session:
        heartbeats.forget_old(session, now=NOW + timedelta(hours=25))

    with db.reading() as session:
        long_ago = timedelta(days=9)
        left = heartbeats.living(session, now=NOW, dead_after=long_ago, place=None)
    assert left == {"new"}
