"""What happened per interval: calls and handling times, and what is not known."""

from dataclasses import dataclass
from datetime import date
from typing import Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasting.errors import InvalidArgumentError
from forecasting.grid import IntervalGrid

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A run of intervals without figures at times that usually have them."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """An interval whose calls lie far from what its neighbours make likely."""

    index: int
    offered: float
    expected: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntervalHistory:
    """Figures of one queue per interval of a grid; a gap is not a zero.

    Arrays have length `grid.count` and are read-only. Where `known` is False every
    figure is NaN. Where it is True `offered` is a number, while `handled`,
    `abandoned` and `aht_s` may still be NaN if the source lacks them.

    Attributes:
        grid: the intervals.
        offered: calls that entered the queue.
        handled: of those, answered by an agent.
        abandoned: of those, hung up while queued.
        aht_s: mean handling time of the handled calls, in seconds.
        known: whether the source says anything about the interval.
    """

    grid: IntervalGrid
    offered: Floats
    handled: Floats
    abandoned: Floats
    aht_s: Floats
    known: Bools

    def __post_init__(self) -> None:
        known = np.array(self.known, dtype=np.bool_)
        if known.shape != (self.grid.count,):
            raise InvalidArgumentError(
                "known", f"{self.grid.count} values", known.shape
            )
        for name in ("offered", "handled", "abandoned", "aht_s"):
            values = np.array(getattr(self, name), dtype=np.float64)
            if values.shape != known.shape:
                raise InvalidArgumentError(name, f"{known.size} values", values.shape)
            values[~known] = np.nan
            if np.isinf(values).any() or (values < 0.0).any():
                raise InvalidArgumentError(
                    name, "finite and >= 0", "a value that is not"
                )
            object.__setattr__(self, name, _frozen(values))
        if np.isnan(self.offered[known]).any():
            raise InvalidArgumentError("offered", "a number where known", "NaN")
        object.__setattr__(self, "known", _frozen(known))

    @classmethod
    def from_offered(
        cls, grid: IntervalGrid, offered: ArrayLike, aht_s: ArrayLike | None = None
    ) -> Self:
        """Return the history of a source that gives calls and perhaps AHT only.

        NaN in `offered` marks the intervals about which nothing is known.
        """
        calls: Floats = np.array(offered, dtype=np.float64)
        absent = np.full(calls.shape, np.nan)
        return cls(
            grid=grid,
            offered=calls,
            handled=absent,
            abandoned=absent,
            aht_s=absent if aht_s is None else np.asarray(aht_s, dtype=np.float64),
            known=~np.isnan(calls),
        )

    @property
    def known_days(self) -> tuple[date, ...]:
        """The local days of which at least one interval is known, in order."""
        days = np.unique(self.grid.local_days[self.known])
        return tuple(days.tolist())

    def part(self, begin: int, end: int) -> Self:
        """Return the history of intervals `begin` (included) to `end` (excluded)."""
        cut = slice(begin, end)
        return type(self)(
            grid=self.grid.part(begin, end),
            offered=self.offered[cut],
            handled=self.handled[cut],
            abandoned=self.abandoned[cut],
            aht_s=self.aht_s[cut],
            known=self.known[cut],
        )

    def without(self, mask: Bools) -> Self:
        """Return the same history with the masked intervals made unknown."""
        return type(self)(
            grid=self.grid,
            offered=self.offered,
            handled=self.handled,
            abandoned=self.abandoned,
            aht_s=self.aht_s,
            known=self.known & ~mask,
        )

    def rebinned(self, minutes: int) -> Self:
        """Return the history on coarser intervals.

        A coarse interval is known only if all its parts are. Counts add up; AHT is
        the mean of the parts weighted by handled calls (by offered calls where the
        source lacks handled), NaN where no weighted part has one.
        """
        grid = self.grid.rebinned(minutes)
        if minutes == self.grid.minutes:
            return self
        size = minutes // self.grid.minutes
        lead = int((self.grid.start - grid.start).total_seconds())
        first = lead // self.grid.interval_s

        def parts(values: NDArray[np.generic], fill: float) -> Floats:
            padded = np.full(grid.count * size, fill)
            padded[first : first + self.grid.count] = values
            return padded.reshape(grid.count, size)

        offered, handled = parts(self.offered, np.nan), parts(self.handled, np.nan)
        return type(self)(
            grid=grid,
            offered=offered.sum(axis=1),
            handled=handled.sum(axis=1),
            abandoned=parts(self.abandoned, np.nan).sum(axis=1),
            aht_s=_mean_aht(
                parts(self.aht_s, np.nan),
                np.where(np.isnan(handled), offered, handled),
            ),
            known=parts(self.known, 0.0).min(axis=1) > 0.0,
        )

    def gaps(self) -> tuple[Gap, ...]:
        """Return the runs of unknown intervals where figures are usual.

        Usual means: known in more than half of the intervals of the same weekday
        and time of day between the first and last known interval.
        """
        seen = np.flatnonzero(self.known)
        if not seen.size:
            return ()
        inside = np.zeros(self.grid.count, dtype=np.bool_)
        inside[seen[0] : seen[-1] + 1] = True
        slots, _ = self.weekly_slots()
        total = np.bincount(slots, weights=inside)
        usual = np.bincount(slots, weights=self.known) > 0.5 * total
        missing = np.concatenate(([0], inside & usual[slots] & ~self.known, [0]))
        edges = np.flatnonzero(np.diff(missing)).tolist()
        return tuple(
            Gap(begin=begin, end=end)
            for begin, end in zip(edges[::2], edges[1::2], strict=True)
        )

    def outliers(self, threshold: float = 6.0) -> tuple[Outlier, ...]:
        """Return the known intervals more than `threshold` deviations off, in order.

        The expectation is the median of the same weekday and time of day. Deviations
        are measured on the square-root scale, where counts vary alike at any level,
        in units of the robust standard deviation (1.4826 MAD, at least the 0.5 of
        Poisson noise). A slot seen fewer than four times is not judged.
        """
        slots, count = self.weekly_slots()
        root = np.sqrt(self.offered)
        middle = np.full(count, np.nan)
        for slot in np.unique(slots[self.known]):
            values = root[self.known & (slots == slot)]
            if values.size >= 4:
                middle[slot] = np.median(values)
        deviation = root - middle[slots]
        judged = np.isfinite(deviation)
        if not judged.any():
            return ()
        spread = max(0.5, 1.4826 * float(np.median(np.abs(deviation[judged]))))
        score = np.where(judged, deviation, 0.0) / spread
        return tuple(
            Outlier(
                index=index,
                offered=float(self.offered[index]),
                expected=float(middle[slots[index]] ** 2),
                score=float(score[index]),
            )
            for index in np.flatnonzero(np.abs(score) > threshold).tolist()
        )

    def weekly_slots(self) -> tuple[NDArray[np.int64], int]:
        """Return each interval's weekday-and-time slot, and the number of slots."""
        per_day = -(-1440 // self.grid.minutes)
        slot_of_day = self.grid.local_minutes // self.grid.minutes
        return self.grid.weekdays * per_day + slot_of_day, 7 * per_day


def _frozen(values: NDArray[Scalar]) -> NDArray[Scalar]:
    values.flags.writeable = False
    return values


def _mean_aht(aht_s: Floats, weights: Floats) -> Floats:
    """Return the weighted mean over the last axis, skipping parts without AHT."""
    usable = np.isfinite(aht_s) & (weights > 0.0)
    weight = np.where(usable, weights, 0.0)
    total = weight.sum(axis=-1)
    work_s = np.where(usable, aht_s, 0.0) * weight
    mean = np.full(total.shape, np.nan)
    np.divide(work_s.sum(axis=-1), total, out=mean, where=total > 0.0)
    return mean
