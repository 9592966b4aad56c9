"""The script of a child process: one computation, its progress and its outcome.

Started as a file with only the standard library at hand, so that it begins in a
few hundredths of a second; the computation's own module is imported next. Values
travel pickled over two pipes between a worker and the child it started.
"""

import ctypes
import importlib
import operator
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection

REPORT_EVERY_S = 0.1
PR_SET_PDEATHSIG = 1
ORPHANED = 3

Params = dict[str, object]


def failure_of(error: BaseException) -> tuple[str, Params, str]:
    """Return (code, params, text) of an exception.

    An error that carries a `code` and `params` was meant to be read by people; its
    code is preceded by its package, within which it is unique. The text of any other
    is for the log and for those who run the machine.
    """
    code = getattr(error, "code", None)
    params = getattr(error, "params", None)
    if isinstance(code, str) and isinstance(params, dict):
        package = type(error).__module__.partition(".")[0]
        plain = {str(k): _plain(v) for k, v in params.items()}
        return f"{package}.{code}", plain, str(error)
    text = "".join(traceback.format_exception_only(error)).strip()
    return "webapp.unexpected", {}, text


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else str(value)


class PipeReport:
    """Progress towards the worker, at most ten times a second."""

    def __init__(self, replies: Connection) -> None:
        self._replies = replies
        self._next_s = 0.0

    def __call__(self, share: float, code: str = "", **params: object) -> None:
        """Send how far the work is, unless something was sent a moment ago."""
        now = time.monotonic()
        if now >= self._next_s:
            self._next_s = now + REPORT_EVERY_S
            self._replies.send(("report", float(share), code, params))

    def is_cancelled(self) -> bool:
        """Return False: a cancelled child is killed."""
        return False


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process with the worker thread that waits for it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(ORPHANED)


def _exit_at_end_of(requests: Connection) -> None:
    try:
        requests.recv_bytes()
    except (EOFError, OSError):
        os._exit(ORPHANED)


def main() -> None:
    """Compute what the worker asks for and send back the outcome."""
    requests = Connection(int(sys.argv[1]), writable=False)
    replies = Connection(int(sys.argv[2]), readable=False)
    die_with_parent(int(sys.argv[3]))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    path, module, name, niceness = requests.recv()
    pickled = requests.recv_bytes()
    threading.Thread(target=_exit_at_end_of, args=(requests,), daemon=True).start()
    sys.path[:] = path
    os.nice(niceness)
    try:
        function = operator.attrgetter(name)(importlib.import_module(module))
        value = pickle.loads(pickled)  # noqa: S301 - from the worker that started us
        replies.send(("done", function(value, PipeReport(replies))))
    except Exception as error:  # noqa: BLE001 - whatever it is, the worker must know
        traceback.print_exc()
        replies.send(("failed", *failure_of(error)))


if __name__ == "__main__":
    main()
