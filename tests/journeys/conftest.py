"""Journeys use the same databases as the tests of the web application."""

from tests.webapp.conftest import _postgres, postgres_url

__all__ = ["_postgres", "postgres_url"]
