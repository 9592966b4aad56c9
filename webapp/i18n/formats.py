"""The reader's language: which one, and how it writes days, times and numbers."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_login import current_user

LOCALES = {"tr": "Türkçe", "en": "English"}
LOCALE_COOKIE = "vardiya_locale"
THEME_COOKIE = "vardiya_theme"
EMPTY = "–"


def init_app(app: Flask) -> None:
    """Give the application its languages and templates their formats."""
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["LOCALE"]
    app.config["BABEL_DEFAULT_TIMEZONE"] = app.config["ZONE"]
    Babel(app, locale_selector=chosen_locale)
    app.jinja_env.filters.update(
        day=day,
        day_long=day_long,
        day_short=day_short,
        iso_day=lambda text: day(date.fromisoformat(text)),
        instant=instant,
        clock=clock,
        number=number,
        percent=percent,
        seconds=seconds,
        hours=hours,
    )


def chosen_locale() -> str:
    """Return the reader's language: the account's, the cookie's, the site's."""
    if not has_request_context():
        return str(current_app.config["LOCALE"])
    if "locale" not in g:
        g.locale = _choose()
    return str(g.locale)


def _choose() -> str:
    if current_user and current_user.is_authenticated:
        return str(current_user.locale)
    wanted = request.cookies.get(LOCALE_COOKIE, "")
    return wanted if wanted in LOCALES else str(current_app.config["LOCALE"])


def chosen_theme() -> str:
    """Return the reader's theme: auto, light or dark."""
    if current_user and current_user.is_authenticated:
        return str(current_user.theme)
    wanted = request.cookies.get(THEME_COOKIE, "auto")
    return wanted if wanted in {"auto", "light", "dark"} else "auto"


def _locale() -> Locale:
    return get_locale() or Locale.parse(chosen_locale())


def local(value: datetime) -> datetime:
    """Return an instant in the centre's time zone."""
    return value.astimezone(ZoneInfo(current_app.config["ZONE"]))


def day(value: date | datetime | None) -> str:
    """Return a day as the reader writes it: 21.11.2026."""
    if value is None:
        return EMPTY
    if isinstance(value, datetime):
        value = local(value).date()
    pattern = "dd.MM.yyyy" if _locale().language == "tr" else "dd/MM/yyyy"
    return format_date(value, pattern, locale=_locale())


def day_long(value: date | datetime | None) -> str:
    """Return a day with its weekday: 21 Kasım 2026 Cumartesi."""
    if value is None:
        return EMPTY
    if isinstance(value, datetime):
        value = local(value).date()
    return format_date(value, "full", locale=_locale())


def day_short(value: date) -> str:
    """Return a day with its short weekday: 21 Kas Cmt."""
    pattern = "d MMM EEE" if _locale().language == "tr" else "EEE d MMM"
    return format_date(value, pattern, locale=_locale())


def clock(value: datetime | time | None) -> str:
    """Return the local time of day on 24 hours: 08:30."""
    if value is None:
        return EMPTY
    if isinstance(value, datetime):
        value = local(value).time()
    return format_time(value, "HH:mm", locale=_locale())


def instant(value: datetime | None) -> str:
    """Return a local day and time: 21.11.2026 08:30."""
    if value is None:
        return EMPTY
    return f"{day(value)} {format_datetime(local(value), 'HH:mm', locale=_locale())}"


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with the reader's separators: 1.234,5."""
    if value is None or value != value:  # NaN: unknown
        return EMPTY
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=_locale())


def decimal(value: float) -> str:
    """Return a number with as many of two decimals as it has: 2,5."""
    return format_decimal(value, format="#,##0.##", locale=_locale())


def percent(value: float | None, digits: int = 0) -> str:
    """Return a share (0-1) as the reader's per cent: %71 or 71%."""
    if value is None or value != value:
        return EMPTY
    zeros = "." + "0" * digits if digits else ""
    pattern = f"%#,##0{zeros}" if _locale().language == "tr" else f"#,##0{zeros}%"
    return format_percent(value, format=pattern, locale=_locale())


def seconds(value: float | None) -> str:
    """Return a duration in minutes and seconds: 3:05."""
    if value is None or value != value:
        return EMPTY
    whole = round(value)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def hours(minutes: float | None) -> str:
    """Return minutes as hours and minutes: 7:30."""
    if minutes is None:
        return EMPTY
    return f"{int(minutes) // 60}:{int(minutes) % 60:02d}"
