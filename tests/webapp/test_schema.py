from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from tests.webapp.conftest import NOW, add_user
from webapp import db
from webapp.models import Base
from webapp.models.people import User
from webapp.services import audit, schema


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def empty_database(request: pytest.FixtureRequest, tmp_path) -> Iterator[db.Database]:  # type: ignore[no-untyped-def]
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    database = db.connect(url)
    yield database
    database.close()


def test_migrations_make_exactly_the_models_tables(empty_database: db.Database) -> None:
    schema.upgrade(empty_database)

    with empty_database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
    assert schema.is_current(empty_database)


def test_every_revision_goes_down_and_up_again(empty_database: db.Database) -> None:
    schema.upgrade(empty_database)

    for revision in reversed(schema.revisions()):
        schema.upgrade(empty_database, revision)
        schema.downgrade(empty_database, _below(revision))
        schema.upgrade(empty_database, revision)
        schema.downgrade(empty_database, _below(revision))

    assert schema.revision(empty_database) is None
    schema.upgrade(empty_database)
    assert schema.is_current(empty_database)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables of the engine that hands out long work."""
    return kind != "table" or name in Base.metadata.tables


def _below(revision: str) -> str:
    steps = [schema.EMPTY, *schema.revisions()]
    return steps[steps.index(revision) - 1]


def test_an_account_cannot_be_deleted(any_database: db.Database) -> None:
    user_id = add_user("someone")

    with (
        pytest.raises(DBAPIError, match="nothing is deleted"),
        db.transaction() as session,
    ):
        session.execute(sa.delete(User).where(User.id == user_id))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"]
)
def test_the_audit_log_cannot_be_changed(
    any_database: db.Database, statement: str
) -> None:
    with db.transaction() as session:
        audit.record(
            session,
            actor_id=None,
            action="test.done",
            object_type="test",
            object_id=1,
            now=NOW,
        )

    with (
        pytest.raises(DBAPIError, match=r"append-only|nothing is deleted"),
        db.transaction() as session,
    ):
        session.execute(sa.text(statement))


def test_a_reading_session_refuses_to_write(any_database: db.Database) -> None:
    with db.reading() as session:
        session.add(User(username="x", full_name="x", password_hash="x"))

        with pytest.raises(RuntimeError, match="reading session"):
            session.flush()
