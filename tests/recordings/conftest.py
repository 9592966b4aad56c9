from pathlib import Path

import pytest

from recordings.models import FIXTURE_ARCHIVE, SpeechModel, install
from recordings.vosk_engine import VoskRecogniser


@pytest.fixture(scope="session")
def fixture_model(tmp_path_factory: pytest.TempPathFactory) -> SpeechModel:
    models: Path = tmp_path_factory.mktemp("models")
    return install(FIXTURE_ARCHIVE, models)


@pytest.fixture(scope="session")
def recogniser(fixture_model: SpeechModel) -> VoskRecogniser:
    return VoskRecogniser(fixture_model)
