"""One module per desk task: rows to library dataclasses and back, and every rule
that needs the database. Callers own the transaction and the clock."""
