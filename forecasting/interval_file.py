"""A table of figures per interval: every bad line named, gaps left as gaps."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.clocks import days_grid
from forecasting.errors import InvalidArgumentError
from forecasting.file_layout import FileLayout, ReadOptions
from forecasting.findings import (
    LineCode,
    LineError,
    Notice,
    NoticeCode,
    OneIntervalError,
    UnknownIntervalError,
)
from forecasting.grid import DEFAULT_ZONE
from forecasting.history import IntervalHistory
from forecasting.reading import Reading, Times
from forecasting.table import Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INTERVAL_MINUTES = (5, 6, 10, 15, 30, 60)
FIGURES = ("offered", "answered", "abandoned", "aht_s")
NUMBER_FIELDS = (*FIGURES, "talk_s", "acw_s")
LONG_AHT_S = 3600.0
DAY_S = 86_400

# Folded by columns.fold; within a field the first name present wins.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "start": (
        *("datetime", "tarihsaat", "tarihvesaat", "timestamp", "startsat", "startat"),
        *("start", "starttime", "intervalstart", "intervalstarttime", "startdatetime"),
        *("baslangic", "baslangiczamani", "baslangictarihi", "baslangicsaati"),
        *("aralikbaslangici", "periodstart", "ds"),
    ),
    "date": ("tarih", "date", "gun", "day", "calldate", "raportarihi"),
    "time": (
        *("saat", "time", "saataraligi", "zamanaraligi", "zamandilimi", "zaman"),
        *("aralik", "interval", "timeinterval", "period", "periyot", "dilim", "hour"),
        *("yarimsaat", "halfhour", "timeofday"),
    ),
    "queue": (
        *("kuyruk", "kuyrukadi", "queue", "queuename", "skill", "split", "hizmet"),
        *("servis", "grup", "group", "cagrigrubu", "cagrituru"),
    ),
    "offered": (
        *("gelencagri", "gelencagrilar", "gelen", "gelenler", "toplamgelen"),
        *("toplamgelencagri", "toplamcagri", "cagri", "cagrilar", "kuyrugagiren"),
        *("offered", "callsoffered", "offeredcalls", "calls", "callvolume", "volume"),
        *("contacts", "contactsoffered", "incoming", "received", "callsreceived"),
        *("inbound", "y"),
    ),
    "answered": (
        *("cevaplanan", "cevaplanancagri", "cevaplananlar", "karsilanan"),
        *("karsilanancagri", "yanitlanan", "yanitlanancagri", "answered"),
        *("callsanswered", "answeredcalls", "handled", "callshandled"),
        *("handledcalls", "contactshandled", "acdcalls"),
    ),
    "abandoned": (
        *("cevaplanamayan", "cevaplanamayancagri", "cevaplanmayan"),
        *("cevaplanmayancagri", "kacan", "kacancagri", "kacirilan"),
        *("kacirilancagri", "cevapsiz", "cevapsizcagri", "terkeden", "terk"),
        *("abandoned", "callsabandoned", "abandonedcalls", "abandons", "abncalls"),
        *("missed", "missedcalls", "lost"),
    ),
    "aht_s": (
        *("ahts", "aht", "ahtsec", "ahtsn", "ahtseconds", "averagehandletime"),
        *("averagehandlingtime", "avghandletime", "avghandlingtime", "handletime"),
        *("ortalamaelealmasuresi", "ortelealmasuresi", "ortalamaislemsuresi"),
        *("ortislemsuresi", "ortalamahizmetsuresi", "orthizmetsuresi"),
    ),
    "talk_s": (
        *("ortgorusmesuresi", "ortalamagorusmesuresi", "ortkonusmasuresi"),
        *("ortalamakonusmasuresi", "gorusmesuresi", "konusmasuresi", "att"),
        *("averagetalktime", "avgtalktime", "talktime", "talks", "avgacdtime"),
    ),
    "acw_s": (
        *("ortcagrisonrasiissuresi", "ortalamacagrisonrasiissuresi"),
        *("cagrisonrasiis", "cagrisonrasiissuresi", "ortcagrisonrasiis"),
        *("acw", "acws", "acwtime", "averageacw", "avgacw", "avgacwtime", "wrapup"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalOptions(ReadOptions):
    """What the reader of an interval file may say about it.

    Attributes:
        minutes: length of the intervals; None finds it in the data.
        queue: name for the rows of a file without a queue column.
    """

    minutes: int | None = None
    queue: str = ""

    def __post_init__(self) -> None:
        ReadOptions.__post_init__(self)
        if self.minutes is not None and self.minutes not in INTERVAL_MINUTES:
            expected = " / ".join(str(minutes) for minutes in INTERVAL_MINUTES)
            raise InvalidArgumentError("minutes", expected, self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntervalRows:
    """The good rows of a file, in its order, and what was found on the way.

    A row is identified for ever by its queue and start, each pair occurring once.
    Intervals that the file does not have are no rows: a gap is not a zero.

    Attributes:
        starts: UTC starts, datetime64[s].
        queues: queue of each row, "" where the file names none.
        offered, answered, abandoned: counts; NaN where the file says nothing.
        aht_s: mean handling time in seconds; NaN where the file says nothing.
        lines: the line of each row.
        minutes: length of the intervals; 0 if it is not given and no row is good.
        zone: IANA name of the zone of the file's clocks.
        errors: the lines left out, by line.
        notices: what else a reader should know.
        layout: how the file was understood.
    """

    starts: NDArray[np.datetime64]
    queues: NDArray[np.str_]
    offered: Floats
    answered: Floats
    abandoned: Floats
    aht_s: Floats
    lines: Ints
    minutes: int
    zone: str = DEFAULT_ZONE
    errors: tuple[LineError, ...]
    notices: tuple[Notice, ...]
    layout: FileLayout

    def __post_init__(self) -> None:
        for name in ("starts", "queues", *FIGURES, "lines"):
            getattr(self, name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def queue_names(self) -> tuple[str, ...]:
        """The queues in order of their first row."""
        return tuple(dict.fromkeys(self.queues.tolist()))

    def keys(self) -> Iterator[tuple[str, np.datetime64]]:
        """Yield each row's queue and start."""
        return zip(self.queues.tolist(), self.starts, strict=True)

    def to_history(self, queue: str | None = None) -> IntervalHistory:
        """Return the history of one queue over whole local days.

        Args:
            queue: may be left out where the file has one queue only.

        Raises:
            InvalidArgumentError: if there is no row of that queue, if several queues
                leave the choice open, or if a change of clocks by less than an
                interval moves the rows off the grid.
        """
        names = self.queue_names
        if queue is None and len(names) == 1:
            queue = names[0]
        if queue not in names:
            raise InvalidArgumentError("queue", "one of " + ", ".join(names), queue)
        rows = np.flatnonzero(self.queues == queue)
        grid = days_grid(self.starts[rows], self.minutes, self.zone)
        at = grid.indices_of(self.starts[rows])
        if (grid.starts[at] != self.starts[rows]).any():
            raise InvalidArgumentError(
                "minutes", "at most the clocks' step", self.minutes
            )
        figures = {name: np.full(grid.count, np.nan) for name in FIGURES}
        for name, values in figures.items():
            values[at] = getattr(self, name)[rows]
        return IntervalHistory(
            grid=grid,
            offered=figures["offered"],
            handled=figures["answered"],
            abandoned=figures["abandoned"],
            aht_s=figures["aht_s"],
            known=~np.isnan(figures["offered"]),
        )


def read_intervals(
    table: Table, options: IntervalOptions = IntervalOptions()
) -> IntervalRows:
    """Return the interval rows of a table.

    Raises:
        FileRefusedError: if a column for the time or for the calls is missing, a
            field has two columns, or the length of the intervals cannot be told.
    """
    reading = Reading(table, SYNONYMS, options)
    reading.require("start", "date", "time")
    reading.require("offered", "answered")
    queues = reading.texts("queue", options.queue)
    times = reading.times("start", "date", "time", queues, slack_s=0)
    figures = _figures(reading)
    minutes = options.minutes or _find_minutes(reading, times, queues)
    _check_grid(reading, times, minutes)
    _check_sums(reading, figures)
    _set_duplicates_aside(reading, times, queues, figures)
    rows = np.flatnonzero(reading.is_good)
    long_rows = rows[figures["aht_s"][rows] > LONG_AHT_S]
    reading.note_rows(NoticeCode.AHT_OVER_AN_HOUR, long_rows)
    return IntervalRows(
        starts=times.utc_s[rows].astype("datetime64[s]"),
        queues=np.array(queues, dtype=np.str_)[rows],
        offered=figures["offered"][rows],
        answered=figures["answered"][rows],
        abandoned=figures["abandoned"][rows],
        aht_s=figures["aht_s"][rows],
        lines=np.array(reading.table.lines, dtype=np.int64)[rows],
        minutes=minutes,
        zone=options.zone,
        errors=reading.errors,
        notices=reading.notices,
        layout=reading.layout("intervals", minutes),
    )


def _figures(reading: Reading) -> dict[str, Floats]:
    """Return the figures per row, reckoning what the file gives in parts."""
    reading.expect_numbers(NUMBER_FIELDS)
    figures = {name: reading.counts(name) for name in FIGURES[:3]}
    if "offered" not in reading.columns:
        reading.require("abandoned")
        figures["offered"] = figures["answered"] + figures["abandoned"]
        reading.note(NoticeCode.OFFERED_DERIVED)
    figures["aht_s"] = reading.durations("aht_s")
    if "aht_s" not in reading.columns and "talk_s" in reading.columns:
        parts = [part for part in ("talk_s", "acw_s") if part in reading.columns]
        figures["aht_s"] = np.sum([reading.durations(part) for part in parts], axis=0)
        names = tuple(reading.columns.names[part] for part in parts)
        reading.note(NoticeCode.AHT_FROM_PARTS, columns=names)
    return figures


def _find_minutes(reading: Reading, times: Times, queues: Sequence[str]) -> int:
    """Return the length written as a range, else the commonest step in a queue.

    0 if no row is good, so that the caller sees why.
    """
    good = reading.is_good
    lengths_s = times.length_s[good & (times.length_s > 0)]
    if not lengths_s.size:
        names = np.array(queues, dtype=np.str_)
        steps = [
            np.diff(np.unique(times.utc_s[good & (names == name)]))
            for name in dict.fromkeys(queues)
        ]
        lengths_s = np.concatenate([*steps, np.empty(0, dtype=np.int64)])
    file = reading.table.file
    if not lengths_s.size:
        if not good.any():
            return 0
        raise OneIntervalError(line_errors=reading.errors, file=file)
    (length_s, _), *_ = Counter(sorted(lengths_s.tolist())).most_common(1)
    if length_s not in {60 * minutes for minutes in INTERVAL_MINUTES}:
        raise UnknownIntervalError(
            line_errors=reading.errors,
            file=file,
            expected=" / ".join(str(minutes) for minutes in INTERVAL_MINUTES),
            got=f"{length_s / 60:g}",
        )
    return int(length_s) // 60


def _check_grid(reading: Reading, times: Times, minutes: int) -> None:
    """Set aside rows that begin between intervals or are longer or shorter."""
    if not minutes:
        return
    off = times.local_s % DAY_S % (60 * minutes) != 0
    wrong = (times.length_s > 0) & (times.length_s != 60 * minutes)
    field = next(f for f in ("time", "start", "date") if f in reading.columns)
    for row in np.flatnonzero(reading.is_good & off).tolist():
        reading.error(row, field, LineCode.OFF_GRID)
    for row in np.flatnonzero(reading.is_good & wrong).tolist():
        reading.error(row, field, LineCode.WRONG_LENGTH)


def _check_sums(reading: Reading, figures: Mapping[str, Floats]) -> None:
    """Set aside rows with more calls ended than calls entered."""
    offered, answered, abandoned = (figures[name] for name in FIGURES[:3])
    ended = np.nan_to_num(answered) + np.nan_to_num(abandoned)
    too_many = ended > offered + 1e-6
    for row in np.flatnonzero(reading.is_good & too_many).tolist():
        value = f"{answered[row]:g} + {abandoned[row]:g} > {offered[row]:g}"
        field = "offered" if "offered" in reading.columns else "answered"
        reading.error(row, field, LineCode.MORE_THAN_OFFERED, value)


def _set_duplicates_aside(
    reading: Reading,
    times: Times,
    queues: Sequence[str],
    figures: Mapping[str, Floats],
) -> None:
    """Keep the first row of each queue and start; a second one that differs is bad."""
    first: dict[tuple[str, int], int] = {}
    repeats: list[tuple[int, int]] = []
    for row in np.flatnonzero(reading.is_good).tolist():
        earlier = first.setdefault((queues[row], int(times.utc_s[row])), row)
        if earlier == row:
            continue
        pairs = [(figures[name][earlier], figures[name][row]) for name in FIGURES]
        differing = next(
            (
                (name, got)
                for name, (kept, got) in zip(FIGURES, pairs, strict=True)
                if not np.array_equal(kept, got, equal_nan=True)
            ),
            None,
        )
        if differing is None:
            reading.is_good[row] = False
            repeats.append((row, earlier))
        else:
            name, got = differing
            code = LineCode.CONFLICTING_DUPLICATE
            reading.error(row, name, code, f"{got:g}", other_row=earlier)
    lines = reading.table.lines
    originals = tuple(lines[earlier] for _, earlier in repeats)
    reading.note_rows(NoticeCode.DUPLICATE_LINE, (r for r, _ in repeats), of=originals)
