"""The sentence for every code that services and libraries emit.

A code is stable and its params are plain values; the sentence has a named place for
each. `N_` only marks the text for the catalogues: it is translated when it is said.
One table a package; `tests/webapp/test_sentences.py` finds a code without a sentence.
"""

from collections.abc import Mapping
from typing import Protocol

from flask_babel import gettext


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name
    """Mark a text for the catalogues and return it unchanged."""
    return text


SERVICES: dict[str, str] = {
    # backups
    "archive_exists": N_("%(path)s exists already; choose another name."),
    "not_an_archive": N_("%(path)s is not a backup of Vardiya."),
    "archive_too_new": N_(
        "The backup was made by version %(version)s, newer than this one."
    ),
    "archive_damaged": N_("%(path)s is damaged: it is not what was written."),
    "other_backend": N_(
        "The backup holds a %(archive)s database; this place is set to %(here)s."
    ),
    "other_master_key": N_(
        "Its recordings need the master key %(wanted)s, which is not in the keys "
        "folder. Put the keys of that time back first."
    ),
    "place_not_empty": N_("Restoring needs an empty place; there is %(what)s."),
    "dump_tool_missing": N_(
        "%(tool)s is not installed; it comes with the PostgreSQL client."
    ),
    "dump_failed": N_("%(tool)s failed: %(text)s"),
    # jobs
    "job_ended": N_("This job has ended already."),
    "job_not_to_retry": N_(
        "Only a job that failed or was cancelled can be tried again, and only if no "
        "later one took its place."
    ),
    "crashed": N_("Its process broke down (%(reason)s). Try it again."),
    "timed_out": N_("It took longer than the %(limit_s)s seconds it may take."),
    "out_of_tries": N_(
        "The worker stopped %(tries)s times while doing it. Try it again, or ask IT."
    ),
    "unknown_kind": N_(
        "No worker here knows this kind of job (%(kind)s): it is of another version."
    ),
    "unexpected": N_("Something went wrong in it. IT can see the details below."),
    # people
    "not_found": N_("This is not here, or not for you to see."),
    "too_many_attempts": N_(
        "Too many failed log-ins. Try again in %(minutes)s minutes."
    ),
}

FORECASTING: dict[str, str] = {}

SCHEDULING: dict[str, str] = {}

RECORDINGS: dict[str, str] = {}

QA: dict[str, str] = {}

# What kinds of long work are called, and what is under way in them.
JOB_TITLES: dict[str, str] = {}

JOB_STEPS: dict[str, str] = {}

# Codes are unique within a package, so each has its own table.
TABLES: dict[str, dict[str, str]] = {
    "webapp": SERVICES,
    "forecasting": FORECASTING,
    "scheduling": SCHEDULING,
    "recordings": RECORDINGS,
    "qa": QA,
    "job_titles": JOB_TITLES,
    "job_steps": JOB_STEPS,
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

    Raises:
        KeyError: for a code without a sentence.
    """
    return str(gettext(TABLES[package][code], **(params or {})))


def in_english(error: Coded) -> str:
    """Return the sentence of a service's error for terminals and logs."""
    return SERVICES[error.code] % error.params


def say_error(error: Coded) -> str:
    """Return the translated sentence of a service's or library's error."""
    package = type(error).__module__.partition(".")[0]
    return say(error.code, error.params, package=package)
