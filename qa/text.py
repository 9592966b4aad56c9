"""Turkish text made comparable: casing, letters, words, sounds, numbers.

Nothing here stems: in Turkish the ending carries the meaning (olurum, olamam).
"""

import re
import unicodedata
from collections.abc import Sequence

from qa.errors import NumberInvalid

_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_UPPER = str.maketrans({"ı": "I", "i": "İ"})
_PLAIN_VOWELS = str.maketrans("âîûêô", "aiueo")
_APOSTROPHES = re.compile(r"(?<=\w)['’‘`´ʼ](?=\w)")
_INITIALS = re.compile(r"\b(?:\w\.){2,}")
_GROUPED_DIGITS = re.compile(r"(?<=\d)\.(?=\d{3}\b)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")

_ONES = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_LOW_TENS = ("on", "yirmi", "otuz", "kırk")
_TENS = ("", *_LOW_TENS, "elli", "altmış", "yetmiş", "seksen", "doksan")
_SCALES = ((10**12, "trilyon"), (10**9, "milyar"), (10**6, "milyon"), (1000, "bin"))
_VALUES: dict[str, int] = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS) if word},
    "yüz": 100,
}
_SCALE_OF = {word: value for value, word in _SCALES}

_SOUND_CLASSES = str.maketrans(
    {
        "p": "b",
        "t": "d",
        "ç": "c",
        "k": "g",
        "f": "v",
        "s": "z",
        "ş": "j",
        "m": "n",
        "ı": "i",
        "u": "i",
        "ü": "i",
        "e": "a",
        "ö": "o",
        "ğ": "",
        "h": "",
        "y": "",
    }
)
_DOUBLED = re.compile(r"(.)\1+")


def lower(text: str) -> str:
    """Return text in Turkish lower case: I becomes ı, İ becomes i."""
    composed = unicodedata.normalize("NFC", text)
    return composed.translate(_LOWER).lower().replace("i\u0307", "i")


def upper(text: str) -> str:
    """Return text in Turkish upper case: i becomes İ, ı becomes I."""
    return unicodedata.normalize("NFC", text).translate(_UPPER).upper()


def words(text: str) -> list[str]:
    """Return the words of a text as a recogniser would write them.

    Lower case, without punctuation; a suffix after an apostrophe joins its word
    (Defterdarlığı'na → defterdarlığına), initials join (T.C. → tc), circumflexes
    go (kâr → kar) and digits become words (153 → yüz elli üç).
    """
    plain = lower(text).translate(_PLAIN_VOWELS)
    plain = _APOSTROPHES.sub("", plain)
    plain = _INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    plain = _GROUPED_DIGITS.sub("", plain)
    result: list[str] = []
    for token in _TOKEN.findall(plain):
        result.extend(_spoken(token) if token.isdecimal() else [token])
    return result


def sound_key(word: str) -> str:
    """Return a word's rough sound: what the telephone confuses is written alike.

    Voiced and voiceless consonants, close vowels, m and n fall together; ğ, h, y
    and doubled sounds go. The word is as `words` returns it.
    """
    return _DOUBLED.sub(r"\1", word.translate(_SOUND_CLASSES))


def number_to_words(number: int) -> list[str]:
    """Return a whole number from 0 below 10**15 as Turkish words.

    Raises:
        NumberInvalid: outside that range.
    """
    if not 0 <= number < 10**15:
        raise NumberInvalid("a whole number from 0 below 10**15", number)
    if number == 0:
        return ["sıfır"]
    result: list[str] = []
    for scale, name in _SCALES:
        count, number = divmod(number, scale)
        if count:
            is_plain_thousand = name == "bin" and count == 1
            result += [] if is_plain_thousand else _below_thousand(count)
            result.append(name)
    return result + _below_thousand(number)


def words_to_number(spoken: Sequence[str]) -> int:
    """Return the one number that the words say.

    Raises:
        NumberInvalid: if they say none, or more than one.
    """
    read = _numbers(spoken)
    if len(read) != 1:
        raise NumberInvalid("the words of one number", " ".join(spoken))
    return read[0]


def spoken_digits(spoken: Sequence[str]) -> str:
    """Return the digits of a number said in pieces, as phone numbers are.

    `sıfır beş yüz otuz iki` gives 0532, `on iki otuz dört` gives 1234.

    Raises:
        NumberInvalid: if a word is no number word.
    """
    return "".join(str(number) for number in _numbers(spoken))


def _spoken(digits: str) -> list[str]:
    if digits.startswith("0") or len(digits) > 15:
        return [_ONES[int(digit)] for digit in digits]
    return number_to_words(int(digits))


def _below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    result = [_ONES[hundreds]] if hundreds > 1 else []
    result += ["yüz"] if hundreds else []
    result += [_TENS[tens]] if tens else []
    return result + ([_ONES[ones]] if ones else [])


def _numbers(spoken: Sequence[str]) -> list[int]:
    """Return the numbers said one after another, each as long as grammar allows."""
    result: list[int] = []
    index = 0
    while index < len(spoken):
        number, index = _read_number(spoken, index)
        result.append(number)
    return result


def _read_number(spoken: Sequence[str], index: int) -> tuple[int, int]:
    """Return the longest number that starts at index, and the index after it."""
    if spoken[index] not in _VALUES and spoken[index] != "bin":
        raise NumberInvalid("number words", spoken[index])
    total, last_scale = 0, 10**15
    while index < len(spoken):
        group, after = _read_group(spoken, index)
        scale = _SCALE_OF.get(spoken[after], 1) if after < len(spoken) else 1
        if group is None and scale != 1000:
            break
        if group == 0 and not total:
            return 0, after
        if scale >= last_scale or group == 0:
            break
        total += (1 if group is None else group) * scale
        last_scale, index = scale, after + (scale > 1)
        if scale == 1:
            break
    return total, index


def _read_group(spoken: Sequence[str], index: int) -> tuple[int | None, int]:
    """Return a number below 1000 that starts at index, or None, and where it ends."""
    total, room = None, 1000
    while index < len(spoken) and (value := _VALUES.get(spoken[index])) is not None:
        if value == 100:
            fits = total is None or (total in range(2, 10) and room == 1)
            if not fits:
                break
            total, room = 100 * (total or 1), 100
        elif value >= 10:
            if room < 100:
                break
            total, room = (total or 0) + value, 10
        else:
            if room < 10 or (value == 0 and total is not None):
                break
            total, room = (total or 0) + value, 1
        index += 1
        if value == 0:
            break
    return total, index
