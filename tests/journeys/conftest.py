"""Journeys use the same databases as the tests of the web application."""

from tests.webapp.conftest import (
    _empty_sqlite,
    _postgres,
    app,
    clock,
    postgres_url,
    settings,
    sqlite_url,
)

__all__ = [
    "_empty_sqlite",
    "_postgres",
    "app",
    "clock",
    "postgres_url",
    "settings",
    "sqlite_url",
]
