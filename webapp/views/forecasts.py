"""The Forecast desk: calls to come, and the agents they need."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.access import Permission, current_user, requires
from webapp.i18n.formats import clock as clock_text
from webapp.i18n.formats import day_short, hours
from webapp.services import (
    forecast_pages,
    forecasts,
    histories,
    jobs,
    requirements,
)
from webapp.services.errors import Refused
from webapp.services.forecast_pages import (
    CHART_DAYS,
    Floats,
    ForecastPage,
    NeedLine,
)
from webapp.services.requirements import Promise
from webapp.views.forms import Entered, errors_of, query_day
from webapp.views.reloading import asked_again, open_anew
from webapp.views.requests import clock, today, zone
from webapp.views.sheets import Cell, comma_separated, spreadsheet

bp = Blueprint("forecasts", __name__, url_prefix="/forecasts")

WEEKS = (1, 2, 4, 8, 13, 26, 52)


@bp.get("/")
@requires(Permission.VIEW_FORECAST)
def index() -> ResponseReturnValue:
    return open_anew() if asked_again() else _index({})


def _index(errors: dict[str, str]) -> ResponseReturnValue:
    wanted = request.values.get("queue", type=int)
    known, lines, running = None, [], []
    with db.reading() as session:
        queues = histories.choices(session)
        queue = histories.queue_chosen(session, wanted)
        if queue:
            known = histories.known_days(session, queue.id, zone=zone())
            lines = forecast_pages.snapshots(session, queue.id)
            about = jobs.of_subject(session, ("queue", queue.id), now=clock())
            running = [job for job in about if job.state.is_active]
    page = render_template(
        "forecasts/index.html",
        queue=queue,
        queues=[(choice.id, choice.name) for choice in queues],
        known=known,
        lines=lines,
        running=running,
        failed=_latest_failure(about) if queue else None,
        suggested=known and forecasts.suggested_first_day(known, today()),
        weeks=WEEKS,
        errors=errors,
        method_name=method_name,
        may_control=current_user().may(Permission.CONTROL_JOBS),
    )
    return page, 422 if errors else 200


@bp.post("/")
@requires(Permission.MAKE_FORECAST)
def ask() -> ResponseReturnValue:
    entered = Entered(request.form)
    try:
        with db.transaction() as session:
            forecasts.ask(
                session,
                queue_id=request.form.get("queue", 0, type=int),
                first_day=entered.needed_day("first_day"),
                days=7 * entered.whole("weeks", 1, WEEKS[-1]),
                zone=zone(),
                by=current_user().id,
                now=clock(),
            )
    except Refused as refusal:
        return _index(errors_of(refusal))
    flash(_("The forecast is being made."), "info")
    return redirect(url_for(".index", queue=request.form.get("queue", type=int)))


@bp.get("/<int:forecast_id>")
@requires(Permission.VIEW_FORECAST)
def show(forecast_id: int) -> ResponseReturnValue:
    return _page(forecast_id, {})


def _page(forecast_id: int, errors: dict[str, str]) -> ResponseReturnValue:
    with db.reading() as session:
        page = forecast_pages.page(session, forecast_id, zone=zone())
        monday = page.week(query_day(request.args, "week"))
        days = page.days_of(monday)
        asked = query_day(request.args, "day")
        day = asked if asked in days else days[0]
        needs = forecast_pages.needs(session, page, day, day)
    answer = render_template(
        "forecasts/show.html",
        page=page,
        monday=monday,
        days=days,
        day=day,
        needs=needs,
        line_chart=_line_chart(page, monday),
        heat=_heat(page, days),
        method_name=method_name,
        errors=errors,
    )
    return answer, 422 if errors else 200


@bp.post("/<int:forecast_id>/requirement")
@requires(Permission.MAKE_FORECAST)
def require(forecast_id: int) -> ResponseReturnValue:
    try:
        promise = _promise(Entered(request.form))
        with db.transaction() as session:
            requirements.make(
                session,
                forecast_id=forecast_id,
                promise=promise,
                by=current_user().id,
                now=clock(),
            )
    except Refused as refusal:
        return _page(forecast_id, errors_of(refusal))
    flash(_("The requirement is computed anew."), "success")
    return redirect(url_for(".show", forecast_id=forecast_id))


@bp.get("/<int:forecast_id>/export")
@requires(Permission.VIEW_FORECAST)
def export(forecast_id: int) -> ResponseReturnValue:
    with db.reading() as session:
        page = forecast_pages.page(session, forecast_id, zone=zone())
        needs = forecast_pages.needs(session, page, page.first_day, page.last_day)
    columns = [
        *(_("Start"), _("Calls"), _("Low"), _("High"), _("AHT, s"), _("Load, erlangs")),
        *(_("Agents"), _("To schedule"), _("Service level"), _("ASA, s")),
        _("Occupancy"),
    ]
    write = comma_separated if request.args.get("as") == "csv" else spreadsheet
    return write(f"{page.queue}-{page.first_day}", columns, map(_cells, needs))


def method_name(name: str) -> str:
    """Return what a forecasting method is called."""
    names = {
        "seasonal_naive": _("Last same weekday"),
        "weekday_mean_4": _("Mean of the last four same weekdays"),
        "smoothing": _("Smoothed level by weekday"),
        "factor": _("Patterns of the day by calendar"),
        "combination": _("Mean of two methods"),
    }
    return str(names.get(name, name))


def _promise(entered: Entered) -> Promise:
    return Promise(
        service_level=entered.share("service_level", 0.01, 0.99),
        answer_within_s=entered.number("answer_within_s", 0, 3600),
        max_occupancy=entered.share("max_occupancy", 0.1, 1.0),
        shrinkage=entered.share("shrinkage", 0.0, 0.9),
    )


def _latest_failure(about: Iterable[jobs.JobLine]) -> jobs.JobLine | None:
    """Return the latest job if it failed."""
    latest = next(iter(about), None)
    return latest if latest and latest.error_code else None


def _cells(line: NeedLine) -> list[Cell]:
    return [
        line.starts_at,
        round(line.calls, 2),
        round(line.low, 2),
        round(line.high, 2),
        round(line.aht_s, 1),
        round(line.load_erlangs, 3),
        line.agents,
        line.scheduled,
        round(line.service_level, 4),
        None if line.asa_s is None else round(line.asa_s, 1),
        round(line.occupancy, 4),
    ]


def _line_chart(page: ForecastPage, monday: date) -> Mapping[str, object]:
    """Return calls by interval: two weeks before the week, and up to five from it."""
    first, last = monday - timedelta(days=14), monday + timedelta(days=CHART_DAYS - 1)
    grid = page.actual_grid
    lead = page.actual.size - page.calls.size
    nothing = np.full(lead, np.nan)
    calls, low, high = (
        np.concatenate([nothing, values])
        for values in (page.calls, page.low, page.high)
    )
    minutes = set(page.open_minutes)
    x, rows = [], []
    for day in grid.days:
        if not first <= day <= last:
            continue
        cut = grid.day_slice(day)
        for at in range(cut.start, cut.stop):
            some = calls[at] > 0 or page.actual[at] > 0
            if some and int(grid.local_minutes[at]) in minutes:
                x.append(f"{day_short(day)} {clock_text(grid.start_of(at))}")
                rows.append(at)
    series = [{"name": _("Forecast"), "role": "main", "values": _plain(calls, rows)}]
    if np.isfinite(page.actual[rows]).any():
        actual = _plain(page.actual, rows)
        series.insert(0, {"name": _("Actual"), "role": "actual", "values": actual})
    return {
        "kind": "lines",
        "x": x,
        "unit": _("calls"),
        "zoom": True,
        "series": series,
        "band": {
            "name": _("Likely range"),
            "low": _plain(low, rows),
            "high": _plain(high, rows),
        },
    }


def _plain(values: Floats, rows: list[int]) -> list[object]:
    return [
        None if np.isnan(values[at]) else round(float(values[at]), 1) for at in rows
    ]


def _heat(page: ForecastPage, days: tuple[date, ...]) -> Mapping[str, object]:
    """Return the agents to schedule by day and time of day."""
    minutes = page.open_minutes
    values: list[list[int | None]] = []
    for day in days:
        cut = page.grid.day_slice(day)
        at_minute = dict(
            zip(
                page.grid.local_minutes[cut].tolist(),
                page.scheduled[cut].tolist(),
                strict=True,
            )
        )
        values.append([at_minute.get(minute) for minute in minutes])
    return {
        "kind": "heat",
        "unit": _("agents"),
        "columns": [hours(minute).zfill(5) for minute in minutes],
        "rows": [day_short(day) for day in days],
        "values": values,
    }
