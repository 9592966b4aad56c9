"""The reviewer's desk: what waits, what is confirmed, appeals to decide."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa.errors import AnswerInvalid
from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.db import Session
from webapp.i18n.sentences import say
from webapp.services import appeals, evaluations, recordings, review_queue
from webapp.services.appeals import Decision
from webapp.services.errors import NotFound, Refused, ServiceError
from webapp.services.evaluations import EvaluationState, Judgement, Verdict
from webapp.services.review_queue import Wanted
from webapp.views import call_page
from webapp.views.calls import filters_of
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, page_argument, zone

bp = Blueprint("evaluations", __name__, url_prefix="/evaluations")

MOST_PER_AGENT = 100
SHOWN = {
    "proposed": EvaluationState.PROPOSED,
    "confirmed": EvaluationState.CONFIRMED,
}


@bp.get("/")
@requires(Permission.EVALUATE)
def index() -> ResponseReturnValue:
    shown, wanted, page = (
        request.args.get("show", "proposed"),
        _wanted(),
        page_argument(),
    )
    with db.reading() as session:
        rows, total = review_queue.queue(
            session, wanted, reviewer_id=current_user().id, zone=zone(), page=page
        )
        waiting = appeals.waiting(session)
        agents = recordings.agents(session)
    return render_template(
        "evaluations/index.html",
        shown=shown,
        rows=waiting if shown == "appeals" else rows,
        total=total,
        page=page,
        pages=max(1, -(-total // review_queue.PER_PAGE)),
        wanted=wanted,
        agents=agents,
        appeal_count=len(waiting),
    )


def _wanted() -> Wanted:
    below = request.args.get("below", type=float)
    per_agent = request.args.get("per_agent", type=int)
    return Wanted(
        calls=filters_of(),
        state=SHOWN.get(request.args.get("show", ""), EvaluationState.PROPOSED),
        below=below / 100 if below is not None else None,
        per_agent=min(max(1, per_agent), MOST_PER_AGENT) if per_agent else None,
        seed=request.args.get("seed", 1, type=int),
    )


@bp.post("/<int:evaluation_id>/confirm")
@requires(Permission.EVALUATE)
def confirm(evaluation_id: int) -> ResponseReturnValue:
    form = Entered(request.form)

    def take(session: Session) -> None:
        evaluations.confirm(
            session,
            evaluation_id,
            _judgements(form),
            comment=form.text("comment"),
            actor_id=current_user().id,
            now=clock(),
        )

    return _step(evaluation_id, take, _("The evaluation is confirmed."))


@bp.post("/<int:evaluation_id>/appeal")
@requires(Permission.DECIDE_APPEAL)
def decide(evaluation_id: int) -> ResponseReturnValue:
    form = Entered(request.form)
    text = form.text("outcome_text")
    decision = Decision(text=text, actor_id=current_user().id, now=clock())

    def take(session: Session) -> None:
        if form.text("outcome") == "changed":
            appeals.change(session, evaluation_id, _judgements(form), decision)
        else:
            appeals.uphold(session, evaluation_id, decision)

    return _step(evaluation_id, take, _("The appeal is decided; the agent is told."))


def _judgements(form: Entered) -> dict[str, Judgement]:
    """Return what was entered for each item."""
    found: dict[str, Judgement] = {}
    for name in request.form:
        prefix, _dot, key = name.partition(".")
        if prefix == "verdict" and form.text(name) in set(Verdict):
            verdict, reason = Verdict(form.text(name)), form.text(f"reason.{key}")
            found[key] = Judgement(verdict=verdict, reason=reason)
    return found


def _step(
    evaluation_id: int, take: Callable[[Session], None], done: str
) -> ResponseReturnValue:
    """Take a step, or show the call again with what was entered and what is wrong."""
    with db.reading() as session:
        recording_id = evaluations.evaluation_for(
            session, evaluation_id, viewer_id=current_user().id, sees_all=True
        ).recording_id
    try:
        with db.transaction() as session:
            take(session)
    except NotFound:
        raise
    except AnswerInvalid as refusal:
        item = {
            str(refusal.params["item"]): say(refusal.code, refusal.params, package="qa")
        }
        return call_page.render(recording_id, item_errors=item)
    except ServiceError as refusal:
        return call_page.render(
            recording_id, errors=errors_of(refusal), item_errors=_of_items(refusal)
        )
    flash(done, "success")
    return redirect(url_for(".index"))


def _of_items(refusal: ServiceError) -> dict[str, str]:
    """Return the sentence of each item that keeps an evaluation from standing."""
    items = refusal.params.get("items") if isinstance(refusal, Refused) else None
    return (
        {key: say(code) for key, code in items.items()}
        if isinstance(items, dict)
        else {}
    )
