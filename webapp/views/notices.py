"""The Notices page: what a person should know, and the count in the top bar."""

import flask_login
from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.access import current_user, signed_in
from webapp.i18n.sentences import say
from webapp.services import notices
from webapp.views.requests import clock, page_argument, safe_next

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.app_context_processor
def unread() -> dict[str, object]:
    """Give every page the number of its reader's unread notices."""
    if not flask_login.current_user.is_authenticated:
        return {"unread_notices": 0}
    with db.reading() as session:
        return {"unread_notices": notices.unread(session, current_user().id)}


@bp.app_template_filter("notice_text")
def text(told: notices.Told) -> str:
    """Return a notice's sentence, its days as the reader writes them."""
    return say(told.code, told.params, package="notices")


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    me, page = current_user().id, page_argument()
    with db.reading() as session:
        told = notices.told(session, me, number=page)
        total = notices.count(session, me)
    pages = max(1, -(-total // notices.PER_PAGE))
    return render_template(
        "notices/index.html", told=told, total=total, page=page, pages=pages
    )


@bp.post("/<int:notice_id>")
@signed_in
def read_one(notice_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        link = notices.read_one(
            session, notice_id, user_id=current_user().id, now=clock()
        )
    return redirect(safe_next(link) or url_for(".index"))


@bp.post("/")
@signed_in
def read_all() -> ResponseReturnValue:
    with db.transaction() as session:
        notices.read_all(session, user_id=current_user().id, now=clock())
    return redirect(url_for(".index"))
