"""Which workers are alive.

Workers compare each other's clocks: machines that share a database keep time within
a few seconds of each other, as any time service does.
"""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.models.jobs import WorkerHeartbeat

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One worker process; never the same twice."""

    worker_id: str
    host: str
    pid: int
    place: str | None


def new_identity() -> Identity:
    """Return the identity of a worker that starts in this process now."""
    host, pid = socket.gethostname()[:60], os.getpid()
    return Identity(
        worker_id=f"{host}-{pid}-{secrets.token_hex(4)}",
        host=host,
        pid=pid,
        place=_place(),
    )


def _place() -> str | None:
    # A process number means something only within one boot of one kernel and one
    # process namespace; without them nobody is declared dead by its number.
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return None
    return f"{boot.strip()}:{namespace}"


def beat(session: Session, identity: Identity, *, now: datetime) -> None:
    """Say that this worker is alive."""
    row = session.get(WorkerHeartbeat, identity.worker_id)
    if row is None:
        row = WorkerHeartbeat(
            worker_id=identity.worker_id,
            host=identity.host,
            pid=identity.pid,
            place=identity.place,
            started_at=now,
        )
        session.add(row)
    row.beat_at = now


def leave(session: Session, identity: Identity) -> None:
    """Say that this worker is no more."""
    session.execute(
        sa.delete(WorkerHeartbeat).where(
            WorkerHeartbeat.worker_id == identity.worker_id
        )
    )


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the rows of workers that died long ago."""
    session.execute(
        sa.delete(WorkerHeartbeat).where(
            WorkerHeartbeat.beat_at < now - FORGOTTEN_AFTER
        )
    )


def living(
    session: Session, *, now: datetime, dead_after: timedelta, place: str | None
) -> set[str]:
    """Return the workers that are alive as far as one can tell from `place`.

    A worker is dead when it has been silent for `dead_after`, or at once when it ran
    in this very place and its process is gone.
    """
    rows = session.scalars(
        sa.select(WorkerHeartbeat).where(WorkerHeartbeat.beat_at > now - dead_after)
    )
    return {
        row.worker_id
        for row in rows
        if place is None or row.place != place or _has_process(row.pid)
    }


def _has_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
