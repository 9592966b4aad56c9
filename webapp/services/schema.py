"""The database's shape: brought up to date, and told whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from webapp import jobs
from webapp.db import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"
NEWEST = "head"
EMPTY = "base"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = NEWEST) -> None:
    """Bring the database to a revision; a fresh one gets every table.

    The newest one comes with the tables of the engine that hands out long work.
    """
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), revision)
    if revision == NEWEST:
        jobs.prepare_database(database.url)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to an earlier revision."""
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def revision(database: Database) -> str | None:
    """Return the database's revision; None for an empty one."""
    with database.readers.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(database: Database) -> bool:
    """Tell whether the database has the shape this code needs."""
    return revision(database) == newest_revision()


def newest_revision() -> str | None:
    """Return the revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return [step.revision for step in script.walk_revisions()][::-1]
