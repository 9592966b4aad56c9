"""Speech models: installed from a file, one of them chosen, checked."""

import secrets
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import secure_filename

from recordings import models
from recordings.errors import RecordingsError
from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.sentences import say_error
from webapp.services import speech_models
from webapp.services.errors import Refused, ServiceError
from webapp.views.forms import Entered
from webapp.views.requests import clock, settings

bp = Blueprint("models", __name__, url_prefix="/models")


@bp.get("/")
@requires(Permission.MANAGE_MODELS)
def index() -> ResponseReturnValue:
    return _page()


def _page(error: str = "") -> ResponseReturnValue:
    with db.reading() as session:
        lines = speech_models.lines(session, settings().models)
    page = render_template(
        "models/index.html",
        lines=lines,
        active=next((line for line in lines if line.is_active), None),
        official=models.OFFICIAL[speech_models.OFFICIAL],
        most_mb=settings().max_upload_mb,
        error=error,
    )
    return page, 422 if error else 200


@bp.post("/install")
@requires(Permission.MANAGE_MODELS)
def install() -> ResponseReturnValue:
    """Install a model from an archive that is sent, or from a path on the server."""
    try:
        model = _installed()
    except (RecordingsError, ServiceError) as refusal:
        return _page(say_error(refusal))
    with db.transaction() as session:
        me, now = current_user(), clock()
        speech_models.record_install(session, model, actor_id=me.id, now=now)
    flash(_("%(name)s is installed.", name=model.name), "success")
    return redirect(url_for(".index"))


def _installed() -> models.SpeechModel:
    folder, path = settings().models, Entered(request.form).text("path")
    sent = request.files.get("archive")
    if path:
        source = Path(path)
        if not source.exists():
            raise Refused("no_such_path", field="path", path=path)
        return models.install(source, folder)
    if sent is None or not sent.filename:
        raise Refused("file_missing", field="archive")
    folder.mkdir(parents=True, exist_ok=True)
    parcel = folder / f".parcel-{secrets.token_hex(8)}"
    parcel.mkdir()
    archive = parcel / (secure_filename(sent.filename) or "model.zip")
    try:
        sent.save(archive)
        return models.install(archive, folder)
    finally:
        archive.unlink(missing_ok=True)
        parcel.rmdir()


@bp.post("/use")
@requires(Permission.MANAGE_MODELS)
def use() -> ResponseReturnValue:
    name = Entered(request.form).text("name")
    try:
        with db.transaction() as session:
            speech_models.use(
                session,
                settings().models,
                name,
                actor_id=current_user().id,
                now=clock(),
            )
    except RecordingsError as refusal:
        return _page(say_error(refusal))
    flash(_("%(name)s transcribes from now on.", name=name), "success")
    return redirect(url_for(".index"))


@bp.post("/check")
@requires(Permission.MANAGE_MODELS)
def check() -> ResponseReturnValue:
    """Read all files of a model again and compare their hash."""
    name = Entered(request.form).text("name")
    try:
        models.verify(models.find(name, settings().models))
    except RecordingsError as refusal:
        return _page(say_error(refusal))
    flash(_("Every file of %(name)s is as it was installed.", name=name), "success")
    return redirect(url_for(".index"))
