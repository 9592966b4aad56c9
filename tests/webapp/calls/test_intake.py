"""What comes in: formats, broken files, the watched folder, details beside it."""

import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import sqlalchemy as sa

from tests.webapp.calls import world
from tests.webapp.conftest import NOW, add_user
from webapp import db
from webapp.models.calls import Quarantined, Recording
from webapp.models.jobs import Job
from webapp.models.people import Role
from webapp.services import intake
from webapp.services.call_details import CallDetails, read_metadata
from webapp.services.errors import Refused
from webapp.services.intake import Outcome
from webapp.services.sounds import HEADER_BYTES, RedactedWav
from webapp.settings import Settings
from webapp.worker import watch_folder


@pytest.fixture
def centre(settings: Settings) -> Iterator[Settings]:
    """Yield settings of a centre with a database and a key."""
    world.prepare(settings)
    database = db.connect(settings.url)
    yield settings
    database.close()


def tone(
    channels: int = 1, rate: int = 8000
) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    """Return two seconds in which something sounds half of the time."""
    times = np.arange(2 * rate) / rate
    wave = np.sin(2 * np.pi * 300 * times) * (times % 1 < 0.5) * 12_000
    return np.stack([wave.astype(np.int16)] * channels, axis=1)


def encoded(kind: str, subtype: str, channels: int = 1, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, tone(channels, rate), rate, format=kind, subtype=subtype)
    return out.getvalue()


def take(settings: Settings, name: str, content: bytes) -> intake.Taken:
    by = intake.By(source=intake.Source.UPLOAD, actor_id=None, now=NOW, zone=world.ZONE)
    heard = intake.hear(world.store_of(settings), io.BytesIO(content), name)
    with db.transaction() as session:
        return intake.take_in(session, heard, CallDetails(started_at=NOW), by)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    ("kind", "subtype", "rate"),
    [
        ("WAV", "PCM_16", 8000),
        ("WAV", "ULAW", 8000),
        ("WAV", "ALAW", 8000),
        ("MP3", "MPEG_LAYER_III", 16000),
        ("OGG", "OPUS", 16000),
        ("FLAC", "PCM_16", 8000),
        ("AU", "ULAW", 8000),
    ],
)
def test_every_telephone_format_is_taken_in(
    centre: Settings, kind: str, subtype: str, rate: int, channels: int
) -> None:
    content = encoded(kind, subtype, channels, rate)

    taken = take(centre, "call.bin", content)

    assert taken.outcome is Outcome.STORED
    with db.reading() as session:
        recording = session.get_one(Recording, taken.recording_id)
        jobs = session.scalar(sa.select(sa.func.count()).select_from(Job))
    assert (recording.channels, round(recording.duration_s, 1)) == (channels, 2.0)
    assert recording.agent_channel == (0 if channels == 2 else None)
    assert jobs == 1
    assert world.store_of(centre).read(recording.sha256, 0, 1 << 24) == content
    files = list(centre.recordings.rglob("*"))
    assert not any(content[:200] in p.read_bytes() for p in files if p.is_file())


BROKEN = {
    "empty.wav": (b"", "audio_empty"),
    "silent.wav": (world.silent_wav(), "audio_silent"),
    "text.mp3": (b"this is a letter, not a call", "audio_unknown"),
    "cut.wav": (encoded("WAV", "PCM_16")[:9000], "audio_truncated"),
    "half.opus": (encoded("OGG", "OPUS", rate=16000)[:-500], "audio_broken"),
    "no-sound.wav": (world.wav(b""), "audio_empty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_call_is_set_aside_with_its_bytes(
    centre: Settings, name: str
) -> None:
    content, code = BROKEN[name]

    outcomes = [take(centre, name, content).outcome for _ in range(2)]

    assert outcomes == [Outcome.QUARANTINED] * 2
    with db.reading() as session:
        row = session.scalars(sa.select(Quarantined)).one()
        assert session.scalar(sa.select(sa.func.count()).select_from(Recording)) == 0
    assert (row.file_name, row.code) == (name, code)
    if content:
        assert world.store_of(centre).read(row.sha256, 0, 1 << 24) == content


def test_a_watched_file_is_taken_once_it_stops_changing(
    centre: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    settings = replace(centre, watch_dir=folder)
    agent_id = add_user("ayse", Role.AGENT, full_name="Ayşe Yılmaz")
    call = folder / "c-1.wav"
    call.write_bytes(encoded("WAV", "PCM_16", 2)[:5000])
    (folder / "c-1.json").write_text(
        json.dumps({"agent": "AYŞE YILMAZ", "agent_channel": 1, "unit": "Muhasebe"}),
        "utf-8",
    )

    def recordings() -> list[Recording]:
        watch_folder.scan(settings, NOW)
        with db.reading() as session:
            return list(session.scalars(sa.select(Recording)))

    assert recordings() == []
    call.write_bytes(encoded("WAV", "PCM_16", 2))  # still being written
    os.utime(call, ns=(10**18, 10**18))
    assert recordings() == []
    taken = recordings()
    assert [(r.agent_id, r.agent_channel, r.unit) for r in taken] == [
        (agent_id, 1, "Muhasebe")
    ]
    assert len(recordings()) == 1
    assert call.exists()


def test_an_unknown_agent_keeps_a_watched_file_waiting(
    centre: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    settings = replace(centre, watch_dir=folder)
    (folder / "c-1.wav").write_bytes(encoded("WAV", "PCM_16"))
    (folder / "c-1.json").write_text('{"agent": "nobody"}', "utf-8")
    for _ in range(3):
        watch_folder.scan(settings, NOW)
    with db.reading() as session:
        assert session.scalars(sa.select(Recording)).all() == []

    add_user("nobody", Role.AGENT)
    watch_folder.scan(settings, NOW)

    with db.reading() as session:
        assert len(session.scalars(sa.select(Recording)).all()) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_details_is_read_with_any_delimiter(delimiter: str) -> None:
    text = f"call_id{delimiter}unit\nA-7{delimiter}Personel\n"

    rows = read_metadata(text.encode("utf-8-sig"), "calls.csv")

    assert rows.of("a-7.wav")["unit"] == "Personel"
    assert rows.of("other.wav") == {}


def test_unreadable_details_are_refused() -> None:
    with pytest.raises(Refused, match="metadata_unreadable"):
        read_metadata(b"{", "calls.json")


@pytest.mark.parametrize(("kind", "subtype"), [("WAV", "ULAW"), ("OGG", "OPUS")])
def test_a_silenced_sound_reads_alike_whole_and_in_ranges(
    kind: str, subtype: str
) -> None:
    rate = 16000
    content = encoded(kind, subtype, 2, rate)
    whole = RedactedWav(io.BytesIO(content), [(1, 0.1, 0.2)])
    size = whole.seek(0, 2)
    whole.seek(0)
    everything = whole.read(size)
    while len(everything) < size:
        everything += whole.read(size)

    for start, length in ((0, 10), (30, 100), (HEADER_BYTES + 3, 999), (size - 7, 50)):
        part = RedactedWav(io.BytesIO(content), [(1, 0.1, 0.2)])
        part.seek(start)
        assert part.read(length) == everything[start : start + length]

    samples, got_rate = soundfile.read(io.BytesIO(everything), dtype="int16")
    assert (got_rate, samples.shape[1]) == (
        soundfile.info(io.BytesIO(content)).samplerate,
        2,
    )
    span = slice(int(0.1 * got_rate), int(0.2 * got_rate))
    assert not samples[span, 1].any()
    assert samples[span, 0].any()
