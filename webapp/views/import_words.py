"""What the Import desk says about a file: columns, notices, refusals, its days."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from webapp.i18n.formats import day, day_short
from webapp.i18n.sentences import say
from webapp.services.import_findings import Json, Report

FIELDS: Mapping[str, object] = {
    "start": _l("Date and time"),
    "date": _l("Date"),
    "time": _l("Time of day"),
    "queue": _l("Queue"),
    "offered": _l("Offered calls"),
    "answered": _l("Answered calls"),
    "abandoned": _l("Abandoned calls"),
    "aht_s": _l("Handling time"),
    "talk_s": _l("Talk time"),
    "acw_s": _l("After-call work"),
    "call_id": _l("Number of the call"),
    "priority": _l("Priority"),
    "wait_s": _l("Wait"),
    "outcome": _l("Outcome"),
    "agent": _l("Agent"),
    "service_s": _l("Service time"),
    "ring_s": _l("Ringing time"),
    "answered_at": _l("Answered at"),
    "ended_at": _l("Ended at"),
}


def field_name(field: str) -> str:
    """Return what a field is called; a field of a foreign layout as it is."""
    return str(FIELDS.get(field, field))


def notice_sentence(notice: Json) -> str:
    """Return a remark of the reader."""
    return say(notice["code"], notice["params"], package="forecasting")


def refusal_sentence(report: Report | None) -> str:
    """Return why nothing of a file can be taken; nothing where that is not so."""
    if report is None or report.refusal is None:
        return ""
    said = report.refusal
    params = dict(said["params"])
    if "wanted" in params:
        names = str(params["wanted"]).split(" / ")
        params["wanted"] = " / ".join(field_name(name) for name in names)
    if said["code"] == "other_intervals_there":
        params["day"] = day(date.fromisoformat(params["day"]))
    return say(said["code"], params, package=said["package"])


def batch_sentence(new: int, changed: int) -> str:
    """Return what taking a file in has done."""
    if not new and not changed:
        return str(_("The file is taken in; everything in it was there already."))
    return str(
        _(
            "The file is taken in: %(new)s, %(changed)s.",
            new=ngettext("%(num)s new row", "%(num)s new rows", new),
            changed=ngettext("%(num)s changed", "%(num)s changed", changed),
        )
    )


def day_chart(report: Report) -> Mapping[str, object] | None:
    """Return the chart of a file's calls by day, beside those stored already."""
    if len(report.days) < 2:
        return None
    series = [
        {
            "name": _("In the file"),
            "role": "main",
            "values": [calls for _day, calls, _stored in report.days],
        }
    ]
    if any(stored is not None for _day, _calls, stored in report.days):
        values = [stored for _day, _calls, stored in report.days]
        series.append({"name": _("Here already"), "role": "compare", "values": values})
    return {
        "kind": "lines",
        "x": [day_short(date.fromisoformat(each)) for each, *_rest in report.days],
        "unit": _("calls"),
        "zoom": len(report.days) > 40,
        "series": series,
    }


def as_day(text: str) -> date:
    """Return a day that was kept as text."""
    return date.fromisoformat(text)


def as_instant(text: str) -> datetime:
    """Return an instant that was kept as text."""
    return datetime.fromisoformat(text)
