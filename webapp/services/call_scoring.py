"""A recording heard and scored, as plain values; needs no database and no engine."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.autoscore import Finding, Proposal, propose
from qa.forms import Form
from qa.listening import CallFacts, Silence
from qa.scoring import Answer, Verdict
from recordings.audio import AudioStream
from recordings.engines import Recogniser, transcribe
from recordings.redaction import redact
from recordings.silence import Activity, ActivityMeter, Segment
from recordings.transcript import Speaker, Transcript

SHORTEST_TALK_OVER_S = 0.5
"""Shorter overlaps are "hm" and "yes", not talking over somebody."""

PEAKS_A_BLOCK, MOST_PEAKS = 10, 800
"""How finely the picture of a sound is kept."""

NO_SPEAKERS = (Speaker.UNKNOWN, Speaker.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedItem:
    """What the machine says about one item, as plain values for a row.

    Attributes:
        verdict: None for an item that only a person can judge.
        share: earned share of the weight, exact, such as "2/3".
        reason: a value of qa.listening.Reason, "" without a verdict.
        evidence: rows of text, start_s, end_s, confidence.
    """

    key: str
    verdict: str | None
    share: str | None
    reason: str
    evidence: list[dict[str, Any]]  # Any: JSON rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a form's checks propose for a call.

    Attributes:
        items: one for each item of the form, in its order.
        total: as a share; None while nothing counts.
        form, form_hash: the form's identity and the hash of its content.
    """

    items: list[ProposedItem]
    total: float | None
    auto_failed_by: list[str]
    form: str
    form_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Scored):
    """What comes back from a recording: `Scored`, and what it rests on.

    Attributes:
        transcript: recordings.transcript.Transcript as JSON.
        redactions: recordings.redaction.PrivateSpan as JSON.
        sound: speech, silence and talk-over, as JSON.
    """

    transcript: dict[str, Any]
    redactions: list[dict[str, Any]]
    sound: dict[str, Any]


def speakers_on(channels: int, agent_channel: int | None) -> tuple[Speaker, ...]:
    """Return who is on each channel; nobody knows on a single one."""
    if channels != 2 or agent_channel not in (0, 1):
        return NO_SPEAKERS[:channels]
    pair = (Speaker.AGENT, Speaker.CALLER)
    return pair if agent_channel == 0 else pair[::-1]


def listen(
    audio: AudioStream,
    recogniser: Recogniser,
    *,
    agent_channel: int | None,
    on_progress: Callable[[float], None] | None = None,
) -> "Listened":
    """Return the words and the measures of a recording, read once.

    Raises:
        EngineError, AudioError: as `recordings.engines.transcribe`.
    """
    meter = ActivityMeter(audio.sample_rate, audio.info.channels)
    metered = _Metered(audio, meter)
    transcript = transcribe(
        metered,
        recogniser,
        speakers=speakers_on(audio.info.channels, agent_channel),
        on_progress=on_progress,
    )
    return Listened(
        transcript=transcript, activity=meter.activity(), peaks=metered.peaks()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """A recording heard: its words, who spoke when, its loudness for a picture."""

    transcript: Transcript
    activity: Activity
    peaks: list[list[float]]


class _Metered(AudioStream):
    """A stream whose blocks a meter hears in passing; closing it is the owner's."""

    def __init__(self, audio: AudioStream, meter: ActivityMeter) -> None:
        self.info, self.sample_rate = audio.info, audio.sample_rate
        self._audio, self._meter = audio, meter
        self._peaks: list[NDArray[np.int16]] = []

    def __iter__(self) -> Iterator[NDArray[np.int16]]:
        for block in self._audio:
            self._meter.hear(block)
            parts = np.array_split(block, min(PEAKS_A_BLOCK, len(block)))
            self._peaks += [np.abs(part).max(axis=0) for part in parts]
            yield block

    def peaks(self) -> list[list[float]]:
        """Return for each channel the loudest of at most MOST_PEAKS even parts, 0-1."""
        if not self._peaks:
            return []
        heard = np.stack(self._peaks)
        parts = np.array_split(heard, min(MOST_PEAKS, len(heard)))
        loudest = np.stack([part.max(axis=0) for part in parts]) / 32_767
        return [[round(float(p), 3) for p in channel] for channel in loudest.T]


def score(
    form: Form,
    transcript: Transcript,
    facts: CallFacts,
    silences: Iterable[Segment] | None = None,
) -> Scored:
    """Return what the checks of a form propose for a call."""
    if silences is not None:
        measured = tuple(Silence(start_s=s.start_s, end_s=s.end_s) for s in silences)
        facts = replace(facts, silences=measured)
    proposal = propose(form, transcript, facts)
    total = proposal.score.total
    return Scored(
        items=_items(form, proposal),
        total=None if total is None else float(total / 100),
        auto_failed_by=list(proposal.score.auto_failed_by),
        form=proposal.form,
        form_hash=form.content_hash,
    )


def answers_of(scored: Scored) -> dict[str, Answer]:
    """Return what is proposed, as answers that can be scored."""
    return {
        item.key: Answer(
            Verdict(item.verdict), None if item.share is None else Fraction(item.share)
        )
        for item in scored.items
        if item.verdict is not None
    }


def _items(form: Form, proposal: Proposal) -> list[ProposedItem]:
    found = {finding.key: finding for finding in proposal.findings}
    return [_item(item.key, found.get(item.key)) for item in form.items()]


def _item(key: str, finding: Finding | None) -> ProposedItem:
    if finding is None:
        return ProposedItem(key=key, verdict=None, share=None, reason="", evidence=[])
    return ProposedItem(
        key=key,
        verdict=finding.verdict.value,
        share=None if finding.share is None else str(Fraction(finding.share)),
        reason=finding.reason.value,
        evidence=[asdict(evidence) for evidence in finding.evidence],
    )


def as_heard(heard: Listened, scored: Scored) -> Heard:
    """Return everything about a recording as plain values."""
    return Heard(
        items=scored.items,
        total=scored.total,
        auto_failed_by=scored.auto_failed_by,
        form=scored.form,
        form_hash=scored.form_hash,
        transcript=json.loads(heard.transcript.to_json()),
        redactions=[asdict(span) for span in redact(heard.transcript).spans],
        sound=sound_of(heard.activity) | {"peaks": heard.peaks},
    )


def sound_of(activity: Activity) -> dict[str, Any]:
    """Return what was measured on the sound, as JSON."""
    talk_over = [s for s in activity.talk_over if s.duration_s >= SHORTEST_TALK_OVER_S]
    channels = range(len(activity.speech))
    return {
        "duration_s": activity.duration_s,
        "talk_share": [round(activity.talk_share(channel), 4) for channel in channels],
        "silences": _rows([s for s in activity.silences if s.duration_s >= 1.0]),
        "talk_over": _rows(talk_over),
    }


def _rows(segments: Sequence[Segment]) -> list[list[float]]:
    return [[round(s.start_s, 2), round(s.end_s, 2)] for s in segments]
