"""Today: is anything wrong with the day, who is on, what comes next."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.access import Permission, requires
from webapp.i18n import formats
from webapp.services import today as services
from webapp.views.pictures import coverage_data
from webapp.views.queue_choice import chosen_queue
from webapp.views.requests import clock, day_argument, today, zone

bp = Blueprint("today", __name__, url_prefix="/today")

ONE_DAY = timedelta(days=1)


@bp.get("/")
@requires(Permission.VIEW_TODAY)
def index() -> ResponseReturnValue:
    queue = chosen_queue()
    day = day_argument("day", today())
    if queue is None:
        return render_template("today/index.html", queue=None, day=day)
    with db.reading() as session:
        page = services.of_day(session, queue.id, day, zone=zone(), now=clock())
    picture = dict(coverage_data(page.coverage, (day,)))
    if day == today():
        picture["now"] = formats.clock(clock())
    return render_template(
        "today/index.html",
        queue=queue,
        day=day,
        is_today=day == today(),
        previous=day - ONE_DAY,
        next=day + ONE_DAY,
        page=page,
        picture=picture,
    )
