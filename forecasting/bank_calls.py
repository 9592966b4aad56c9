"""The call records of the Technion's "Anonymous Bank": menu, queue, service.

Source: A. Mandelbaum, A. Sakov, S. Zeltyn, "Empirical Analysis of a Call Center",
Technion (2001), and its description of the data's fields. A call enters the menu
(VRU); from there it may hang up, reach a free agent at once, or queue; from the queue
it reaches an agent or hangs up.

Who was offered: AGENT is answered, with or without queueing. HANG is abandoned if the
call queued, and was never offered if it hung up in the menu. A call queued unless
q_start, q_exit and q_time are all zero; so one that hung up in its first second in the
queue is abandoned with a wait of 0. PHANTOM is a virtual call, to be ignored.
The identity of a call is its line, its number and the moment it entered the menu:
numbers and lines alone come back. The customer's number is not read.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from forecasting.call_rows import CallRows, finish
from forecasting.calls import CallOutcome, CallRecords
from forecasting.columns import fold
from forecasting.file_layout import ReadOptions
from forecasting.findings import LineCode, NoticeCode
from forecasting.reading import Reading
from forecasting.table import Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY_S, HALF_DAY_S = 86_400, 43_200
CLOCK_SLACK_S = 1_800
NO_SERVER = "NO_SERVER"

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    name: (fold(name),)
    for name in (
        *("vru+line", "call_id", "priority", "type", "date", "vru_entry", "vru_exit"),
        *("q_start", "q_exit", "q_time", "outcome", "ser_start", "ser_exit"),
        *("ser_time", "server"),
    )
}


def is_bank_layout(table: Table) -> bool:
    """Return whether the table has every column of this layout."""
    names = {fold(name) for name in table.header}
    return all(name in names for (name,) in SYNONYMS.values())


def read_bank_calls(
    table: Table, options: ReadOptions, *, long_service_s: float
) -> CallRecords:
    """Return the records of a table in the bank's layout."""
    reading = Reading(table, SYNONYMS, options)
    wait_s, service_s = reading.durations("q_time"), reading.durations("ser_time")
    q_start, q_exit = reading.clock("q_start"), reading.clock("q_exit")
    has_queued = (q_start != 0) | (q_exit != 0) | (wait_s > 0.0)
    for row in np.flatnonzero(has_queued & np.isnan(wait_s)).tolist():
        if reading.is_good[row]:
            reading.error(row, "q_time", LineCode.MISSING_VALUE)
    outcomes = _outcomes(reading, has_queued)
    menu_s, entered_s = _moments(reading, q_start, has_queued)
    never = np.zeros(reading.size, dtype=np.bool_)
    series = [""] * reading.size
    utc_s, _ = reading.resolved(entered_s, never, "date", series, CLOCK_SLACK_S)
    ser_start, ser_exit = reading.clock("ser_start"), reading.clock("ser_exit")
    was_served = (ser_start != 0) | (ser_exit != 0)
    _compare(reading, "q_time", wait_s, q_exit - q_start, has_queued)
    _compare(reading, "ser_time", service_s, ser_exit - ser_start, was_served)
    lines, call_ids = reading.texts("vru+line"), reading.texts("call_id")
    servers = reading.texts("server")
    priority = reading.counts("priority")
    rows = CallRows(
        utc_s=utc_s,
        identities=list(zip(lines, call_ids, menu_s.tolist(), strict=True)),
        call_ids=call_ids,
        queues=reading.texts("type"),
        priorities=np.nan_to_num(priority, nan=-1.0).astype(np.int64),
        outcomes=outcomes,
        wait_s=np.where(has_queued, wait_s, 0.0),
        service_s=service_s,
        agents=["" if name == NO_SERVER else name for name in servers],
    )
    return finish(reading, rows, form="bank_calls", long_service_s=long_service_s)


def _outcomes(reading: Reading, has_queued: Bools) -> list[str]:
    outcomes = []
    words = reading.texts("outcome")
    for row, (word, queued) in enumerate(zip(words, has_queued.tolist(), strict=True)):
        match word.upper():
            case "AGENT":
                outcome = CallOutcome.ANSWERED
            case "HANG":
                outcome = CallOutcome.ABANDONED if queued else CallOutcome.NOT_OFFERED
            case "PHANTOM":
                outcome = CallOutcome.PHANTOM
            case _:
                outcome = CallOutcome.NOT_OFFERED
                reading.error(row, "outcome", LineCode.BAD_OUTCOME)
        outcomes.append(outcome.value)
    return outcomes


def _moments(reading: Reading, q_start: Ints, has_queued: Bools) -> tuple[Ints, Ints]:
    """Return local seconds of entering the menu and of entering the queue.

    The date is that of entering the menu; each later clock reading is the one nearest
    to the reading before it, so midnight may lie between any two.
    """
    day = reading.day("date")
    entry, leave = reading.clock("vru_entry"), reading.clock("vru_exit")
    menu_s = day + entry
    in_menu = _nearest(leave - entry)
    leave_s = menu_s + in_menu
    queue_s = leave_s + _nearest(q_start - leave)
    backwards = np.flatnonzero(reading.is_good & (in_menu < 0))
    reading.note_rows(NoticeCode.NEGATIVE_MENU_TIME, backwards.tolist())
    return menu_s, np.where(has_queued, queue_s, leave_s)


def _nearest(step_s: Ints) -> Ints:
    """Return the difference of two clock readings within half a day either way."""
    return (step_s + HALF_DAY_S) % DAY_S - HALF_DAY_S


def _compare(
    reading: Reading, field: str, stated_s: Floats, clock_s: Ints, where: Bools
) -> None:
    """Note rows whose stated duration is not what the two clock readings give."""
    differs = np.abs(stated_s - clock_s % DAY_S) > 1.0
    rows = np.flatnonzero(reading.is_good & where & differs)
    column = reading.columns.names[field]
    reading.note_rows(NoticeCode.DURATION_DISAGREES, rows.tolist(), column=column)
