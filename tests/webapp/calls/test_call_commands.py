"""The commands about calls, each in a process of its own as people run them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recordings.models import FIXTURE_ARCHIVE, install
from tests.conftest import ROOT
from tests.webapp.calls import world

pytestmark = pytest.mark.slow


def vardiya(*words: str, home: Path) -> "subprocess.CompletedProcess[str]":
    known = {k: v for k, v in os.environ.items() if not k.startswith("VARDIYA_")}
    return subprocess.run(
        [sys.executable, "-m", "webapp.cli", *words],
        check=False,
        capture_output=True,
        text=True,
        cwd=home,
        env={**known, "VARDIYA_DATA_DIR": str(home / "data"), "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("models")
    return str(install(FIXTURE_ARCHIVE, folder).folder)


def test_a_recording_is_scored_with_its_evidence(tmp_path: Path, model: str) -> None:
    call = str(world.path("D-0001"))
    names = ("--agent", "Ayşe Yılmaz", "--caller", "Kemal Öztürk")

    done = vardiya("score", call, "--model", model, *names, "--json", home=tmp_path)

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    items = {item["key"]: item for item in result["items"]}
    assert result["total"] == 100
    assert items["opening_announcement"]["verdict"] == "yes"
    assert items["opening_announcement"]["score"] == 15
    found = items["closing"]["evidence"][0]
    assert set(found) == {"text", "start_s", "end_s", "confidence"}
    assert items["courtesy"]["verdict"] is None


def test_a_transcript_is_scored_like_its_recording(tmp_path: Path, model: str) -> None:
    call, text = str(world.path("D-0009")), str(tmp_path / "call.json")
    first = vardiya("transcribe", call, "--model", model, "-o", text, home=tmp_path)
    assert first.returncode == 0, first.stderr

    results = [
        json.loads(vardiya("score", *source, "--json", home=tmp_path).stdout)
        for source in ((text,), (call, "--model", model))
    ]

    verdicts = [{i["key"]: i["verdict"] for i in r["items"]} for r in results]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0]["no_forbidden_phrase"] == "no"


def test_wrong_use_and_refusals_have_their_status(tmp_path: Path, model: str) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF0000WAVEnothing")
    form = tmp_path / "form.yaml"
    form.write_text("form: x", "utf-8")
    call = str(world.path("D-0009"))

    assert vardiya("score", call, home=tmp_path).returncode == 2
    refused = vardiya("score", str(broken), "--model", model, home=tmp_path)
    assert (refused.returncode, "cannot be decoded" in refused.stderr) == (1, True)
    unread = vardiya("score", call, "--form", str(form), home=tmp_path)
    assert (unread.returncode, "version" in unread.stderr) == (1, True)


def test_models_are_installed_chosen_and_checked(tmp_path: Path) -> None:
    assert vardiya("db", "upgrade", home=tmp_path).returncode == 0
    archive = str(FIXTURE_ARCHIVE)

    assert vardiya("models", "install", home=tmp_path).returncode == 2
    assert vardiya("models", "install", archive, home=tmp_path).returncode == 0
    assert vardiya("models", "use", FIXTURE_ARCHIVE.stem, home=tmp_path).returncode == 0
    listed = json.loads(vardiya("models", "list", "--json", home=tmp_path).stdout)
    assert [(m["name"], m["in_use"]) for m in listed] == [(FIXTURE_ARCHIVE.stem, True)]
    assert vardiya("models", "check", home=tmp_path).returncode == 0

    graph = next((tmp_path / "data" / "models").rglob("*.fst"))
    graph.write_bytes(graph.read_bytes()[:-1] + b"!")
    damaged = vardiya("models", "check", home=tmp_path)
    assert (damaged.returncode, "must have the hash" in damaged.stderr) == (1, True)


def test_a_folder_is_taken_in_once(tmp_path: Path) -> None:
    assert vardiya("db", "upgrade", home=tmp_path).returncode == 0
    folder = tmp_path / "calls"
    folder.mkdir()
    for call in ("D-0003", "D-0005"):
        shutil.copy(world.path(call), folder)
    (folder / "silent.wav").write_bytes(world.silent_wav())
    metadata = tmp_path / "calls.csv"
    metadata.write_text("call_id;direction\nD-0003;outbound\n", "utf-8")
    command = ("import", "recordings", str(folder), "--metadata", str(metadata))

    first = vardiya(*command, "--json", home=tmp_path)
    again = vardiya(*command, "--json", home=tmp_path)

    assert first.returncode == 1, first.stderr  # one file was set aside
    assert json.loads(first.stdout)["counts"] == {"stored": 2, "quarantined": 1}
    assert json.loads(again.stdout)["counts"] == {"duplicate": 2, "quarantined": 1}
