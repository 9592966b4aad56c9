"""`vardiya db`: the database's tables, and whether what it holds is whole."""

import json

import click

from webapp import db
from webapp.cli.context import open_database, settings
from webapp.services import audit, schema


@click.group("db")
def db_command() -> None:
    """Create, upgrade and check the database.

    Example: vardiya db upgrade
    """


@db_command.command()
def upgrade() -> None:
    """Create the tables or bring them to this version.

    Example: VARDIYA_DATABASE_URL=postgresql+psycopg://vardiya@db/vardiya
    vardiya db upgrade
    """
    database = db.connect(settings().url)
    before = schema.revision(database)
    schema.upgrade(database)
    after = schema.revision(database)
    if before == after:
        click.echo(f"The database is at revision {after} already.")
    else:
        click.echo(f"The database went from {before or 'no tables'} to {after}.")


@db_command.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(*, as_json: bool) -> None:
    """Check the tables' revision and every link of the audit log.

    Example: vardiya db check --json
    """
    database = open_database(settings())
    with database.reading() as session:
        chain = audit.verify(session)
    if as_json:
        result = {
            "revision": schema.revision(database),
            "audit_entries": chain.entries,
            "audit_broken_at": chain.broken_at,
        }
        click.echo(json.dumps(result))
    elif chain.is_whole:
        click.echo(f"The audit log is whole: {chain.entries} entries.")
    else:
        click.echo(f"The audit log is broken at entry {chain.broken_at}.", err=True)
    if not chain.is_whole:
        raise SystemExit(1)
