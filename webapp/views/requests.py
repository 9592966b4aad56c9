"""What views read from a request."""

from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import abort, current_app, request

from webapp.adapters import Adapters
from webapp.settings import Settings


def adapters() -> Adapters:
    """Return the application's edges."""
    edges: Adapters = current_app.extensions["vardiya"]
    return edges


def settings() -> Settings:
    """Return the application's settings."""
    chosen: Settings = current_app.extensions["vardiya_settings"]
    return chosen


def clock() -> datetime:
    """Return the present instant."""
    return adapters().clock()


def zone() -> str:
    """Return the name of the centre's time zone."""
    return str(current_app.config["ZONE"])


def today() -> date:
    """Return the centre's local day."""
    return clock().astimezone(ZoneInfo(zone())).date()


def safe_next(target: str | None) -> str | None:
    """Return a path on this site to go on to, None for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def day_argument(name: str, default: date) -> date:
    """Return a day from the address (?name=2026-11-21), 400 where it is not one."""
    text = request.args.get(name)
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400, f"{name}: expected a day such as 2026-11-21, got {text!r}")


def page_argument() -> int:
    """Return the page number from the address, 1 where there is none."""
    return max(1, request.args.get("page", 1, type=int) or 1)
