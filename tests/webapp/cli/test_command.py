import importlib
import re

import click
import pytest

from tests.webapp.cli.conftest import Vardiya
from webapp.cli import COMMANDS, group


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_shows_an_example(name: str) -> None:
    module = importlib.import_module(COMMANDS[name])
    command = getattr(module, name.replace("-", "_") + "_command")

    pages = [command, *getattr(command, "commands", {}).values()]

    for page in pages:
        assert re.search(r"Example:.*vardiya", page.help or "", re.DOTALL), page.name


def test_names_are_commands_of_the_group() -> None:
    context = click.Context(group)

    assert all(group.get_command(context, name) for name in COMMANDS)
    assert group.get_command(context, "nothing-like-it") is None


@pytest.mark.slow
def test_an_unknown_command_is_wrong_use(vardiya: Vardiya) -> None:
    done = vardiya("forcast")

    assert done.returncode == 2
    assert "No such command" in done.stderr


@pytest.mark.slow
def test_unusable_settings_are_all_named(vardiya: Vardiya) -> None:
    done = vardiya("db", "upgrade", VARDIYA_PORT="x", VARDIYA_COLOUR="blue")

    assert done.returncode == 2
    assert "VARDIYA_PORT: expected a whole number, got 'x'" in done.stderr
    assert "VARDIYA_COLOUR: there is no such setting" in done.stderr


@pytest.mark.slow
def test_serving_needs_the_tables_first(vardiya: Vardiya) -> None:
    done = vardiya("serve")

    assert done.returncode == 1
    assert "vardiya db upgrade" in done.stderr


@pytest.mark.slow
def test_upgrading_twice_says_that_nothing_was_to_do(vardiya: Vardiya) -> None:
    first, second = vardiya("db", "upgrade"), vardiya("db", "upgrade")

    assert (first.returncode, second.returncode) == (0, 0)
    assert "no tables" in first.stdout
    assert "already" in second.stdout
    assert '"audit_broken_at": null' in vardiya("db", "check", "--json").stdout
