"""Staffing need, weeks ahead, with a what-if beside it."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, requires
from webapp.i18n.formats import day_short
from webapp.services import histories, queues, staffing
from webapp.services.errors import Refused
from webapp.views.forms import Entered, errors_of
from webapp.views.requests import today, zone

bp = Blueprint("staffing", __name__, url_prefix="/staffing")
WEEKS = (8, 13, 26, 52)


@bp.get("/")
@requires(Permission.VIEW_STAFFING)
def index() -> ResponseReturnValue:
    weeks = request.args.get("weeks", WEEKS[0], type=int)
    supposed, errors = staffing.WhatIf(), {}
    try:
        supposed = what_if(Entered(request.args))
    except Refused as refusal:
        errors = errors_of(refusal)
    plain, changed, lines = _outlooks(weeks, supposed)
    return render_template(
        "staffing/index.html",
        plain=plain,
        changed=changed,
        queues=[(line.id, line.settings.name) for line in lines],
        weeks=weeks,
        choices=[(count, str(count)) for count in WEEKS],
        chart=plain and _chart(plain, changed),
        errors=errors,
    )


def _outlooks(
    weeks: int, supposed: staffing.WhatIf
) -> tuple[
    staffing.Outlook | None, staffing.Outlook | None, tuple[queues.QueueLine, ...]
]:
    with db.reading() as session:
        lines = queues.queues(session, with_closed=False)
        queue = histories.queue_chosen(session, request.args.get("queue", type=int))
        if queue is None:
            return None, None, ()
        plain, changed = (
            staffing.outlook(session, queue, today(), weeks, one, zone=zone())
            for one in (staffing.WhatIf(), supposed)
        )
    return plain, changed if supposed != staffing.WhatIf() else None, lines


def what_if(entered: Entered) -> staffing.WhatIf:
    """Return the supposition of an address or form; per cents are changes."""

    def change(name: str) -> float:
        return 1 + entered.number(name, -90, 400) / 100 if entered.text(name) else 1.0

    level = entered.text("level") and entered.share("level", 0.01, 0.99)
    within = entered.text("within") and entered.number("within", 0, 3600)
    return staffing.WhatIf(
        volume=change("volume"),
        aht=change("aht"),
        service_level=level or None,
        answer_within_s=float(within) if within != "" else None,
        more_agents=entered.whole("more", -500, 500) if entered.text("more") else 0,
    )


def _chart(
    plain: staffing.Outlook, changed: staffing.Outlook | None
) -> Mapping[str, object]:
    """Return the data of the chart: required against available by week."""
    series = [
        {
            "name": _("Available"),
            "role": "actual",
            "values": [round(week.available, 2) for week in plain.weeks],
        },
        {
            "name": _("Required"),
            "role": "main",
            "values": [round(week.required, 2) for week in plain.weeks],
        },
    ]
    if changed:
        values = [round(week.required, 2) for week in changed.weeks]
        series.append(
            {"name": _("Required, what if"), "role": "compare", "values": values}
        )
    return {
        "kind": "lines",
        "unit": _("FTE"),
        "x": [day_short(week.monday) for week in plain.weeks],
        "series": series,
    }
