"""Recorded calls: the list, a call's page, its sound, its legal hold."""

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wsgi import FileWrapper

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import call_words, words
from webapp.services import recordings, transcription
from webapp.services.errors import NotFound, ServiceError
from webapp.services.recordings import Filters
from webapp.services.sounds import RedactedWav
from webapp.views import call_entry, call_page
from webapp.views.forms import Entered, errors_of, query_day
from webapp.views.requests import adapters, clock, page_argument, safe_next, zone

bp = Blueprint("calls", __name__, url_prefix="/calls")


def filters_of() -> Filters:
    """Return the filters of the address."""
    return Filters(
        agent_id=request.args.get("agent", type=int),
        first=query_day(request.args, "first"),
        last=query_day(request.args, "last"),
        state=request.args.get("state", ""),
        text=request.args.get("text", "").strip(),
    )


@bp.get("/")
@requires(Permission.LISTEN_RECORDING)
def index() -> ResponseReturnValue:
    wanted, page = filters_of(), page_argument()
    with db.reading() as session:
        lines, total = recordings.calls(session, wanted, zone=zone(), page=page)
        agents = recordings.agents(session)
    return render_template(
        "calls/index.html",
        lines=lines,
        total=total,
        page=page,
        pages=max(1, -(-total // recordings.PER_PAGE)),
        wanted=wanted,
        agents=agents,
        states=words.choices(call_words.RECORDING_STATES),
    )


@bp.get("/<int:recording_id>")
@requires(Permission.LISTEN_RECORDING)
def show(recording_id: int) -> ResponseReturnValue:
    return call_page.render(recording_id)


@bp.post("/<int:recording_id>/open")
@requires(Permission.LISTEN_RECORDING)
def open_call(recording_id: int) -> ResponseReturnValue:
    return _open(recording_id, original=False)


@bp.post("/<int:recording_id>/original")
@requires(Permission.VIEW_ORIGINAL)
def open_original(recording_id: int) -> ResponseReturnValue:
    return _open(recording_id, original=True)


def _open(recording_id: int, *, original: bool) -> ResponseReturnValue:
    form = Entered(request.form)
    try:
        with db.transaction() as session:
            opening = recordings.open_call(
                session,
                recording_id,
                purpose=form.text("purpose"),
                reason=form.text("reason"),
                original=original,
                actor_id=current_user().id,
                now=clock(),
            )
    except NotFound:
        raise
    except ServiceError as refusal:
        return call_page.render(recording_id, errors=errors_of(refusal))
    return redirect(url_for(".show", recording_id=recording_id, opening=opening))


@bp.get("/<int:recording_id>/sound")
@requires(Permission.LISTEN_RECORDING)
def sound(recording_id: int) -> ResponseReturnValue:
    """Answer with the sound, or a range of it, to whoever has opened the call."""
    with db.reading() as session:
        call = recordings.call(session, recording_id)
        opened = call_page.opening_of(session, recording_id)
        spans = call_page.silenced(call)
    if opened is None or (spans is None and not opened.is_original):
        raise NotFound("recording", recording_id)
    stored = adapters().store.open(call.sha256)
    file = stored if opened.is_original else RedactedWav(stored, spans or ())
    size = call.size_bytes if opened.is_original else file.seek(0, 2)
    file.seek(0)
    kind = call.media_type if opened.is_original else "audio/wav"
    answer = Response(FileWrapper(file, 1 << 16), mimetype=kind)  # type: ignore[arg-type]
    answer.direct_passthrough = True
    answer.content_length = size
    answer.call_on_close(file.close)
    return answer.make_conditional(
        request.environ, accept_ranges=True, complete_length=size
    )


@bp.post("/<int:recording_id>/details")
@requires(Permission.EVALUATE)
def correct(recording_id: int) -> ResponseReturnValue:
    """Correct what is known of a call and have it heard anew with it."""
    me, now = current_user(), clock()
    try:
        with db.transaction() as session:
            call = recordings.call(session, recording_id)
            entered = call_entry.details(
                Entered(request.form), default=call.started_at, zone=zone()
            )
            recordings.correct(session, recording_id, entered, actor_id=me.id, now=now)
            transcription.ask_again(session, recording_id, by=me.id, now=now)
    except NotFound:
        raise
    except ServiceError as refusal:
        return call_page.render(recording_id, errors=errors_of(refusal))
    flash(_("The details are kept; the call is being heard anew."), "success")
    return redirect(_back(recording_id))


@bp.post("/<int:recording_id>/transcribe")
@requires(Permission.EVALUATE)
def transcribe(recording_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        transcription.ask_again(
            session, recording_id, by=current_user().id, now=clock()
        )
    flash(_("The call is being heard anew."), "success")
    return redirect(_back(recording_id))


@bp.post("/<int:recording_id>/hold")
@requires(Permission.PROPOSE_DESTRUCTION)
def hold(recording_id: int) -> ResponseReturnValue:
    reason = Entered(request.form).text("reason")
    with db.transaction() as session:
        recordings.set_hold(
            session, recording_id, reason, actor_id=current_user().id, now=clock()
        )
    flash(_("The legal hold is kept."), "success")
    return redirect(safe_next(request.form.get("back")) or url_for("home.index"))


def _back(recording_id: int) -> str:
    """Return the address of the call as it was opened."""
    number = request.args.get("opening", type=int)
    return url_for(".show", recording_id=recording_id, opening=number)
