"""How long recordings are kept, and which are due for a destruction proposal.

Nothing is destroyed here. Law 6698 art. 7 asks for erasure once the purpose has
ended, so what is due is proposed; a person decides; a legal hold overrides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from recordings.errors import RetentionInvalid

DEFAULT_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How many days each kind of recording is kept.

    Attributes:
        days: by kind, each at least 1.
        default_days: for every other kind.
    """

    days: Mapping[str, int]
    default_days: int = DEFAULT_DAYS

    def __post_init__(self) -> None:
        for kind, days in (*self.days.items(), ("other", self.default_days)):
            if days < 1:
                raise RetentionInvalid(kind, days)

    def due_on(self, kind: str, recorded_on: date) -> date:
        """Return the first day on which a recording's purpose has ended."""
        return recorded_on + timedelta(days=self.days.get(kind, self.default_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecording:
    """What retention needs to know of a recording.

    Attributes:
        key: its key in the store.
        kind: what the policy distinguishes, such as the record type.
        recorded_on: local day of the call.
    """

    key: str
    kind: str
    recorded_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """An order to keep a recording, whatever the policy says.

    Attributes:
        key: the recording's key.
        since: first day of the order.
        until: last day of the order; None while it is open.
    """

    key: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the order is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRecording:
    """A recording to propose for destruction.

    Attributes:
        recording: the recording.
        due_on: the day on which its time ended.
    """

    recording: KeptRecording
    due_on: date


def due_recordings(
    recordings: Iterable[KeptRecording],
    policy: RetentionPolicy,
    holds: Iterable[LegalHold],
    on: date,
) -> list[DueRecording]:
    """Return what is due on a day and not held, longest overdue first."""
    held = {hold.key for hold in holds if hold.holds_on(on)}
    due = (
        DueRecording(
            recording=recording,
            due_on=policy.due_on(recording.kind, recording.recorded_on),
        )
        for recording in recordings
        if recording.key not in held
    )
    overdue = [entry for entry in due if entry.due_on <= on]
    return sorted(overdue, key=lambda entry: (entry.due_on, entry.recording.key))
