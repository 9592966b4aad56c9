"""Asking for work, in the transaction that needs it done."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from webapp import db, jobs
from webapp.models import Base
from webapp.models.jobs import Job, JobQueue, JobState, Kind
from webapp.services import schema

NOW = datetime(2026, 11, 18, 7, 0, tzinfo=UTC)
KIND = Kind("test.short", JobQueue.PLANNING)


@pytest.fixture
def database(any_database: db.Database) -> db.Database:
    url = any_database.engine.url.render_as_string(hide_password=False)
    jobs.prepare_database(url)
    return any_database


def ask(key: str = "rota-7", *, again: bool = False) -> int:
    with db.transaction() as session:
        return jobs.enqueue(
            session,
            KIND,
            key=key,
            payload={"rota_id": 7},
            title={"week": "2026-11-16"},
            owner_id=None,
            now=NOW,
            again=again,
        ).id


def end(job_id: int, state: JobState) -> None:
    with db.transaction() as session:
        job = session.get_one(Job, job_id)
        job.state, job.ended_at = state, NOW
        job.error_code = "webapp.crashed" if state is JobState.FAILED else None


def job(job_id: int) -> Job:
    with db.reading() as session:
        return session.get_one(Job, job_id)


def handouts() -> list[str]:
    """Return the engine's rows that wait, straight from its table."""
    database = db.current()
    schema_name = "dbos." if database.engine.dialect.name == "postgresql" else ""
    with db.reading() as session:
        rows = session.scalars(
            sa.text(
                f"SELECT workflow_uuid FROM {schema_name}workflow_status "
                "WHERE status = 'ENQUEUED' ORDER BY created_at, workflow_uuid"
            )
        )
        return [row.rpartition("-")[0] for row in rows]


def test_the_job_and_its_hand_out_are_committed_together(
    database: db.Database,
) -> None:
    job_id = ask()

    assert job(job_id).state is JobState.QUEUED
    assert handouts() == [f"{job_id}-1"]


def test_a_transaction_rolled_back_leaves_neither(database: db.Database) -> None:
    def ask_and_fail() -> None:
        with db.transaction() as session:
            jobs.enqueue(
                session, KIND, key="k", payload={}, title={}, owner_id=None, now=NOW
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()

    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Job.id))) == 0
    assert handouts() == []


@pytest.mark.parametrize("state", [None, JobState.DONE])
def test_work_that_is_under_way_or_done_is_not_started_twice(
    database: db.Database, state: JobState | None
) -> None:
    first = ask()
    if state is not None:
        end(first, state)

    assert ask() == first
    assert len(handouts()) == 1


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_work_that_came_to_nothing_is_started_anew(
    database: db.Database, state: JobState
) -> None:
    first = ask()
    end(first, state)

    second = ask()

    assert second != first
    assert ask() == second


def test_done_work_is_repeated_only_on_demand(database: db.Database) -> None:
    first = ask()
    assert ask(again=True) == first

    end(first, JobState.DONE)

    assert ask(again=True) != first


def test_two_who_ask_at_once_get_the_same_job(database: db.Database) -> None:
    together, got = threading.Barrier(6), list[int]()

    def one() -> None:
        together.wait()
        got.append(ask())

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 6
    assert len(set(got)) == 1
    assert len(handouts()) == 1


def test_a_failed_job_tried_again_has_all_its_tries(database: db.Database) -> None:
    job_id = ask()
    end(job_id, JobState.FAILED)

    with db.transaction() as session:
        assert jobs.retry(session, job_id)

    assert job(job_id).state is JobState.QUEUED
    assert (job(job_id).run, job(job_id).attempts) == (2, 0)
    assert job(job_id).error_code is None
    assert handouts() == [f"{job_id}-1", f"{job_id}-2"]


def test_a_job_that_a_later_one_replaced_is_not_tried_again(
    database: db.Database,
) -> None:
    first = ask()
    end(first, JobState.FAILED)
    ask()

    with db.transaction() as session:
        assert not jobs.retry(session, first)


def test_an_interrupted_run_is_queued_once(database: db.Database) -> None:
    job_id = ask()

    with db.transaction() as session:
        assert jobs.requeue(session, job_id, run=1)
    with db.transaction() as session:
        assert not jobs.requeue(session, job_id, run=1)

    assert job(job_id).run == 2


def test_a_job_that_has_ended_cannot_be_cancelled(database: db.Database) -> None:
    job_id = ask()
    end(job_id, JobState.DONE)

    with db.transaction() as session:
        assert not jobs.cancel(session, job_id, now=NOW + timedelta(hours=1))

    assert job(job_id).state is JobState.DONE


def test_the_engines_tables_are_none_of_ours(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'engine.db'}"

    jobs.prepare_database(url)

    database = db.Database(url)
    theirs = set(sa.inspect(database.engine).get_table_names())
    database.close()
    assert "workflow_status" in theirs
    assert theirs & set(Base.metadata.tables) == set()


def test_preparing_again_and_upgrading_around_the_engine_changes_nothing(
    database: db.Database,
) -> None:
    job_id = ask()

    jobs.prepare_database(database.engine.url.render_as_string(hide_password=False))
    schema.upgrade(database)

    assert handouts() == [f"{job_id}-1"]
