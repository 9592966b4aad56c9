"""Reading a large file, in a child process without the database."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.services.import_findings import Report
from webapp.services.import_reading import Choices, Parsed, read

if TYPE_CHECKING:  # the handlers load the database, which a child has no use for
    from webapp.worker.handler import Report as Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportInput:
    """Where the bytes are, and how to read them."""

    path: Path
    file_name: str
    choices: Choices


def compute(value: ImportInput, report: "Progress") -> Parsed | Report:
    """Return the rows of the file, or why nothing of it can be used."""
    report(0.1, "reading_file")
    found = read(value.path.read_bytes(), value.file_name, value.choices)
    report(0.8, "comparing_rows")
    return found
