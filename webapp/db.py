"""The database: one engine a process, and the only place that commits.

`transaction()` writes and commits, `reading()` sees one consistent snapshot and
cannot write. On SQLite a transaction takes the write lock at its start, so two
writers wait for each other instead of failing half-way; readers never wait.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import Session as Session  # noqa: PLC0414 - views take it from here
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 30


class DatabaseNotConnected(RuntimeError):
    """Something asked for the database before `connect` was called."""


def make_engine(url: str) -> Engine:
    """Return an engine with the project's rules for SQLite or PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return sa.create_engine(url, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin by itself
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


class Database:
    """An engine with its two ways in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        options: dict[str, Any] = {"read_only": True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ"}
            options |= {"postgresql_readonly": True}
        self.readers = self.engine.execution_options(**options)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; commit at the end, roll back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session over one snapshot; writing through it is an error."""
        with Session(self.readers, expire_on_commit=False) as session:
            event.listen(session, "before_flush", _refuse_writing)
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _refuse_writing(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a reading session cannot write; use db.transaction()")


_current: Database | None = None


def connect(url: str) -> Database:
    """Make `url` this process's database and return it."""
    global _current  # noqa: PLW0603 - one database a process is the design
    if _current is not None:
        _current.close()
    _current = Database(url)
    return _current


def current() -> Database:
    """Return this process's database.

    Raises:
        DatabaseNotConnected: before `connect`.
    """
    if _current is None:
        raise DatabaseNotConnected("call webapp.db.connect(url) first")
    return _current


@contextmanager
def transaction() -> Iterator[Session]:
    """Yield a writing session of this process's database; commit at the end."""
    with current().transaction() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Yield a reading session of this process's database."""
    with current().reading() as session:
        yield session
