"""The sentence for every code that services and libraries emit.

A code is stable and its params are plain values; the sentence has a named place for
each. `N_` only marks the text for the catalogues: it is translated when it is said.
The tables stand in the modules `*_sentences`, those of webapp itself in
`service_sentences` and `told_sentences`; a test finds a code without a sentence.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from flask_babel import gettext

from webapp.i18n import formats
from webapp.i18n.forecasting_sentences import FORECASTING
from webapp.i18n.marking import N_
from webapp.i18n.qa_sentences import QA
from webapp.i18n.recordings_sentences import RECORDINGS
from webapp.i18n.scheduling_sentences import GOALS, HARD_RULES, SCHEDULING
from webapp.i18n.service_sentences import SERVICES
from webapp.i18n.told_sentences import JOB_STEPS, JOB_TITLES, NOTICES

__all__ = ["N_", "TABLES", "in_english", "say", "say_error"]

# Codes are unique within a package, so each has its own table.
TABLES: dict[str, dict[str, str]] = {
    "webapp": SERVICES,
    "forecasting": FORECASTING,
    "scheduling": SCHEDULING,
    "recordings": RECORDINGS,
    "qa": QA,
    "goals": GOALS,
    "hard_rules": HARD_RULES,
    "job_titles": JOB_TITLES,
    "job_steps": JOB_STEPS,
    "notices": NOTICES,
}


class Coded(Protocol):
    """An error of ours: a stable code and the values its sentence needs."""

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, object]: ...


def say(
    code: str, params: Mapping[str, object] | None = None, *, package: str = "webapp"
) -> str:
    """Return the translated sentence of a package's code.

    Days, instants and decimals among the values are written as the reader does.

    Raises:
        KeyError: for a code without a sentence.
    """
    written = {name: _written(value) for name, value in (params or {}).items()}
    return str(gettext(TABLES[package][code], **written))


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return formats.instant(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, float):
        return formats.decimal(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(_written(part)) for part in value)
    return value


def in_english(error: Coded) -> str:
    """Return the sentence of an error for terminals and logs."""
    return TABLES[_package_of(error)][error.code] % error.params


def say_error(error: Coded) -> str:
    """Return the translated sentence of a service's or library's error."""
    return say(error.code, error.params, package=_package_of(error))


def _package_of(error: Coded) -> str:
    return type(error).__module__.partition(".")[0]
