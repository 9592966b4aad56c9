"""A database as migrations make it, an application over it, people to log in as."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql

from recordings.encryption import MasterKey
from recordings.store import FolderStore
from tests.conftest import missing
from webapp import db
from webapp.adapters import Adapters
from webapp.app import create_app
from webapp.models.people import Role, RoleGrant, User, WorkLaw
from webapp.services import passwords, schema
from webapp.settings import Settings

SERVER_ROOT = "postgresql://postgres@127.0.0.1:5432"
SERVER = f"{SERVER_ROOT}/postgres"
NOW = datetime(2026, 11, 18, 7, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Istanbul
PASSWORD = "correct horse battery"
_HASH = passwords.hashed(PASSWORD)


class Clock:
    """A clock that tests set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta) -> None:
        self.now += step


@pytest.fixture(scope="session")
def _empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    database = db.Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, _empty_sqlite: Path) -> str:
    """Return the URL of a fresh SQLite database with every table."""
    path = tmp_path / "vardiya.db"
    shutil.copy(_empty_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def _postgres() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Yield a connection to the server; databases made through it go at the end."""
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        missing("no PostgreSQL answers on 127.0.0.1:5432")
        raise
    mark = f"vardiya_test_{os.getpid()}_%"
    with closing(server):
        yield server
        listed = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        for (name,) in server.execute(listed, [mark]).fetchall():
            server.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(
                    sql.Identifier(str(name))
                )
            )


def _create(server: "psycopg.Connection[tuple[object, ...]]") -> str:
    name = f"vardiya_test_{os.getpid()}_{uuid4().hex[:12]}"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return name


def _postgres_url(name: str) -> str:
    # A test's database need not outlive a power cut.
    options = "options=-c%20synchronous_commit%3Doff"
    return f"postgresql+psycopg://postgres@127.0.0.1:5432/{name}?{options}"


@pytest.fixture(scope="session")
def _empty_postgres(_postgres: "psycopg.Connection[tuple[object, ...]]") -> str:
    name = _create(_postgres)
    database = db.Database(_postgres_url(name))
    schema.upgrade(database)
    database.close()
    return name


@pytest.fixture
def postgres_url(_postgres: "psycopg.Connection[tuple[object, ...]]") -> str:
    """Return the URL of a fresh, empty PostgreSQL database."""
    return _postgres_url(_create(_postgres))


@pytest.fixture
def second_postgres_url(_postgres: "psycopg.Connection[tuple[object, ...]]") -> str:
    """Return the URL of another fresh, empty PostgreSQL database."""
    return _postgres_url(_create(_postgres))


@pytest.fixture
def migrated_postgres_url(_empty_postgres: str) -> str:
    """Return the URL of a PostgreSQL database with every table and no row.

    One database serves all tests, emptied before each: to drop one costs seconds.
    """
    with psycopg.connect(f"{SERVER_ROOT}/{_empty_postgres}") as connection:
        listed = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> 'alembic_version' OR schemaname = 'dbos' "
            "AND tablename <> 'dbos_migrations'"
        ).fetchall()
        tables = sql.SQL(", ").join(sql.Identifier(*names) for names in listed)
        connection.execute("SET session_replication_role = replica")  # no triggers
        connection.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables)
        )
    return _postgres_url(_empty_postgres)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def any_database(request: pytest.FixtureRequest) -> Iterator[db.Database]:
    """Yield this process's database with every table: on SQLite, on PostgreSQL."""
    kind = "sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    database = db.connect(request.getfixturevalue(kind))
    yield database
    database.close()


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    """Return settings of a centre in a folder of its own, in English."""
    return Settings(data_dir=tmp_path, database_url=sqlite_url, locale="en")


@pytest.fixture
def clock() -> Clock:
    """Return the application's clock, standing at NOW."""
    return Clock(NOW)


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """Yield the application over a fresh database."""
    adapters = Adapters(
        clock=clock,
        session_key=b"k" * 32,
        store=FolderStore(settings.recordings, MasterKey(b"m" * 32)),
    )
    app = create_app(settings, adapters)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    db.current().close()


def add_user(
    username: str,
    *roles: Role,
    full_name: str = "",
    first: date = date(2020, 1, 1),
) -> int:
    """Open an account with PASSWORD and roles; return its id."""
    with db.transaction() as session:
        user = User(
            username=username,
            full_name=full_name or username.title(),
            password_hash=_HASH,
            locale="en",
            created_at=NOW,
            work_law=WorkLaw.LABOUR_4857,
        )
        user.grants = [
            RoleGrant(role=role, valid_from=first, granted_at=NOW) for role in roles
        ]
        session.add(user)
        session.flush()
        return user.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A person and a browser of theirs."""

    id: int
    client: FlaskClient


@pytest.fixture
def log_in(app: Flask) -> Callable[..., LoggedIn]:
    """Return a function that opens an account with roles and logs it in."""

    def act(*roles: Role, username: str = "", full_name: str = "") -> LoggedIn:
        username = username or "-".join(roles) or "nobody"
        user_id = add_user(username, *roles, full_name=full_name)
        client = app.test_client()
        answer = client.post(
            "/login", data={"username": username, "password": PASSWORD}
        )
        assert answer.status_code == 302, answer.text
        return LoggedIn(id=user_id, client=client)

    return act
