"""Jobs of workers that are gone are handed out anew; nothing wanted is left behind."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp import db, jobs
from webapp.jobs import Engine, Handout
from webapp.worker import heartbeats
from webapp.worker.heartbeats import Identity
from webapp.worker.runner import Runner

log = logging.getLogger(__name__)


class Sweep:
    """One worker's look over everybody's hand-outs."""

    def __init__(
        self,
        engine: Engine,
        runner: Runner,
        identity: Identity,
        *,
        clock: Callable[[], datetime],
        dead_after: timedelta,
    ) -> None:
        self._engine = engine
        self._runner = runner
        self._identity = identity
        self._clock = clock
        self._dead_after = dead_after
        self._suspects: set[Handout] = set()

    def __call__(self) -> None:
        """Hand out anew what is stuck and withdraw what nobody wants any more."""
        with db.reading() as session:
            before = jobs.active_runs(session)
            living = heartbeats.living(
                session,
                now=self._clock(),
                dead_after=self._dead_after,
                place=self._identity.place,
            )
        living.add(self._identity.worker_id)
        handouts = self._engine.handouts()
        orphans = [
            h for h in handouts if h.worker_id is not None and h.worker_id not in living
        ] + self._never_begun(handouts)
        # No worker of this version would ever take them.
        foreign = [
            h
            for h in handouts
            if h.worker_id is None and h.version != jobs.ENGINE_VERSION
        ]
        lost = before.items() - {(h.job_id, h.run) for h in handouts}
        stuck = {(h.job_id, h.run) for h in orphans + foreign} | lost
        self._requeue(stuck, forgive=False)
        # Read after the hand-outs: each of them was committed with its job's row.
        with db.reading() as session:
            wanted = jobs.active_runs(session)
        waste = [
            h for h in handouts if h.worker_id is None and wanted.get(h.job_id) != h.run
        ]
        self._engine.withdraw([*orphans, *waste])

    def give_up_own(self) -> None:
        """Hand out anew what this worker still has, as it was told to stop."""
        self._requeue(set(self._runner.in_hand().items()), forgive=True)

    def _never_begun(self, handouts: list[Handout]) -> list[Handout]:
        """Return hand-outs to this worker that it has not seen two sweeps in a row."""
        in_hand = self._runner.in_hand()
        unseen = {
            h
            for h in handouts
            if h.worker_id == self._identity.worker_id
            and in_hand.get(h.job_id) != h.run
        }
        confirmed, self._suspects = unseen & self._suspects, unseen
        return list(confirmed)

    def _requeue(self, runs: set[tuple[int, int]], *, forgive: bool) -> None:
        for job_id, run in sorted(runs):
            with db.transaction() as session:
                if jobs.requeue(session, job_id, run=run, forgive=forgive):
                    log.warning("job %s: run %s was interrupted, queued", job_id, run)
