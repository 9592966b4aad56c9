"""The wheel alone is the application: installed in a clean environment, run from /."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("forecasting", "scheduling", "qa", "recordings", "webapp")
INSIDE = (
    "webapp/templates/base.html",
    "webapp/static/manifest.json",
    "webapp/translations/tr/LC_MESSAGES/messages.mo",
    "webapp/translations/en/LC_MESSAGES/messages.mo",
    "webapp/migrations/env.py",
    "webapp/migrations/versions/0001_first_tables.py",
    "qa/forms/cagri_degerlendirme.yaml",
)
OUTSIDE = ("tests/", "webapp/assets/", "node_modules", "hatch_build.py")


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel built from what git tracks here, as a clone would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    clone = folder / "clone"
    names = run("git", "ls-files", "-z", "-c", "-o", "--exclude-standard", cwd=ROOT)
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    pip = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder)
    run(*pip, clone, cwd=folder)
    (built,) = folder.glob("vardiya-*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_everything_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {part for part in INSIDE if part not in names} == set()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == set(PACKAGES)
    assert not [name for name in names if name.startswith(OUTSIDE)]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_installed_command_works_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    constraints = ROOT / "constraints.txt"

    run(python, "-m", "pip", "install", "-q", "-c", constraints, wheel, cwd=tmp_path)

    vardiya = tmp_path / "env" / "bin" / "vardiya"
    assert run(vardiya, "--version", cwd=Path("/")).startswith("vardiya")
    where = f"import {', '.join(PACKAGES)}; print(webapp.__file__, qa.__file__)"
    assert str(tmp_path) in run(python, "-P", "-c", where, cwd=Path("/"))
    run(python, "-m", "pip", "check", cwd=tmp_path)
