"""The agent's own leave: what is left, what was asked, a new request."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import words
from webapp.services import leave, leave_impact, leave_ledger, leave_pages
from webapp.services.errors import Refused
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, today, zone

bp = Blueprint("my_leave", __name__, url_prefix="/my-leave")


@bp.get("/")
@requires(Permission.ASK_LEAVE)
def index() -> ResponseReturnValue:
    me = current_user().id
    with db.reading() as session:
        mine = leave_pages.own(session, me, today=today())
    return render_template("leave/mine.html", mine=mine)


@bp.get("/new")
@requires(Permission.ASK_LEAVE)
def new() -> ResponseReturnValue:
    return _form()


def _form(refusal: Refused | None = None) -> ResponseReturnValue:
    with db.reading() as session:
        balance = leave_ledger.balance_of(session, current_user().id, today())
    page = render_template(
        "leave/new.html",
        balance=balance,
        kinds=words.choices(words.LEAVE_KINDS),
        errors=errors_of(refusal) if refusal else {},
    )
    return page, 422 if refusal else 200


@bp.post("/new")
@requires(Permission.ASK_LEAVE)
def ask() -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            leave.ask(session, current_user().id, _wanted(), today=today(), now=clock())
    except Refused as refusal:
        return _form(refusal)
    flash(_("Your request is with the service lead."), "success")
    return redirect(url_for(".index"))


def _wanted() -> leave.Wanted:
    entered = Entered(request.values)
    first = _given_day(entered, "first_day")
    return leave.Wanted(
        kind=leave.kind_named(entered.text("kind")),
        first_day=first,
        last_day=entered.day("last_day") or first,
        is_half=bool(entered.text("is_half")),
        note=entered.text("note"),
    )


def _given_day(entered: Entered, name: str) -> date:
    day = entered.day(name)
    if day is None:
        raise Refused("day_missing", field=name)
    return day


@bp.get("/preview")
@requires(Permission.ASK_LEAVE)
def preview() -> ResponseReturnValue:
    """Answer, while dates are entered, what they cost and how likely they are."""
    me = current_user().id
    try:
        wanted = _wanted()
        with db.reading() as session:
            chances = leave_impact.chances(
                session, me, wanted, today=today(), zone=zone()
            )
    except Refused as refusal:
        return render_template("leave/_preview.html", errors=errors_of(refusal))
    return render_template("leave/_preview.html", chances=chances, errors={})


@bp.post("/<int:request_id>/withdraw")
@requires(Permission.ASK_LEAVE)
def withdraw(request_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        leave.withdraw(session, request_id, user_id=current_user().id, now=clock())
    flash(_("Your request is withdrawn."), "success")
    return redirect(url_for(".index"))
