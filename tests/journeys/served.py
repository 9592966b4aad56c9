"""The application as it really runs: `vardiya serve` in a process of its own."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

STARTS_WITHIN_S = 90


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A `vardiya serve` over a data folder, to be stopped, killed and started again."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "VARDIYA_DATA_DIR": str(data_dir),
            "VARDIYA_PORT": str(self.port),
            "VARDIYA_LOCALE": "en",
            **settings,
        }
        self._folder = data_dir
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another `vardiya` command over the same data."""
        return subprocess.run(
            [sys.executable, "-m", "webapp.cli", *arguments],
            env=self._environment,
            cwd=self._folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def start(self, *arguments: str) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "serve", *arguments],
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
        )
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            assert self.process.poll() is None, "vardiya serve ended by itself"
            try:
                urllib.request.urlopen(f"{self.url}/login", timeout=5).close()
            except OSError:
                select_wait(0.1)
            else:
                return
        raise AssertionError("vardiya serve did not answer in time")

    def kill(self) -> None:
        """End the web process as a power cut would."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to stop as Ctrl-C does; return its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def select_wait(seconds: float) -> None:
    """Wait for a short while between two looks at a condition with a deadline."""
    with socket.socket() as nothing:
        nothing.settimeout(seconds)
        nothing.bind(("127.0.0.1", 0))
        nothing.listen()
        try:
            nothing.accept()
        except TimeoutError:
            return


@contextmanager
def served(data_dir: Path, **settings: str) -> Iterator[Served]:
    """Yield an application that is not started yet; nothing of it is left running."""
    application = Served(data_dir, **settings)
    try:
        yield application
    finally:
        process = application.process
        if process is not None and process.poll() is None:
            try:
                application.stop()
            except subprocess.TimeoutExpired:
                application.kill()


class Browser:
    """Just enough of a browser to log in and send forms."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(jar)
        )

    def get(self, path: str) -> str:
        """Return a page's text."""
        with self._opener.open(self.url + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, form: dict[str, str], token_page: str) -> str:
        """Send a form with the token of a page; return the page it leads to."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(token_page))
        assert found, f"{token_page} has no form"
        data = urllib.parse.urlencode(form | {"csrf_token": found[1]}).encode()
        with self._opener.open(self.url + path, data, timeout=30) as answer:
            return str(answer.read().decode())

    def log_in(self, username: str, password: str) -> None:
        """Log in, or fail."""
        form = {"username": username, "password": password}
        assert "Log out" in self.post("/login", form, "/login")
