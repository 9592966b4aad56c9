"""The command as a person types it, in a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

Vardiya = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def vardiya(tmp_path: Path) -> Vardiya:
    """Return a function that runs `vardiya ARGUMENTS` with a data folder of its own."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "VARDIYA_DATA_DIR": str(tmp_path / "data"),
    }

    def run(
        *arguments: str | Path, **settings: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "webapp.cli", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | settings,
            check=False,
            capture_output=True,
            text=True,
            timeout=240,
        )

    return run
