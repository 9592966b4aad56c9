"""The demo's calls are what calls.json says they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from recordings.audio import open_audio, probe
from recordings.redaction import PrivateKind, redact_text
from recordings.silence import measure_activity
from recordings.vosk_engine import VoskRecogniser
from tests.recordings.builders import DEMO_CALLS
from tests.speech.measure import measure_calls

Record = dict[str, Any]  # a JSON object
RECORDS: list[Record] = json.loads((DEMO_CALLS / "calls.json").read_text("utf-8"))[
    "calls"
]


def record_of(call_id: str) -> Record:
    return next(record for record in RECORDS if record["id"] == call_id)


def test_there_is_a_dozen_in_every_format_and_within_three_megabytes() -> None:
    suffixes = {Path(record["file"]).suffix for record in RECORDS}

    assert 12 <= len(RECORDS) <= 14
    assert suffixes == {".opus", ".mp3", ".wav"}
    assert sum(path.stat().st_size for path in DEMO_CALLS.iterdir()) < 3_000_000


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_each_call_has_two_channels_and_its_length(record: Record) -> None:
    info = probe(DEMO_CALLS / record["file"])

    assert info.channels == 2
    assert info.duration_s == pytest.approx(record["duration_s"], abs=0.3)
    assert 30.0 <= info.duration_s <= 90.0


def test_the_long_silence_is_in_the_sound() -> None:
    with open_audio(DEMO_CALLS / record_of("D-0006")["file"]) as audio:
        activity = measure_activity(audio, audio.sample_rate, audio.info.channels)

    longest = activity.longest_silence
    assert longest is not None
    assert longest.duration_s == pytest.approx(27.5, abs=0.5)


def test_some_talk_at_once() -> None:
    with open_audio(DEMO_CALLS / record_of("D-0014")["file"]) as audio:
        activity = measure_activity(audio, audio.sample_rate, audio.info.channels)

    assert 0.8 < sum(s.duration_s for s in activity.talk_over) < 2.5


def test_the_national_numbers_that_are_said_would_be_masked() -> None:
    texts = [line["text"] for record in RECORDS for line in record["lines"]]

    masked = [redact_text(text) for text in texts]

    assert masked.count(f"[{PrivateKind.NATIONAL_ID}]") == 2
    assert sum("[phone]" in text for text in masked) == 3


@pytest.mark.slow
def test_the_fixture_model_understands_them(recogniser: VoskRecogniser) -> None:
    results = measure_calls(recogniser)

    wrong = sum(result.mistakes for result in results)
    assert wrong / sum(result.words for result in results) < 0.05
