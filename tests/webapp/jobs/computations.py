"""What the tests' children compute; the standard library only, as a child likes it."""

import ctypes
import os
import signal
import time
from pathlib import Path
from typing import Any, Protocol


class Report(Protocol):
    def __call__(self, share: float, code: str = "", **params: str | float) -> None: ...

    def is_cancelled(self) -> bool: ...


class NoHistory(ValueError):
    """An error as the libraries raise them."""

    code = "no_history"
    params = {"queue": "Vergi"}  # noqa: RUF012 - a constant of this error


def double(payload: dict[str, Any], report: Report) -> int:
    report(0.5, "halfway", name="x")
    return 2 * int(payload["number"])


def work_for_ever(payload: dict[str, Any], report: Report) -> int:
    """Work until killed, and say in which process."""
    while not report.is_cancelled():
        report(0.25, "working", pid=os.getpid())
        time.sleep(0.02)
    return 0


def wait_for_file(payload: dict[str, Any], report: Report) -> int:
    while not Path(payload["file"]).exists():
        report(0.25, "waiting", pid=os.getpid())
        time.sleep(0.02)
    return double(payload, report)


def crash(payload: dict[str, Any], report: Report) -> int:
    return int(ctypes.string_at(0)[0])


def leave(payload: dict[str, Any], report: Report) -> int:
    os._exit(7)


def refuse(payload: dict[str, Any], report: Report) -> int:
    raise NoHistory("there is no history of Vergi")


def break_down(payload: dict[str, Any], report: Report) -> int:
    raise ZeroDivisionError("by nothing")


def begin_and_wait_for_file(payload: dict[str, Any], report: Report) -> int:
    """Say by a file that it has begun, and nothing more until another file is there."""
    Path(payload["begun"]).touch()
    while not Path(payload["file"]).exists():
        time.sleep(0.02)
    return 2 * int(payload["number"])


def kill_worker(payload: dict[str, Any], report: Report) -> int:
    os.kill(os.getppid(), signal.SIGKILL)
    return 0
