"""The sounds that the fixture model tells apart, from espeak's names for them."""

SILENCE = "SIL"

_SOUNDS = {
    "*": "r",
    "&": "e",
    "@": "ı",
    "A": "a",
    "E": "e",
    "I": "i",
    "J": "g",
    "L": "l",
    "O": "o",
    "R": "r",
    "S": "ş",
    "U": "u",
    "V": "ı",
    "W": "ö",
    "Y": "ü",
    "Z": "j",
    "c": "k",
    "dZ": "c",
    "j": "y",
    "tS": "ç",
    "y": "ü",
}
_PLAIN = "abdefghiklmnoprstuvz"

PHONES = (SILENCE, *sorted({*_SOUNDS.values(), *_PLAIN}))


def phone(espeak_name: str) -> str:
    """Return the model's sound for an espeak phoneme; pauses are silence."""
    name = espeak_name.replace(":", "").replace("'", "").rstrip("0123456789;`")
    sound = _SOUNDS.get(name, name)
    return sound if sound in PHONES else SILENCE


def pronunciation(phonemes: list[tuple[float, str]]) -> tuple[str, ...]:
    """Return the sounds of a word without the pauses around it."""
    sounds = (phone(name) for _, name in phonemes)
    return tuple(sound for sound in sounds if sound != SILENCE)
