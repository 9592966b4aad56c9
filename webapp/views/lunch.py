"""The lunch rotation of a day: proposed, moved, published, printed."""

from datetime import date, timedelta

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.sentences import say_error
from webapp.services import (
    jobs,
    lunch,
    lunch_pages,
    rota_publishing,
    rota_terms,
    rotas,
)
from webapp.services.errors import NotFound, ServiceError
from webapp.views.pictures import coverage_data
from webapp.views.queue_choice import chosen_queue
from webapp.views.requests import clock, day_argument, today, zone
from webapp.views.rotas import entered_move, refused_move
from webapp.views.timelines import Shown, timeline_data

bp = Blueprint("lunch", __name__, url_prefix="/lunch")

ONE_DAY = timedelta(days=1)


@bp.get("/")
@requires(Permission.PLAN_LUNCH)
def index() -> ResponseReturnValue:
    queue = chosen_queue()
    day = day_argument("day", today())
    if queue is None:
        return render_template("lunch/index.html", queue=None, day=day)
    with db.reading() as session:
        page = lunch_pages.of_day(session, queue.id, day, zone=zone())
        next_open_day = lunch_pages.next_open_day(session, queue.id, day)
        found = (
            jobs.of_subject(session, ("rota_lunch", page.rota.id), now=clock())
            if page
            else []
        )
    return render_template(
        "lunch/index.html",
        queue=queue,
        day=day,
        previous=day - ONE_DAY,
        next=day + ONE_DAY,
        page=page,
        next_open_day=next_open_day,
        job=next((one for one in found if one.title["day"] == day.isoformat()), None),
        picture=coverage_data(page.coverage, (day,)) if page else None,
        timeline=_timeline(page, day) if page else None,
    )


def _timeline(page: lunch_pages.LunchPage, day: date) -> object:
    shown = Shown(
        span=rota_terms.span_of(page.rota, zone()),
        days=(day,),
        step=page.step,
        movable=("lunch", "break"),
        breaches=page.breaches,
        now=clock() if day == today() else None,
    )
    return timeline_data(page.people, shown)


def _address(queue_id: int, day: date) -> str:
    return url_for(".index", queue=queue_id, day=day.isoformat())


@bp.post("/<int:queue_id>/<day>/propose")
@requires(Permission.PLAN_LUNCH)
def propose(queue_id: int, day: str) -> ResponseReturnValue:
    when = rota_terms.day_named(day)
    try:
        with db.transaction() as session:
            lunch.ask(session, queue_id, when, by=current_user().id, now=clock())
    except ServiceError as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(say_error(refusal), "error")
    return redirect(_address(queue_id, when))


@bp.post("/<int:queue_id>/<day>/move")
@requires(Permission.PLAN_LUNCH)
def move(queue_id: int, day: str) -> ResponseReturnValue:
    """Move a lunch; the first move of a published day makes the draft of it."""
    when, wanted = rota_terms.day_named(day), entered_move()
    try:
        with db.transaction() as session:
            by, now = current_user().id, clock()
            lunch.move(session, queue_id, when, wanted, zone=zone(), by=by, now=now)
            page = lunch_pages.of_day(session, queue_id, when, zone=zone())
    except ServiceError as refusal:
        return refused_move(refusal)
    if page is None:
        raise NotFound("rota", day)
    state = render_template("lunch/_state.html", page=page, day=when, queue_id=queue_id)
    return jsonify(
        update={
            "#coverage": coverage_data(page.coverage, (when,)),
            "#lunch": _timeline(page, when),
        },
        html={"#state": state},
        breaches={},
    )


@bp.post("/<int:queue_id>/<day>/lock")
@requires(Permission.PLAN_LUNCH)
def lock(queue_id: int, day: str) -> ResponseReturnValue:
    when = rota_terms.day_named(day)
    with db.transaction() as session:
        lunch.lock(
            session,
            queue_id,
            when,
            request.form.get("assignment", 0, type=int),
            is_locked=request.form.get("locked") == "1",
            by=current_user().id,
            now=clock(),
        )
    return redirect(f"{_address(queue_id, when)}#people")


@bp.post("/<int:rota_id>/publish")
@requires(Permission.PUBLISH_ROTA)
def publish(rota_id: int) -> ResponseReturnValue:
    day = rota_terms.day_named(request.form.get("day", ""))
    with db.reading() as session:
        queue_id = rotas.rota_named(session, rota_id).queue_id
    try:
        with db.transaction() as session:
            rota_publishing.publish(
                session, rota_id, by=current_user().id, zone=zone(), now=clock()
            )
    except ServiceError as refusal:
        flash(say_error(refusal), "error")
    else:
        flash(_("The lunches are published; whoever's changed is told."), "success")
    return redirect(_address(queue_id, day))


@bp.post("/<int:rota_id>/discard")
@requires(Permission.PLAN_LUNCH)
def discard(rota_id: int) -> ResponseReturnValue:
    day = rota_terms.day_named(request.form.get("day", ""))
    with db.transaction() as session:
        rota = lunch.discard(session, rota_id, by=current_user().id, now=clock())
    flash(_("The lunches are as they were published."), "success")
    return redirect(_address(rota.queue_id, day))
