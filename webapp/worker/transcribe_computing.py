"""Hearing one recording and proposing its score, in a child process of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.forms import Form
from qa.listening import CallFacts
from recordings.audio import open_audio
from recordings.encryption import MasterKey
from recordings.models import describe
from recordings.store import FolderStore
from recordings.vosk_engine import VoskRecogniser
from webapp.services.call_scoring import Heard, as_heard, listen, score

if TYPE_CHECKING:  # the handlers load the database, which a child has no use for
    from webapp.worker.handler import Report

# How far a job is when the model is loaded, and when the last word is heard.
LOADED, HEARD = 0.05, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Where the sound and the model are, and what is known of the call.

    Attributes:
        master: the recordings' master key; it goes to the child over a pipe.
    """

    key: str
    recordings: Path
    master: bytes
    model: Path
    agent_channel: int | None
    form: str
    facts: CallFacts


def compute(value: Hearing, report: "Report") -> Heard:
    """Return the words of a recording, its sound's measures and a proposal."""
    report(0.0, "loading_model", model=value.model.name)
    recogniser = VoskRecogniser(describe(value.model))
    store = FolderStore(value.recordings, MasterKey(value.master))
    with (
        store.open(value.key) as file,
        open_audio(file, sample_rate=recogniser.sample_rate) as audio,
    ):
        heard = listen(
            audio,
            recogniser,
            agent_channel=value.agent_channel,
            on_progress=lambda share: report(
                LOADED + share * (HEARD - LOADED), "hearing_words"
            ),
        )
    report(HEARD, "scoring_call")
    scored = score(
        Form.from_yaml(value.form),
        heard.transcript,
        value.facts,
        heard.activity.silences,
    )
    return as_heard(heard, scored)
