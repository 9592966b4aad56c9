"""Forecasts and requirements as pages show them, with the reason for each figure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session, joinedload

from forecasting.erlang import Traffic, measure_queue
from forecasting.grid import IntervalGrid
from webapp.models.demand import (
    Forecast,
    ForecastInterval,
    Queue,
    Requirement,
    RequirementInterval,
)
from webapp.services import histories, requirements
from webapp.services.errors import NotFound
from webapp.services.requirements import Promise

Floats = NDArray[np.float64]

MOST_LISTED = 50
BASELINE = "seasonal_naive"
CHART_DAYS_BEFORE = 14
CHART_DAYS = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLine:
    """What a method was worth on the past; shares of the calls that came."""

    name: str
    wape: float
    bias: float
    days: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotLine:
    """A stored forecast in a list.

    Attributes:
        wape, baseline_wape: of the method and of the last same weekday; None where
            the history was too short to judge.
    """

    id: int
    first_day: date
    last_day: date
    model: str
    wape: float | None
    baseline_wape: float | None
    calls: float
    created_by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """One interval: what is expected, who is needed, and why not one less.

    Attributes:
        calls, low, high: expected, and the bounds of the 80 % band.
        load_erlangs: calls times handling time over the interval's length.
        agents: on the phones; `scheduled` adds shrinkage.
        service_level, asa_s, occupancy: what callers then meet.
        fewer_level, fewer_occupancy: what they would meet with one agent less;
            None where nobody is needed.
    """

    starts_at: datetime
    ends_at: datetime
    calls: float
    low: float
    high: float
    aht_s: float
    load_erlangs: float
    agents: int
    scheduled: int
    service_level: float
    asa_s: float | None
    occupancy: float
    fewer_level: float | None
    fewer_occupancy: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastPage:
    """A stored forecast with its newest requirement.

    Attributes:
        grid: its intervals.
        calls, low, high, scheduled: per interval.
        actual_grid, actual: what came from two weeks before on; NaN where unknown.
        uses_default_aht: whether the history had no handling times.
    """

    id: int
    queue_id: int
    queue: str
    requirement_id: int
    promise: Promise
    model: str
    version: int
    software: str
    input_sha256: str
    learnt_from: date
    learnt_until: date
    horizon_days: int
    methods: tuple[MethodLine, ...]
    uses_default_aht: bool
    created_by: str | None
    created_at: datetime
    first_day: date
    last_day: date
    grid: IntervalGrid
    calls: Floats
    low: Floats
    high: Floats
    aht_s: Floats
    agents: NDArray[np.int64]
    scheduled: NDArray[np.int64]
    actual_grid: IntervalGrid
    actual: Floats

    @property
    def baseline(self) -> MethodLine | None:
        """The last same weekday, which the method had to beat."""
        return next((m for m in self.methods if m.name == BASELINE), None)

    @property
    def chosen(self) -> MethodLine | None:
        """The method that was taken; None where the history was too short to judge."""
        return next((m for m in self.methods if m.is_chosen), None)

    @property
    def mondays(self) -> tuple[date, ...]:
        """The weeks that the forecast touches, by their Monday."""
        days = (day - timedelta(days=day.weekday()) for day in self.grid.days)
        return tuple(dict.fromkeys(days))

    def week(self, wanted: date | None) -> date:
        """Return the Monday of the week asked for, the first where it is not in it."""
        monday = wanted and wanted - timedelta(days=wanted.weekday())
        return monday if monday in self.mondays else self.mondays[0]

    def days_of(self, monday: date) -> tuple[date, ...]:
        """Return the days of a week that are forecast."""
        last = monday + timedelta(days=6)
        return tuple(day for day in self.grid.days if monday <= day <= last)

    @property
    def open_minutes(self) -> tuple[int, ...]:
        """The local minutes of the day at which calls are expected on any day."""
        minutes = self.grid.local_minutes[self.calls > 0]
        return tuple(np.unique(minutes).tolist())


def snapshots(session: Session, queue_id: int) -> list[SnapshotLine]:
    """Return a queue's latest forecasts."""
    calls = (
        sa.select(sa.func.sum(ForecastInterval.volume))
        .where(ForecastInterval.forecast_id == Forecast.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Forecast, calls)
        .where(Forecast.queue_id == queue_id)
        .options(joinedload(Forecast.created_by))
        .order_by(Forecast.id.desc())
        .limit(MOST_LISTED)
    )
    return [_snapshot(forecast, total or 0.0) for forecast, total in rows]


def page(session: Session, forecast_id: int, *, zone: str) -> ForecastPage:
    """Return a stored forecast with its newest requirement.

    Raises:
        NotFound: if there is none of this number.
    """
    forecast = session.get(Forecast, forecast_id)
    if forecast is None:
        raise NotFound("forecast", forecast_id)
    requirement = requirements.newest_of(session, forecast_id)
    expected = session.scalars(
        sa.select(ForecastInterval)
        .where(ForecastInterval.forecast_id == forecast_id)
        .order_by(ForecastInterval.starts_at)
    ).all()
    needed = requirements.intervals_of(session, requirement.id)
    actual = _actual(session, forecast, zone)
    return ForecastPage(
        **_about(forecast, requirement),
        grid=requirements.grid_of(forecast),
        calls=np.array([row.volume for row in expected]),
        low=np.array([row.low for row in expected]),
        high=np.array([row.high for row in expected]),
        aht_s=np.array([row.aht_s for row in expected]),
        agents=np.array([row.agents for row in needed], dtype=np.int64),
        scheduled=np.array([row.scheduled for row in needed], dtype=np.int64),
        actual_grid=actual.grid,
        actual=actual.offered,
    )


def needs(
    session: Session, found: ForecastPage, first: date, last: date
) -> tuple[NeedLine, ...]:
    """Return the intervals of these days in which calls are expected, explained."""
    begin, end = histories.local_day_bounds((first, last), found.grid.zone)
    rows = session.scalars(
        sa.select(RequirementInterval)
        .where(
            RequirementInterval.requirement_id == found.requirement_id,
            RequirementInterval.starts_at >= begin,
            RequirementInterval.starts_at < end,
            RequirementInterval.volume > 0,
        )
        .order_by(RequirementInterval.starts_at)
    ).all()
    if not rows:
        return ()
    traffic = Traffic.from_calls(
        np.array([row.volume for row in rows]),
        found.grid.interval_s,
        np.array([row.aht_s for row in rows]),
    )
    one_less = np.maximum(np.array([row.agents for row in rows]) - 1, 0)
    fewer = measure_queue(one_less, traffic, found.promise.answer_within_s)
    width = timedelta(minutes=found.grid.minutes)
    lines = []
    for at, row in enumerate(rows):
        place = found.grid.index_of(row.starts_at)
        lines.append(
            NeedLine(
                starts_at=row.starts_at,
                ends_at=row.starts_at + width,
                calls=row.volume,
                low=float(found.low[place]),
                high=float(found.high[place]),
                aht_s=row.aht_s,
                load_erlangs=float(traffic.load_erlangs[at]),
                agents=row.agents,
                scheduled=row.scheduled,
                service_level=row.service_level,
                asa_s=row.asa_s,
                occupancy=row.occupancy,
                fewer_level=float(fewer.service_level[at]) if row.agents else None,
                fewer_occupancy=float(fewer.occupancy[at]) if row.agents else None,
            )
        )
    return tuple(lines)


def _about(forecast: Forecast, requirement: Requirement) -> dict[str, Any]:
    """Return the fields of a page that are not figures."""  # Any: they differ
    provenance = forecast.provenance
    parameters = provenance["parameters"]
    queue: Queue = forecast.queue
    return {
        "id": forecast.id,
        "queue_id": queue.id,
        "queue": queue.name,
        "requirement_id": requirement.id,
        "promise": Promise(**requirement.target),
        "model": forecast.model,
        "version": provenance["version"],
        "software": provenance["software"],
        "input_sha256": provenance["input_sha256"],
        "learnt_from": date.fromisoformat(parameters["learnt_from"]),
        "learnt_until": date.fromisoformat(parameters["learnt_until"]),
        "horizon_days": forecast.scores["horizon_days"],
        "methods": tuple(
            MethodLine(**score, is_chosen=score["name"] == forecast.model)
            for score in forecast.scores["methods"]
        ),
        "uses_default_aht": parameters["aht"] != "learnt",
        "created_by": forecast.created_by.full_name if forecast.created_by else None,
        "created_at": forecast.created_at,
        "first_day": forecast.first_day,
        "last_day": forecast.last_day,
    }


def _actual(session: Session, forecast: Forecast, zone: str) -> histories.Figures:
    first = forecast.first_day - timedelta(days=CHART_DAYS_BEFORE)
    return histories.figures(
        session, forecast.queue, first, forecast.last_day, zone=zone
    )


def _snapshot(forecast: Forecast, calls: float) -> SnapshotLine:
    wapes = {score["name"]: score["wape"] for score in forecast.scores["methods"]}
    return SnapshotLine(
        id=forecast.id,
        first_day=forecast.first_day,
        last_day=forecast.last_day,
        model=forecast.model,
        wape=wapes.get(forecast.model),
        baseline_wape=wapes.get(BASELINE),
        calls=calls,
        created_by=forecast.created_by.full_name if forecast.created_by else None,
        created_at=forecast.created_at,
    )
