"""Nothing of one machine in the repository."""

import re
import subprocess

from tests.conftest import ROOT

# Built from parts, so that this file does not find itself.
MACHINE = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/", "index-" + "url"]))


def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".zip", ".ogg", ".mp3", ".wav"}:
            texts[name] = path.read_text(encoding="utf-8", errors="replace")
    return texts


def test_no_path_of_a_machine_and_no_registry_is_written_down() -> None:
    found = [name for name, text in tracked_texts().items() if MACHINE.search(text)]

    assert found == []


def test_the_lock_file_names_no_download_address() -> None:
    lock = (ROOT / "webapp" / "assets" / "package-lock.json").read_text()

    assert '"resolved"' not in lock
