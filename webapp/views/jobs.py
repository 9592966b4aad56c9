"""Jobs: what runs, what waits, what became of the rest."""

from collections.abc import Mapping
from datetime import date

import flask_login
from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.sentences import TABLES, say
from webapp.services import jobs
from webapp.services.jobs import JobLine
from webapp.views.requests import clock, page_argument

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

PER_PAGE = 25
# The browser event on which parts of a page that show a job's outcome reload.
CHANGED = "jobs:changed"


@bp.get("/")
@requires(Permission.VIEW_JOBS)
def index() -> ResponseReturnValue:
    return render_template("jobs/index.html", **_board())


@bp.get("/board")
@requires(Permission.VIEW_JOBS)
def board() -> ResponseReturnValue:
    return render_template("jobs/_board.html", **_board())


@bp.get("/badge")
@requires(Permission.VIEW_JOBS)
def badge() -> ResponseReturnValue:
    with db.reading() as session:
        number = jobs.count_active(session)
    return render_template("jobs/_badge.html", number=number)


@bp.get("/<int:job_id>/progress")
@requires(Permission.VIEW_JOBS)
def progress(job_id: int) -> ResponseReturnValue:
    with db.reading() as session:
        job = jobs.one(session, job_id, now=clock())
    return _progress_of(job)


@bp.post("/<int:job_id>/cancel")
@requires(Permission.VIEW_JOBS)
def cancel(job_id: int) -> ResponseReturnValue:
    me = current_user()
    may_control = me.may(Permission.CONTROL_JOBS)
    with db.transaction() as session:
        jobs.cancel(session, job_id, by=me.id, may_control=may_control, now=clock())
    if request.headers.get("HX-Request"):
        return progress(job_id)
    flash(_("The job is cancelled."), "success")
    return redirect(url_for("jobs.index"))


@bp.post("/<int:job_id>/retry")
@requires(Permission.CONTROL_JOBS)
def retry(job_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        jobs.retry(session, job_id, by=current_user().id, may_control=True, now=clock())
    flash(_("The job waits for its turn again."), "success")
    return redirect(url_for("jobs.index"))


def addresses() -> dict[str, str]:
    """Return where every page's top bar finds the jobs, for those who may see them."""
    me = flask_login.current_user
    if not me.is_authenticated or not me.may(Permission.VIEW_JOBS):
        return {}
    return {
        "jobs_url": url_for("jobs.index"),
        "jobs_badge_url": url_for("jobs.badge"),
    }


@bp.app_template_global()
def job_title(job: JobLine) -> str:
    """Return what a job is called, its kind's name where that has no title."""
    if job.kind not in TABLES["job_titles"]:
        return job.kind
    return say(job.kind, _readable(job.title), package="job_titles")


@bp.app_template_global()
def job_step(job: JobLine) -> str:
    """Return what is under way in a job; nothing where its step has no sentence."""
    if job.step is None or job.step not in TABLES["job_steps"]:
        return ""
    return say(job.step, _readable(job.step_params), package="job_steps")


@bp.app_template_global()
def job_failure(job: JobLine) -> str:
    """Return why a job failed; nothing for one that did not."""
    if job.error_code is None:
        return ""
    package, _dot, code = job.error_code.partition(".")
    if code not in TABLES.get(package, {}):
        package, code = "webapp", "unexpected"
    return say(code, _readable(job.error_params), package=package)


def _readable(params: Mapping[str, object]) -> dict[str, object]:
    """Return what a job keeps as JSON with its days as days again."""
    return {name: _as_day(value) for name, value in params.items()}


def _as_day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _board() -> dict[str, object]:
    state = request.args.get("state", "")
    known = {s.value: s for s in jobs.ENDED_STATES}
    page, now = page_argument(), clock()
    with db.reading() as session:
        active = jobs.active(session, now=now)
        ended, total = jobs.ended(
            session, now=now, state=known.get(state), page=page, per_page=PER_PAGE
        )
        has_worker = jobs.has_worker(session, now=now)
    me = current_user()
    return {
        "active": active,
        "ended": ended,
        "total": total,
        "page": page,
        "pages": max(1, -(-total // PER_PAGE)),
        "state": state if state in known else "",
        "has_worker": has_worker,
        "may_control": me.may(Permission.CONTROL_JOBS),
    }


def _progress_of(job: JobLine) -> Response:
    me = current_user()
    may_cancel = me.may(Permission.CONTROL_JOBS) or job.owner_id == me.id
    page = render_template("jobs/_job.html", job=job, may_cancel=may_cancel)
    answer = make_response(page)
    if not job.state.is_active:
        answer.headers["HX-Trigger"] = CHANGED
    return answer
