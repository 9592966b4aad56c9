"""A database with real worker processes around it."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import ROOT
from tests.webapp.jobs.handlers import WITNESSES
from webapp import db, jobs
from webapp.models.jobs import Job, JobState, Kind

WORKER = Path(__file__).parent / "worker_main.py"
QUICK = {"heartbeat_s": 0.2, "dead_after_s": 60.0, "watch_s": 0.1, "grace_s": 1}


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class World:
    """The database, the workers started over it and what they left behind."""

    url: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ask(self, kind: Kind, key: str = "one", **payload: Any) -> int:
        """Enqueue a job in a transaction of its own; return its id."""
        with db.transaction() as session:
            return self.ask_within(session, kind, key, **payload)

    def ask_within(self, session: Session, kind: Kind, key: str, **payload: Any) -> int:
        """Enqueue a job in the caller's transaction; return its id."""
        return jobs.enqueue(
            session,
            kind,
            key=key,
            payload={"number": 21, **payload},
            title={},
            owner_id=None,
            now=now(),
        ).id

    def cancel(self, job_id: int) -> bool:
        with db.transaction() as session:
            return jobs.cancel(session, job_id, now=now())

    def job(self, job_id: int) -> Job:
        with db.reading() as session:
            return session.get_one(Job, job_id)

    def states(self) -> Counter[JobState]:
        with db.reading() as session:
            return Counter(session.scalars(sa.select(Job.state)))

    def witnesses(self) -> list[tuple[int, int]]:
        """Return (job id, worker's process) of every storing."""
        with db.reading() as session:
            rows = session.execute(sa.select(WITNESSES.c.job_id, WITNESSES.c.pid))
            return [(row.job_id, row.pid) for row in rows]

    def start_worker(
        self,
        *,
        slots: int = 2,
        version: str = jobs.ENGINE_VERSION,
        knows_place: bool = True,
        memory_s: float | None = None,
        **pace: float,
    ) -> subprocess.Popen[bytes]:
        """Start a worker process; its log is in the folder."""
        options = {
            "url": self.url,
            "slots": slots,
            "version": version,
            "knows_place": knows_place,
            "memory_s": memory_s,
            "pace": {**QUICK, **pace},
        }
        log = self.folder / f"worker-{len(self.workers)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(WORKER), json.dumps(options)],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.workers.append(process)
        return process

    def engine_rows(self, condition: str) -> int:
        """Return how many of the engine's rows fulfil an SQL condition."""
        query = f"SELECT count(*) FROM {self.engine_table} WHERE {condition}"
        with db.reading() as session:
            return int(session.scalar(sa.text(query)) or 0)

    @property
    def engine_table(self) -> str:
        prefix = "dbos." if self.url.startswith("postgresql") else ""
        return f"{prefix}workflow_status"

    def log(self) -> str:
        """Return what all workers logged."""
        paths = sorted(self.folder.glob("worker-*.log"))
        return "\n".join(path.read_text(encoding="utf-8") for path in paths)

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()


@contextmanager
def world_at(url: str, folder: Path) -> Iterator[World]:
    """Yield a world over a database that has our tables already."""
    jobs.prepare_database(url)
    with db.transaction() as session:
        WITNESSES.create(session.connection(), checkfirst=True)
    world = World(url, folder)
    try:
        yield world
    finally:
        world.end()


def wait(condition: Callable[[], object], *, within_s: float = 60.0) -> float:
    """Return the seconds until the condition held; fail when it does not in time."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() > start + within_s:
            raise AssertionError(f"not so within {within_s} s")
        time.sleep(0.01)
    return time.monotonic() - start


def has_process(pid: int) -> bool:
    """Tell whether a process runs, zombies apart."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
