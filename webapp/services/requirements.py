"""Agents that a forecast needs under a queue's promise, stored per interval."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid
from forecasting.staffing import (
    StaffingRequirement,
    StaffingRules,
    StaffingTarget,
    plan_requirement,
)
from webapp import __version__
from webapp.models.demand import (
    Forecast,
    ForecastInterval,
    Queue,
    Requirement,
    RequirementInterval,
)
from webapp.services import audit
from webapp.services.errors import NotFound, Refused

Floats = NDArray[np.float64]

ALGORITHM = "erlang_c"
ALGORITHM_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What staffing is to keep, and the shrinkage to allow for; shares are 0-1."""

    service_level: float
    answer_within_s: float
    max_occupancy: float
    shrinkage: float

    @classmethod
    def of(cls, queue: Queue) -> "Promise":
        """Return a queue's own promise."""
        return cls(
            service_level=queue.service_level,
            answer_within_s=queue.answer_within_s,
            max_occupancy=queue.max_occupancy,
            shrinkage=queue.shrinkage,
        )

    @property
    def target(self) -> StaffingTarget:
        """The promise as forecasting takes it."""
        return StaffingTarget(
            service_level=self.service_level,
            answer_within_s=self.answer_within_s,
            max_occupancy=self.max_occupancy,
        )


def make(
    session: Session,
    *,
    forecast_id: int,
    promise: Promise,
    by: int | None,
    now: datetime,
) -> Requirement:
    """Store and return the requirement of a forecast under a promise.

    Every interval of the forecast has a row; where no calls are expected, as when the
    queue is closed, nobody is required.

    Raises:
        NotFound: if there is no such forecast.
        Refused: if the promise is none.
    """
    forecast = session.get(Forecast, forecast_id)
    if forecast is None:
        raise NotFound("forecast", forecast_id)
    rows = session.scalars(
        sa.select(ForecastInterval)
        .where(ForecastInterval.forecast_id == forecast_id)
        .order_by(ForecastInterval.starts_at)
    ).all()
    grid = grid_of(forecast)
    volume = np.array([row.volume for row in rows])
    aht_s = np.array([row.aht_s for row in rows])
    try:
        needed = plan_requirement(
            grid,
            volume,
            aht_s,
            promise.target,
            StaffingRules(shrinkage=promise.shrinkage),
        )
    except InvalidArgumentError as error:
        raise Refused("promise_invalid", field=str(error.params["name"])) from error
    requirement = Requirement(
        forecast_id=forecast.id,
        queue_id=forecast.queue_id,
        first_day=forecast.first_day,
        last_day=forecast.last_day,
        minutes=forecast.minutes,
        target=asdict(promise),
        shrinkage=promise.shrinkage,
        provenance=_provenance(forecast, volume, aht_s, promise),
        created_by_id=by,
        created_at=now,
    )
    session.add(requirement)
    session.flush()
    session.execute(
        sa.insert(RequirementInterval), _rows(requirement.id, volume, aht_s, needed)
    )
    audit.record(
        session,
        actor_id=by,
        action="requirement.made",
        object_type="requirement",
        object_id=requirement.id,
        details={"forecast_id": forecast_id, **asdict(promise)},
        now=now,
    )
    return requirement


def grid_of(forecast: Forecast) -> IntervalGrid:
    """Return the intervals of a stored forecast, in the zone it was made for."""
    return IntervalGrid.for_days(
        forecast.first_day,
        (forecast.last_day - forecast.first_day).days + 1,
        forecast.minutes,
        forecast.provenance["parameters"]["zone"],
    )


def newest_of(session: Session, forecast_id: int) -> Requirement:
    """Return the latest requirement made of a forecast; each is stored with one."""
    return session.scalars(
        sa.select(Requirement)
        .where(Requirement.forecast_id == forecast_id)
        .order_by(Requirement.id.desc())
        .limit(1)
    ).one()


def intervals_of(session: Session, requirement_id: int) -> list[RequirementInterval]:
    """Return the rows of a requirement in order."""
    rows = session.scalars(
        sa.select(RequirementInterval)
        .where(RequirementInterval.requirement_id == requirement_id)
        .order_by(RequirementInterval.starts_at)
    )
    return list(rows)


def _rows(
    requirement_id: int, volume: Floats, aht_s: Floats, needed: StaffingRequirement
) -> list[dict[str, Any]]:  # Any: column values
    expected = needed.expected
    return [
        {
            "requirement_id": requirement_id,
            "starts_at": needed.grid.start_of(at),
            "volume": float(volume[at]),
            "aht_s": float(aht_s[at]),
            "agents": int(needed.agents[at]),
            "scheduled": int(needed.scheduled_agents[at]),
            "service_level": float(expected.service_level[at]),
            "asa_s": _finite(expected.asa_s[at]),
            "occupancy": float(expected.occupancy[at]),
        }
        for at in range(needed.grid.count)
    ]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _provenance(
    forecast: Forecast, volume: Floats, aht_s: Floats, promise: Promise
) -> dict[str, Any]:  # Any: stored as JSON
    digest = hashlib.sha256()
    digest.update(np.ascontiguousarray(volume).tobytes())
    digest.update(np.ascontiguousarray(aht_s).tobytes())
    digest.update(json.dumps(asdict(promise), sort_keys=True).encode())
    return {
        "algorithm": ALGORITHM,
        "version": ALGORITHM_VERSION,
        "software": __version__,
        "parameters": {"forecast_id": forecast.id, "minutes": forecast.minutes},
        "seed": None,
        "input_sha256": digest.hexdigest(),
    }
