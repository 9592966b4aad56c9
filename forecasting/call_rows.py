"""What every layout of call files comes to, checked and given its identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from forecasting.calls import CallOutcome, CallRecords
from forecasting.findings import LineCode, NoticeCode
from forecasting.reading import Reading

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Content = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRows:
    """The columns of a call file, one value per row, good or bad.

    Attributes:
        utc_s: instant of entering the queue, seconds since 1970.
        identities: per row what the source knows the call by; None where it gives
            no number, so that queue and instant must do.
        others: as in CallRecords.
    """

    utc_s: Ints
    identities: Sequence[tuple[object, ...] | None]
    call_ids: Sequence[str]
    queues: Sequence[str]
    priorities: Ints
    outcomes: Sequence[str]
    wait_s: Floats
    service_s: Floats
    agents: Sequence[str]

    def contents(self) -> list[Content]:
        """Return per row what two records of the same call must agree in."""
        return list(
            zip(
                self.outcomes,
                self.agents,
                self.priorities.tolist(),
                np.nan_to_num(self.wait_s, nan=-1.0).tolist(),
                np.nan_to_num(self.service_s, nan=-1.0).tolist(),
                strict=True,
            )
        )


def finish(
    reading: Reading, rows: CallRows, *, form: str, long_service_s: float
) -> CallRecords:
    """Return the good rows as records, after the checks that every layout shares."""
    keys = _external_keys(reading, rows)
    at = np.flatnonzero(reading.is_good)
    outcomes = np.array(rows.outcomes, dtype=np.str_)[at]
    is_answered = outcomes == CallOutcome.ANSWERED.value
    is_offered = is_answered | (outcomes == CallOutcome.ABANDONED.value)
    service_s = rows.service_s[at]
    for code, chosen in (
        (NoticeCode.NOT_OFFERED, outcomes == CallOutcome.NOT_OFFERED.value),
        (NoticeCode.PHANTOM, outcomes == CallOutcome.PHANTOM.value),
        (
            NoticeCode.SERVICE_WITHOUT_ANSWER,
            is_offered & ~is_answered & (service_s > 0),
        ),
        (NoticeCode.NO_SERVICE_TIME, is_answered & ~(service_s > 0)),
    ):
        reading.note_rows(code, at[chosen].tolist())
    is_long = is_answered & (service_s > long_service_s)
    reading.note_rows(
        NoticeCode.LONG_SERVICE, at[is_long].tolist(), limit_s=long_service_s
    )
    return CallRecords(
        external_keys=np.array(keys, dtype=np.str_)[at],
        call_ids=np.array(rows.call_ids, dtype=np.str_)[at],
        queues=np.array(rows.queues, dtype=np.str_)[at],
        priorities=rows.priorities[at],
        entered=rows.utc_s[at].astype("datetime64[s]"),
        outcomes=outcomes,
        wait_s=np.where(is_offered, rows.wait_s[at], np.nan),
        service_s=np.where(is_answered, service_s, np.nan),
        agents=np.array(rows.agents, dtype=np.str_)[at],
        lines=np.array(reading.table.lines, dtype=np.int64)[at],
        zone=reading.options.zone,
        errors=reading.errors,
        notices=reading.notices,
        layout=reading.layout(form),
    )


def _external_keys(reading: Reading, rows: CallRows) -> list[str]:
    """Return a key per row, "" for bad ones; of repeated calls the first row stays.

    Where the source gives no number, calls that enter a queue in the same second
    are numbered in the order of their content, so that neither the order of rows in
    the file nor its format changes a key.
    """
    keys = [""] * reading.size
    contents = rows.contents()
    instants = rows.utc_s.tolist()
    unnumbered: dict[tuple[str, int], list[int]] = {}
    first: dict[Content, int] = {}
    repeats: list[tuple[int, int]] = []
    for row in np.flatnonzero(reading.is_good).tolist():
        identity = rows.identities[row]
        place = (rows.queues[row], instants[row])
        known_by = (*place, *contents[row]) if identity is None else identity
        earlier = first.setdefault(known_by, row)
        if earlier != row:
            if contents[earlier] == contents[row]:
                repeats.append((row, earlier))
                reading.is_good[row] = False
            else:
                reading.error(
                    row,
                    "call_id",
                    LineCode.CONFLICTING_DUPLICATE,
                    rows.call_ids[row],
                    other_row=earlier,
                )
        elif identity is None:
            unnumbered.setdefault(place, []).append(row)
        else:
            keys[row] = _digest(("id", *identity))
    for place, same in unnumbered.items():
        for number, row in enumerate(sorted(same, key=lambda row: contents[row])):
            keys[row] = _digest(("at", *place, number))
    lines = reading.table.lines
    originals = tuple(lines[earlier] for _, earlier in repeats)
    reading.note_rows(NoticeCode.DUPLICATE_LINE, (r for r, _ in repeats), of=originals)
    return keys


def _digest(parts: tuple[object, ...]) -> str:
    text = "\x1f".join(str(part) for part in parts)
    return blake2b(text.encode(), digest_size=16).hexdigest()
