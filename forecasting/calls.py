"""Calls one by one: what became of each, how long it waited, and its identity."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.file_layout import FileLayout
from forecasting.findings import LineError, Notice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.str_]

NO_PRIORITY = -1


class CallOutcome(StrEnum):
    """What became of a call; only the first two were offered.

    ANSWERED reached an agent, at once or after queueing. ABANDONED hung up while
    queued. NOT_OFFERED ended before it entered the queue, in the menu. PHANTOM is a
    record the telephone system made without a caller.
    """

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    NOT_OFFERED = "not_offered"
    PHANTOM = "phantom"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call; the fields are those of CallRecords, unknown numbers None."""

    external_key: str
    call_id: str
    queue: str
    priority: int | None
    entered_at: datetime
    outcome: CallOutcome
    wait_s: float | None
    service_s: float | None
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CallRecords:
    """The good records of a file, in its order, and what was found on the way.

    Attributes:
        external_keys: 32 hexadecimal digits that name the record for ever: the same
            call in another export, order or format of the file has the same key (if
            the clocks are read in the same zone).
        call_ids: the source's own number of the call; "" where it has none.
        queues: queue or type of call; "" where the file names none.
        priorities: the source's number; NO_PRIORITY where it has none.
        entered: UTC instant of entering the queue, datetime64[s]; of leaving the menu
            for calls that never queued.
        outcomes: values of CallOutcome.
        wait_s: seconds queued; NaN for calls that were not offered.
        service_s: seconds with the agent; NaN for calls that were not answered, and
            where the file does not say.
        agents: name or number of the agent; "" where there is none.
        lines: the line of each record.
        zone: IANA name of the zone of the file's clocks.
        errors: the lines left out, by line.
        notices: what else a reader should know.
        layout: how the file was understood.
    """

    external_keys: Texts
    call_ids: Texts
    queues: Texts
    priorities: Ints
    entered: NDArray[np.datetime64]
    outcomes: Texts
    wait_s: Floats
    service_s: Floats
    agents: Texts
    lines: Ints
    zone: str
    errors: tuple[LineError, ...]
    notices: tuple[Notice, ...]
    layout: FileLayout

    def __post_init__(self) -> None:
        for name in ARRAYS:
            getattr(self, name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.entered)

    def __iter__(self) -> Iterator[CallRecord]:
        columns = (getattr(self, name).tolist() for name in ARRAYS)
        for (
            key,
            call_id,
            queue,
            priority,
            entered,
            outcome,
            wait,
            service,
            agent,
            _,
        ) in zip(*columns, strict=True):
            yield CallRecord(
                external_key=key,
                call_id=call_id,
                queue=queue,
                priority=None if priority == NO_PRIORITY else priority,
                entered_at=entered.replace(tzinfo=UTC),
                outcome=CallOutcome(outcome),
                wait_s=None if np.isnan(wait) else wait,
                service_s=None if np.isnan(service) else service,
                agent=agent,
            )

    @property
    def is_answered(self) -> Bools:
        """Which calls reached an agent."""
        return np.asarray(self.outcomes == CallOutcome.ANSWERED.value)

    @property
    def is_abandoned(self) -> Bools:
        """Which calls hung up while queued."""
        return np.asarray(self.outcomes == CallOutcome.ABANDONED.value)

    @property
    def is_offered(self) -> Bools:
        """Which calls entered the queue or were answered at once."""
        return self.is_answered | self.is_abandoned

    @property
    def queue_names(self) -> tuple[str, ...]:
        """The queues in order of their first record."""
        return tuple(dict.fromkeys(self.queues.tolist()))

    def select(self, wanted: Bools) -> Self:
        """Return the wanted records, with all errors and notices."""
        return replace(self, **{name: getattr(self, name)[wanted] for name in ARRAYS})


ARRAYS = (
    *("external_keys", "call_ids", "queues", "priorities", "entered", "outcomes"),
    *("wait_s", "service_s", "agents", "lines"),
)
