"""The Audit desk: who did what, when and why, and whether the log is whole."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import words
from webapp.services import audit, audit_pages
from webapp.views.forms import Entered, query_day
from webapp.views.requests import clock, page_argument, zone
from webapp.views.sheets import Cell, comma_separated, spreadsheet

bp = Blueprint("audit", __name__, url_prefix="/audit")


def _filter() -> audit_pages.AuditFilter:
    asked = Entered(request.args)
    return audit_pages.AuditFilter(
        action=asked.text("action"),
        object_type=asked.text("object_type"),
        object_id=asked.text("object_id"),
        actor=asked.text("actor"),
        first=query_day(request.args, "first"),
        last=query_day(request.args, "last"),
    )


@bp.get("/")
@requires(Permission.VIEW_AUDIT)
def index() -> ResponseReturnValue:
    return _page()


def _page(report: audit.ChainReport | None = None) -> ResponseReturnValue:
    wanted, number = _filter(), page_argument()
    with db.reading() as session:
        page = audit_pages.page(session, wanted, number=number, zone=zone())
        actions = audit_pages.actions(session)
    return render_template(
        "audit/index.html",
        page=page,
        number=number,
        wanted=wanted,
        actions=[(name, words.word(words.ACTIONS, name)) for name in actions],
        kinds=words.choices(words.OBJECT_KINDS),
        query={k: v for k, v in request.args.items() if k != "page"},
        report=report,
    )


@bp.post("/verify")
@requires(Permission.VIEW_AUDIT)
def verify() -> ResponseReturnValue:
    entered = Entered(request.form)
    number, seal = entered.text("number"), entered.text("seal").lower()
    anchor = None
    if number.isdecimal() and seal:
        anchor = audit.Anchor(number=int(number), seal=seal)
    with db.reading() as session:
        report = audit.verify(session, anchor)
    with db.transaction() as session:
        audit.record_check(session, report, actor_id=current_user().id, now=clock())
    return _page(report)


@bp.get("/verify")
@requires(Permission.VIEW_AUDIT)
def verified() -> ResponseReturnValue:
    return redirect(url_for(".index"))


@bp.get("/export")
@requires(Permission.VIEW_AUDIT)
def export() -> ResponseReturnValue:
    with db.transaction() as session:
        lines = audit_pages.export(
            session, _filter(), actor_id=current_user().id, zone=zone(), now=clock()
        )
    columns = [_("Number"), _("When"), _("Who"), _("Action"), _("Kind"), _("Object")]
    columns += [_("Reason"), _("Details"), _("Seal")]
    rows: list[list[Cell]] = [
        [
            line.number,
            line.at,
            line.actor,
            line.action,
            line.object_type,
            line.object_id,
            line.reason,
            audit_pages.details_text(line),
            line.seal,
        ]
        for line in lines
    ]
    as_csv = request.args.get("format") == "csv"
    write = comma_separated if as_csv else spreadsheet
    return write(_("audit-log"), columns, rows)
