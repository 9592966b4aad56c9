"""Leave as service lead and manager see it: the inbox, one request, who is away."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires, signed_in
from webapp.services import leave, leave_impact, leave_pages
from webapp.services.errors import ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.pictures import coverage_data
from webapp.views.requests import clock, day_argument, today, zone

bp = Blueprint("leave_desk", __name__, url_prefix="/leave")


@bp.get("/")
@requires(Permission.VIEW_TEAM_LEAVE)
def index() -> ResponseReturnValue:
    me = current_user()
    own_step = "forwarded" if me.may(Permission.DECIDE_LEAVE) else "waiting"
    shown = leave_pages.tab_named(request.args.get("show", own_step))
    with db.reading() as session:
        lines = leave_pages.lines(session, shown, today=today())
        counts = leave_pages.counts(session)
    return render_template(
        "leave/index.html", shown=shown, lines=lines, counts=counts, me=me
    )


@bp.get("/team")
@requires(Permission.VIEW_TEAM_LEAVE)
def team() -> ResponseReturnValue:
    """Show who is away on which day of a month; the kinds stay private."""
    with db.reading() as session:
        month = leave_pages.month(session, day_argument("day", today()))
    return render_template("leave/team.html", month=month)


@bp.get("/<int:request_id>")
@signed_in
def show(request_id: int) -> ResponseReturnValue:
    return _page(request_id)


def _page(request_id: int, refusal: ServiceError | None = None) -> ResponseReturnValue:
    me = current_user()
    sees_all = me.may(Permission.VIEW_TEAM_LEAVE)
    with db.reading() as session:
        asked = leave.request_for(
            session, request_id, viewer_id=me.id, sees_all=sees_all
        )
        detail = leave_pages.detail(session, asked, today=today())
        effect = None
        if sees_all and asked.user_id != me.id:
            effect = leave_impact.impact_of(session, asked, today=today(), zone=zone())
    page = render_template(
        "leave/show.html",
        detail=detail,
        effect=effect,
        picture=effect and coverage_data(effect.coverage, detail.days, effect.after),
        acts=leave_pages.acts_open_to(asked, me),
        errors=errors_of(refusal) if refusal else {},
    )
    return page, 422 if refusal else 200


def _act(request_id: int) -> leave.Act:
    """Return who acts with which words, and the figures they had before them."""
    with db.reading() as session:
        asked = leave.request_for(
            session, request_id, viewer_id=current_user().id, sees_all=True
        )
        figures = leave_pages.figures(session, asked, today=today(), zone=zone())
    return leave.Act(
        actor_id=current_user().id,
        opinion=Entered(request.form).text("opinion"),
        figures=figures,
        now=clock(),
    )


def _step(
    request_id: int, take: Callable[..., object], done: str
) -> ResponseReturnValue:
    """Take one step on a request, or show the request again with the refusal."""
    act = _act(request_id)
    try:
        with db.transaction() as session:
            take(session, act)
    except ServiceError as refusal:
        return _page(request_id, refusal)
    flash(done, "success")
    return redirect(url_for(".index"))


@bp.post("/<int:request_id>/forward")
@requires(Permission.SCREEN_LEAVE)
def forward(request_id: int) -> ResponseReturnValue:
    take = partial(leave.forward, request_id=request_id, today=today())
    return _step(request_id, take, _("The request is with the manager."))


@bp.post("/<int:request_id>/return")
@requires(Permission.SCREEN_LEAVE)
def give_back(request_id: int) -> ResponseReturnValue:
    take = partial(leave.give_back, request_id=request_id)
    return _step(request_id, take, _("The request went back with your reason."))


@bp.post("/<int:request_id>/approve")
@requires(Permission.DECIDE_LEAVE)
def approve(request_id: int) -> ResponseReturnValue:
    take = partial(leave.approve, request_id=request_id, today=today())
    return _step(request_id, take, _("The leave is approved."))


@bp.post("/<int:request_id>/refuse")
@requires(Permission.DECIDE_LEAVE)
def refuse(request_id: int) -> ResponseReturnValue:
    take = partial(leave.refuse, request_id=request_id)
    return _step(request_id, take, _("The leave is refused."))
