"""The blocks of the README that follow from the code; `make docs` writes them."""

import importlib
import re
import sys
from pathlib import Path

from webapp.cli import COMMANDS
from webapp.settings import Settings

README = Path(__file__).parent.parent.parent / "README.md"


def settings_table() -> str:
    """Return the table of settings."""
    rows = [f"| `{name}` | {default} | {text} |" for name, default, text in _settings()]
    return "\n".join(["| name | default | meaning |", "|---|---|---|", *rows])


def _settings() -> list[tuple[str, str, str]]:
    return [
        (
            name,
            default if default.startswith("`") or " " in default else f"`{default}`",
            text,
        )
        for name, default, text in Settings.table()
    ]


def commands_table() -> str:
    """Return the table of commands with their first lines of help."""
    rows = []
    for name, module in COMMANDS.items():
        found = importlib.import_module(module)
        command = getattr(found, name.replace("-", "_") + "_command")
        rows.append(f"| `vardiya {name}` | {command.help.splitlines()[0]} |")
    return "\n".join(["| command | does |", "|---|---|", *rows])


BLOCKS = {"settings": settings_table, "commands": commands_table}


def with_blocks(text: str) -> str:
    """Return the README's text with every block as the code has it now."""
    for name, make in BLOCKS.items():
        pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)"
        block = make().replace("\\", r"\\")
        text, count = re.subn(pattern, rf"\1{block}\n\2", text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"README.md has no block {name}")
    return text


if __name__ == "__main__":
    README.write_text(with_blocks(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write("README.md is up to date\n")
