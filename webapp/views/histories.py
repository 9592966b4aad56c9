"""The Call history desk: what is known of a queue, by day and by interval."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, requires
from webapp.i18n.formats import clock, day_short
from webapp.services import histories, history_pages
from webapp.services.history_pages import HistoryPage, IntervalLine, as_cells
from webapp.views.forms import query_day
from webapp.views.requests import page_argument, zone
from webapp.views.sheets import spreadsheet

bp = Blueprint("histories", __name__, url_prefix="/history")


@bp.get("/")
@requires(Permission.VIEW_HISTORY)
def index() -> ResponseReturnValue:
    first, last = query_day(request.args, "from"), query_day(request.args, "to")
    with db.reading() as session:
        queue = histories.queue_chosen(session, _queue_id())
        page = queue and history_pages.days_page(
            session, queue, first=first, last=last, zone=zone()
        )
        queues = histories.choices(session)
    return render_template(
        "imports/history.html",
        queue=queue,
        queues=[(choice.id, choice.name) for choice in queues],
        page=page,
        chart=page and _days_chart(page),
    )


@bp.get("/<day>")
@requires(Permission.VIEW_HISTORY)
def day(day: str) -> ResponseReturnValue:
    shown = _day(day)
    with db.reading() as session:
        queue = histories.queue_chosen(session, _queue_id()) or abort(404)
        lines = history_pages.intervals(session, queue, shown, shown, zone=zone())
        page = history_pages.days_page(
            session, queue, first=shown, last=shown, zone=zone()
        )
    return render_template(
        "imports/day.html",
        queue=queue,
        day=shown,
        total=page.total if page else None,
        lines=lines,
        chart=_day_chart(lines),
        previous_url=_day_url(shown - timedelta(days=1), queue.id),
        next_url=_day_url(shown + timedelta(days=1), queue.id),
    )


@bp.get("/files")
@requires(Permission.VIEW_HISTORY)
def files() -> ResponseReturnValue:
    number = page_argument()
    with db.reading() as session:
        queue = histories.queue_chosen(session, _queue_id())
        queues = histories.choices(session)
        lines, total = history_pages.batches(
            session, queue_id=queue.id if queue else None, page=number
        )
    return render_template(
        "imports/files.html",
        queue=queue,
        queues=[(choice.id, choice.name) for choice in queues],
        lines=lines,
        total=total,
        number=number,
        pages=max(1, -(-total // history_pages.PER_PAGE)),
    )


@bp.get("/export")
@requires(Permission.VIEW_HISTORY)
def export() -> ResponseReturnValue:
    first, last = query_day(request.args, "from"), query_day(request.args, "to")
    with db.reading() as session:
        queue = histories.queue_chosen(session, _queue_id()) or abort(404)
        known = histories.known_days(session, queue.id, zone=zone()) or abort(404)
        lines = history_pages.intervals(
            session, queue, first or known[0], last or known[1], zone=zone()
        )
    columns = [
        *(_("Start"), _("Offered calls"), _("Answered calls"), _("Abandoned calls")),
        *(_("Answered in time"), _("Service level"), _("ASA, s")),
        *(_("Abandonment"), _("AHT, s")),
    ]
    rows = ([line.starts_at, *as_cells(line.measures)] for line in lines)
    return spreadsheet(f"{queue.code}-{_('history')}", columns, rows)


def _queue_id() -> int | None:
    return request.args.get("queue", type=int)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _day_url(shown: date, queue_id: int) -> str:
    return url_for("histories.day", day=shown.isoformat(), queue=queue_id)


def _days_chart(page: HistoryPage) -> Mapping[str, object] | None:
    if len(page.days) < 2:
        return None
    series = [
        {
            "name": _("Offered calls"),
            "role": "main",
            "values": [line.measures.offered for line in page.days],
        }
    ]
    answered = [line.measures.answered for line in page.days]
    if any(value is not None for value in answered):
        series.append(
            {"name": _("Answered calls"), "role": "compare", "values": answered}
        )
    return {
        "kind": "lines",
        "x": [day_short(line.day) for line in page.days],
        "unit": _("calls"),
        "zoom": len(page.days) > 40,
        "series": series,
    }


def _day_chart(lines: tuple[IntervalLine, ...]) -> Mapping[str, object] | None:
    if len(lines) < 2:
        return None
    series = [
        {
            "name": _("Offered calls"),
            "role": "main",
            "values": [line.measures.offered for line in lines],
        }
    ]
    answered = [line.measures.answered for line in lines]
    if any(value is not None for value in answered):
        series.append(
            {"name": _("Answered calls"), "role": "compare", "values": answered}
        )
    return {
        "kind": "lines",
        "x": [clock(line.starts_at) for line in lines],
        "unit": _("calls"),
        "series": series,
    }
