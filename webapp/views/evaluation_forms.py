"""The evaluation form: the version in use, earlier ones, a new one from YAML."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa.errors import FormInvalid
from qa.forms import Form
from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.formats import chosen_locale
from webapp.i18n.sentences import say_error
from webapp.services import appeals, call_pages, evaluation_forms
from webapp.services.errors import ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock

bp = Blueprint("evaluation_forms", __name__, url_prefix="/forms")

MOST_BYTES = 1 << 20


@bp.get("/")
@requires(Permission.MANAGE_FORMS)
def index() -> ResponseReturnValue:
    with db.reading() as session:
        text = evaluation_forms.current_text(session)
        versions = evaluation_forms.versions(session)
        days = appeals.window_days(session)
    return render_template(
        "forms/index.html", form=Form.from_yaml(text), versions=versions, days=days
    )


@bp.get("/edit")
@requires(Permission.MANAGE_FORMS)
def edit() -> ResponseReturnValue:
    number = request.args.get("version", type=int)
    with db.reading() as session:
        if number:
            text = evaluation_forms.text_of(session, number)
        else:
            text = evaluation_forms.current_text(session)
    return render_template("forms/edit.html", text=text, problems=(), error="")


@bp.post("/edit")
@requires(Permission.MANAGE_FORMS)
def keep() -> ResponseReturnValue:
    sent = request.files.get("file")
    text = request.form.get("text", "")
    if sent is not None and sent.filename:
        text = sent.read(MOST_BYTES).decode("utf-8-sig", "replace")
    try:
        with db.transaction() as session:
            evaluation_forms.keep(
                session, text, actor_id=current_user().id, now=clock()
            )
    except FormInvalid as refusal:
        problems, error = refusal.problems, ""
    except ServiceError as conflict:
        problems, error = (), say_error(conflict)
    else:
        flash(_("This version is in use from now on."), "success")
        return redirect(url_for(".index"))
    page = render_template("forms/edit.html", text=text, problems=problems, error=error)
    return page, 422


@bp.post("/window")
@requires(Permission.MANAGE_FORMS)
def window() -> ResponseReturnValue:
    try:
        days = Entered(request.form).whole("days", 1, appeals.MOST_DAYS)
        with db.transaction() as session:
            appeals.set_window(session, days, actor_id=current_user().id, now=clock())
    except ServiceError as refusal:
        flash(" ".join(errors_of(refusal).values()), "error")
    else:
        flash(_("The window is kept."), "success")
    return redirect(url_for(".index"))


@bp.app_template_filter("localised")
def localised(title: dict[str, str]) -> str:
    """Return a form's text in the reader's language."""
    return call_pages.localised(title, chosen_locale())
