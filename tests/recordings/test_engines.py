import io

import numpy as np
import pytest

from recordings.audio import open_audio
from recordings.engines import Recogniser, ScriptedRecogniser, transcribe
from recordings.errors import EngineError, RecognitionCancelled
from recordings.transcript import Speaker
from tests.recordings.builders import encoded, said, tone

SCRIPT = said("iyi günler", 0.5, 0) + said("alo", 2.0, 1) + said("sonra", 60.0, 0)
STEREO = encoded(np.stack([tone(5.0), tone(5.0)], axis=1), "WAV", "ULAW")


def recogniser() -> Recogniser:
    return ScriptedRecogniser(SCRIPT)


def test_each_channel_is_heard_by_itself() -> None:
    with open_audio(io.BytesIO(STEREO), sample_rate=16_000) as audio:
        transcript = transcribe(
            audio,
            recogniser(),
            speakers=(Speaker.CALLER, Speaker.AGENT),
            provenance={"audio_sha256": "00"},
        )

    assert [(t.speaker, t.text) for t in transcript.turns] == [
        (Speaker.CALLER, "iyi günler"),
        (Speaker.AGENT, "alo"),
    ]
    assert transcript.duration_s == pytest.approx(5.0, abs=0.01)
    assert transcript.engine == "scripted"
    assert transcript.provenance["audio_sha256"] == "00"


def test_a_mono_call_has_an_unknown_speaker() -> None:
    mono = encoded(tone(5.0), "WAV", "PCM_16")

    with open_audio(io.BytesIO(mono), sample_rate=16_000) as audio:
        transcript = transcribe(audio, recogniser(), speakers=())

    assert transcript.speakers == (Speaker.UNKNOWN,)


def test_progress_rises_to_one() -> None:
    told: list[float] = []

    with open_audio(io.BytesIO(STEREO), sample_rate=16_000) as audio:
        transcribe(audio, recogniser(), speakers=(), on_progress=told.append)

    assert told == sorted(told)
    assert len(told) > 3
    assert told[-1] == 1.0


def test_a_cancelled_recognition_stops_at_the_next_block() -> None:
    asked: list[bool] = []

    def is_cancelled() -> bool:
        asked.append(True)
        return len(asked) > 2

    with (
        open_audio(io.BytesIO(STEREO), sample_rate=16_000) as audio,
        pytest.raises(RecognitionCancelled),
    ):
        transcribe(audio, recogniser(), speakers=(), is_cancelled=is_cancelled)

    assert len(asked) == 3


def test_the_wrong_rate_is_refused() -> None:
    with (
        open_audio(io.BytesIO(STEREO)) as audio,
        pytest.raises(EngineError, match="16000 Hz"),
    ):
        transcribe(audio, recogniser(), speakers=())
