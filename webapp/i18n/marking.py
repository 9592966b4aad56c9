"""Marks texts for the catalogues where they cannot be translated yet."""


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name
    """Mark a text for the catalogues and return it unchanged."""
    return text
