import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from recordings.audio import AudioLimits, open_audio, probe
from recordings.errors import (
    AudioBroken,
    AudioEmpty,
    AudioError,
    AudioTooLarge,
    AudioTooLong,
    AudioTooManyChannels,
    AudioTruncated,
    AudioUnknown,
)
from recordings.formats import Container
from tests.recordings.builders import RATE, encoded, tone

STEREO = np.stack([tone(2.3, 440.0, 0.3), tone(2.3, 700.0, 0.1)], axis=1)
FORMATS = [
    ("WAV", "PCM_16", Container.WAV, 2),
    ("WAV", "PCM_24", Container.WAV, 2),
    ("WAV", "FLOAT", Container.WAV, 2),
    ("WAV", "ULAW", Container.WAV, 2),
    ("WAV", "ALAW", Container.WAV, 2),
    ("WAV", "MS_ADPCM", Container.WAV, 2),
    ("WAV", "GSM610", Container.WAV, 1),
    ("RAW", "GSM610", Container.GSM, 1),
    ("RF64", "PCM_16", Container.WAV, 2),
    ("AU", "ULAW", Container.AU, 2),
    ("FLAC", "PCM_16", Container.FLAC, 2),
    ("MP3", "MPEG_LAYER_III", Container.MP3, 2),
    ("OGG", "OPUS", Container.OGG, 2),
    ("OGG", "VORBIS", Container.OGG, 2),
]


def sound(channels: int) -> np.ndarray:
    return STEREO if channels == 2 else STEREO[:, 0]


def loudest_hertz(samples: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(float) * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


@pytest.mark.parametrize(("container", "codec", "expected", "channels"), FORMATS)
def test_every_format_is_heard_at_the_wanted_rate(
    container: str, codec: str, expected: Container, channels: int
) -> None:
    data = encoded(sound(channels), container, codec)

    with open_audio(io.BytesIO(data), sample_rate=16_000) as audio:
        samples = np.concatenate(list(audio))

    assert audio.info.container is expected
    assert audio.info.channels == channels
    assert audio.info.duration_s == pytest.approx(2.3, abs=0.06)
    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(audio.info.duration_s * 16_000, abs=2)
    assert loudest_hertz(samples[:, 0], 16_000) == pytest.approx(440.0, abs=5.0)
    if channels == 2:
        assert loudest_hertz(samples[:, 1], 16_000) == pytest.approx(700.0, abs=5.0)


def test_a_name_that_lies_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "call.raw"
    path.write_bytes(encoded(STEREO, "OGG", "OPUS"))

    assert probe(path).container is Container.OGG


def test_blocks_are_of_about_a_second() -> None:
    data = encoded(tone(5.0), "WAV", "PCM_16")

    with open_audio(io.BytesIO(data), sample_rate=16_000) as audio:
        lengths = [len(block) for block in audio]

    assert sum(lengths) == 80_000
    assert max(lengths) <= 20_000


def test_the_level_survives_resampling() -> None:
    data = encoded(tone(2.0, level=0.5), "WAV", "PCM_16")

    with open_audio(io.BytesIO(data), sample_rate=16_000) as audio:
        samples = np.concatenate(list(audio)).astype(float)

    assert np.sqrt(np.mean(samples**2)) == pytest.approx(
        0.5 / np.sqrt(2.0) * 32_767, rel=0.01
    )


@pytest.mark.parametrize("level", [0.0, 1e-4])
def test_silence_and_faint_noise_are_sound_too(level: float) -> None:
    noise = np.random.default_rng(1).standard_normal(RATE) * level

    with open_audio(io.BytesIO(encoded(noise, "WAV", "PCM_16"))) as audio:
        samples = np.concatenate(list(audio))

    assert len(samples) == RATE
    assert np.abs(samples).max() < 30


def test_numbers_that_are_none_become_silence() -> None:
    broken = np.array([0.1, np.nan, np.inf, -np.inf, 0.1] * 1000)

    with open_audio(io.BytesIO(encoded(broken, "WAV", "FLOAT"))) as audio:
        samples = np.concatenate(list(audio))[:, 0]

    assert samples[:5].tolist() == [3277, 0, 32767, -32767, 3277]


@pytest.mark.parametrize(("container", "codec", "_expected", "channels"), FORMATS)
def test_a_file_that_was_cut_is_refused_or_ends_early(
    container: str, codec: str, _expected: Container, channels: int
) -> None:
    data = encoded(sound(channels), container, codec)
    may_end_early = container in ("AU", "RAW", "RF64")

    try:
        with open_audio(io.BytesIO(data[: len(data) * 6 // 10])) as audio:
            frames = sum(len(block) for block in audio)
    except (AudioTruncated, AudioBroken):
        assert not may_end_early
    else:
        assert may_end_early
        assert frames < 1.6 * RATE


def with_data_length(length: bytes) -> io.BytesIO:
    data = bytearray(encoded(tone(1.0), "WAV", "PCM_16"))
    at = data.index(b"data") + 4
    data[at : at + 4] = length
    return io.BytesIO(bytes(data))


def test_a_stream_of_unknown_length_is_heard_to_its_end() -> None:
    assert probe(with_data_length(b"\xff" * 4)).frames == RATE


def test_a_length_that_was_never_written_is_refused() -> None:
    with pytest.raises(AudioBroken, match="never written"):
        probe(with_data_length(bytes(4)))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", AudioEmpty),
        (b"x", AudioUnknown),
        (b"%PDF-1.7\n" + bytes(500), AudioUnknown),
        (b"PK\x03\x04" + bytes(500), AudioUnknown),
        (bytes(4000), AudioUnknown),
        (b"\xff" * 4000, AudioUnknown),
        (b"RIFF\x24\0\0\0WAVE", AudioBroken),
        (b"RIFF\x24\0\0\0WAVEfmt ", AudioBroken),
        (b"OggS" + bytes(60), AudioBroken),
        (b"fLaC" + bytes(60), AudioBroken),
        (b"ID3" + bytes(60), AudioBroken),
        (encoded(np.zeros(0), "WAV", "PCM_16"), AudioEmpty),
        (encoded(np.zeros(0), "FLAC", "PCM_16"), AudioEmpty),
    ],
)
def test_what_is_no_recording_is_refused(data: bytes, kind: type[AudioError]) -> None:
    with pytest.raises(kind):
        probe(io.BytesIO(data))


def test_limits_are_kept() -> None:
    data = encoded(tone(3.0), "WAV", "PCM_16")
    three = encoded(np.zeros((RATE, 3)), "WAV", "PCM_16")

    with pytest.raises(AudioTooLarge):
        probe(io.BytesIO(data), limits=AudioLimits(max_bytes=1000))
    with pytest.raises(AudioTooLong):
        probe(io.BytesIO(data), limits=AudioLimits(max_duration_s=2.0))
    with pytest.raises(AudioTooManyChannels):
        probe(io.BytesIO(three))


def test_a_rate_that_no_telephone_has_is_refused() -> None:
    data = encoded(tone(1.0), "WAV", "PCM_16", rate=300)

    with pytest.raises(AudioBroken, match="300 Hz"):
        probe(io.BytesIO(data))


def test_a_file_object_stays_open_for_its_owner() -> None:
    file = io.BytesIO(encoded(tone(1.0), "WAV", "PCM_16"))

    probe(file)

    assert not file.closed


@pytest.mark.slow
def test_two_hours_need_the_memory_of_a_block(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", RATE, 2, "ULAW", format="WAV") as file:
        for _ in range(120):
            file.write(np.zeros((60 * RATE, 2)))

    tracemalloc.start()
    with open_audio(path, sample_rate=16_000) as audio:
        frames = sum(len(block) for block in audio)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert frames == 7200 * 16_000
    assert peak < 3_000_000
