"""`vardiya demo`: a whole invented centre, filled once and served."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp import db
from webapp.adapters import audio_store, utc_now
from webapp.cli.context import log_to_stderr, settings
from webapp.cli.serve import serve_web, stop_on_terminate, worker_alongside
from webapp.models.jobs import ACTIVE_STATES, Job, JobQueue, JobState
from webapp.services import schema
from webapp.services.demo import demand, filling, people
from webapp.settings import Settings

POLL_S = 0.3
LONGEST_WAIT_S = 900
R = TypeVar("R")


@click.command("demo")
@click.option("--fill-only", is_flag=True, help="Fill the centre and stop.")
def demo_command(*, fill_only: bool) -> None:
    """Fill a demo centre where there is none, then serve it until Ctrl-C.

    Safe to repeat: what is there stays; days that passed get their calls.

    Example: VARDIYA_DATA_DIR=var/demo VARDIYA_DEMO=1 vardiya demo
    """
    chosen = settings()
    log_to_stderr(chosen)
    stop_on_terminate()
    database = db.connect(chosen.url)
    if not schema.is_current(database):
        _say("Making the database")
        schema.upgrade(database)
    try:
        with worker_alongside():
            _fill(chosen)
            _show_logins()
            if not fill_only:
                serve_web(chosen)
    except KeyboardInterrupt:
        click.echo("Stopped; the next start goes on where this one was.")
        raise SystemExit(130) from None
    click.echo("Stopped.")


def _say(text: str) -> None:
    click.echo(f"  {text}")


def _fill(chosen: Settings) -> None:
    when = filling.Today(now=utc_now(), zone=chosen.zone)
    click.echo("The demo centre:")
    if _do(lambda session: filling.open_centre(session, when)):
        _say(f"{len(people.accounts())} people, {len(demand.LINES)} queues, the shifts")
    speech = _take_in_calls(chosen, when)
    for line in demand.LINES:
        new = _import(line, when)
        if new:
            _say(f"{line.name}: {new} half hours of calls")
    _wait("Forecasts", _do(lambda session: filling.ask_for_forecasts(session, when)))
    if _do(lambda session: filling.fill_desks(session, when)):
        _say("Leave requests at every step, faults")
    _wait("Rotas", _do(lambda session: filling.ask_for_rotas(session, when)))
    if _do(lambda session: filling.publish_this_week(session, when)):
        _say("This week's rotas are published, the next week's are drafts")
    _wait("Transcribing and scoring calls", speech)
    if _do(lambda session: filling.review_calls(session, when)):
        _say("Some calls are reviewed, one evaluation is appealed")
    if _do(lambda session: filling.send_notice(session, when)):
        _say("A notice waits for the top manager")


def _do(act: Callable[[Session], R]) -> R:
    with db.transaction() as session:
        return act(session)


def _import(line: demand.Line, when: filling.Today) -> int:
    return _do(lambda session: filling.import_history(session, line, when))


def _take_in_calls(chosen: Settings, when: filling.Today) -> Sequence[int]:
    """Queue the recorded calls' transcription; return the jobs' numbers."""
    _do(lambda session: filling.install_fixture_model(session, chosen, when))
    store = audio_store(chosen)
    count = _do(lambda session: filling.take_in_calls(session, store, when))
    if count:
        _say(f"{count} recorded calls (synthetic speech)")
    with db.reading() as session:
        return list(
            session.scalars(
                sa.select(Job.id).where(
                    Job.queue == JobQueue.SPEECH, Job.state.in_(ACTIVE_STATES)
                )
            )
        )


def _wait(label: str, job_ids: Sequence[int]) -> None:
    """Wait until these jobs have ended, showing how far they are.

    Raises:
        click.ClickException: naming what failed, or when nothing moves for too long.
    """
    if not job_ids:
        return
    until = time.monotonic() + LONGEST_WAIT_S
    with click.progressbar(length=100, label=f"  {label}") as bar:
        while time.monotonic() < until:
            jobs = _jobs(job_ids)
            share = sum(1.0 if job.ended_at else job.progress for job in jobs)
            bar.update(max(0, round(100 * share / len(jobs)) - bar.pos))
            if all(job.ended_at for job in jobs):
                break
            time.sleep(POLL_S)
    failed = [job for job in jobs if job.state is not JobState.DONE]
    if failed:
        texts = "; ".join(
            f"{job.kind}: {job.error_code or job.state}" for job in failed
        )
        raise click.ClickException(f"{label}: {texts}")


def _jobs(job_ids: Sequence[int]) -> list[Job]:
    with db.reading() as session:
        return list(session.scalars(sa.select(Job).where(Job.id.in_(job_ids))))


def _show_logins() -> None:
    click.echo(f"\nLog in with one of these names and the password {people.PASSWORD}:")
    for account in people.accounts()[:7]:
        roles = ", ".join(role.value.replace("_", " ") for role in account.roles)
        click.echo(f"  {account.username:<12} {account.full_name} ({roles})")
    click.echo(f"  {'temsilci1':<12} {people.VERGI_AGENTS[0]} (agent), to temsilci31")
    click.echo("")
