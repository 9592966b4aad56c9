"""The real library with the fixture model, on the demo's calls."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recordings.audio import open_audio
from recordings.encryption import MasterKey
from recordings.engines import ChannelListener, transcribe
from recordings.errors import EngineError, ModelIncomplete
from recordings.models import Layout, SpeechModel, describe, unknown_words
from recordings.store import FolderStore
from recordings.transcript import Speaker, Transcript, Word
from recordings.vosk_engine import VoskRecogniser, phrases_heard
from tests.recordings.builders import DEMO_CALLS, REPOSITORY, encoded, said, tone
from tests.recordings.test_models import flat_copy

pytestmark = pytest.mark.slow

MU_LAW_CALL = DEMO_CALLS / "d-0003.wav"
OPENING = "iyi günler istanbul defterdarlığı çağrı merkezi"


def heard(path: Path, recogniser: VoskRecogniser) -> Transcript:
    with open_audio(path, sample_rate=recogniser.sample_rate) as audio:
        return transcribe(audio, recogniser, speakers=(Speaker.AGENT, Speaker.CALLER))


def hear_channel(path: Path, listener: ChannelListener, channel: int) -> list[Word]:
    with open_audio(path, sample_rate=16_000) as audio:
        for block in audio:
            listener.hear(np.ascontiguousarray(block[:, channel]))
    return listener.words()


def test_a_mu_law_call_goes_through_the_whole_pipe(
    recogniser: VoskRecogniser, tmp_path: Path
) -> None:
    store = FolderStore(tmp_path, MasterKey.new())
    with MU_LAW_CALL.open("rb") as source:
        key = store.put(source).key

    with (
        store.open(key) as file,
        open_audio(file, sample_rate=recogniser.sample_rate) as audio,
    ):
        transcript = transcribe(
            audio,
            recogniser,
            speakers=(Speaker.AGENT, Speaker.CALLER),
            provenance={"audio_sha256": key},
        )

    assert audio.info.codec == "ULAW"
    caller = " ".join(word.text for word in transcript.words_of(Speaker.CALLER))
    assert "vergi borcumu öğrenmek istiyorum" in caller
    assert transcript.turns[0].speaker is Speaker.AGENT
    assert all(0.0 <= word.confidence <= 1.0 for word in transcript.words)
    assert transcript.engine == "vosk"
    assert transcript.model_name == "vosk-model-fixture-tr"
    assert len(transcript.model_hash) == 64


def test_words_stand_where_they_are_said(recogniser: VoskRecogniser) -> None:
    records = json.loads((DEMO_CALLS / "calls.json").read_text("utf-8"))["calls"]
    record = next(call for call in records if call["id"] == "D-0001")
    agents_first = record["lines"][0]

    words = heard(DEMO_CALLS / record["file"], recogniser).words_of(Speaker.AGENT)

    opening = words[: len(OPENING.split())]
    assert " ".join(word.text for word in opening) == OPENING
    assert opening[0].start_s == pytest.approx(agents_first["start_s"], abs=0.3)
    assert opening[-1].end_s < agents_first["end_s"]


def test_the_old_layout_without_folders_hears_the_same(
    fixture_model: SpeechModel, recogniser: VoskRecogniser, tmp_path: Path
) -> None:
    flat = describe(flat_copy(fixture_model, tmp_path / "flat-model"))
    assert flat.layout is Layout.FLAT

    told = heard(MU_LAW_CALL, VoskRecogniser(flat))

    ours = {word.text for word in heard(MU_LAW_CALL, recogniser).words}
    shared = {word.text for word in told.words} & ours
    assert told.model_name == "flat-model"
    assert len(shared) > 0.9 * len(ours)


@pytest.mark.parametrize("level", [0.0, 1e-3])
def test_nobody_speaking_gives_no_words(
    recogniser: VoskRecogniser, level: float
) -> None:
    quiet = np.random.default_rng(5).standard_normal(20 * 8000) * level
    with open_audio(
        io.BytesIO(encoded(quiet, "WAV", "ULAW")), sample_rate=16_000
    ) as audio:
        transcript = transcribe(audio, recogniser, speakers=())

    assert transcript.words == ()


def test_a_script_is_checked_against_the_vocabulary(
    recogniser: VoskRecogniser,
) -> None:
    phrases = [OPENING, "iyi zplonk günler"]

    assert unknown_words(phrases, recogniser.knows) == {
        "iyi zplonk günler": ("zplonk",)
    }
    assert recogniser.has_unknown_word


def test_a_second_pass_hears_only_the_scripts_phrases(
    recogniser: VoskRecogniser,
) -> None:
    phrases = [OPENING, "lütfen hatta kalınız", "iyi günler dileriz"]
    path = DEMO_CALLS / "d-0001.opus"

    words = hear_channel(path, recogniser.listen_for(0, phrases), 0)

    found = phrases_heard(words, phrases)
    assert [hit.phrase for hit in found] == [OPENING, "iyi günler dileriz"]
    assert found[0].start_s < 3.0 < 60.0 < found[1].start_s


def test_a_grammar_with_an_unknown_word_is_refused(recogniser: VoskRecogniser) -> None:
    with pytest.raises(EngineError, match="zplonk"):
        recogniser.listen_for(0, ["iyi zplonk"])


def test_phrases_are_read_longest_first() -> None:
    phrases = ["iyi günler", "iyi günler dileriz", "evet"]

    found = phrases_heard(said("evet iyi günler dileriz kalan iyi günler"), phrases)

    assert [hit.phrase for hit in found] == [
        "evet",
        "iyi günler dileriz",
        "iyi günler",
    ]


def test_a_damaged_model_is_an_engine_error(
    fixture_model: SpeechModel, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(fixture_model.folder, folder)
    (folder / "am" / "final.mdl").write_bytes(b"garbage")

    with pytest.raises(EngineError, match="damaged"):
        VoskRecogniser(describe(folder))


def test_a_model_without_its_files_never_reaches_the_library(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()

    with pytest.raises(ModelIncomplete) as refusal:
        describe(tmp_path)

    assert "am/final.mdl" in str(refusal.value.params["missing"])


def test_the_library_is_quiet(fixture_model: SpeechModel) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from recordings.models import describe;"
        "from recordings.vosk_engine import VoskRecogniser;"
        "VoskRecogniser(describe(Path(sys.argv[1]))).listen(0).words()"
    )

    result = subprocess.run(
        [sys.executable, "-c", program, str(fixture_model.folder)],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        env={"PATH": os.defpath},
    )

    assert (result.stdout, result.stderr) == (b"", b"")


def test_a_tone_is_no_disaster(recogniser: VoskRecogniser) -> None:
    dial = tone(10.0, 425.0)

    with open_audio(
        io.BytesIO(encoded(dial, "WAV", "ALAW")), sample_rate=16_000
    ) as audio:
        transcript = transcribe(audio, recogniser, speakers=())

    assert transcript.duration_s == pytest.approx(10.0, abs=0.1)
