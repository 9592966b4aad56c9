"""Calls of the demo centre, half hour by half hour: a function of seed and day.

A weekday's shape with two peaks, more calls on Mondays and before tax deadlines,
none on public holidays, half a day on their eves.
"""

import calendar as months
import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.calendar import Calendar, HolidayKind

SEED = 2026
INTERVAL_MINUTES = 30
OPENS, CLOSES, HALF_DAY_CLOSES = 8 * 60 + 30, 17 * 60 + 30, 13 * 60
WEEKDAY_FACTORS = (1.14, 1.03, 0.98, 0.97, 0.90)
# Share of the day's calls by half hour from 08:30 on: peaks before and after lunch.
SHAPE = np.array(
    [
        3.4,
        5.2,
        6.6,
        7.4,
        7.6,
        7.2,
        6.6,
        5.4,
        4.6,
        4.8,
        5.6,
        6.3,
        6.6,
        6.4,
        5.8,
        4.7,
        3.6,
        2.2,
    ]
)
_TURKEY = Calendar(country="TR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A queue of the demo: its code and name, calls on a plain day, handling time."""

    code: str
    name: str
    daily_calls: float
    aht_s: float


LINES = (
    Line(code="vergi", name="Genel vergi", daily_calls=1680.0, aht_s=206.0),
    Line(code="emlak", name="Milli emlak", daily_calls=210.0, aht_s=243.0),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayOfCalls:
    """One day: minutes of the day at which its intervals start, and their figures."""

    minutes: NDArray[np.int64]
    offered: NDArray[np.int64]
    abandoned: NDArray[np.int64]
    aht_s: NDArray[np.float64]


def deadline_factor(day: date) -> float:
    """Return how many times the plain day's calls come because of tax deadlines.

    VAT returns are due late in each month, the motor-vehicle tax at the end of
    January and July, income-tax returns at the end of March.
    """
    factor = 1.22 if 22 <= day.day <= 28 else 1.0
    to_month_end = months.monthrange(day.year, day.month)[1] - day.day
    if day.month in (1, 3, 7) and to_month_end < 8:
        factor *= 1.45 - 0.05 * to_month_end
    return factor


def calls_of(line: Line, day: date, *, seed: int = SEED) -> DayOfCalls | None:
    """Return a day's calls, None for weekends and public holidays."""
    holiday = _TURKEY.holiday(day)
    if day.weekday() > 4 or holiday is HolidayKind.FULL:
        return None
    closes = HALF_DAY_CLOSES if holiday is HolidayKind.HALF else CLOSES
    minutes = np.arange(OPENS, closes, INTERVAL_MINUTES)
    rng = np.random.default_rng([seed, sum(line.code.encode()), day.toordinal()])
    level = line.daily_calls * WEEKDAY_FACTORS[day.weekday()] * deadline_factor(day)
    level *= rng.normal(1.0, 0.045)
    expected = level * SHAPE[: minutes.size] / SHAPE.sum()
    offered = rng.poisson(expected * rng.normal(1.0, 0.04, minutes.size).clip(0.8, 1.2))
    crowding = np.clip(expected / expected.max() - 0.6, 0.0, None)
    abandoned = rng.binomial(offered, 0.015 + 0.11 * crowding)
    aht_s = line.aht_s * rng.normal(1.0, 0.035, minutes.size)
    return DayOfCalls(
        minutes=minutes, offered=offered, abandoned=abandoned, aht_s=aht_s.round(1)
    )


def as_file(line: Line, first: date, last: date, *, seed: int = SEED) -> bytes:
    """Return the half hours of these days as a report an exchange would export."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(
        ["Tarih", "Saat", "Gelen Çağrı", "Cevaplanan", "Cevaplanamayan", "AHT (sn)"]
    )
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        calls = calls_of(line, day, seed=seed)
        if calls is None:
            continue
        for at, minute in enumerate(calls.minutes):
            rows.writerow(
                [
                    day.strftime("%d.%m.%Y"),
                    f"{minute // 60:02d}:{minute % 60:02d}",
                    int(calls.offered[at]),
                    int(calls.offered[at] - calls.abandoned[at]),
                    int(calls.abandoned[at]),
                    f"{calls.aht_s[at]:.1f}".replace(".", ","),
                ]
            )
    return text.getvalue().encode("utf-8-sig")
