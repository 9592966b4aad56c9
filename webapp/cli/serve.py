"""`vardiya serve`: the web process, with a worker beside it."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from types import FrameType

import click
import waitress

from webapp.app import create_app
from webapp.cli.context import log_to_stderr, open_database, settings
from webapp.settings import Settings

WORKER_STOPS_WITHIN_S = 20
RESTART_AFTER_S = 2.0
WORKER = (sys.executable, "-P", "-m", "webapp.cli", "worker")


@click.command("serve")
@click.option("--host", help="Address to listen on; VARDIYA_HOST otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="VARDIYA_PORT otherwise.")
@click.option(
    "--worker/--no-worker",
    default=True,
    help="Start a worker alongside (the default), or leave long work to others.",
)
def serve_command(host: str | None, port: int | None, *, worker: bool) -> None:
    """Serve the application until Ctrl-C.

    Example: vardiya serve --port 8080
    """
    chosen = settings()
    chosen = replace(chosen, host=host or chosen.host, port=port or chosen.port)
    log_to_stderr(chosen)
    open_database(chosen)
    stop_on_terminate()
    with worker_alongside() if worker else nullcontext():
        serve_web(chosen)
    click.echo("Stopped.")


def serve_web(chosen: Settings) -> None:
    """Serve pages until interrupted."""
    try:
        server = waitress.create_server(
            create_app(chosen),
            host=chosen.host,
            port=chosen.port,
            threads=chosen.web_threads,
            max_request_body_size=(chosen.max_upload_mb + 1) * 1024 * 1024,
            ident="vardiya",
        )
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {chosen.host}:{chosen.port}: {error.strerror}; "
            "choose another port with VARDIYA_PORT"
        ) from error
    click.echo(f"Vardiya: http://{chosen.host}:{chosen.port}/")
    click.echo("Stop with Ctrl-C.")
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()


def stop_on_terminate() -> None:
    """Let SIGTERM end this process as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def worker_alongside() -> Iterator[None]:
    """Keep one worker process running; stop it at the end, by force if it must be."""
    stopping = threading.Event()
    keeper = _WorkerKeeper(stopping)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.stop()


class _WorkerKeeper(threading.Thread):
    """Starts a worker process, and another whenever it ends by itself."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self._stopping = stopping
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start workers until told to stop."""
        while not self._stopping.is_set():
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [*WORKER, "--with-parent"],
                start_new_session=True,  # Ctrl-C is for us; we then tell it
            )
            status = self._process.wait()
            if not self._stopping.is_set():
                click.echo(f"The worker ended with status {status}; starting another.")
                self._stopping.wait(RESTART_AFTER_S)

    def stop(self) -> None:
        """Ask the worker to finish, and end it if it does not in time."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(WORKER_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
