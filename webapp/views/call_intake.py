"""Recordings by upload, and what could not be taken in."""

from typing import BinaryIO, cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.sentences import TABLES, say
from webapp.services import intake, speech_models
from webapp.services.errors import Refused, ServiceError
from webapp.views import call_entry
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import adapters, clock, settings, zone

bp = Blueprint("call_intake", __name__, url_prefix="/calls/intake")


@bp.get("/")
@requires(Permission.ADD_RECORDING)
def index() -> ResponseReturnValue:
    return _page()


def _page(
    results: tuple[intake.Taken, ...] = (), refusal: ServiceError | None = None
) -> ResponseReturnValue:
    with db.reading() as session:
        context = call_entry.choices(session)
        model = speech_models.active(session, settings().models)
        aside = intake.quarantined(session)
    page = render_template(
        "calls/intake.html",
        results=results,
        errors=errors_of(refusal) if refusal else {},
        model=model,
        is_fixture=speech_models.is_fixture(model),
        official=speech_models.OFFICIAL,
        aside=aside,
        watch_dir=settings().watch_dir,
        most_mb=settings().max_upload_mb,
        **context,
    )
    return page, 422 if refusal else 200


@bp.post("/")
@requires(Permission.ADD_RECORDING)
def upload() -> ResponseReturnValue:
    """Take in the files of a form; each says for itself what became of it."""
    now = clock()
    try:
        details = call_entry.details(Entered(request.form), default=now, zone=zone())
        files = [file for file in request.files.getlist("files") if file.filename]
        if not files:
            raise Refused("file_missing", field="files")
    except ServiceError as refusal:
        return _page(refusal=refusal)
    by = intake.By(
        source=intake.Source.UPLOAD, actor_id=current_user().id, now=now, zone=zone()
    )
    results: list[intake.Taken] = []
    for file in files:
        name = file.filename or _("recording")
        sound = cast("BinaryIO", file.stream)  # werkzeug's is a spooled file
        try:
            with db.reading() as session:
                barred = intake.destroyed(session)
            heard = intake.hear(adapters().store, sound, name, barred=barred)
            with db.transaction() as session:
                results.append(intake.take_in(session, heard, details, by))
        except ServiceError as refusal:
            return _page(tuple(results), refusal)
    return _page(tuple(results))


@bp.app_template_global()
def quarantine_reason(code: str, params: dict[str, object]) -> str:
    """Return why a file was set aside."""
    package = "recordings" if code in TABLES["recordings"] else "webapp"
    return say(code, params, package=package)
