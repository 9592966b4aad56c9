"""What commands that touch the database start from."""

import logging

import click

from webapp import db
from webapp.services import schema
from webapp.settings import Settings, SettingsError, load


def settings() -> Settings:
    """Return the settings of the environment.

    Raises:
        click.UsageError: naming every setting that cannot be used.
    """
    try:
        return load()
    except SettingsError as error:
        raise click.UsageError(str(error)) from error


def open_database(chosen: Settings) -> db.Database:
    """Connect to the database and return it.

    Raises:
        click.ClickException: where its tables are not those this version needs.
    """
    database = db.connect(chosen.url)
    if not schema.is_current(database):
        has = schema.revision(database) or "no tables"
        raise click.ClickException(
            f"the database has {has}, this version needs revision "
            f"{schema.newest_revision()}: run `vardiya db upgrade`"
        )
    return database


def log_to_stderr(chosen: Settings) -> None:
    """Write log lines of the chosen level and above to standard error."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(
        level=chosen.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
