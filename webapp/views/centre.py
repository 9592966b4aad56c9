"""The Settings desk: queues, shifts, special days, lunch, how long things are kept."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n import words
from webapp.services import centre, queues, shift_patterns
from webapp.services.errors import Conflict, Refused, ServiceError
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import clock, today

bp = Blueprint("centre", __name__, url_prefix="/settings")


@bp.app_template_filter("minute_clock")
def minute_clock(minute: int) -> str:
    """Return a minute of the day as 08:30; the last one is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _errors(refusal: ServiceError | None) -> dict[str, str]:
    return errors_of(refusal) if refusal else {}


@bp.get("/")
@requires(Permission.MANAGE_CENTRE)
def index() -> ResponseReturnValue:
    with db.reading() as session:
        lines = queues.queues(session)
    return render_template("centre/queues.html", lines=lines)


@bp.get("/queues/new")
@requires(Permission.MANAGE_CENTRE)
def new_queue() -> ResponseReturnValue:
    return _queue_form(None, queues.QueueSettings(code="", name=""))


@bp.get("/queues/<int:queue_id>")
@requires(Permission.MANAGE_CENTRE)
def queue(queue_id: int) -> ResponseReturnValue:
    with db.reading() as session:
        line = queues.queue(session, queue_id)
    return _queue_form(queue_id, line.settings)


def _queue_form(
    queue_id: int | None,
    settings: queues.QueueSettings,
    refusal: ServiceError | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "centre/queue.html",
        queue_id=queue_id,
        settings=settings,
        hours={weekday: (opens, closes) for weekday, opens, closes in settings.hours},
        intervals=[(n, str(n)) for n in queues.INTERVALS],
        errors=_errors(refusal),
    )
    return page, 422 if refusal else 200


def _queue_settings(entered: Entered) -> queues.QueueSettings:
    open_days = [day for day in range(7) if entered.is_set(f"open-{day}")]
    return queues.QueueSettings(
        code=entered.text("code"),
        name=entered.text("name"),
        is_active=entered.is_set("is_active"),
        interval_minutes=entered.whole("interval_minutes", 1, 60),
        service_level=entered.share("service_level", 0.01, 0.99),
        answer_within_s=entered.number("answer_within_s", 0, 3600),
        max_occupancy=entered.share("max_occupancy", 0.3, 1),
        shrinkage=entered.share("shrinkage", 0, 0.9),
        default_aht_s=entered.number("default_aht_s", 1, 7200),
        closes_on_holidays=entered.is_set("closes_on_holidays"),
        hours=tuple(
            (day, entered.minute(f"opens-{day}"), entered.minute(f"closes-{day}"))
            for day in open_days
        ),
    )


@bp.post("/queues/new")
@requires(Permission.MANAGE_CENTRE)
def open_queue() -> ResponseReturnValue:
    try:
        wanted = _queue_settings(Entered(request.form))
        with db.transaction() as session:
            queues.open_queue(session, wanted, actor_id=current_user().id, now=clock())
    except Refused as refusal:
        return _queue_form(None, queues.QueueSettings(code="", name=""), refusal)
    flash(_("The queue is there."), "success")
    return redirect(url_for(".index"))


@bp.post("/queues/<int:queue_id>")
@requires(Permission.MANAGE_CENTRE)
def change_queue(queue_id: int) -> ResponseReturnValue:
    with db.reading() as session:
        line = queues.queue(session, queue_id)
    try:
        wanted = _queue_settings(Entered(request.form))
        with db.transaction() as session:
            queues.change_queue(
                session, queue_id, wanted, actor_id=current_user().id, now=clock()
            )
    except Refused as refusal:
        return _queue_form(queue_id, line.settings, refusal)
    flash(_("The changes are kept."), "success")
    return redirect(url_for(".index"))


@bp.get("/shifts")
@requires(Permission.MANAGE_CENTRE)
def shifts() -> ResponseReturnValue:
    return _shifts_page()


def _shifts_page(refusal: ServiceError | None = None) -> ResponseReturnValue:
    chosen = request.values.get("shift", type=int)
    with db.reading() as session:
        lines = shift_patterns.shifts(session)
        line = shift_patterns.shift(session, chosen) if chosen else None
    page = render_template(
        "centre/shifts.html", lines=lines, line=line, errors=_errors(refusal)
    )
    return page, 422 if refusal else 200


@bp.post("/shifts")
@requires(Permission.MANAGE_CENTRE)
def keep_shift() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        wanted = shift_patterns.ShiftSettings(
            code=entered.text("code"),
            name=entered.text("name"),
            starts_minute=entered.minute("starts"),
            minutes=entered.whole("minutes", 60, 660),
            is_active=entered.is_set("is_active"),
        )
        shift_id = request.form.get("shift", type=int)
        with db.transaction() as session:
            shift_patterns.keep_shift(
                session, shift_id, wanted, actor_id=current_user().id, now=clock()
            )
    except Refused as refusal:
        return _shifts_page(refusal)
    flash(_("The shift is kept."), "success")
    return redirect(url_for(".shifts"))


@bp.get("/special-days")
@requires(Permission.MANAGE_CENTRE)
def special_days() -> ResponseReturnValue:
    return _special_days_page()


def _special_days_page(refusal: ServiceError | None = None) -> ResponseReturnValue:
    queue_id = request.args.get("queue", type=int)
    first = None if request.args.get("past") else today()
    with db.reading() as session:
        lines = queues.special_days(session, queue_id=queue_id, first=first)
        all_queues = queues.queues(session, with_closed=False)
    page = render_template(
        "centre/special_days.html",
        lines=lines,
        queues=[(line.id, line.settings.name) for line in all_queues],
        queue_id=queue_id,
        with_past=first is None,
        kinds=words.choices(words.DAY_KINDS),
        errors=_errors(refusal),
    )
    return page, 422 if refusal else 200


@bp.post("/special-days")
@requires(Permission.MANAGE_CENTRE)
def add_special_day() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        is_scaled = entered.text("kind") == "scale"
        with db.transaction() as session:
            queues.add_special_day(
                session,
                entered.whole("queue", 1, 2**31 - 1),
                day=entered.needed_day("day"),
                name=entered.text("name"),
                kind=entered.text("kind"),
                factor=entered.number("factor", 0.05, 20) if is_scaled else None,
                actor_id=current_user().id,
                now=clock(),
            )
    except (Refused, Conflict) as refusal:
        return _special_days_page(refusal)
    flash(_("The day is marked."), "success")
    return redirect(url_for(".special_days", queue=request.args.get("queue")))


@bp.post("/special-days/<int:special_day_id>/remove")
@requires(Permission.MANAGE_CENTRE)
def remove_special_day(special_day_id: int) -> ResponseReturnValue:
    with db.transaction() as session:
        queues.remove_special_day(
            session, special_day_id, actor_id=current_user().id, now=clock()
        )
    flash(_("The day is like its weekday again."), "success")
    return redirect(url_for(".special_days", queue=request.args.get("queue")))


@bp.get("/rules")
@requires(Permission.MANAGE_CENTRE)
def rules() -> ResponseReturnValue:
    return _rules_page()


def _rules_page(refusal: ServiceError | None = None) -> ResponseReturnValue:
    with db.reading() as session:
        lunch, kept = centre.lunch_rules(session), centre.retention(session)
    page = render_template(
        "centre/rules.html", lunch=lunch, kept=kept, errors=_errors(refusal)
    )
    return page, 422 if refusal else 200


@bp.post("/rules/lunch")
@requires(Permission.MANAGE_CENTRE)
def set_lunch() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        seats = entered.text("canteen_seats")
        wanted = centre.LunchRules(
            minutes=entered.whole("lunch_minutes", 10, 120),
            earliest_minute=entered.minute("earliest"),
            latest_minute=entered.minute("latest"),
            canteen_seats=entered.whole("canteen_seats", 1, 10_000) if seats else None,
        )
        with db.transaction() as session:
            centre.set_lunch_rules(
                session, wanted, actor_id=current_user().id, now=clock()
            )
    except Refused as refusal:
        return _rules_page(refusal)
    flash(_("The changes are kept."), "success")
    return redirect(url_for(".rules"))


@bp.post("/rules/retention")
@requires(Permission.MANAGE_CENTRE)
def set_retention() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        wanted = centre.Retention(
            recording_days=entered.whole("recording_days", 1, 36_500)
        )
        with db.transaction() as session:
            centre.set_retention(
                session, wanted, actor_id=current_user().id, now=clock()
            )
    except Refused as refusal:
        return _rules_page(refusal)
    flash(_("The changes are kept."), "success")
    return redirect(url_for(".rules"))
