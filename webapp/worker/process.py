"""The worker process as a whole: start, keep house, stop."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import FrameType
from typing import Any

from webapp import db
from webapp.adapters import utc_now
from webapp.jobs import Engine
from webapp.models.jobs import JobQueue
from webapp.settings import Settings
from webapp.worker import heartbeats, periodic
from webapp.worker.handler import Handler
from webapp.worker.periodic import PeriodicTask
from webapp.worker.registry import HANDLERS, PERIODIC
from webapp.worker.runner import Runner
from webapp.worker.sweep import Sweep

log = logging.getLogger(__name__)

INTERACTIVE_SLOTS = 1
ENGINE_MEMORY = timedelta(days=7)
LONGEST_JOIN_S = 5.0
AFTER_FAILURE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a worker keeps house; tests go faster."""

    heartbeat_s: float = 10.0
    dead_after_s: float = 60.0
    watch_s: float = 0.25
    periodic_s: float = 1.0
    grace_s: int = 10


def run_worker(
    settings: Settings,
    stop: threading.Event,
    *,
    handlers: Sequence[Handler[Any, Any]] = HANDLERS,
    tasks: tuple[PeriodicTask, ...] = PERIODIC,
    pace: Pace | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Take and do jobs until `stop` is set; then end them within the grace or not.

    Jobs that do not end in time are queued for the next worker. One worker a process.
    """
    pace = pace or Pace()
    db.connect(settings.url)
    identity = heartbeats.new_identity()
    _beat(identity, clock)
    runner = Runner(
        settings,
        {handler.kind.name: handler for handler in handlers},
        worker_id=identity.worker_id,
        clock=clock,
    )
    engine = Engine(settings.url, worker_id=identity.worker_id, run=runner.run)
    sweep = Sweep(
        engine,
        runner,
        identity,
        clock=clock,
        dead_after=timedelta(seconds=pace.dead_after_s),
    )
    engine.start(_slots(settings))
    all_tasks = (*tasks, _cleaning(engine))

    def keep_house() -> None:
        _beat(identity, clock)
        sweep()

    def run_periodic() -> None:
        periodic.run_due(all_tasks, settings, clock())

    with _repeating("watch", pace.watch_s, runner.drop_unwanted):
        with (
            _repeating("house", pace.heartbeat_s, keep_house),
            _repeating("periodic", pace.periodic_s, run_periodic),
        ):
            log.info("worker %s takes jobs", identity.worker_id)
            stop.wait()
        log.info("worker %s stops", identity.worker_id)
        _end(engine, runner, sweep, pace.grace_s)
    with db.transaction() as session:
        heartbeats.leave(session, identity)


def stop_on_signals(stop: threading.Event) -> None:
    """Set `stop` on SIGTERM and SIGINT; the main thread only."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)


def _end(engine: Engine, runner: Runner, sweep: Sweep, grace_s: int) -> None:
    def give_up() -> None:
        sweep.give_up_own()
        runner.drop_all()

    impatience = threading.Timer(grace_s, give_up)
    impatience.start()
    # The engine stops handing out at once and waits for what runs; the two seconds
    # more let the jobs given up above come to their end.
    engine.stop(grace_s=grace_s + 2)
    impatience.cancel()
    impatience.join()


def _slots(settings: Settings) -> dict[JobQueue, int]:
    return {
        JobQueue.INTERACTIVE: INTERACTIVE_SLOTS,
        JobQueue.PLANNING: settings.planning_slots,
        JobQueue.SPEECH: settings.speech_slots,
    }


def _beat(identity: heartbeats.Identity, clock: Callable[[], datetime]) -> None:
    with db.transaction() as session:
        heartbeats.beat(session, identity, now=clock())


def _cleaning(engine: Engine) -> PeriodicTask:
    def clean(_: Settings, now: datetime) -> None:
        deleted = engine.purge(before=now - ENGINE_MEMORY)
        with db.transaction() as session:
            heartbeats.forget_old(session, now=now)
        log.info("forgot %s finished hand-outs", deleted)

    return PeriodicTask(name="forget_handouts", run=clean, due=time(3, 20))


@contextmanager
def _repeating(name: str, every_s: float, act: Callable[[], None]) -> Iterator[None]:
    """Act at once and then every so often, in a thread, until the block ends."""
    done = threading.Event()

    def repeat() -> None:
        pause_s = 0.0
        while not done.wait(pause_s):
            try:
                act()
                pause_s = every_s
            except Exception:
                log.exception("%s: failed; it comes again", name)
                pause_s = max(every_s, AFTER_FAILURE_S)

    thread = threading.Thread(target=repeat, name=f"worker-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(LONGEST_JOIN_S)
