"""What the pictures of pages are drawn from (templates/components/pictures.html)."""

import math
from collections.abc import Mapping
from datetime import date, timedelta

from webapp.i18n.formats import clock, day_short
from webapp.services.coverage import Coverage, Floats


def coverage_data(
    coverage: Coverage,
    days: tuple[date, ...] | None = None,
    staffed: Floats | None = None,
) -> Mapping[str, object]:
    """Return the data of `coverage()`: open intervals of these days, of all if None.

    Args:
        staffed: shown in place of the coverage's own, such as with a leave granted.
    """
    grid = coverage.grid
    shown = coverage.staffed if staffed is None else staffed
    wanted = grid.days if days is None else days
    intervals: list[dict[str, object]] = []
    for day in wanted:
        cut = grid.day_slice(day)
        for at in range(cut.start, cut.stop):
            required = _whole(coverage.required[at])
            if not required and not shown[at] and not coverage.at_lunch[at]:
                continue
            start = grid.start_of(at)
            interval: dict[str, object] = {
                "from": clock(start),
                "to": clock(start + timedelta(minutes=grid.minutes)),
                "required": required,
                "staffed": round(float(shown[at]), 1),
                "lunch": int(coverage.at_lunch[at]),
                "break": int(coverage.on_break[at]),
                "level": _level(coverage, at) if staffed is None else None,
            }
            if len(wanted) > 1:
                interval["day"] = day_short(day)
            intervals.append(interval)
    return {"intervals": intervals}


def _whole(value: float) -> int:
    return 0 if math.isnan(value) else int(value)


def _level(coverage: Coverage, at: int) -> float | None:
    level = float(coverage.expected_level[at])
    return None if math.isnan(level) else round(level, 4)
