from datetime import date

import pytest

from recordings.errors import RetentionInvalid
from recordings.retention import (
    KeptRecording,
    LegalHold,
    RetentionPolicy,
    due_recordings,
)

POLICY = RetentionPolicy(days={"complaint": 730})
INFORMATION = KeptRecording(key="a", kind="information", recorded_on=date(2025, 3, 1))
COMPLAINT = KeptRecording(key="b", kind="complaint", recorded_on=date(2025, 3, 1))


def due(on: date, *holds: LegalHold) -> list[str]:
    found = due_recordings([COMPLAINT, INFORMATION], POLICY, holds, on)
    return [entry.recording.key for entry in found]


def test_a_recording_is_due_when_the_days_of_its_kind_have_passed() -> None:
    assert due(date(2026, 2, 28)) == []
    assert due(date(2026, 3, 1)) == ["a"]
    assert due(date(2027, 3, 1)) == ["a", "b"]


def test_a_legal_hold_overrides_while_it_lasts() -> None:
    hold = LegalHold(key="a", since=date(2026, 1, 1), until=date(2026, 6, 30))

    assert due(date(2026, 6, 30), hold) == []
    assert due(date(2026, 7, 1), hold) == ["a"]
    assert due(date(2030, 1, 1), LegalHold(key="a", since=date(2026, 1, 1))) == ["b"]
    assert due(date(2026, 3, 1), LegalHold(key="a", since=date(2026, 3, 2))) == ["a"]


def test_the_longest_overdue_comes_first() -> None:
    older = KeptRecording(key="z", kind="other", recorded_on=date(2024, 1, 1))

    found = due_recordings([INFORMATION, older], POLICY, [], date(2026, 12, 31))

    assert [(e.recording.key, e.due_on) for e in found] == [
        ("z", date(2024, 12, 31)),
        ("a", date(2026, 3, 1)),
    ]


def test_a_policy_that_keeps_nothing_is_refused() -> None:
    with pytest.raises(RetentionInvalid):
        RetentionPolicy(days={"information": 0})
