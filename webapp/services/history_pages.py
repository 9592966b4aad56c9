"""A queue's past as pages show it: measures by day and by interval, gaps, imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from webapp.models.demand import ImportBatch, ImportDraft, ImportKind, Queue
from webapp.services import calendars, histories
from webapp.services.histories import COUNTS, Figures
from webapp.services.import_drafts import KEPT_FOR

PER_PAGE = 50
MOST_GAPS = 20
SHOWN_DAYS = 28
MOST_DAYS = 732


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Sums over some intervals, and the measures they give; None where unknown.

    Attributes:
        offered, answered, abandoned, answered_in_time: calls.
        wait_s: waits of the answered calls, added up.
        aht_s: mean handling time of the answered calls.
    """

    offered: float | None
    answered: float | None
    abandoned: float | None
    answered_in_time: float | None
    wait_s: float | None
    aht_s: float | None

    @property
    def service_level(self) -> float | None:
        """Answered in time / offered: an abandoned call is one not answered in time."""
        return _ratio(self.answered_in_time, self.offered)

    @property
    def answer_rate(self) -> float | None:
        """Answered / offered."""
        return _ratio(self.answered, self.offered)

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned / offered."""
        return _ratio(self.abandoned, self.offered)

    @property
    def asa_s(self) -> float | None:
        """Mean wait of the answered calls."""
        return _ratio(self.wait_s, self.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """A local day; `missing` counts its intervals of a gap."""

    day: date
    measures: Measures
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalLine:
    """An interval of a day; unknown ones have no calls at all, not 0."""

    starts_at: datetime
    ends_at: datetime
    measures: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """A run without figures at times that usually have them."""

    begin: datetime
    end: datetime
    intervals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """What is known of a queue from one day to another."""

    first: date
    last: date
    known: tuple[date, date]
    total: Measures
    days: tuple[DayLine, ...]
    gaps: tuple[GapLine, ...]
    gap_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """A file that was taken in."""

    id: int
    queue: str
    kind: ImportKind
    file_name: str
    rows_new: int
    rows_changed: int
    rows_same: int
    rows_refused: int
    imported_by: str | None
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A file that waits for its person to take it in."""

    id: int
    queue: str
    file_name: str
    created_at: datetime


def days_page(
    session: Session,
    queue: Queue,
    *,
    first: date | None,
    last: date | None,
    zone: str,
) -> HistoryPage | None:
    """Return a queue's days, the last four weeks known unless asked otherwise.

    None where nothing is known of the queue.
    """
    known = histories.known_days(session, queue.id, zone=zone)
    if known is None:
        return None
    last = last or known[1]
    first = first or max(known[0], last - timedelta(days=SHOWN_DAYS - 1))
    first, last = min(first, last), max(first, last)
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    found = histories.figures(session, queue, first, last, zone=zone)
    is_open = calendars.calendar(session, queue).open_intervals(found.grid)
    gaps = [gap for gap in found.history.gaps() if is_open[gap.begin : gap.end].any()]
    in_gap = np.zeros(found.grid.count, dtype=np.bool_)
    for gap in gaps:
        in_gap[gap.begin : gap.end] = is_open[gap.begin : gap.end]
    lines = []
    for day in found.grid.days:
        cut = found.grid.day_slice(day)
        missing = int(in_gap[cut].sum())
        if missing or np.isfinite(found.offered[cut]).any():
            lines.append(
                DayLine(day=day, measures=measured(found, cut), missing=missing)
            )
    return HistoryPage(
        first=first,
        last=last,
        known=known,
        total=measured(found, slice(0, found.grid.count)),
        days=tuple(lines),
        gaps=tuple(
            GapLine(
                begin=found.grid.start_of(gap.begin),
                end=found.grid.start_of(gap.end),
                intervals=int(in_gap[gap.begin : gap.end].sum()),
            )
            for gap in gaps[:MOST_GAPS]
        ),
        gap_count=len(gaps),
    )


def intervals(
    session: Session, queue: Queue, first: date, last: date, *, zone: str
) -> tuple[IntervalLine, ...]:
    """Return the intervals from one day to another about which anything is known."""
    last = min(last, first + timedelta(days=MOST_DAYS - 1))
    found = histories.figures(session, queue, first, last, zone=zone)
    known = np.flatnonzero(np.isfinite(found.offered)).tolist()
    return tuple(
        IntervalLine(
            starts_at=found.grid.start_of(at),
            ends_at=found.grid.start_of(at + 1),
            measures=measured(found, slice(at, at + 1)),
        )
        for at in known
    )


def measured(figures: Figures, cut: slice) -> Measures:
    """Return the sums of a run of intervals.

    A figure that is unknown for some of the intervals with calls is None: added up
    it would not go with the others.
    """
    known = np.isfinite(figures.offered[cut])
    sums: dict[str, float | None] = {}
    for name in COUNTS:
        values = getattr(figures, name)[cut][known]
        is_whole = known.any() and np.isfinite(values).all()
        sums[name] = float(values.sum()) if is_whole else None
    return Measures(**sums, aht_s=_mean_aht(figures, cut))


def batches(
    session: Session, *, queue_id: int | None = None, page: int = 1
) -> tuple[list[BatchLine], int]:
    """Return a page of the files taken in, latest first, and how many there are."""
    wanted = [] if queue_id is None else [ImportBatch.queue_id == queue_id]
    total = session.scalar(sa.select(sa.func.count(ImportBatch.id)).where(*wanted))
    rows = session.scalars(
        sa.select(ImportBatch)
        .where(*wanted)
        .options(joinedload(ImportBatch.queue), joinedload(ImportBatch.imported_by))
        .order_by(ImportBatch.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    )
    return [_batch_line(row) for row in rows], total or 0


def waiting_drafts(
    session: Session, *, viewer_id: int, now: datetime
) -> Sequence[DraftLine]:
    """Return the files that a person has uploaded and not yet taken in."""
    rows = session.scalars(
        sa.select(ImportDraft)
        .where(
            ImportDraft.created_by_id == viewer_id,
            ImportDraft.batch_id.is_(None),
            ImportDraft.created_at > now - KEPT_FOR,
        )
        .options(joinedload(ImportDraft.queue))
        .order_by(ImportDraft.id.desc())
    )
    return [
        DraftLine(
            id=row.id,
            queue=row.queue.name,
            file_name=row.file_name,
            created_at=row.created_at,
        )
        for row in rows
    ]


def _batch_line(row: ImportBatch) -> BatchLine:
    return BatchLine(
        id=row.id,
        queue=row.queue.name,
        kind=row.kind,
        file_name=row.file_name,
        rows_new=row.rows_new,
        rows_changed=row.rows_changed,
        rows_same=row.rows_same,
        rows_refused=row.rows_refused,
        imported_by=row.imported_by.full_name if row.imported_by else None,
        imported_at=row.imported_at,
    )


def _mean_aht(figures: Figures, cut: slice) -> float | None:
    """Return the mean handling time, weighted by answered calls (offered without)."""
    aht_s = figures.aht_s[cut]
    calls = np.where(
        np.isnan(figures.answered[cut]), figures.offered[cut], figures.answered[cut]
    )
    usable = np.isfinite(aht_s) & (calls > 0)
    if not usable.any():
        return None
    return float(np.average(aht_s[usable], weights=calls[usable]))


def _ratio(part: float | None, whole: float | None) -> float | None:
    if part is None or not whole:
        return None
    return part / whole


def as_cells(measures: Measures) -> list[Any]:  # Any: cells of a sheet
    """Return the measures in the order of the export's columns."""
    return [
        measures.offered,
        measures.answered,
        measures.abandoned,
        measures.answered_in_time,
        measures.service_level,
        measures.asa_s,
        measures.abandon_rate,
        measures.aht_s,
    ]
