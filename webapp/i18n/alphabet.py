"""Turkish letters put in order and compared without regard to case.

`str.lower()` makes "I" an "i" and "İ" two characters; databases sort "Ç" after "Z".
Lists of people are short enough to be searched and sorted here.
"""

import unicodedata

_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_LETTERS = "abcçdefgğhıijklmnoöprsştuüvyz"
# q, w and x stand where Latin has them: q after p, w after v, x after w.
_ORDER = {
    letter: number
    for number, letter in enumerate(
        _LETTERS.replace("p", "pq").replace("v", "vwx"), start=1
    )
}


def fold(text: str) -> str:
    """Return a text in small letters, I as ı and İ as i."""
    return unicodedata.normalize("NFC", text).translate(_LOWER).casefold()


def contains(text: str, part: str) -> bool:
    """Tell whether a text has a part in it, typed with or without Turkish letters."""
    return fold(part) in fold(text) or _bare(part) in _bare(text)


def _bare(text: str) -> str:
    spread = unicodedata.normalize("NFKD", fold(text).replace("ı", "i"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def sort_key(text: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts texts by the Turkish alphabet; marks and spaces come first."""
    return tuple((_ORDER.get(letter, 0), letter) for letter in fold(text))
