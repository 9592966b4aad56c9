"""Scorecards: one's own, everybody's for those who may, an evaluation to answer."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires, signed_in
from webapp.services import appeals, call_pages, evaluations, scorecards
from webapp.services.errors import NotFound, ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, today

bp = Blueprint("scorecards", __name__, url_prefix="/scorecards")
own = Blueprint("my_scorecard", __name__, url_prefix="/my-scorecards")


@bp.get("/")
@requires(Permission.VIEW_SCORECARDS)
def index() -> ResponseReturnValue:
    with db.reading() as session:
        lines = scorecards.all_agents(session)
    return render_template("scorecards/index.html", lines=lines)


@bp.get("/agent/<int:agent_id>")
@requires(Permission.VIEW_SCORECARDS)
def agent(agent_id: int) -> ResponseReturnValue:
    return _card(agent_id)


@own.get("/")
@requires(Permission.VIEW_OWN_SCORECARD)
def mine() -> ResponseReturnValue:
    return _card(current_user().id)


def _card(agent_id: int) -> ResponseReturnValue:
    with db.reading() as session:
        card = scorecards.scorecard(session, agent_id, now=clock())
        titles = {
            item.key: item.title
            for evaluation in card.evaluations[:1]
            for item in evaluations.form_of(evaluation).items()
        }
    is_own = agent_id == current_user().id
    points = [
        (e.recording.started_at, e.total * 100)
        for e in reversed(card.evaluations)
        if e.total is not None
    ]
    return render_template(
        "scorecards/card.html", card=card, is_own=is_own, points=points, titles=titles
    )


@bp.get("/evaluation/<int:evaluation_id>")
@signed_in
def show(evaluation_id: int) -> ResponseReturnValue:
    return _page(evaluation_id)


def _page(
    evaluation_id: int, refusal: ServiceError | None = None
) -> ResponseReturnValue:
    me = current_user()
    sees_all = me.may(Permission.VIEW_SCORECARDS)
    with db.reading() as session:
        found = evaluations.evaluation_for(
            session, evaluation_id, viewer_id=me.id, sees_all=sees_all
        )
        days = appeals.window_days(session)
        newer = evaluations.replacement_of(session, evaluation_id)
    until = appeals.open_until(found, days)
    is_own = found.agent_id == me.id and me.may(Permission.VIEW_OWN_SCORECARD)
    if not is_own and not sees_all:
        raise NotFound("evaluation", evaluation_id)
    page = render_template(
        "scorecards/evaluation.html",
        evaluation=found,
        form=call_pages.form_seen(found),
        until=until,
        newer=newer,
        is_own=is_own,
        may_answer=is_own
        and found.state == "confirmed"
        and not found.responses
        and until is not None
        and clock() <= until,
        errors=errors_of(refusal) if refusal else {},
    )
    return page, 422 if refusal else 200


@own.post("/evaluation/<int:evaluation_id>/acknowledge")
@requires(Permission.VIEW_OWN_SCORECARD)
def acknowledge(evaluation_id: int) -> ResponseReturnValue:
    me = current_user()
    try:
        with db.transaction() as session:
            appeals.acknowledge(session, evaluation_id, agent_id=me.id, now=clock())
    except NotFound:
        raise
    except ServiceError as refusal:
        return _page(evaluation_id, refusal)
    flash(_("Thank you; your answer is kept."), "success")
    return redirect(url_for("scorecards.show", evaluation_id=evaluation_id))


@own.post("/evaluation/<int:evaluation_id>/appeal")
@requires(Permission.VIEW_OWN_SCORECARD)
def appeal(evaluation_id: int) -> ResponseReturnValue:
    me, text = current_user(), Entered(request.form).text("text")
    try:
        with db.transaction() as session:
            appeals.appeal(
                session,
                evaluation_id,
                text,
                agent_id=me.id,
                today=today(),
                now=clock(),
            )
    except NotFound:
        raise
    except ServiceError as refusal:
        return _page(evaluation_id, refusal)
    flash(_("Your appeal is with the reviewers."), "success")
    return redirect(url_for("scorecards.show", evaluation_id=evaluation_id))
