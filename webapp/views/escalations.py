"""Notices to the top manager: written, read, answered, closed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.formats import day, number
from webapp.services import escalations, histories, staffing
from webapp.services.errors import Conflict, NotFound, Refused, ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, today, zone
from webapp.views.staffing import WEEKS, what_if

bp = Blueprint("escalations", __name__, url_prefix="/escalations")


@bp.get("/")
@requires(Permission.VIEW_ESCALATION)
def index() -> ResponseReturnValue:
    with db.reading() as session:
        found = escalations.escalations(session)
    return render_template("escalations/index.html", escalations=found)


def _outlook() -> staffing.Outlook:
    """Return the outlook of the page the notice is written on."""
    weeks = request.values.get("weeks", WEEKS[0], type=int)
    with db.reading() as session:
        chosen = request.values.get("queue", type=int)
        queue = histories.queue_chosen(session, chosen)
        if queue is None:
            raise NotFound("queue", chosen)
        supposed = what_if(Entered(request.values))
        return staffing.outlook(session, queue, today(), weeks, supposed, zone=zone())


@bp.get("/new")
@requires(Permission.SEND_ESCALATION)
def new() -> ResponseReturnValue:
    outlook = _outlook()
    return _form(outlook, {"subject": _subject(outlook), "body": _body(outlook)})


def _subject(outlook: staffing.Outlook) -> str:
    return str(_("Staff of %(queue)s do not suffice", queue=outlook.queue))


def _body(outlook: staffing.Outlook) -> str:
    worst = outlook.worst
    if worst is None:
        return ""
    text = _(
        "In %(count)s of the coming %(weeks)s weeks the staff do not suffice for the "
        "service level. The largest shortfall is %(missing)s full-time equivalents in "
        "the week of %(monday)s. Please have sufficient staff assigned.",
        count=len(outlook.short_weeks),
        weeks=len(outlook.weeks),
        missing=number(worst.shortfall, 1),
        monday=day(worst.monday),
    )
    return str(text)


def _form(
    outlook: staffing.Outlook,
    values: dict[str, str],
    refusal: ServiceError | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "escalations/new.html",
        outlook=outlook,
        values=values,
        errors=errors_of(refusal) if refusal else {},
    )
    return page, 422 if refusal else 200


@bp.post("/new")
@requires(Permission.SEND_ESCALATION)
def send() -> ResponseReturnValue:
    outlook, entered = _outlook(), Entered(request.form)
    values = {name: entered.text(name) for name in ("subject", "body")}
    weeks = outlook.weeks
    if not weeks:
        return _form(outlook, values, Refused("escalation_without_figures"))
    draft = escalations.Draft(
        subject=values["subject"],
        body=values["body"],
        first_day=weeks[0].monday,
        last_day=weeks[-1].monday,
        figures=outlook.figures(),
    )
    try:
        with db.transaction() as session:
            sent = escalations.send(
                session, draft, by=current_user().id, today=today(), now=clock()
            )
    except Refused as refusal:
        return _form(outlook, values, refusal)
    flash(_("The notice is with the top manager."), "success")
    return redirect(url_for(".show", escalation_id=sent.id))


@bp.get("/<int:escalation_id>")
@requires(Permission.VIEW_ESCALATION)
def show(escalation_id: int) -> ResponseReturnValue:
    me = current_user()
    if me.may(Permission.ANSWER_ESCALATION):
        with db.transaction() as session:
            escalations.mark_read(session, escalation_id, by=me.id, now=clock())
    return _page(escalation_id)


def _page(
    escalation_id: int, refusal: ServiceError | None = None
) -> ResponseReturnValue:
    with db.reading() as session:
        notice = escalations.escalation(session, escalation_id)
    page = render_template(
        "escalations/show.html",
        notice=notice,
        errors=errors_of(refusal) if refusal else {},
    )
    return page, 422 if refusal else 200


@bp.post("/<int:escalation_id>/answer")
@requires(Permission.ANSWER_ESCALATION)
def answer(escalation_id: int) -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        with db.transaction() as session:
            escalations.answer(
                session,
                escalation_id,
                choice=entered.text("choice"),
                text=entered.text("text"),
                by=current_user().id,
                now=clock(),
            )
    except (Refused, Conflict) as refusal:
        return _page(escalation_id, refusal)
    flash(_("Your answer is with the manager."), "success")
    return redirect(url_for(".show", escalation_id=escalation_id))


@bp.post("/<int:escalation_id>/close")
@requires(Permission.SEND_ESCALATION)
def close(escalation_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        escalations.close(session, escalation_id, by=current_user().id, now=clock())
    flash(_("The notice is closed."), "success")
    return redirect(url_for(".show", escalation_id=escalation_id))
