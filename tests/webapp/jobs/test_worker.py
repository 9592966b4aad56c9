"""What a worker does with jobs of every kind."""

from collections import Counter

import pytest

from tests.webapp.jobs import handlers
from tests.webapp.jobs.world import World, has_process, wait
from webapp.models.jobs import Job, JobState, Kind

pytestmark = pytest.mark.slow


def ended(world: World, *ids: int) -> list[Job]:
    wait(lambda: not any(world.job(job_id).state.is_active for job_id in ids))
    return [world.job(job_id) for job_id in ids]


def test_a_failing_child_fails_its_own_job_with_the_reason(world: World) -> None:
    kinds = (
        handlers.CRASH,
        handlers.SHORT,
        handlers.LEAVE,
        handlers.REFUSE,
        handlers.BREAK,
        handlers.SLOW,
        handlers.INLINE,
    )
    worker = world.start_worker(slots=2)

    found = ended(world, *(world.ask(kind, kind.name) for kind in kinds))

    assert [(job.error_code, job.error_params) for job in found] == [
        ("webapp.crashed", {"reason": "SIGSEGV"}),
        (None, {}),
        ("webapp.crashed", {"reason": "exit 7"}),
        ("tests.no_history", {"queue": "Vergi"}),
        ("webapp.unexpected", {}),
        ("webapp.timed_out", {"limit_s": 0.3}),
        (None, {}),
    ]
    assert found[4].error_text == "ZeroDivisionError: by nothing"
    assert {job.state for job in found if job.error_code} == {JobState.FAILED}
    assert Counter(world.witnesses()) == Counter(
        (job.id, worker.pid) for job in found if job.error_code is None
    )
    assert all(job.attempts == 1 for job in found)


def test_cancelling_kills_the_child_within_a_second(world: World) -> None:
    world.start_worker(slots=1)
    job_id = world.ask(handlers.ENDLESS)
    wait(lambda: world.job(job_id).message_params)
    child = world.job(job_id).message_params["pid"]
    assert has_process(child)

    assert world.cancel(job_id)

    assert wait(lambda: not has_process(child), within_s=5) < 1.0
    next_id = world.ask(handlers.SHORT)
    assert ended(world, next_id)[0].state is JobState.DONE
    assert world.job(job_id).state is JobState.CANCELLED


def test_a_job_cancelled_while_it_waits_never_starts(sqlite_world: World) -> None:
    world = sqlite_world
    cancelled, kept = world.ask(handlers.SHORT, "a"), world.ask(handlers.SHORT, "b")
    world.cancel(cancelled)

    world.start_worker()

    ended(world, kept)
    assert world.job(cancelled).started_at is None
    assert [job for job, _ in world.witnesses()] == [kept]


def test_work_inside_the_worker_sees_that_it_was_cancelled(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.start_worker()
    job_id = world.ask(handlers.PATIENT)
    wait(lambda: world.job(job_id).message_params)

    world.cancel(job_id)

    after = world.ask(handlers.INLINE)
    assert ended(world, after)[0].state is JobState.DONE
    assert [job for job, _ in world.witnesses()] == [after]


def test_two_workers_share_the_jobs(world: World) -> None:
    first, second = world.start_worker(slots=2), world.start_worker(slots=2)
    wait(lambda: world.log().count("takes jobs") == 2)

    ids = [world.ask(handlers.SHORT, f"job-{n}") for n in range(30)]

    ended(world, *ids)
    stored = world.witnesses()
    assert Counter(job for job, _ in stored) == Counter(ids)
    assert {pid for _, pid in stored} == {first.pid, second.pid}


def test_a_proposal_somebody_waits_for_passes_a_full_planning_queue(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.start_worker(slots=1)
    busy = world.ask(handlers.ENDLESS)
    wait(lambda: world.job(busy).state is JobState.RUNNING)
    behind = world.ask(handlers.SHORT)

    asked = world.ask(handlers.INLINE)

    ended(world, asked)
    assert world.job(behind).state is JobState.QUEUED


def test_a_kind_nobody_handles_fails_by_name(sqlite_world: World) -> None:
    world = sqlite_world
    world.start_worker()
    strange = Kind("test.strange", handlers.SHORT.queue)

    [job] = ended(world, world.ask(strange))

    assert (job.error_code, job.error_params) == (
        "webapp.unknown_kind",
        {"kind": "test.strange"},
    )
