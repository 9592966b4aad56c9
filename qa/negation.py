"""Turkish negation: the few letters that turn a sentence round.

`bilmiyorum` and `biliyorum` differ by one letter, which likeness alone would take
for a slip of the recogniser.
"""

import re

_NEGATIVE_ENDING = re.compile(
    r"m[ıiuü]yor|m[ae]d[ıi]|m[ae]m[ıi]ş|m[ae]y(?:[ıi]n|[ıi]z|[ae]c|[ae]n|[ıi]p)"
    r"|m[ae][mz](?:$|s|d|l)"
)
_LOOKS_NEGATIVE = frozenset({"tamam"})
_NEGATIVE_WORDS = frozenset({"yok", "değil", "hayır", "asla", "hiç"})
_MARKS = re.compile(r"(?=((?:y?[ae])?m(?:[aeıiuü]y?)?))")


def is_negative(word: str) -> bool:
    """Say whether a word (as `qa.text.words` writes it) denies something.

    It knows the verb endings -mıyor, -maz, -mam, -madı, -mayın, -mayacak
    and the like and the words yok, değil, hayır, asla, hiç.
    """
    if word in _NEGATIVE_WORDS:
        return True
    if word in _LOOKS_NEGATIVE:
        return False
    return len(word) >= 5 and _NEGATIVE_ENDING.search(word, 2) is not None


def is_opposite(one: str, other: str) -> bool:
    """Say whether one word is the other with a negation taken out."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if not 1 <= len(longer) - len(shorter) <= 4 or not is_negative(longer):
        return False
    return shorter in _affirmatives(longer)


def _affirmatives(word: str) -> set[str]:
    """Return the word without each group of letters that can be its negation."""
    found: set[str] = set()
    for mark in _MARKS.finditer(word, 2):
        start, group = mark.start(1), mark.group(1)
        at = group.index("m")
        for left in {0, at}:
            for right in range(at + 1, len(group) + 1):
                found.add(word[: start + left] + word[start + right :])
    return found
