"""Kinds of work for the tests; the witness that a job was done is a row per storing."""

import os
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.webapp.jobs import computations
from webapp.models.jobs import JobQueue, Kind
from webapp.worker.handler import Handler, Task

WITNESSES = sa.Table(
    "witness",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("job_id", sa.Integer, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
)

SHORT = Kind("test.short", JobQueue.PLANNING)
INLINE = Kind("test.inline", JobQueue.INTERACTIVE)
PATIENT = Kind("test.patient", JobQueue.INTERACTIVE)
ENDLESS = Kind("test.endless", JobQueue.PLANNING)
WAITING = Kind("test.waiting", JobQueue.PLANNING)
CRASH = Kind("test.crash", JobQueue.PLANNING)
LEAVE = Kind("test.leave", JobQueue.PLANNING)
REFUSE = Kind("test.refuse", JobQueue.PLANNING)
BREAK = Kind("test.break", JobQueue.PLANNING)
SLOW = Kind("test.slow", JobQueue.PLANNING)
SILENT = Kind("test.silent", JobQueue.PLANNING)
LETHAL = Kind("test.lethal", JobQueue.PLANNING)


def payload_of(_: Session, task: Task) -> dict[str, Any]:
    return task.payload


def witness(session: Session, task: Task, output: int) -> dict[str, Any]:
    session.execute(sa.insert(WITNESSES).values(job_id=task.job_id, pid=os.getpid()))
    return {"output": output}


def handler(kind: Kind, compute: Any, **options: Any) -> Handler[Any, Any]:
    return Handler(
        kind=kind, prepare=payload_of, compute=compute, store=witness, **options
    )


HANDLERS = (
    handler(SHORT, computations.double),
    handler(INLINE, computations.double, in_child=False),
    handler(PATIENT, computations.work_for_ever, in_child=False),
    handler(ENDLESS, computations.work_for_ever),
    handler(WAITING, computations.wait_for_file),
    handler(CRASH, computations.crash),
    handler(LEAVE, computations.leave),
    handler(REFUSE, computations.refuse),
    handler(BREAK, computations.break_down),
    handler(SLOW, computations.work_for_ever, timeout_s=0.3),
    handler(SILENT, computations.begin_and_wait_for_file),
    handler(LETHAL, computations.kill_worker, tries=2),
)
