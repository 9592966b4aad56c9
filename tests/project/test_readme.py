"""The README says what is so."""

import re
import subprocess

import pytest

from tests.conftest import ROOT
from tests.project.readme_blocks import README, with_blocks
from webapp.cli import COMMANDS

TEXT = README.read_text(encoding="utf-8")


def test_its_tables_are_what_the_code_has_now() -> None:
    assert with_blocks(TEXT) == TEXT, "run `make docs`"


def test_every_file_it_names_is_there() -> None:
    named = re.findall(
        r"`((?:forecasting|scheduling|qa|recordings|webapp|tests)/[\w./]+)`", TEXT
    )
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", TEXT)

    assert pictures
    assert [name for name in named + pictures if not (ROOT / name).exists()] == []


def test_every_command_it_names_exists() -> None:
    named = set(re.findall(r"vardiya ([a-z]+)(?= |`|\n)", TEXT))

    assert named <= set(COMMANDS) | {"tests"}


@pytest.mark.parametrize("target", ["demo", "test", "screenshots", "messages", "docs"])
def test_its_make_targets_exist_and_say_what_they_run(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in TEXT
