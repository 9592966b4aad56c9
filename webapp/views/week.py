"""My week: a person's own shifts and lunches, and their calendar feed."""

from datetime import UTC, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar, Event

from webapp import db
from webapp.access import Permission, current_user, public, requires
from webapp.i18n import formats
from webapp.services import weeks
from webapp.views.requests import clock, day_argument, today

bp = Blueprint("week", __name__)

REFRESH = timedelta(hours=1)


@bp.get("/my-week/")
@requires(Permission.VIEW_OWN_WEEK)
def index() -> ResponseReturnValue:
    me = current_user()
    with db.reading() as session:
        week = weeks.week_of(session, me.id, day_argument("week", today()))
        token = weeks.token_of(session, me.id)
    address = url_for(".feed", token=token, _external=True) if token else ""
    return render_template(
        "week/index.html", week=week, today=today(), now=clock(), address=address
    )


@bp.post("/my-week/calendar")
@requires(Permission.VIEW_OWN_WEEK)
def make_token() -> ResponseReturnValue:
    with db.transaction() as session:
        weeks.make_token(session, current_user().id, now=clock())
    flash(_("Your calendar has a new address; an old one no longer works."), "success")
    return redirect(f"{url_for('.index')}#calendar")


@bp.post("/my-week/calendar/revoke")
@requires(Permission.VIEW_OWN_WEEK)
def revoke_token() -> ResponseReturnValue:
    with db.transaction() as session:
        weeks.revoke_token(session, current_user().id, now=clock())
    flash(_("Your calendar address no longer works."), "success")
    return redirect(f"{url_for('.index')}#calendar")


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """Answer a calendar programme; the secret in the address is its log-in."""
    with db.reading() as session:
        found = weeks.feed(session, token, today=today())
    with force_locale(found.locale):
        content = _calendar(found).to_ical()
    return Response(content, mimetype="text/calendar")


def _calendar(found: weeks.Feed) -> Calendar:
    """Return the shifts as events in UTC, each with an identity that stays."""
    calendar = Calendar()
    calendar.add("prodid", "-//Vardiya//Vardiya//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("My shifts"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for shift in found.shifts:
        day = shift.day.isoformat()
        told = [
            (_("Lunch"), shift.lunch_starts_at, shift.lunch_ends_at),
            (_("Break"), shift.break_starts_at, shift.break_ends_at),
        ]
        event = Event()
        event.add("uid", f"{found.user_id}-{shift.rota.queue_id}-{day}@vardiya")
        event.add("sequence", shift.rota.version)
        event.add(
            "dtstamp", (shift.rota.published_at or shift.starts_at).astimezone(UTC)
        )
        event.add("dtstart", shift.starts_at.astimezone(UTC))
        event.add("dtend", shift.ends_at.astimezone(UTC))
        event.add("summary", _("Shift: %(queue)s", queue=shift.rota.queue.name))
        event.add(
            "description",
            "\n".join(
                f"{name} {formats.clock(begin)}–{formats.clock(end)}"
                for name, begin, end in told
                if begin and end
            ),
        )
        calendar.add_component(event)
    return calendar
