import numpy as np
import pytest
from numpy.typing import NDArray

from recordings.silence import Activity, Segment, measure_activity
from tests.recordings.builders import RATE, tone


def sound(*spans: tuple[float, float], seconds: float = 20.0) -> NDArray[np.float64]:
    """Return hiss with bursts of tone in it, 8 kHz."""
    samples = np.random.default_rng(7).standard_normal(round(seconds * RATE)) * 3e-4
    for start, end in spans:
        first = round(start * RATE)
        burst = tone(end - start)
        samples[first : first + len(burst)] += burst
    return samples


def measured(*channels: NDArray[np.float64]) -> Activity:
    block = np.rint(np.stack(channels, axis=1) * 32_767).astype(np.int16)
    pieces = [block[i : i + 777] for i in range(0, len(block), 777)]
    return measure_activity(pieces, RATE, len(channels))


def rounded(segments: tuple[Segment, ...]) -> list[tuple[float, float]]:
    return [(round(s.start_s, 1), round(s.end_s, 1)) for s in segments]


def test_speech_is_found_on_its_own_channel() -> None:
    activity = measured(sound((1.0, 3.0), (10.0, 12.0)), sound((4.0, 6.0)))

    assert [rounded(channel) for channel in activity.speech] == [
        [(1.0, 3.0), (10.0, 12.0)],
        [(4.0, 6.0)],
    ]
    assert activity.talk_share(0) == pytest.approx(0.2, abs=0.01)
    assert activity.talk_over == ()


def test_the_longest_silence_is_where_nobody_speaks() -> None:
    activity = measured(sound((1.0, 3.0), (18.0, 19.0)), sound((4.0, 6.0)))

    longest = activity.longest_silence

    assert longest is not None
    assert (longest.start_s, longest.end_s) == pytest.approx((6.0, 18.0), abs=0.05)


def test_talking_at_once_is_measured() -> None:
    activity = measured(sound((1.0, 5.0)), sound((4.0, 7.0)))

    assert rounded(activity.talk_over) == [(4.0, 5.0)]


def test_short_gaps_are_closed_and_clicks_are_dropped() -> None:
    activity = measured(sound((1.0, 2.0), (2.2, 3.0), (8.0, 8.04)))

    assert rounded(activity.speech[0]) == [(1.0, 3.0)]


@pytest.mark.parametrize("level", [0.0, 1e-4, 3e-2])
def test_steady_noise_is_silence_at_any_level(level: float) -> None:
    noise = np.random.default_rng(3).standard_normal(10 * RATE) * level

    activity = measured(noise)

    assert activity.speech == ((),)
    assert rounded(activity.silences) == [(0.0, 10.0)]


def test_an_empty_recording_has_no_silence() -> None:
    activity = measure_activity([], RATE, 2)

    assert activity.speech == ((), ())
    assert activity.longest_silence is None
    assert activity.talk_share(1) == 0.0
