"""Worlds of workers over SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webapp.jobs.world import World, world_at
from webapp import db
from webapp.services import schema


@pytest.fixture
def world(any_database: db.Database, tmp_path: Path) -> Iterator[World]:
    """Yield workers' surroundings on SQLite, then on PostgreSQL."""
    url = any_database.engine.url.render_as_string(hide_password=False)
    with world_at(url, tmp_path) as made:
        yield made


@pytest.fixture
def sqlite_world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """Yield workers' surroundings where the kind of database makes no difference."""
    yield from _world_at_new(sqlite_url, tmp_path)


@pytest.fixture
def postgres_world(postgres_url: str, tmp_path: Path) -> Iterator[World]:
    """Yield workers' surroundings on PostgreSQL."""
    yield from _world_at_new(postgres_url, tmp_path)


def _world_at_new(url: str, folder: Path) -> Iterator[World]:
    database = db.connect(url)
    schema.upgrade(database)
    with world_at(url, folder) as made:
        yield made
    database.close()
