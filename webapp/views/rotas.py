"""The rota desk: a queue's weeks, a version in full, drafts changed and published."""

from datetime import date, timedelta

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import formats
from webapp.i18n.sentences import say_error
from webapp.services import (
    coverage,
    jobs,
    rota_edits,
    rota_pages,
    rota_problems,
    rota_publishing,
    rota_terms,
    rotas,
)
from webapp.services.errors import NotFound, Refused, ServiceError
from webapp.services.rota_edits import Move, MoveRefused
from webapp.services.shortfalls import verdict_of
from webapp.views.pictures import coverage_data
from webapp.views.queue_choice import chosen_queue
from webapp.views.requests import clock, day_argument, today, zone
from webapp.views.rules import say_breach, say_reason
from webapp.views.sheets import spreadsheet
from webapp.views.timelines import Shown, timeline_data

bp = Blueprint("rotas", __name__, url_prefix="/rota")

PAST_WEEKS = timedelta(weeks=8)
KINDS = {"s": "shift", "l": "lunch", "b": "break"}


@bp.get("/")
@requires(Permission.VIEW_ROTA)
def index() -> ResponseReturnValue:
    default = rota_terms.monday_of(today()) + rota_terms.WEEK
    week = rota_terms.week_of(day_argument("day", default), zone())
    queue = chosen_queue()
    if queue is None:
        return render_template("rotas/index.html", queue=None)
    with db.reading() as session:
        weeks = rota_pages.weeks(session, queue.id, since=today() - PAST_WEEKS)
        missing = rota_problems.missing_for(session, queue.id, week)
        found = jobs.of_subject(session, ("queue_rota", queue.id), now=clock())
    return render_template(
        "rotas/index.html",
        queue=queue,
        week=week,
        weeks=weeks,
        missing=missing,
        job=found[0] if found else None,
        may_plan=current_user().may(Permission.PLAN_ROTA),
    )


@bp.post("/make")
@requires(Permission.PLAN_ROTA)
def make() -> ResponseReturnValue:
    queue_id = request.form.get("queue", 0, type=int)
    around_id = request.form.get("around", type=int)
    day = rota_terms.day_named(request.form.get("day", ""))
    try:
        with db.transaction() as session:
            rotas.ask(
                session,
                queue_id=queue_id,
                day=day,
                zone=zone(),
                by=current_user().id,
                now=clock(),
                around_id=around_id,
            )
    except Refused as refusal:
        flash(say_error(refusal), "error")
    return redirect(url_for(".index", queue=queue_id, day=day.isoformat()))


@bp.get("/<int:rota_id>")
@requires(Permission.VIEW_ROTA)
def show(rota_id: int) -> ResponseReturnValue:
    me = current_user()
    with db.reading() as session:
        detail = rota_pages.detail(session, rota_id, zone=zone())
        span = rota_terms.span_of(detail.rota, zone())
        day = day_argument("day", span.first)
        shifts = [
            one for one in rota_pages.shifts_of(session, detail.rota) if one.day == day
        ]
    may_edit = detail.is_draft and me.may(Permission.PLAN_ROTA)
    open_days = [one for one in span.days if _is_open(detail, one)]
    shown = Shown(
        span=span,
        days=open_days or span.days,
        step=detail.step,
        movable=("shift", "lunch", "break") if may_edit else (),
        breaches=detail.breaches,
        now=clock(),
    )
    return render_template(
        "rotas/show.html",
        detail=detail,
        span=span,
        day=day,
        days=open_days,
        shifts=shifts,
        picture=coverage_data(detail.coverage),
        timeline=timeline_data(detail.people, shown),
        reasons=[say_reason(one, detail.names) for one in detail.rota.reasons],
        breaches=[
            (detail.names.get(one.agent, ""), one.day, say_breach(one))
            for one in detail.breaches
        ],
        may_edit=may_edit,
        may_publish=detail.is_draft and me.may(Permission.PUBLISH_ROTA),
        may_plan=me.may(Permission.PLAN_ROTA),
    )


def _is_open(detail: rota_pages.Detail, day: date) -> bool:
    cut = detail.coverage.grid.day_slice(day)
    needed = detail.coverage.required[cut]
    return bool((needed > 0).any() or detail.coverage.staffed[cut].any())


@bp.post("/<int:rota_id>/move")
@requires(Permission.PLAN_ROTA)
def move(rota_id: int) -> ResponseReturnValue:
    """Move a bar of a draft; answer with the coverage and verdict it leaves."""
    try:
        with db.transaction() as session:
            rota, _shift = rota_edits.move(
                session,
                rota_id,
                entered_move(),
                zone=zone(),
                by=current_user().id,
                now=clock(),
            )
            shown = coverage.of_rota(session, rota, zone=zone())
    except ServiceError as refusal:
        return refused_move(refusal)
    verdict = render_template("rotas/_verdict.html", verdict=verdict_of(shown))
    return jsonify(
        update={"#coverage": coverage_data(shown)},
        html={"#verdict": verdict},
        breaches={},
    )


def entered_move() -> Move:
    """Return the move that a timeline posted."""
    number = request.form.get("id", "")
    return Move(
        user_id=request.form.get("person", 0, type=int),
        kind=KINDS.get(number[:1], ""),
        assignment_id=int(number[1:]) if number[1:].isdigit() else 0,
        start=request.form.get("start", 0, type=int),
        end=request.form.get("end", 0, type=int),
    )


def refused_move(refusal: ServiceError) -> ResponseReturnValue:
    """Answer a timeline that a move is refused, with the rules it would break."""
    sentence = say_error(refusal)
    if isinstance(refusal, MoveRefused):
        told = dict.fromkeys(say_breach(one) for one in refusal.breaches)
        sentence = " ".join([sentence, *told])
    return jsonify(refused=sentence), 422


@bp.post("/<int:rota_id>/lock")
@requires(Permission.PLAN_ROTA)
def lock(rota_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        one = rotas.set_lock(
            session,
            rota_id,
            request.form.get("assignment", 0, type=int),
            what=request.form.get("what", ""),
            is_locked=request.form.get("locked") == "1",
            by=current_user().id,
            now=clock(),
        )
    here = url_for(".show", rota_id=rota_id, day=one.day.isoformat())
    return redirect(f"{here}#shifts")


@bp.post("/<int:rota_id>/take-off")
@requires(Permission.PLAN_ROTA)
def take_off(rota_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        day = rota_edits.take_off(
            session,
            rota_id,
            request.form.get("assignment", 0, type=int),
            by=current_user().id,
            now=clock(),
        )
    flash(_("The shift is taken out of the draft."), "success")
    here = url_for(".show", rota_id=rota_id, day=day.isoformat())
    return redirect(f"{here}#shifts")


@bp.post("/<int:rota_id>/publish")
@requires(Permission.PUBLISH_ROTA)
def publish(rota_id: int) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            rota_publishing.publish(
                session, rota_id, by=current_user().id, zone=zone(), now=clock()
            )
    except ServiceError as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(say_error(refusal), "error")
    else:
        flash(
            _("The rota is published; everybody whose days change is told."), "success"
        )
    return redirect(url_for(".show", rota_id=rota_id))


@bp.post("/<int:rota_id>/copy")
@requires(Permission.PLAN_ROTA)
def copy(rota_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        draft = rotas.copy(session, rota_id, by=current_user().id, now=clock())
    flash(_("This draft is a copy; people learn of it when you publish it."), "info")
    return redirect(url_for(".show", rota_id=draft.id))


@bp.post("/<int:rota_id>/discard")
@requires(Permission.PLAN_ROTA)
def discard(rota_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        rota = rotas.discard(session, rota_id, by=current_user().id, now=clock())
    flash(_("The draft is put away."), "success")
    return redirect(url_for(".index", queue=rota.queue_id, day=rota.first_day))


@bp.get("/<int:rota_id>/export")
@requires(Permission.VIEW_ROTA)
def export(rota_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        rota = rotas.record_export(session, rota_id, by=current_user().id, now=clock())
        shifts = rota_pages.shifts_of(session, rota)
    columns = [_("Day"), _("Agent"), _("From"), _("Until"), _("Lunch"), _("Break")]
    rows = [
        (
            one.day,
            one.user.full_name,
            formats.clock(one.starts_at),
            formats.clock(one.ends_at),
            formats.clock(one.lunch_starts_at),
            formats.clock(one.break_starts_at),
        )
        for one in shifts
    ]
    name = _("rota-%(day)s", day=rota.first_day.isoformat())
    return spreadsheet(name, columns, rows)


@bp.app_template_global()
def short_words(intervals: int, worst: int) -> str:
    """Return how many intervals are short, and the most agents missing at once."""
    text: str = ngettext(
        "%(num)s half hour is short, by up to %(worst)s.",
        "%(num)s half hours are short, by up to %(worst)s.",
        intervals,
        worst=worst,
    )
    return text
