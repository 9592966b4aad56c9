"""Logging in and out, and each person's own settings."""

import secrets

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
from werkzeug.wrappers import Response as BaseResponse

from webapp import db
from webapp.access import current_user, public, signed_in
from webapp.i18n.formats import LOCALE_COOKIE, LOCALES, THEME_COOKIE
from webapp.i18n.sentences import say_error
from webapp.services import passwords, people, sessions
from webapp.services.errors import Refused
from webapp.views.requests import clock, safe_next

bp = Blueprint("auth", __name__)
DEVICE_COOKIE = "vardiya_browser"
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
    device = request.cookies.get(DEVICE_COOKIE, "") or secrets.token_urlsafe(32)
    try:
        token = _try_log_in(device)
    except Refused as refusal:
        return _login_page(say_error(refusal), 429)
    if token is None:
        return _login_page(_("The user name or the password is not right."), 401)
    _end_earlier_log_in()
    cookie.clear()  # a new session: nothing set before log-in survives it
    _carry(token)
    answer = redirect(safe_next(request.form.get("next")) or url_for("home.index"))
    _keep_cookie(answer, DEVICE_COOKIE, device)
    return answer


def _try_log_in(device: str) -> str | None:
    """Return a new log-in's token: the slow check holds up no transaction."""
    with db.transaction() as session:
        attempt = sessions.begin(
            session,
            username=request.form.get("username", ""),
            address=request.remote_addr or "",
            device=device,
            now=clock(),
        )
    fits = passwords.fits(attempt.password_hash, request.form.get("password", ""))
    with db.transaction() as session:
        return sessions.finish(
            session,
            attempt,
            fits=fits,
            agent=request.user_agent.string,
            now=clock(),
        )


def _end_earlier_log_in() -> None:
    if login_user.is_authenticated:
        me = current_user()
        with db.transaction() as session:
            sessions.log_out(
                session, session_id=me.session_id, user_id=me.id, now=clock()
            )


def _carry(token: str) -> None:
    """Let the browser's cookie carry a log-in's token."""
    cookie["_user_id"] = token
    cookie["_fresh"] = True
    cookie.permanent = True


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
            _keep_cookie(answer, name, value)
    return answer


def _keep_cookie(answer: BaseResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=YEAR_S,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


@bp.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    return _account_page()


def _account_page(error: str = "", status: int = 200) -> ResponseReturnValue:
    me = current_user()
    with db.reading() as session:
        logins = sessions.open_sessions(
            session,
            user_id=me.id,
            this_id=me.session_id,
            now=clock(),
            idle=current_app.permanent_session_lifetime,
        )
    return render_template("account.html", logins=logins, error=error), status


@bp.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    me = current_user()
    try:
        with db.transaction() as session:
            if request.form.get("new") != request.form.get("again"):
                raise Refused("password_unequal")
            token = people.change_password(
                session,
                user_id=me.id,
                old=request.form.get("old", ""),
                new=request.form.get("new", ""),
                keep_session_id=me.session_id,
                now=clock(),
            )
    except Refused as refusal:
        return _account_page(say_error(refusal), 422)
    _carry(token)
    flash(_("Your password is changed; other browsers are logged out."), "success")
    return redirect(url_for("home.index" if me.must_change_password else ".account"))


@bp.post("/account/sessions")
@signed_in
def end_others() -> ResponseReturnValue:
    me = current_user()
    with db.transaction() as session:
        sessions.log_out_others(
            session, user_id=me.id, keep_id=me.session_id, now=clock()
        )
    flash(_("The other browsers are logged out."), "success")
    return redirect(url_for(".account"))
