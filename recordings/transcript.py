"""What was said: words with times, grouped into turns of one speaker.

This module is what the quality package builds on. A transcript is also a file;
`vardiya transcribe` writes it and `vardiya score TRANSCRIPT.json` reads it::

    {
      "format": "vardiya.transcript/1",
      "language": "tr",
      "duration_s": 42.5,
      "speakers": ["agent", "caller"],
      "engine": "vosk", "engine_version": "0.3.45",
      "model_name": "vosk-model-small-tr-0.3", "model_hash": "…",
      "provenance": {"audio_sha256": "…"},
      "words": [
        {"text": "iyi", "start_s": 0.42, "end_s": 0.60,
         "confidence": 0.98, "channel": 0}
      ]
    }

Only `words`, with `text`, `start_s` and `end_s`, is required. `channel` is 0 and
`confidence` 1 where absent; `speakers` names the speaker of each channel
(`agent`, `caller`, `unknown`; all `unknown` where absent); `duration_s` is the end
of the last word where absent. Turns follow from words and speakers, so they are
not stored.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from recordings.errors import TranscriptInvalid

FORMAT = "vardiya.transcript/1"
TURN_PAUSE_S = 2.0
"""A silence that ends a turn even when nobody else speaks, in seconds."""

Plain = str | int | float | bool | None


class Speaker(StrEnum):
    """Who is heard on a channel."""

    AGENT = "agent"
    CALLER = "caller"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recognised word.

    Attributes:
        text: as the engine wrote it, not blank.
        start_s, end_s: seconds from the start of the recording, start <= end.
        confidence: the engine's own trust in it, in [0, 1].
        channel: index of the channel it was heard on, from 0.
    """

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0
    channel: int = 0

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise TranscriptInvalid("text", "not blank", self.text)
        if not 0.0 <= self.start_s <= self.end_s < math.inf:
            raise TranscriptInvalid(
                f"times of {self.text!r}",
                "0 <= start_s <= end_s",
                (self.start_s, self.end_s),
            )
        if not 0.0 <= self.confidence <= 1.0:
            raise TranscriptInvalid("confidence", "in [0, 1]", self.confidence)
        if self.channel < 0:
            raise TranscriptInvalid("channel", "0 or more", self.channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one speaker said without being relieved or pausing for long.

    Attributes:
        speaker: who said it.
        channel: where it was heard.
        words: in time order, at least one.
    """

    speaker: Speaker
    channel: int
    words: tuple[Word, ...]

    def __post_init__(self) -> None:
        if not self.words:
            raise TranscriptInvalid("words of a turn", "at least one", 0)

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        return max(word.end_s for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All that was recognised in one recording, and by what.

    Attributes:
        words: in order of start, then channel.
        duration_s: length of the recording, at least the end of the last word.
        speakers: who is on each channel; its length is the number of channels.
        language: language tag of the model, for example `tr`.
        engine, engine_version: what recognised it; `""` where a person typed it.
        model_name, model_hash: the speech model, as `recordings.models` names it.
        provenance: further plain facts needed to get the same words again.
    """

    words: tuple[Word, ...]
    duration_s: float
    speakers: tuple[Speaker, ...]
    language: str = "tr"
    engine: str = ""
    engine_version: str = ""
    model_name: str = ""
    model_hash: str = ""
    provenance: Mapping[str, Plain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ordered = tuple(
            sorted(self.words, key=lambda word: (word.start_s, word.channel))
        )
        object.__setattr__(self, "words", ordered)
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))
        last = max((word.end_s for word in ordered), default=0.0)
        if not last <= self.duration_s + 0.5 or not math.isfinite(self.duration_s):
            raise TranscriptInvalid("duration_s", f">= {last}", self.duration_s)
        for word in ordered:
            if word.channel >= len(self.speakers):
                raise TranscriptInvalid(
                    "channel", f"below {len(self.speakers)}", word.channel
                )

    @property
    def channels(self) -> int:
        return len(self.speakers)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The words as turns, in order of their start."""
        return group_turns(self.words, self.speakers)

    @property
    def text(self) -> str:
        """All words in time order, as one line."""
        return " ".join(word.text for word in self.words)

    def words_of(self, speaker: Speaker) -> tuple[Word, ...]:
        """Return one speaker's words in time order."""
        return tuple(w for w in self.words if self.speakers[w.channel] is speaker)

    def with_speakers(self, speakers: Sequence[Speaker]) -> "Transcript":
        """Return the same words with other people on the channels."""
        return replace(self, speakers=tuple(speakers))

    def to_json(self) -> str:
        """Return the transcript as the JSON text described above."""
        document = {
            "format": FORMAT,
            "language": self.language,
            "duration_s": self.duration_s,
            "speakers": list(self.speakers),
            "engine": self.engine,
            "engine_version": self.engine_version,
            "model_name": self.model_name,
            "model_hash": self.model_hash,
            "provenance": dict(self.provenance),
            "words": [_word_to_plain(word) for word in self.words],
        }
        return json.dumps(document, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Transcript":
        """Return the transcript that a JSON text describes.

        Raises:
            TranscriptInvalid: if it is no such JSON, naming the field.
        """
        try:
            document = json.loads(text)
        except ValueError as error:
            raise TranscriptInvalid("file", "JSON", str(error)) from error
        if not isinstance(document, dict):
            raise TranscriptInvalid("file", "a JSON object", document)
        return _from_plain(document)


def group_turns(
    words: Iterable[Word],
    speakers: Sequence[Speaker],
    pause_s: float = TURN_PAUSE_S,
) -> tuple[Turn, ...]:
    """Return words as turns, in order of their start.

    A channel's turn ends when another channel says a word between two of its own,
    or when it stays silent for `pause_s`. A word spoken while the other talks on
    (a back-channel) therefore splits that turn in two, as it was heard.
    """
    runs: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.start_s, word.channel)):
        run = runs[-1] if runs else None
        if (
            run is None
            or run[-1].channel != word.channel
            or word.start_s - run[-1].end_s >= pause_s
        ):
            runs.append([word])
        else:
            run.append(word)
    return tuple(
        Turn(speaker=speakers[run[0].channel], channel=run[0].channel, words=tuple(run))
        for run in runs
    )


def _word_to_plain(word: Word) -> dict[str, Plain]:
    return {
        "text": word.text,
        "start_s": round(word.start_s, 3),
        "end_s": round(word.end_s, 3),
        "confidence": round(word.confidence, 4),
        "channel": word.channel,
    }


def _from_plain(document: Mapping[str, object]) -> Transcript:
    found = document.get("format", FORMAT)
    if found != FORMAT:
        raise TranscriptInvalid("format", FORMAT, found)
    rows = document.get("words")
    if not isinstance(rows, list):
        raise TranscriptInvalid("words", "a list", rows)
    words = tuple(_word_from_plain(i, row) for i, row in enumerate(rows))
    heard = 1 + max((word.channel for word in words), default=0)
    last = max((word.end_s for word in words), default=0.0)
    return Transcript(
        words=words,
        duration_s=_number(document, "duration_s", last),
        speakers=_speakers(document.get("speakers"), heard),
        language=_text(document, "language", "tr"),
        engine=_text(document, "engine"),
        engine_version=_text(document, "engine_version"),
        model_name=_text(document, "model_name"),
        model_hash=_text(document, "model_hash"),
        provenance=_provenance(document.get("provenance", {})),
    )


def _word_from_plain(index: int, row: object) -> Word:
    if not isinstance(row, dict):
        raise TranscriptInvalid(f"words[{index}]", "an object", row)
    text = row.get("text")
    if not isinstance(text, str):
        raise TranscriptInvalid(f"words[{index}].text", "a text", text)
    channel = row.get("channel", 0)
    if not isinstance(channel, int):
        raise TranscriptInvalid(f"words[{index}].channel", "a whole number", channel)
    return Word(
        text=text,
        start_s=_number(row, "start_s"),
        end_s=_number(row, "end_s"),
        confidence=_number(row, "confidence", 1.0),
        channel=channel,
    )


def _speakers(value: object, heard: int) -> tuple[Speaker, ...]:
    if value is None:
        return (Speaker.UNKNOWN,) * heard
    if not isinstance(value, list):
        raise TranscriptInvalid("speakers", "a list", value)
    try:
        return tuple(Speaker(name) for name in value)
    except ValueError as error:
        raise TranscriptInvalid(
            "speakers", "agent, caller or unknown", value
        ) from error


def _provenance(value: object) -> dict[str, Plain]:
    if not isinstance(value, dict):
        raise TranscriptInvalid("provenance", "an object", value)
    for name, fact in value.items():
        if fact is not None and not isinstance(fact, str | int | float | bool):
            raise TranscriptInvalid(f"provenance.{name}", "a plain value", fact)
    return dict(value)


def _number(
    row: Mapping[str, object], name: str, default: float | None = None
) -> float:
    value = row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TranscriptInvalid(name, "a number", value)
    return float(value)


def _text(row: Mapping[str, object], name: str, default: str = "") -> str:
    value = row.get(name, default)
    if not isinstance(value, str):
        raise TranscriptInvalid(name, "a text", value)
    return value
