"""Whatever dies and whenever, every job is done, and once."""

import random
import signal
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.webapp.jobs import handlers
from tests.webapp.jobs.world import World, has_process, wait
from webapp import db
from webapp.models.jobs import JobState, PeriodicRun, WorkerHeartbeat

pytestmark = pytest.mark.slow


def all_done(world: World) -> bool:
    return set(world.states()) == {JobState.DONE}


def test_forty_jobs_survive_workers_killed_at_random(world: World) -> None:
    moments = random.Random(7)
    ids = [world.ask(handlers.SHORT, f"job-{n}", number=n) for n in range(40)]

    for _ in range(4):
        worker = world.start_worker(slots=2)
        already = len(world.witnesses())
        target = already + moments.randint(1, 6)
        wait(lambda: len(world.witnesses()) >= min(target, 40))  # noqa: B023
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    world.start_worker(slots=2)

    wait(lambda: all_done(world), within_s=120)
    assert Counter(job_id for job_id, _ in world.witnesses()) == Counter(ids)
    assert [world.job(i).result for i in ids] == [{"output": 2 * n} for n in range(40)]


def test_a_job_interrupted_by_a_kill_runs_again_with_the_next_worker(
    world: World, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    job_id = world.ask(handlers.WAITING, file=str(gate))
    first = world.start_worker()
    wait(lambda: world.job(job_id).message_params)
    child = world.job(job_id).message_params["pid"]

    first.kill()
    first.wait()
    wait(lambda: not has_process(child), within_s=5)
    gate.touch()
    second = world.start_worker()

    wait(lambda: all_done(world))
    assert world.witnesses() == [(job_id, second.pid)]
    assert world.job(job_id).run == 2
    assert world.job(job_id).attempts == 2


def test_a_worker_of_another_machine_is_dead_once_it_is_silent(
    world: World, tmp_path: Path
) -> None:
    job_id = world.ask(handlers.WAITING, file=str(tmp_path / "gate"))
    first = world.start_worker(knows_place=False, dead_after_s=1.5)
    wait(lambda: world.job(job_id).state is JobState.RUNNING)
    second = world.start_worker(knows_place=False, dead_after_s=1.5)
    wait(lambda: "takes jobs" in world.log().partition("takes jobs")[2])

    (tmp_path / "gate").touch()
    first.kill()

    wait(lambda: all_done(world), within_s=30)
    assert [job for job, _ in world.witnesses()] == [job_id]
    assert second.poll() is None


def test_a_worker_that_slept_and_wakes_stores_nothing(
    world: World, tmp_path: Path
) -> None:
    begun, gate = tmp_path / "begun", tmp_path / "gate"
    job_id = world.ask(handlers.SILENT, begun=str(begun), file=str(gate))
    sleeper = world.start_worker(dead_after_s=1.5)
    wait(begun.exists)
    # Nobody could write to a SQLite file whose writer was stopped half-way: holding
    # the write lock ourselves keeps the worker out of it at that moment.
    with db.transaction():
        sleeper.send_signal(signal.SIGSTOP)
    gate.touch()
    other = world.start_worker(dead_after_s=1.5)
    wait(lambda: all_done(world))

    sleeper.send_signal(signal.SIGCONT)
    wait(lambda: "not wanted" in world.log())

    assert world.witnesses() == [(job_id, other.pid)]
    assert world.job(job_id).result == {"output": 42}
    later = [world.ask(handlers.SHORT, f"later-{n}") for n in range(8)]
    wait(lambda: all_done(world))
    assert Counter(job for job, _ in world.witnesses()) == Counter([job_id, *later])


def test_a_job_that_kills_its_workers_fails_when_its_tries_are_used_up(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    job_id = world.ask(handlers.LETHAL)

    for _ in range(2):
        worker = world.start_worker()
        assert worker.wait(60) == -signal.SIGKILL
    world.start_worker()

    wait(lambda: world.job(job_id).state is JobState.FAILED)
    assert world.job(job_id).error_code == "webapp.out_of_tries"
    assert world.job(job_id).error_params == {"tries": 2}


def test_a_new_version_takes_over_what_the_old_one_left(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = tmp_path / "gate"
    with monkeypatch.context() as old:
        old.setattr("webapp.jobs.ENGINE_VERSION", "0")
        running = world.ask(handlers.WAITING, "running", file=str(gate))
        waiting = world.ask(handlers.SHORT, "waiting")
        worker = world.start_worker(slots=1, version="0")
        wait(lambda: world.job(running).state is JobState.RUNNING)
        worker.kill()
        worker.wait()
    gate.touch()

    world.start_worker(version="1")

    wait(lambda: all_done(world))
    assert Counter(job for job, _ in world.witnesses()) == Counter([running, waiting])


def test_jobs_outlive_the_loss_of_the_engines_memory(world: World) -> None:
    ids = [world.ask(handlers.SHORT, f"job-{n}") for n in range(3)]
    with db.transaction() as session:
        session.execute(sa.text(f"DELETE FROM {world.engine_table}"))

    world.start_worker()

    wait(lambda: all_done(world))
    assert Counter(job for job, _ in world.witnesses()) == Counter(ids)


def test_a_worker_told_to_stop_hands_back_what_does_not_end_in_time(
    world: World, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    job_id = world.ask(handlers.WAITING, file=str(gate))
    first = world.start_worker(grace_s=1)
    wait(lambda: world.job(job_id).message_params)
    child = world.job(job_id).message_params["pid"]

    first.terminate()

    assert first.wait(15) == 0
    assert not has_process(child)
    assert world.job(job_id).state is JobState.QUEUED
    assert world.job(job_id).attempts == 0
    gate.touch()
    world.start_worker()
    wait(lambda: all_done(world))
    assert [job for job, _ in world.witnesses()] == [job_id]


def test_a_worker_told_to_stop_finishes_what_ends_in_time(
    sqlite_world: World, tmp_path: Path
) -> None:
    world, gate = sqlite_world, tmp_path / "gate"
    job_id = world.ask(handlers.WAITING, file=str(gate))
    worker = world.start_worker(grace_s=20)
    wait(lambda: world.job(job_id).message_params)

    worker.terminate()
    wait(lambda: "stops" in world.log())
    gate.touch()

    assert worker.wait(30) == 0
    assert world.witnesses() == [(job_id, worker.pid)]


def test_a_hand_out_that_its_worker_never_began_is_handed_out_again(
    world: World,
) -> None:
    worker = world.start_worker()
    wait(lambda: "takes jobs" in world.log())
    with db.transaction() as session:
        worker_id = session.scalars(sa.select(WorkerHeartbeat.worker_id)).one()
        job_id = world.ask_within(session, handlers.SHORT, "one")
        session.execute(
            sa.text(
                f"UPDATE {world.engine_table} "
                "SET status = 'PENDING', executor_id = :worker_id"
            ),
            {"worker_id": worker_id},
        )

    wait(lambda: all_done(world))

    assert world.witnesses() == [(job_id, worker.pid)]
    assert world.job(job_id).run == 2


@pytest.mark.postgres
def test_jobs_outlive_connections_that_break(postgres_world: World) -> None:
    world = postgres_world
    ids = [world.ask(handlers.SHORT, f"job-{n}") for n in range(20)]
    world.start_worker(slots=2)

    for least in (3, 8):
        wait(lambda: len(world.witnesses()) >= least)  # noqa: B023
        with db.transaction() as session:
            session.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    wait(lambda: all_done(world), within_s=120)
    assert Counter(job for job, _ in world.witnesses()) == Counter(ids)


def test_the_engine_forgets_finished_work_and_the_jobs_stay(world: World) -> None:
    ids = [world.ask(handlers.INLINE, f"job-{n}") for n in range(3)]
    first = world.start_worker()
    wait(lambda: all_done(world))
    wait(lambda: world.engine_rows("status = 'SUCCESS'") == 3)
    first.kill()
    first.wait()
    waiting = world.ask(handlers.ENDLESS)
    with db.transaction() as session:
        session.execute(sa.delete(PeriodicRun))

    world.start_worker(memory_s=0.0)

    wait(lambda: world.engine_rows("status = 'SUCCESS'") == 0)
    wait(lambda: world.job(waiting).state is JobState.RUNNING)
    assert [world.job(i).state for i in ids] == [JobState.DONE] * 3
