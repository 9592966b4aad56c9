"""Who makes sound when: speech, silence and talking at once, by energy.

A frame of 20 ms counts as speech when it is clearly louder than the channel's quiet
frames and not far below its loud ones. Steady noise therefore is silence, at any
level, and so is a line on which nothing happens.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FRAME_S = 0.02
ABOVE_QUIET_DB = 9.0
BELOW_LOUD_DB = 35.0
QUIETEST_SPEECH_DB = -60.0
"""Below this, relative to full scale, nothing is speech."""

JOIN_S, SHORTEST_S = 0.30, 0.08
"""Gaps inside speech that are closed, and bursts too short to be speech."""

_FULL_SCALE = 32_768.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time from the start of the recording, in seconds."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """When there is speech on each channel.

    Attributes:
        speech: for each channel its segments, in order, not touching.
        duration_s: of the recording.
    """

    speech: tuple[tuple[Segment, ...], ...]
    duration_s: float

    @property
    def silences(self) -> tuple[Segment, ...]:
        """When nobody speaks, in order."""
        spoken = _union([s for channel in self.speech for s in channel])
        starts = [0.0, *(segment.end_s for segment in spoken)]
        ends = [*(segment.start_s for segment in spoken), self.duration_s]
        pairs = zip(starts, ends, strict=True)
        return tuple(Segment(a, b) for a, b in pairs if b - a > 1e-9)

    @property
    def longest_silence(self) -> Segment | None:
        """The first of the longest silences; None where somebody always speaks."""
        return max(self.silences, key=lambda s: s.duration_s, default=None)

    @property
    def talk_over(self) -> tuple[Segment, ...]:
        """When two channels have speech at once, in order; empty for one channel."""
        if len(self.speech) < 2:
            return ()
        return _intersection(self.speech[0], self.speech[1])

    def talk_share(self, channel: int) -> float:
        """Return a channel's share of the recording that is speech, 0 to 1."""
        spoken = sum(segment.duration_s for segment in self.speech[channel])
        return spoken / self.duration_s if self.duration_s else 0.0


class ActivityMeter:
    """Measures a recording's activity while it streams by.

    Keeps one number for each 20 ms and channel, so two hours need some 3 MB.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate = sample_rate
        self._frame = max(1, round(sample_rate * FRAME_S))
        self._rest = np.zeros((0, channels), np.int16)
        self._levels: list[NDArray[np.float32]] = []
        self._samples = 0
        self._channels = channels

    def hear(self, block: NDArray[np.int16]) -> None:
        """Take the next samples, shape (frames, channels)."""
        self._samples += len(block)
        waiting = np.concatenate([self._rest, block])
        whole = len(waiting) // self._frame
        used = whole * self._frame
        self._rest = waiting[used:]
        if whole:
            shape = (whole, self._frame, self._channels)
            frames = waiting[:used].reshape(shape).astype(np.float32) / _FULL_SCALE
            power = frames.var(axis=1)
            levels = 10.0 * np.log10(np.maximum(power, 1e-12))
            self._levels.append(levels.astype(np.float32))

    def activity(self) -> Activity:
        """Return what was measured so far."""
        empty = np.zeros((0, self._channels), np.float32)
        levels = np.concatenate([empty, *self._levels])
        step_s = self._frame / self._rate
        return Activity(
            speech=tuple(
                _segments(_is_speech(levels[:, channel]), step_s)
                for channel in range(self._channels)
            ),
            duration_s=self._samples / self._rate,
        )


def measure_activity(
    blocks: Iterable[NDArray[np.int16]], sample_rate: int, channels: int
) -> Activity:
    """Return when there is speech in a recording that is given in blocks."""
    meter = ActivityMeter(sample_rate, channels)
    for block in blocks:
        meter.hear(block)
    return meter.activity()


def _is_speech(levels_db: NDArray[np.float32]) -> NDArray[np.bool_]:
    if not len(levels_db):
        return np.zeros(0, np.bool_)
    quiet, loud = np.percentile(levels_db, [10.0, 98.0])
    threshold = max(quiet + ABOVE_QUIET_DB, loud - BELOW_LOUD_DB, QUIETEST_SPEECH_DB)
    loud_enough: NDArray[np.bool_] = levels_db > threshold
    return loud_enough


def _segments(is_speech: NDArray[np.bool_], step_s: float) -> tuple[Segment, ...]:
    edges = np.diff(np.concatenate([[False], is_speech, [False]]).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    joined: list[Segment] = []
    for start, end in zip(starts * step_s, ends * step_s, strict=True):
        if joined and start - joined[-1].end_s < JOIN_S:
            joined[-1] = Segment(joined[-1].start_s, float(end))
        else:
            joined.append(Segment(float(start), float(end)))
    return tuple(s for s in joined if s.duration_s >= SHORTEST_S)


def _union(segments: Sequence[Segment]) -> list[Segment]:
    merged: list[Segment] = []
    for segment in sorted(segments, key=lambda s: s.start_s):
        if merged and segment.start_s <= merged[-1].end_s:
            end_s = max(merged[-1].end_s, segment.end_s)
            merged[-1] = Segment(merged[-1].start_s, end_s)
        else:
            merged.append(segment)
    return merged


def _intersection(
    ours: Sequence[Segment], theirs: Sequence[Segment]
) -> tuple[Segment, ...]:
    shared: list[Segment] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start = max(ours[i].start_s, theirs[j].start_s)
        end = min(ours[i].end_s, theirs[j].end_s)
        if end > start:
            shared.append(Segment(start, end))
        if ours[i].end_s <= theirs[j].end_s:
            i += 1
        else:
            j += 1
    return tuple(shared)
