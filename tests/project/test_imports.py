"""What import contracts cannot see: what really gets loaded."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAVY = ("ortools", "vosk", "scipy.stats", "pandas")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.slow
def test_the_web_process_loads_no_solver_and_no_recogniser() -> None:
    assert loaded_by("import webapp.app") & set(HEAVY) == set()


@pytest.mark.slow
def test_asking_for_help_loads_next_to_nothing() -> None:
    loaded = loaded_by("import webapp.cli")

    assert loaded & {"sqlalchemy", "scipy", "flask", *HEAVY} == set()
