"""Turkish noun forms, enough to give the fixture model a broad vocabulary."""

from collections.abc import Iterator

VOWELS = "aıoueiöü"
_BACK, _ROUNDED = "aıou", "ouöü"
_HARD = "çfhkpsşt"


def noun_forms(entry: str) -> Iterator[str]:
    """Yield a noun's plain, plural and possessive forms with the usual cases.

    Args:
        entry: the stem, and after a slash the stem used before a vowel.
    """
    stem, _, soft = entry.partition("/")
    soft = soft or stem
    yield stem
    plural = stem + _low("lar", stem)
    yield plural
    yield from _cases(stem, soft)
    yield from _cases(plural, plural)
    yield from _possessives(stem, soft)


def _cases(stem: str, soft: str) -> Iterator[str]:
    ends_in_vowel = stem[-1] in VOWELS
    buffer = "y" if ends_in_vowel else ""
    yield soft + buffer + _high(soft)
    yield soft + buffer + _low("a", soft)
    yield soft + ("n" if ends_in_vowel else "") + _high(soft) + "n"
    consonant = "t" if stem[-1] in _HARD else "d"
    yield stem + consonant + _low("a", stem)
    yield stem + consonant + _low("an", stem)


def _possessives(stem: str, soft: str) -> Iterator[str]:
    if stem[-1] in VOWELS:
        mine, his = f"{stem}m", f"{stem}s{_high(stem)}"
        yours = f"{stem}n{_high(stem)}z"
    else:
        vowel = _high(soft)
        mine, his = f"{soft}{vowel}m", f"{soft}{vowel}"
        yours = f"{soft}{vowel}n{vowel}z"
    for owned in (mine, yours):
        yield owned
        yield owned + _high(owned)
        yield owned + _low("a", owned)
    yield his
    yield f"{his}n{_high(his)}"
    yield f"{his}n{_low('a', his)}"
    yield f"{his}nd{_low('a', his)}"
    yield f"{his}n{_high(his)}n"


def _last_vowel(word: str) -> str:
    return next(letter for letter in reversed(word) if letter in VOWELS)


def _low(suffix: str, word: str) -> str:
    """Return a suffix in `a` with its vowel in harmony with the word (a, e)."""
    return suffix if _last_vowel(word) in _BACK else suffix.replace("a", "e")


def _high(word: str) -> str:
    """Return the high vowel in harmony with the word (ı, i, u, ü)."""
    last = _last_vowel(word)
    if last in _BACK:
        return "u" if last in _ROUNDED else "ı"
    return "ü" if last in _ROUNDED else "i"
