"""A computation in a child process, as its worker sees it."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from webapp.worker import child
from webapp.worker.handler import Report

LISTEN_S = 0.1


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed: a code with its parameters, and the text behind it."""

    code: str
    params: dict[str, Any]
    text: str


class WorkFailed(RuntimeError):
    """The computation failed, for the reason given."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.code)


class Interrupted(RuntimeError):
    """The computation was stopped because its outcome is no longer wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may use."""

    timeout_s: float
    niceness: int = 0


def compute_in_child(
    compute: Callable[..., Any],
    value: object,
    report: Report,
    *,
    limits: Limits,
    stop: threading.Event,
) -> Any:
    """Return `compute(value, report)` as computed in a process of its own.

    Raises:
        WorkFailed: if it raised, crashed or took longer than its limit.
        Interrupted: if `stop` was set; the process is dead by then.
    """
    process, requests, replies = _start()
    deadline = time.monotonic() + limits.timeout_s
    try:
        path = [entry for entry in sys.path if entry]
        requests.send((path, compute.__module__, compute.__qualname__, limits.niceness))
        requests.send_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        while True:
            if stop.is_set():
                raise Interrupted
            if time.monotonic() > deadline:
                raise WorkFailed(
                    Failure("webapp.timed_out", {"limit_s": limits.timeout_s}, "")
                )
            if not replies.poll(LISTEN_S):
                continue
            what, *rest = replies.recv()
            if what == "done":
                return rest[0]
            if what == "failed":
                raise WorkFailed(Failure(*rest))
            share, code, params = rest
            report(share, code, **params)
    except (EOFError, BrokenPipeError):
        raise WorkFailed(_crash(process.wait())) from None
    finally:
        _end(process, requests, replies)


def _start() -> tuple[subprocess.Popen[bytes], Connection, Connection]:
    request_end, request_start = os.pipe()
    reply_end, reply_start = os.pipe()
    arguments = [child.__file__, str(request_end), str(reply_start), str(os.getpid())]
    try:
        process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-X", "faulthandler", *arguments],
            stdin=subprocess.DEVNULL,
            pass_fds=(request_end, reply_start),
            process_group=0,  # Ctrl-C reaches the worker, which lets its child finish
        )
    finally:
        os.close(request_end)
        os.close(reply_start)
    return (
        process,
        Connection(request_start, readable=False),
        Connection(reply_end, writable=False),
    )


def _end(
    process: subprocess.Popen[bytes], requests: Connection, replies: Connection
) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    requests.close()
    replies.close()


def _crash(exit_status: int) -> Failure:
    if exit_status < 0:
        name = signal.Signals(-exit_status).name
        return Failure("webapp.crashed", {"reason": name}, f"child killed by {name}")
    text = f"child ended with status {exit_status} and no outcome"
    return Failure("webapp.crashed", {"reason": f"exit {exit_status}"}, text)
