"""The Faults desk: report one, follow it, take it to IT or the vendor."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import words
from webapp.services import faults
from webapp.services.errors import Conflict, Refused, ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, page_argument

bp = Blueprint("faults", __name__, url_prefix="/faults")


def _viewer() -> faults.Viewer:
    me = current_user()
    return faults.Viewer(
        user_id=me.id,
        handles=me.may(Permission.HANDLE_FAULT),
        routes=me.may(Permission.ROUTE_FAULT),
    )


@bp.get("/")
@requires(Permission.REPORT_FAULT)
def index() -> ResponseReturnValue:
    state, page = request.args.get("state", "open"), page_argument()
    with db.reading() as session:
        lines, total = faults.faults(session, _viewer(), state=state, number=page)
    return render_template(
        "faults/index.html",
        lines=lines,
        total=total,
        page=page,
        pages=max(1, -(-total // faults.PER_PAGE)),
        state=state,
        states=words.choices(words.FAULT_STATES),
    )


@bp.get("/new")
@requires(Permission.REPORT_FAULT)
def new() -> ResponseReturnValue:
    return render_template("faults/new.html", errors={})


@bp.post("/new")
@requires(Permission.REPORT_FAULT)
def report() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        with db.transaction() as session:
            reported = faults.report(
                session,
                user_id=current_user().id,
                subject=entered.text("subject"),
                description=entered.text("description"),
                now=clock(),
            )
    except Refused as refusal:
        return render_template("faults/new.html", errors=errors_of(refusal)), 422
    flash(_("The supervisor has your report."), "success")
    return redirect(url_for(".show", fault_id=reported.id))


@bp.get("/<int:fault_id>")
@requires(Permission.REPORT_FAULT)
def show(fault_id: int) -> ResponseReturnValue:
    return _page(fault_id)


def _page(fault_id: int, refusal: ServiceError | None = None) -> ResponseReturnValue:
    with db.reading() as session:
        page = faults.fault(session, fault_id, _viewer())
    errors = errors_of(refusal) if refusal else {}
    answer = render_template("faults/show.html", page=page, errors=errors)
    return answer, 422 if refusal else 200


@bp.post("/<int:fault_id>")
@requires(Permission.HANDLE_FAULT)
def move(fault_id: int) -> ResponseReturnValue:
    entered, viewer = Entered(request.form), _viewer()
    try:
        with db.transaction() as session:
            faults.move(
                session,
                fault_id,
                viewer=viewer,
                to=faults.state_named(entered.text("to")),
                note=entered.text("note"),
                now=clock(),
            )
    except (Refused, Conflict) as refusal:
        return _page(fault_id, refusal)
    flash(_("The fault has moved on."), "success")
    return redirect(url_for(".index"))
