"""A database as migrations make it, an application over it, people to log in as."""

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

SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
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


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Yield the URL of a fresh, empty PostgreSQL database, dropped afterwards."""
    name = f"vardiya_test_{uuid4().hex[:12]}"
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        missing("no PostgreSQL answers on 127.0.0.1:5432")
        raise
    with closing(server):
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:5432/{name}"
        finally:
            server.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def any_database(request: pytest.FixtureRequest) -> Iterator[db.Database]:
    """Yield this process's database with every table: on SQLite, on PostgreSQL."""
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    database = db.connect(request.getfixturevalue(kind))
    schema.upgrade(database)
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
