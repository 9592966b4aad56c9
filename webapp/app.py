"""The web application: wiring only."""

import json
import logging
import secrets
from datetime import timedelta
from pathlib import Path

import flask_login
from flask import (
    Flask,
    Response,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from webapp import __version__, db
from webapp.access import Identity, access_of, current_user
from webapp.adapters import Adapters, real_adapters
from webapp.i18n import formats, words
from webapp.i18n.sentences import say_error
from webapp.services import destruction as destroying
from webapp.services import recordings, sessions
from webapp.services.errors import Conflict, NotFound, Refused, ServiceError
from webapp.settings import Settings
from webapp.views import (
    audit,
    auth,
    call_intake,
    calls,
    centre,
    destruction,
    escalations,
    evaluation_forms,
    evaluations,
    faults,
    forecasts,
    histories,
    home,
    imports,
    jobs,
    leave_desk,
    lunch,
    models,
    my_leave,
    nav,
    notices,
    rotas,
    scorecards,
    staffing,
    today,
    users,
    week,
)

BLUEPRINTS = (
    home.bp,
    auth.bp,
    today.bp,
    lunch.bp,
    rotas.bp,
    week.bp,
    jobs.bp,
    faults.bp,
    users.bp,
    audit.bp,
    centre.bp,
    destruction.bp,
    notices.bp,
    forecasts.bp,
    histories.bp,
    imports.bp,
    my_leave.bp,
    leave_desk.bp,
    staffing.bp,
    escalations.bp,
    calls.bp,
    call_intake.bp,
    evaluations.bp,
    scorecards.bp,
    scorecards.own,
    evaluation_forms.bp,
    models.bp,
)
STATIC = Path(__file__).parent / "static"
STATUS = {NotFound: 404, Conflict: 409, Refused: 422}
SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
log = logging.getLogger(__name__)


class UndeclaredEndpoint(RuntimeError):
    """An endpoint does not say who may use it."""


def create_app(settings: Settings, adapters: Adapters | None = None) -> Flask:
    """Return the application for these settings; `adapters` are tests' own edges.

    Raises:
        UndeclaredEndpoint: if a view lacks `requires`, `signed_in` or `public`.
    """
    app = Flask(__name__, static_folder=None)
    adapters = adapters or real_adapters(settings)
    app.extensions["vardiya"] = adapters
    app.extensions["vardiya_settings"] = settings
    app.config.update(
        SECRET_KEY=adapters.session_key,
        LOCALE=settings.locale,
        ZONE=settings.zone,
        DEMO=settings.demo,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="vardiya",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
    )
    db.connect(settings.url)
    destroying.register("recording", recordings.destroyer(adapters.store))
    _name_requests(app)
    _protect(app, settings)
    _know_people(app, settings)
    formats.init_app(app)
    words.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _give_templates(app)
    _answer_errors(app)
    _serve_assets(app, settings)
    _require_declared_access(app)
    return app


def _name_requests(app: Flask) -> None:
    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(6)


def _protect(app: Flask, settings: Settings) -> None:
    CSRFProtect(app)
    Talisman(
        app,
        force_https=settings.secure_cookies,
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        session_cookie_samesite="Lax",
        content_security_policy=SECURITY_POLICY,
        referrer_policy="same-origin",
        frame_options="DENY",
    )

    @app.after_request
    def keep_private(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _know_people(app: Flask, settings: Settings) -> None:
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # the token is checked in the database
    idle = timedelta(hours=settings.session_hours)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Identity | None:
        now = app.extensions["vardiya"].clock()
        with db.reading() as session:
            me = sessions.identify(
                session, token, now=now, idle=idle, zone=settings.zone
            )
            stale = me and sessions.is_stale(session, me.session_id, now=now)
        if me and stale:
            with db.transaction() as session:
                sessions.touch(session, me.session_id, now=now)
        return me

    @manager.unauthorized_handler  # type: ignore[untyped-decorator]
    def to_login() -> ResponseReturnValue:
        if _wants_json() or request.headers.get("HX-Request"):
            return _error_answer(401, _("Log in to go on."))
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))

    @app.before_request
    def first_password() -> ResponseReturnValue | None:
        me = flask_login.current_user
        allowed = {"auth.account", "auth.change_password", "auth.log_out"}
        if not me.is_authenticated or not me.must_change_password:
            return None
        if request.endpoint in allowed | {"auth.preferences"}:
            return None
        flash(_("Choose a password of your own to go on."), "info")
        return redirect(url_for("auth.account"))


def _give_templates(app: Flask) -> None:
    manifest = STATIC / "manifest.json"
    assets: dict[str, str] = (
        json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    )

    def asset(name: str) -> str:
        return "/static/" + assets[name]

    @app.context_processor
    def everywhere() -> dict[str, object]:
        me = flask_login.current_user
        return {
            "asset": asset,
            "nav": nav.items_for(current_user()) if me.is_authenticated else [],
            **jobs.addresses(),
            "locale": formats.chosen_locale(),
            "locales": formats.LOCALES,
            "theme": formats.chosen_theme(),
            "is_demo": app.config["DEMO"],
            "version": __version__,
            "now": app.extensions["vardiya"].clock(),
        }


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"


def _error_answer(status: int, message: str, code: str = "") -> ResponseReturnValue:
    if _wants_json():
        return jsonify(status=status, code=code, message=message), status
    request_id = g.get("request_id", "")
    page = render_template(
        "error.html", status=status, message=message, request_id=request_id
    )
    return page, status


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(ServiceError)
    def refused(error: ServiceError) -> ResponseReturnValue:
        status = next(s for kind, s in STATUS.items() if isinstance(error, kind))
        return _error_answer(status, say_error(error), error.code)

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> ResponseReturnValue:
        log.info("request %s: %s", g.request_id, error.description)
        return _error_answer(400, _("This form is out of date. Reload the page."))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        given = (error.description or "") if error.code == 400 else ""
        return _error_answer(error.code, given)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> ResponseReturnValue:
        log.exception("request %s failed", g.get("request_id"), exc_info=error)
        return _error_answer(500, "")


def _serve_assets(app: Flask, settings: Settings) -> None:
    whitenoise = WhiteNoise(
        app.wsgi_app,
        root=str(STATIC) if STATIC.exists() else None,
        prefix="static/",
        immutable_file_test=r"-[0-9A-Za-z]{8,}\.",
    )
    app.wsgi_app = whitenoise  # type: ignore[method-assign]
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]


def _require_declared_access(app: Flask) -> None:
    undeclared = sorted(
        name for name, view in app.view_functions.items() if access_of(view) is None
    )
    if undeclared:
        raise UndeclaredEndpoint(
            f"no access declared for {', '.join(undeclared)}; "
            "see webapp.access.requires, signed_in and public"
        )
