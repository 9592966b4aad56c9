"""One call as its page shows it: words, marks, the form with what was found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.forms import Item
from qa.scoring import Score
from recordings.redaction import redact, redact_text
from recordings.transcript import Speaker, Transcript
from webapp.models.calls import Recording
from webapp.models.calls import Transcript as TranscriptRow
from webapp.models.quality import Evaluation, EvaluationItem
from webapp.services import evaluations
from webapp.services.call_scoring import speakers_on

UNSURE_BELOW = 0.5
LONG_SILENCE_S = 10.0
KINDS = {"yes": "good", "no": "bad", "unsure": "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSeen:
    """A word as the transcript shows it; names as the component wants them."""

    text: str
    start_s: float
    end_s: float
    is_unsure: bool
    mark: str = ""
    mark_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnSeen:
    """What one speaker said in a row; `speaker` is agent, caller or unknown."""

    speaker: Speaker
    channel: int
    start_s: float
    words: tuple[WordSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A piece of evidence: where something was heard, or, without text, was not."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSeen:
    """An item of the form with the proposal and a person's word on it.

    Attributes:
        points, weight: earned and possible as it stands; None where it counts not.
    """

    key: str
    title: Mapping[str, str]
    help: Mapping[str, str]
    source: str
    can_be_not_applicable: bool
    proposed: str | None
    reason: str
    evidence: tuple[Found, ...]
    verdict: str | None
    override_reason: str
    points: float | None
    weight: float | None

    @property
    def stands(self) -> str:
        """The verdict to show first: a person's, else the proposal's, else ""."""
        return self.verdict or self.proposed or ""

    @property
    def is_overridden(self) -> bool:
        """Whether a person decided against the proposal."""
        return None not in (self.verdict, self.proposed) and (
            self.verdict != self.proposed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSeen:
    """A section with its items; `score` in points of 100."""

    key: str
    title: Mapping[str, str]
    score: float | None
    items: tuple[ItemSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSeen:
    """A form as filled for a call; `total` in points of 100, `band` its name."""

    title: Mapping[str, str]
    version: int
    sections: tuple[SectionSeen, ...]
    total: float | None
    band: Mapping[str, str]
    failed_by: tuple[str, ...]

    def items(self) -> list[ItemSeen]:
        """Return every item in the order of the page."""
        return [item for section in self.sections for item in section.items]


def form_seen(evaluation: Evaluation) -> FormSeen:
    """Return an evaluation as a page shows it, its evidence redacted."""
    form = evaluations.form_of(evaluation)
    score = evaluations.score_of(evaluation, form)
    rows = {item.key: item for item in evaluation.items}
    scores = {section.key: section.score for section in score.sections}
    total = score.total
    band = form.band_of(total) if total is not None else None
    return FormSeen(
        title=form.title,
        version=form.version,
        sections=tuple(
            SectionSeen(
                key=section.key,
                title=section.title,
                score=_number(scores[section.key]),
                items=tuple(
                    _item(item, rows[item.key], score)
                    for item in section.items
                    if item.key in rows
                ),
            )
            for section in form.sections
        ),
        total=_number(total),
        band=band.title if band else {},
        failed_by=score.auto_failed_by,
    )


def _number(value: Any) -> float | None:  # Any: a Fraction or None
    return None if value is None else float(value)


def _item(item: Item, row: EvaluationItem, score: Score) -> ItemSeen:
    earned = next(one for one in score.items if one.key == item.key)
    return ItemSeen(
        key=item.key,
        title=item.title,
        help=item.help,
        source=item.source,
        can_be_not_applicable=item.can_be_not_applicable,
        proposed=row.proposed.value if row.proposed else None,
        reason=row.reason,
        evidence=tuple(
            Found(**found | {"text": redact_text(found["text"])})
            for found in row.evidence
        ),
        verdict=row.verdict.value if row.verdict else None,
        override_reason=row.override_reason,
        points=_number(earned.points),
        weight=_number(earned.weight),
    )


def transcript_of(row: TranscriptRow, recording: Recording) -> Transcript:
    """Return a stored transcript with the speakers as they are known today."""
    stored = Transcript.from_json(json.dumps(row.original))
    return stored.with_speakers(
        speakers_on(recording.channels, recording.agent_channel)
    )


def turns(
    transcript: Transcript, items: Sequence[ItemSeen], *, original: bool
) -> tuple[TurnSeen, ...]:
    """Return the turns of a transcript, redacted unless the original is wanted."""
    shown = transcript if original else redact(transcript).transcript
    marks = [
        (found.start_s, found.end_s, KINDS[item.stands], f"{item.key}-{number}")
        for item in items
        if item.stands in KINDS
        for number, found in enumerate(item.evidence)
        if found.text
    ]
    return tuple(
        TurnSeen(
            speaker=turn.speaker,
            channel=turn.channel,
            start_s=turn.start_s,
            words=tuple(
                WordSeen(
                    text=word.text,
                    start_s=word.start_s,
                    end_s=word.end_s,
                    is_unsure=word.confidence < UNSURE_BELOW,
                    **_mark(word.start_s, word.end_s, turn.speaker, marks),
                )
                for word in turn.words
            ),
        )
        for turn in shown.turns
    )


def _mark(
    start_s: float,
    end_s: float,
    speaker: Speaker,
    marks: Sequence[tuple[float, float, str, str]],
) -> dict[str, Any]:
    if speaker is Speaker.CALLER:
        return {}
    middle = (start_s + end_s) / 2
    for first, last, kind, number in marks:
        if first <= middle <= last:
            return {"mark": kind, "mark_id": number}
    return {}


def private_spans(transcript: Transcript) -> list[tuple[int, float, float]]:
    """Return (channel, start_s, end_s) of what is silenced in the sound."""
    spans = redact(transcript).spans
    return [(span.channel, span.start_s, span.end_s) for span in spans]


def long_silences(recording: Recording) -> list[tuple[float, float]]:
    """Return the silences of a call that are worth a mark."""
    rows = (recording.sound or {}).get("silences", [])
    return [(a, b) for a, b in rows if b - a >= LONG_SILENCE_S]


def talk_over(recording: Recording) -> list[tuple[float, float]]:
    """Return when both spoke at once."""
    return [(a, b) for a, b in (recording.sound or {}).get("talk_over", [])]


def localised(title: Mapping[str, str], locale: str) -> str:
    """Return a form's text in a language, in Turkish or any other where it lacks it."""
    return title.get(locale) or title.get("tr") or next(iter(title.values()), "")
