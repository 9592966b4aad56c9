"""What every test may use, and the guards that keep tests to this machine."""

import os
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def missing(what: str) -> None:
    """Skip the test because something is absent; in CI its absence is a failure."""
    if IN_CI:
        pytest.fail(f"{what}: CI must have it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data, which is not part of the repository."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real data is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise RuntimeError(f"a test reached out to {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
