"""Who said which step of a script when: a form's steps over one transcript."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from qa.heard import Evidence, Heard
from qa.matching import Certainty, Match, find
from qa.script import By, Direction, Step
from recordings.transcript import Speaker, Transcript, Word

LOW_CONFIDENCE = 0.5
"""Below this mean confidence of the words, not finding something says nothing."""

NOTICE_STARTS_S = 15.0
"""A step that a window runs after begins within so many seconds, or is not it."""


class Reason(StrEnum):
    """Why a verdict is what it is; webapp has a sentence for each."""

    SAID = "said"
    NOT_SAID = "not_said"
    NEAR_MATCH = "near_match"
    OUTSIDE_WINDOW = "outside_window"
    LATE_AFTER_SILENCE = "late_after_silence"
    TOO_LATE_FOR_STEP = "too_late_for_step"
    SPEAKER_UNKNOWN = "speaker_unknown"
    OTHER_SPEAKER = "other_speaker"
    NO_WORDS = "no_words"
    LOW_CONFIDENCE = "low_confidence"
    FORBIDDEN_SAID = "forbidden_said"
    IN_ORDER = "in_order"
    OUT_OF_ORDER = "out_of_order"
    TOO_FEW_STEPS = "too_few_steps"
    SILENCE_ANNOUNCED = "silence_announced"
    SILENCE_UNANNOUNCED = "silence_unannounced"
    NO_LONG_SILENCE = "no_long_silence"
    NAME_UNKNOWN = "name_unknown"
    NAME_UNCLEAR = "name_unclear"
    NOT_TRANSFERRED = "not_transferred"
    TRANSFER_UNCLEAR = "transfer_unclear"
    OTHER_DIRECTION = "other_direction"
    DIRECTION_UNKNOWN = "direction_unknown"
    RECORD_COMPLETE = "record_complete"
    RECORD_INCOMPLETE = "record_incomplete"
    RECORD_UNKNOWN = "record_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A stretch in which nobody speaks, in seconds from the start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What is known about a call beside its words; None is not known.

    Attributes:
        agent_name, caller_name, unit: values for the slots of the script.
        direction: who called whom.
        was_transferred: whether the call went to a unit.
        silences: stretches without speech; without them the gaps between words.
        record: facts entered for the call by name, None for one left empty.
    """

    agent_name: str | None = None
    caller_name: str | None = None
    unit: str | None = None
    direction: Direction | None = None
    was_transferred: bool | None = None
    silences: tuple[Silence, ...] | None = None
    record: Mapping[str, str | None] | None = None

    def slots(self) -> dict[str, str]:
        """Return the slots that have a value."""
        values = {
            "agent_name": self.agent_name,
            "caller_name": self.caller_name,
            "unit": self.unit,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHeard:
    """Whether a step was said as its form wants it.

    Attributes:
        certainty, reason: the answer and why.
        matches: where, in order of time; empty where it was not found.
    """

    certainty: Certainty
    reason: Reason
    matches: tuple[Match, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(match.evidence for match in self.matches)

    def without(self, rivals: Iterable[Match]) -> "StepHeard":
        """Return this without matches that overlap a rival that is heard better."""
        better = list(rivals)
        kept = tuple(m for m in self.matches if not any(_beats(r, m) for r in better))
        if kept or not self.matches:
            return replace(self, matches=kept)
        return StepHeard(certainty=Certainty.NO, reason=Reason.NOT_SAID)


@dataclass(slots=True)
class Listener:
    """A transcript that is asked for steps.

    Attributes:
        transcript: what was recognised.
        call: what else is known.
        steps: the form's steps by key.
    """

    transcript: Transcript
    call: CallFacts
    steps: Mapping[str, Step]
    agent: list[Heard] = field(init=False)
    caller: list[Heard] = field(init=False)
    unknown: list[Heard] = field(init=False)
    _heard: dict[str, StepHeard] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.agent = self._streams(Speaker.AGENT)
        self.caller = self._streams(Speaker.CALLER)
        self.unknown = self._streams(Speaker.UNKNOWN)

    @property
    def words(self) -> tuple[Word, ...]:
        return self.transcript.words

    def streams_of(self, by: By) -> list[Heard]:
        """Return the streams on which somebody may be heard, known ones first."""
        known = {By.AGENT: self.agent, By.CALLER: self.caller}
        return [*known.get(by, [*self.agent, *self.caller]), *self.unknown]

    def hear(self, key: str) -> StepHeard:
        """Return whether a step was said by the right person at the right time."""
        if key not in self._heard:
            self._heard[key] = self._hear(self.steps[key])
        return self._heard[key]

    def silence_of(self, by: By) -> Reason | None:
        """Return why not hearing somebody means nothing, or None if it does."""
        streams = self.streams_of(by)
        said = [word for heard in streams for word in heard.words]
        if not said:
            return Reason.NO_WORDS
        mean = sum(word.confidence for word in said) / len(said)
        return Reason.LOW_CONFIDENCE if mean < LOW_CONFIDENCE else None

    def _streams(self, speaker: Speaker) -> list[Heard]:
        """Return one stream for each channel of a speaker that has words."""
        channels = [
            [word for word in self.words if word.channel == channel]
            for channel, who in enumerate(self.transcript.speakers)
            if who is speaker
        ]
        streams = [Heard(channel) for channel in channels]
        return [stream for stream in streams if len(stream)]

    def _hear(self, step: Step) -> StepHeard:
        matches = self._matches(step, self.streams_of(step.by))
        inside = [match for match in matches if self._is_in_window(step, match)]
        sure = [match for match in inside if match.certainty is Certainty.YES]
        if any(not self._is_doubtful(step, match) for match in sure):
            sure = [match for match in sure if not self._is_doubtful(step, match)]
            if self._began_silent(step, sure):
                reason = Reason.LATE_AFTER_SILENCE
                return _step_heard(Certainty.UNSURE, reason, sure)
            return _step_heard(Certainty.YES, Reason.SAID, sure)
        if sure:
            return _step_heard(Certainty.UNSURE, Reason.SPEAKER_UNKNOWN, sure)
        if inside:
            return _step_heard(Certainty.UNSURE, Reason.NEAR_MATCH, inside[:1])
        late = [match for match in matches if match.certainty is Certainty.YES]
        if late:
            return _step_heard(Certainty.NO, Reason.OUTSIDE_WINDOW, late[:1])
        return self._not_heard(step)

    def _matches(self, step: Step, streams: Sequence[Heard]) -> list[Match]:
        readings = step.readings(self.call.direction)
        slots = self.call.slots()
        return [match for heard in streams for match in find(readings, heard, slots)]

    def _is_doubtful(self, step: Step, match: Match) -> bool:
        """Say whether somebody else may have said it, for all that the sound tells."""
        if step.by is By.ANYONE or step.is_distinctive:
            return False
        return any(match.heard is heard for heard in self.unknown)

    def _began_silent(self, step: Step, sure: Sequence[Match]) -> bool:
        """Say whether the call began with so long a silence that it may be late.

        An outbound recording begins with the ringing tone; an inbound one should not.
        """
        window = step.window
        if window.first_s is None or self.call.direction is Direction.OUTBOUND:
            return False
        start = self._notice_end(window.after)
        return min(m.evidence.start_s for m in sure) > start + window.first_s

    def _is_in_window(self, step: Step, match: Match) -> bool:
        window, evidence = step.window, match.evidence
        if window.first_s is not None:
            start = self._window_start(window.after)
            if evidence.start_s > start + window.first_s:
                return False
        if window.last_s is not None:
            end = max(word.end_s for word in self.words)
            if evidence.end_s < end - window.last_s:
                return False
        return True

    def _window_start(self, after: str | None) -> float:
        """Return when the call begins: at its first word, or after a notice."""
        return max(self.words[0].start_s, self._notice_end(after))

    def _notice_end(self, after: str | None) -> float:
        if after is None:
            return 0.0
        latest = self.words[0].start_s + NOTICE_STARTS_S
        sure = (m for m in self.hear(after).matches if m.certainty is Certainty.YES)
        ends = (m.evidence.end_s for m in sure if m.evidence.start_s <= latest)
        return max(ends, default=0.0)

    def _not_heard(self, step: Step) -> StepHeard:
        doubt = self.silence_of(step.by)
        if doubt is not None:
            return StepHeard(certainty=Certainty.UNSURE, reason=doubt)
        others = {By.AGENT: self.caller, By.CALLER: self.agent}.get(step.by, [])
        swapped = [
            match
            for match in (self._matches(step, others) if step.is_distinctive else [])
            if match.certainty is Certainty.YES and self._is_in_window(step, match)
        ]
        if swapped:
            return _step_heard(Certainty.UNSURE, Reason.OTHER_SPEAKER, swapped[:1])
        return StepHeard(certainty=Certainty.NO, reason=Reason.NOT_SAID)


def _beats(rival: Match, match: Match) -> bool:
    overlaps = rival.first <= match.last and match.first <= rival.last
    is_better = rival.likeness > match.likeness
    return rival.heard is match.heard and overlaps and is_better


def _step_heard(
    certainty: Certainty, reason: Reason, matches: Sequence[Match]
) -> StepHeard:
    ordered = sorted(matches, key=lambda match: match.evidence.start_s)
    return StepHeard(certainty=certainty, reason=reason, matches=tuple(ordered))
