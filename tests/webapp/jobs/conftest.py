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
    database = db.connect(sqlite_url)
    schema.upgrade(database)
    with world_at(sqlite_url, tmp_path) as made:
        yield made
    database.close()
