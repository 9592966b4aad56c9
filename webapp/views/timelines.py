"""What the timeline of shifts is drawn from (templates/components/pictures.html)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from scheduling.ledger import Breach
from webapp.i18n.formats import clock, day_short
from webapp.i18n.words import LEAVE_KINDS, word
from webapp.services.rota_pages import Person
from webapp.services.rota_terms import Span
from webapp.views.rules import say_breach

EDGE = 30
NIGHT_OFF = (8 * 60, 18 * 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Which days a timeline shows, and what in it may be moved.

    Attributes:
        movable: "shift", "lunch", "break", or none of them.
        breaches: rules broken, told beside the bar of their day.
    """

    span: Span
    days: Sequence[date]
    step: int
    movable: Collection[str] = ()
    breaches: Iterable[Breach] = ()
    now: datetime | None = None


def timeline_data(people: Sequence[Person], shown: Shown) -> Mapping[str, object]:
    """Return the data of `timeline()`: minutes from the rota's first local midnight."""
    data: dict[str, object] = {
        "step": shown.step,
        "windows": _windows(people, shown),
        "people": [_row(person, shown) for person in people],
    }
    if shown.now is not None:
        minute = shown.span.minute(shown.span.first, shown.now)
        data["now"] = minute
    return data


def _windows(people: Sequence[Person], shown: Shown) -> list[dict[str, object]]:
    """Return each day from the first shift of any of the days to the last."""
    times = [
        (
            shown.span.minute(one.day, one.starts_at),
            shown.span.minute(one.day, one.ends_at),
        )
        for person in people
        for one in person.shifts
    ] or [NIGHT_OFF]
    start = max(0, min(begin for begin, _end in times) // 60 * 60 - EDGE)
    end = -(-max(end for _begin, end in times) // 60) * 60 + EDGE
    windows: list[dict[str, object]] = []
    for day in shown.days:
        offset = _offset(shown.span, day)
        window: dict[str, object] = {"start": offset + start, "end": offset + end}
        if len(shown.days) > 1:
            window["label"] = day_short(day)
        windows.append(window)
    return windows


def _offset(span: Span, day: date) -> int:
    return 1440 * (day - span.first).days


def _row(person: Person, shown: Shown) -> dict[str, object]:
    bars = []
    for one in person.shifts:
        told = [
            say_breach(breach)
            for breach in shown.breaches
            if breach.agent == str(person.id) and breach.day == one.day
        ]
        span, ends = shown.span, (one.starts_at, one.ends_at)
        bar = _bar(span, f"s{one.id}", "shift", ends, shown, is_fixed=one.is_locked)
        bar["breaches"] = told
        parts = []
        lunch = (one.lunch_starts_at, one.lunch_ends_at)
        if lunch[0] and lunch[1]:
            fixed = one.lunch_is_locked
            given = (lunch[0], lunch[1])
            parts.append(
                _bar(span, f"l{one.id}", "lunch", given, shown, is_fixed=fixed)
            )
        pause = (one.break_starts_at, one.break_ends_at)
        if pause[0] and pause[1]:
            given = (pause[0], pause[1])
            parts.append(_bar(span, f"b{one.id}", "break", given, shown))
        bar["parts"] = parts
        bars.append(bar)
    return {
        "id": str(person.id),
        "name": person.name,
        "bars": bars + _leave(person, shown),
    }


def _bar(
    span: Span,
    number: str,
    kind: str,
    ends: tuple[datetime, datetime],
    shown: Shown,
    *,
    is_fixed: bool = False,
) -> dict[str, object]:
    start = span.minute(span.first, ends[0])
    length = (ends[1] - ends[0]) // timedelta(minutes=1)
    return {
        "id": number,
        "kind": kind,
        "start": start,
        "end": start + length,
        "text": f"{clock(ends[0])}–{clock(ends[1])}",
        "movable": kind in shown.movable and not is_fixed,
        "fixed": is_fixed,
    }


def _leave(person: Person, shown: Shown) -> list[dict[str, object]]:
    start, end = NIGHT_OFF
    return [
        {
            "id": f"v{one.id}-{day.isoformat()}",
            "kind": "leave",
            "start": _offset(shown.span, day) + start,
            "end": _offset(shown.span, day) + end,
            "text": _("Leave") if not one.is_half else word(LEAVE_KINDS, one.kind),
        }
        for one in person.leave
        for day in shown.days
        if one.first_day <= day <= one.last_day
        and not any(shift.day == day for shift in person.shifts)
    ]
