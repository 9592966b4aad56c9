"""Logging in and out, and each person's own settings."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user as login_user

from webapp import db
from webapp.access import current_user, public, signed_in
from webapp.i18n.formats import LOCALE_COOKIE, LOCALES, THEME_COOKIE
from webapp.i18n.sentences import say_error
from webapp.services import people, sessions
from webapp.services.errors import Refused
from webapp.views.requests import clock, safe_next

bp = Blueprint("auth", __name__)
YEAR_S = 365 * 24 * 3600


@bp.get("/login")
@public
def login() -> ResponseReturnValue:
    if login_user.is_authenticated:
        return redirect(url_for("home.index"))
    return _login_page()


def _login_page(error: str = "", status: int = 200) -> ResponseReturnValue:
    next_url = safe_next(request.values.get("next"))
    return render_template("login.html", error=error, next_url=next_url), status


@bp.post("/login")
@public
def log_in() -> ResponseReturnValue:
    username = request.form.get("username", "")
    try:
        with db.transaction() as session:
            token = sessions.log_in(
                session,
                username=username,
                password=request.form.get("password", ""),
                address=request.remote_addr or "",
                agent=request.user_agent.string,
                now=clock(),
            )
    except Refused as refusal:
        return _login_page(say_error(refusal), 429)
    if token is None:
        return _login_page(_("The user name or the password is not right."), 401)
    cookie.clear()  # a new session: nothing set before log-in survives it
    cookie["_user_id"] = token
    cookie["_fresh"] = True
    cookie.permanent = True
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"))


@bp.post("/logout")
@signed_in
def log_out() -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        sessions.log_out(session, session_id=me.session_id, user_id=me.id, now=clock())
    cookie.clear()
    return redirect(url_for(".login"))


@bp.post("/preferences")
@public
def preferences() -> ResponseReturnValue:
    """Keep language and theme: with the account, or in a cookie before log-in."""
    locale, theme = request.form.get("locale"), request.form.get("theme")
    locale = locale if locale in LOCALES else None
    theme = theme if theme in {"auto", "light", "dark"} else None
    if login_user.is_authenticated:
        with db.transaction() as session:
            people.set_preferences(
                session, user_id=current_user().id, locale=locale, theme=theme
            )
    answer = redirect(safe_next(request.form.get("next")) or url_for("home.index"))
    for name, value in ((LOCALE_COOKIE, locale), (THEME_COOKIE, theme)):
        if value:
            answer.set_cookie(
                name,
                value,
                max_age=YEAR_S,
                samesite="Lax",
                httponly=True,
                secure=current_app.config["SESSION_COOKIE_SECURE"],
            )
    return answer


@bp.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    return render_template("account.html")


@bp.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    me = current_user()
    try:
        with db.transaction() as session:
            people.change_password(
                session,
                user_id=me.id,
                old=request.form.get("old", ""),
                new=request.form.get("new", ""),
                keep_session_id=me.session_id,
                now=clock(),
            )
    except Refused as refusal:
        flash(say_error(refusal), "error")
        return render_template("account.html"), 422
    flash(_("Your password is changed; other browsers are logged out."), "success")
    return redirect(url_for(".account"))
