"""`vardiya import`: files of history, taken in or only looked at."""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from webapp import db
from webapp.adapters import utc_now
from webapp.cli.context import open_database, settings
from webapp.cli.import_recordings import recordings_command
from webapp.cli.queues import named_queue
from webapp.i18n.sentences import TABLES
from webapp.services import ingest
from webapp.services.import_findings import Report
from webapp.services.import_reading import Choices, Parsed, read

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
MOST_PRINTED = 20


@click.group("import")
def import_command() -> None:
    """Bring files in: history per interval, calls one by one.

    Example: vardiya import intervals history.csv --queue vergi --dry-run
    """


import_command.add_command(recordings_command)


class ColumnType(click.ParamType[tuple[str, str]]):
    """A field and the column that holds it."""

    name = "FIELD=COLUMN"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, str]:
        """Return (field, column)."""
        if isinstance(value, tuple):
            return value
        field, equals, column = str(value).partition("=")
        if not equals:
            self.fail(f"expected FIELD=COLUMN, got {value!r}", param, ctx)
        return field, column


def reading_options(function: Callable[..., None]) -> Callable[..., None]:
    """Return the function with the options of every file of history."""
    options = (
        click.option("--queue", "code", required=True, help="Code of the queue."),
        click.option("--zone", help="Time zone of the file's clocks."),
        click.option("--decimal", type=click.Choice([",", "."]), default=None),
        click.option(
            "--column",
            "columns",
            type=ColumnType(),
            multiple=True,
            help="Say which column a field is in, such as offered=Adet.",
        ),
        click.option("--file-queue", default="", help="Take this queue of the file."),
        click.option("--sheet", default="", help="The sheet of a workbook."),
        click.option(
            "--all-or-nothing", is_flag=True, help="One bad line keeps the file out."
        ),
        click.option("--dry-run", is_flag=True, help="Show what would change."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.argument("file", type=A_FILE),
    )
    for option in options:
        function = option(function)
    return function


@import_command.command("intervals")
@click.option("--interval", type=int, default=0, help="Minutes, if not to be found.")
@reading_options
def intervals(
    *,
    file: Path,
    code: str,
    interval: int,
    dry_run: bool,
    as_json: bool,
    columns: tuple[tuple[str, str], ...],
    **said: object,
) -> None:
    """Take in figures per interval: calls and perhaps handling times.

    Example: vardiya import intervals history.xlsx --queue vergi --json
    """
    choices = _choices(said, columns, minutes=interval)
    _bring(file, code, choices, dry_run=dry_run, as_json=as_json)


@import_command.command("calls")
@reading_options
def calls(
    *,
    file: Path,
    code: str,
    dry_run: bool,
    as_json: bool,
    columns: tuple[tuple[str, str], ...],
    **said: object,
) -> None:
    """Take in calls one by one: wait, outcome, service time, agent of each.

    Example: vardiya import calls calls.csv.gz --queue vergi --dry-run
    """
    choices = _choices(said, columns, is_calls=True)
    _bring(file, code, choices, dry_run=dry_run, as_json=as_json)


def _choices(
    said: Mapping[str, object],
    columns: tuple[tuple[str, str], ...],
    *,
    is_calls: bool = False,
    minutes: int = 0,
) -> Choices:
    return Choices(
        is_calls=is_calls,
        zone=str(said["zone"] or settings().zone),
        decimal=str(said["decimal"] or ""),
        minutes=minutes,
        sheet=str(said["sheet"]),
        columns=dict(columns),
        file_queue=str(said["file_queue"]),
        all_or_nothing=bool(said["all_or_nothing"]),
    )


def _bring(
    file: Path, code: str, choices: Choices, *, dry_run: bool, as_json: bool
) -> None:
    chosen = settings()
    open_database(chosen)
    content = file.read_bytes()
    _say(f"reading {file.name}", quiet=as_json)
    found = read(content, file.name, choices)
    with db.reading() as session:
        queue = named_queue(session, code)
        report = ingest.dry_run(session, queue, found, choices, zone=chosen.zone)
    is_refused = report.refusal is not None
    if not dry_run and not is_refused and not isinstance(found, Report):
        _say(f"taking in {report.rows_good} lines", quiet=as_json)
        origin = ingest.Origin(
            file_name=file.name, sha256=hashlib.sha256(content).hexdigest(), by=None
        )
        _take_in(code, found, choices, origin, zone=chosen.zone)
    summary = _summary(report, code, file.name, dry_run=dry_run)
    click.echo(
        json.dumps(summary, ensure_ascii=False) if as_json else _sentences(report)
    )
    if is_refused:
        raise SystemExit(1)


def _take_in(
    code: str, found: Parsed, choices: Choices, origin: ingest.Origin, *, zone: str
) -> None:
    with db.transaction() as session:
        queue = named_queue(session, code)
        ingest.take_in(session, queue, found, choices, origin, zone=zone, now=utc_now())


def _say(text: str, *, quiet: bool) -> None:
    if sys.stderr.isatty() and not quiet:
        click.echo(f"{text} …", err=True)


def _summary(
    report: Report, code: str, file: str, *, dry_run: bool
) -> dict[str, object]:
    return {
        "queue": code,
        "file": file,
        "dry_run": dry_run,
        "refusal": report.refusal,
        "rows_new": report.rows_new,
        "rows_changed": report.rows_changed,
        "rows_same": report.rows_same,
        "rows_refused": report.rows_refused,
        "bad_lines": [
            {**asdict(line), "reason": _reason(line.code, line.params)}
            for line in report.bad_lines
        ],
        "notices": list(report.notices),
        "layout": report.layout,
    }


def _reason(
    code: str, params: Mapping[str, object], package: str = "forecasting"
) -> str:
    return TABLES[package][code] % params


def _sentences(report: Report) -> str:
    lines = [
        f"line {line.line}{', ' + line.column if line.column else ''}: "
        + _reason(line.code, line.params)
        for line in report.bad_lines[:MOST_PRINTED]
    ]
    if report.rows_refused > MOST_PRINTED:
        lines.append(f"… {report.rows_refused} bad lines in all; --json lists them")
    lines += [_reason(note["code"], note["params"]) for note in report.notices]
    if report.refusal is not None:
        said = report.refusal
        lines.append(_reason(said["code"], said["params"], said["package"]))
    lines.append(
        f"{report.rows_new} new, {report.rows_changed} changed, "
        f"{report.rows_same} the same, {report.rows_refused} refused"
    )
    return "\n".join(lines)
