"""One job from its hand-out to its recorded outcome."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from webapp import db
from webapp.models.jobs import Job, JobQueue
from webapp.settings import Settings
from webapp.worker import ledger
from webapp.worker.child import failure_of
from webapp.worker.computing import (
    Failure,
    Interrupted,
    Limits,
    WorkFailed,
    compute_in_child,
)
from webapp.worker.handler import Handler, Task

T = TypeVar("T")

log = logging.getLogger(__name__)

PROGRESS_EVERY_S = 0.5
HANDLER_TRIES = 3
LONGEST_PAUSE_S = 10.0
# Long work steps aside for the pages; a proposal that somebody waits for does not.
NICENESS = {JobQueue.INTERACTIVE: 0, JobQueue.PLANNING: 5, JobQueue.SPEECH: 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A job in this worker's hands."""

    handler: Handler[Any, Any]
    task: Task
    run: int
    stop: threading.Event


class Runner:
    """Runs what the engine hands out and knows what is in hand."""

    def __init__(
        self,
        settings: Settings,
        handlers: Mapping[str, Handler[Any, Any]],
        *,
        worker_id: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._handlers = handlers
        self._worker_id = worker_id
        self._clock = clock
        self._in_hand: dict[int, _Held] = {}
        self._guard = threading.Lock()
        self._leaving = threading.Event()

    def run(self, job_id: int, run: int) -> None:
        """Do one job; return when its outcome is recorded or no longer wanted."""
        held = self._persist(lambda session: self._begin(session, job_id, run))
        if held is None:
            return
        with self._holding(held):
            try:
                self._work(held)
                return
            except Interrupted:
                log.info("job %s: run %s stopped, not wanted", job_id, run)
                return
            except WorkFailed as error:
                failure = error.failure
            except Exception as error:
                failure = Failure(*failure_of(error))
                log.exception("job %s: run %s failed", job_id, run)
            log.warning("job %s: failed, %s", job_id, failure)
            self._persist(lambda session: self._fail(session, held, failure))

    def in_hand(self) -> dict[int, int]:
        """Return the run number of every job in this worker's hands."""
        with self._guard:
            return {job_id: held.run for job_id, held in self._in_hand.items()}

    def drop_unwanted(self) -> None:
        """Stop the jobs that were cancelled or handed to another worker meanwhile."""
        runs = self.in_hand()
        if not runs:
            return
        with db.reading() as session:
            unwanted = ledger.unwanted(session, runs.items())
        self._stop(unwanted)

    def drop_all(self) -> None:
        """Stop everything in hand and wait no longer for a database that is away."""
        self._leaving.set()
        self._stop(set(self.in_hand()))

    def _stop(self, job_ids: set[int]) -> None:
        with self._guard:
            for job_id in job_ids & self._in_hand.keys():
                self._in_hand[job_id].stop.set()

    @contextmanager
    def _holding(self, held: _Held) -> Iterator[None]:
        with self._guard:
            self._in_hand[held.task.job_id] = held
        try:
            yield
        finally:
            with self._guard:
                del self._in_hand[held.task.job_id]

    def _begin(self, session: Session, job_id: int, run: int) -> _Held | None:
        now = self._clock()
        job = ledger.begin(session, job_id, run=run, worker_id=self._worker_id, now=now)
        if job is None:
            return None
        handler = self._handlers.get(job.kind)
        if handler is None:
            failure = Failure(
                "webapp.unknown_kind", {"kind": job.kind}, "no such handler"
            )
            ledger.fail(job, failure, now=now)
            return None
        if job.attempts > handler.tries:
            params = {"tries": handler.tries}
            failure = Failure(
                "webapp.out_of_tries", params, "its workers died under it"
            )
            ledger.fail(job, failure, now=now)
            return None
        return _Held(
            handler=handler,
            task=self._task(job),
            run=run,
            stop=threading.Event(),
        )

    def _task(self, job: Job) -> Task:
        return Task(
            job_id=job.id,
            payload=job.payload,
            owner_id=job.owner_id,
            settings=self._settings,
            clock=self._clock,
        )

    def _work(self, held: _Held) -> None:
        handler, task = held.handler, held.task

        def prepare() -> object:
            with db.reading() as session:
                return handler.prepare(session, task)

        def store(output: object) -> None:
            with db.transaction() as session:
                job = ledger.lock(session, task.job_id, run=held.run)
                if job is None:
                    raise Interrupted
                result = handler.store(session, task, output)
                ledger.finish(job, result, now=self._clock())

        value = self._insist(prepare, tries=HANDLER_TRIES)
        output = self._compute(held, value)
        self._insist(lambda: store(output), tries=HANDLER_TRIES)

    def _compute(self, held: _Held, value: object) -> object:
        report = _RowReport(held)
        handler = held.handler
        if handler.in_child:
            niceness = NICENESS[handler.kind.queue]
            limits = Limits(timeout_s=handler.timeout_s, niceness=niceness)
            return compute_in_child(
                handler.compute, value, report, limits=limits, stop=held.stop
            )
        output = handler.compute(value, report)
        if held.stop.is_set():
            raise Interrupted
        return output

    def _fail(self, session: Session, held: _Held, failure: Failure) -> None:
        job = ledger.lock(session, held.task.job_id, run=held.run)
        if job is not None:
            ledger.fail(job, failure, now=self._clock())

    def _persist(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a transaction, however long the database is away."""

        def transact() -> T:
            with db.transaction() as session:
                return work(session)

        return self._insist(transact, tries=None)

    def _insist(self, attempt: Callable[[], T], *, tries: int | None) -> T:
        """Return what `attempt` returns, repeating it while the database fails."""
        made, pause_s = 0, 0.2
        while True:
            try:
                return attempt()
            except (OperationalError, InterfaceError):
                made += 1
                if made == tries or self._leaving.wait(pause_s):
                    raise
                log.warning("database failed, trying again", exc_info=True)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


class _RowReport:
    """Progress written to the job's row, at most twice a second."""

    def __init__(self, held: _Held) -> None:
        self._held = held
        self._next_s = 0.0

    def __call__(self, share: float, code: str = "", **params: str | float) -> None:
        now = time.monotonic()
        if now < self._next_s:
            return
        self._next_s = now + PROGRESS_EVERY_S
        held = self._held
        try:
            with db.transaction() as session:
                is_wanted = ledger.note_progress(
                    session,
                    held.task.job_id,
                    run=held.run,
                    share=share,
                    code=code,
                    params=params,
                )
        except OperationalError:
            log.warning("job %s: progress not noted", held.task.job_id, exc_info=True)
            return
        if not is_wanted:
            held.stop.set()

    def is_cancelled(self) -> bool:
        return self._held.stop.is_set()
