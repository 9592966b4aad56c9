"""The Import desk: a file is read and shown, then taken in or put away."""

from pathlib import Path

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forecasting.call_file import SYNONYMS as CALL_FIELDS
from forecasting.interval_file import INTERVAL_MINUTES
from forecasting.interval_file import SYNONYMS as INTERVAL_FIELDS
from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.sentences import say
from webapp.services import (
    histories,
    history_pages,
    import_drafts,
    import_pages,
    ingest,
)
from webapp.services.errors import Conflict, Refused
from webapp.services.import_reading import Choices, read, weight_of
from webapp.views.forms import Entered, errors_of
from webapp.views.import_words import (
    as_day,
    as_instant,
    batch_sentence,
    day_chart,
    field_name,
    notice_sentence,
    refusal_sentence,
)
from webapp.views.reloading import asked_again, open_anew
from webapp.views.requests import clock, page_argument, zone
from webapp.views.sheets import comma_separated

bp = Blueprint("imports", __name__, url_prefix="/imports")
bp.add_app_template_filter(as_day)
bp.add_app_template_filter(as_instant)


@bp.get("/")
@requires(Permission.IMPORT_HISTORY)
def index() -> ResponseReturnValue:
    return _index({})


def _index(errors: dict[str, str]) -> ResponseReturnValue:
    with db.reading() as session:
        queues = histories.choices(session)
        batches, _total = history_pages.batches(session)
        drafts = history_pages.waiting_drafts(
            session, viewer_id=current_user().id, now=clock()
        )
    page = render_template(
        "imports/index.html",
        queues=[(queue.id, queue.name) for queue in queues],
        batches=batches[:10],
        drafts=drafts,
        errors=errors,
    )
    return page, 422 if errors else 200


@bp.post("/")
@requires(Permission.IMPORT_HISTORY)
def upload() -> ResponseReturnValue:
    try:
        draft_id = _keep(Entered(request.form))
    except Refused as refusal:
        return _index(errors_of(refusal))
    _check(draft_id)
    return redirect(url_for(".draft", draft_id=draft_id))


@bp.get("/<int:draft_id>")
@requires(Permission.IMPORT_HISTORY)
def draft(draft_id: int) -> ResponseReturnValue:
    if asked_again():
        return open_anew()
    try:
        return _draft(draft_id)
    except Conflict as gone:
        flash(_("The file is taken in."), "success")
        queue = gone.params.get("queue_id")
        return redirect(url_for("histories.index", queue=queue))


@bp.post("/<int:draft_id>/reading")
@requires(Permission.IMPORT_HISTORY)
def reread(draft_id: int) -> ResponseReturnValue:
    entered = Entered(request.form)
    with db.transaction() as session:
        found = import_drafts.open_draft(session, draft_id, viewer_id=current_user().id)
        found.choices = _choices(entered, Choices.from_json(found.choices)).to_json()
        found.report = None
    _check(draft_id)
    return redirect(url_for(".draft", draft_id=draft_id))


@bp.post("/<int:draft_id>/store")
@requires(Permission.IMPORT_HISTORY)
def store(draft_id: int) -> ResponseReturnValue:
    try:
        return _take_in(draft_id)
    except Refused as refusal:
        return _draft(draft_id, errors_of(refusal)[""])


@bp.post("/<int:draft_id>/discard")
@requires(Permission.IMPORT_HISTORY)
def discard(draft_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        found = import_drafts.open_draft(session, draft_id, viewer_id=current_user().id)
        import_drafts.discard(session, found)
    flash(_("The file is put away; nothing was taken in."), "success")
    return redirect(url_for(".index"))


@bp.get("/<int:draft_id>/bad-lines")
@requires(Permission.IMPORT_HISTORY)
def bad_lines(draft_id: int) -> ResponseReturnValue:
    with db.reading() as session:
        page = import_pages.draft_page(
            session, draft_id, viewer_id=current_user().id, now=clock()
        )
    found = page.report.bad_lines if page.report else ()
    return comma_separated(
        f"{Path(page.file_name).stem}-{_('bad lines')}",
        [_("Line"), _("Column"), _("Value"), _("What is bad about it")],
        (
            [
                line.line,
                line.column,
                line.value,
                say(line.code, line.params, package="forecasting"),
            ]
            for line in found
        ),
    )


def _draft(draft_id: int, error: str = "") -> ResponseReturnValue:
    number = page_argument()
    with db.reading() as session:
        page = import_pages.draft_page(
            session, draft_id, viewer_id=current_user().id, now=clock()
        )
    answer = render_template(
        "imports/draft.html",
        page=page,
        report=page.report,
        number=min(number, page.pages),
        error=error,
        chart=day_chart(page.report) if page.report else None,
        refusal=refusal_sentence(page.report),
        say_notice=notice_sentence,
        say_line=lambda line: say(line.code, line.params, package="forecasting"),
        field_name=field_name,
        fields=CALL_FIELDS if page.choices.is_calls else INTERVAL_FIELDS,
        minutes=INTERVAL_MINUTES,
    )
    return answer, 422 if error else 200


def _keep(entered: Entered) -> int:
    """Keep an uploaded file as a draft; return the draft's number."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("file_missing", field="file")
    content = file.read()
    kept = import_drafts.keep(_data_dir(), content)
    with db.transaction() as session:
        added = import_drafts.add(
            session,
            queue_id=request.form.get("queue", 0, type=int),
            file_name=file.filename,
            sha256=kept,
            size=len(content),
            choices=Choices(is_calls=entered.text("kind") == "calls", zone=zone()),
            by=current_user().id,
            now=clock(),
        )
        return added.id


def _check(draft_id: int) -> None:
    """Run a draft dry: at once where it is small, else by a worker."""
    me = current_user().id
    with db.reading() as session:
        found = import_drafts.open_draft(session, draft_id, viewer_id=me)
    content = import_drafts.content_of(_data_dir(), found.sha256)
    is_small = weight_of(content) <= ingest.AT_ONCE_BYTES
    choices = Choices.from_json(found.choices)
    rows = read(content, found.file_name, choices) if is_small else None
    with db.transaction() as session:
        found = import_drafts.open_draft(session, draft_id, viewer_id=me)
        if rows is None:
            ingest.ask(session, found, ingest.CHECK_IMPORT, by=me, now=clock())
        else:
            ingest.check_draft(session, found, rows, zone=zone())


def _take_in(draft_id: int) -> ResponseReturnValue:
    me = current_user().id
    with db.reading() as session:
        found = import_drafts.open_draft(session, draft_id, viewer_id=me)
    content = import_drafts.content_of(_data_dir(), found.sha256)
    if weight_of(content) > ingest.AT_ONCE_BYTES:
        with db.transaction() as session:
            found = import_drafts.open_draft(session, draft_id, viewer_id=me)
            ingest.ask(session, found, ingest.STORE_IMPORT, by=me, now=clock())
        return redirect(url_for(".draft", draft_id=draft_id))
    rows = read(content, found.file_name, Choices.from_json(found.choices))
    with db.transaction() as session:
        found = import_drafts.open_draft(session, draft_id, viewer_id=me)
        batch = ingest.take_in_draft(session, found, rows, zone=zone(), now=clock())
    flash(batch_sentence(batch.rows_new, batch.rows_changed), "success")
    return redirect(url_for("histories.index", queue=batch.queue_id))


def _choices(entered: Entered, before: Choices) -> Choices:
    """Return what a person said about a file in the form of its page."""
    fields = CALL_FIELDS if before.is_calls else INTERVAL_FIELDS
    columns = {name: entered.text(f"column-{name}") for name in fields}
    return Choices(
        is_calls=before.is_calls,
        zone=entered.text("zone") or zone(),
        decimal=_one_of(entered.text("decimal"), (",", ".")),
        date_order=_one_of(entered.text("date_order"), ("day_first", "month_first")),
        minutes=request.form.get("minutes", 0, type=int)
        if entered.text("minutes") in {str(m) for m in INTERVAL_MINUTES}
        else 0,
        sheet=entered.text("sheet"),
        columns={name: column for name, column in columns.items() if column},
        file_queue=entered.text("file_queue"),
        all_or_nothing=entered.is_set("all_or_nothing"),
    )


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    return text if text in allowed else ""


def _data_dir() -> Path:
    folder: Path = current_app.extensions["vardiya_settings"].data_dir
    return folder
