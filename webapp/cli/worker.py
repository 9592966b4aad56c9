"""`vardiya worker`: a process that does the long work."""

import os
import threading

import click

from webapp.cli.context import log_to_stderr, open_database, settings
from webapp.worker.process import run_worker, stop_on_signals

PARENT_CHECK_S = 1.0


@click.command("worker")
@click.option(
    "--with-parent",
    is_flag=True,
    help="Stop when the process that started this one ends, however it ends.",
)
def worker_command(*, with_parent: bool) -> None:
    """Take jobs and do them until Ctrl-C; start as many as there are machines to use.

    Asked to stop, it finishes what ends within ten seconds and leaves the rest to
    the next worker.

    Example: VARDIYA_SPEECH_SLOTS=2 vardiya worker
    """
    chosen = settings()
    log_to_stderr(chosen)
    open_database(chosen)
    stop = threading.Event()
    stop_on_signals(stop)
    if with_parent:
        threading.Thread(target=_await_parent, args=(stop,), daemon=True).start()
    run_worker(chosen, stop)


def _await_parent(stop: threading.Event) -> None:
    parent = os.getppid()
    while os.getppid() == parent and not stop.wait(PARENT_CHECK_S):
        pass
    stop.set()
