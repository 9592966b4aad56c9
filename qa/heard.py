"""What was heard: recognised words that can be compared with the words of a script.

Words are compared by their letters and by their rough sound, never by their stem.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from qa.negation import is_opposite
from qa.text import sound_key, words
from recordings.transcript import Word

Floats = NDArray[np.float64]

CHANCE = 0.45
"""Two unrelated words share about so many letters: likeness counts from here."""

SOUND_TRUST = 0.93
"""Words that only sound alike count for so much of words spelt alike."""

PAUSE_S = 6.0
"""A wording is not spread over a pause longer than this, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where in the recording something was heard (or, with no text, was not).

    Attributes:
        text: the words as recognised.
        start_s, end_s: seconds from the start of the recording.
        confidence: how far it can be trusted, in [0, 1].
    """

    text: str
    start_s: float
    end_s: float
    confidence: float


class Heard:
    """Recognised words of one stream, ready for comparison.

    Attributes:
        words: the recognised words, one for each text.
        texts: the same as `qa.text.words` writes them; "" is a long pause.
        pauses: indices of the long pauses.
    """

    def __init__(self, recognised: Sequence[Word]) -> None:
        pairs: list[tuple[Word, str]] = []
        for word in recognised:
            if pairs and word.start_s - pairs[-1][0].end_s > PAUSE_S:
                pairs.append((pairs[-1][0], ""))
            pairs += [(word, text) for text in words(word.text)]
        self.words = tuple(word for word, _ in pairs)
        self.texts = tuple(text for _, text in pairs)
        self._keys = [sound_key(text) for text in self.texts]
        self._joined = [a + b for a, b in zip(self.texts, self.texts[1:], strict=False)]
        self._joined_keys = [sound_key(text) for text in self._joined]
        self._cache: dict[tuple[str, bool], Floats] = {}
        self.gains: dict[tuple[object, ...], Floats] = {}
        self.pauses = np.flatnonzero(np.array([not text for text in self.texts]))

    def __len__(self) -> int:
        return len(self.texts)

    def likeness(self, word: str, *, joined: bool = False) -> Floats:
        """Return how like each heard word (or joined pair) is to a word, in [0, 1]."""
        if (word, joined) not in self._cache:
            heard = self._joined if joined else list(self.texts)
            keys = self._joined_keys if joined else self._keys
            self._cache[word, joined] = _likeness(word, heard, keys)
        return self._cache[word, joined]

    def evidence(self, first: int, last: int, trust: float = 1.0) -> Evidence:
        """Return the words from first to last as evidence."""
        said = list(dict.fromkeys(self.words[first : last + 1]))
        confidence = sum(word.confidence for word in said) / len(said)
        return Evidence(
            text=" ".join(word.text for word in said),
            start_s=said[0].start_s,
            end_s=max(word.end_s for word in said),
            confidence=round(confidence * trust, 4),
        )


def spelling(word: str, heard: Sequence[str]) -> Floats:
    """Return how like in letters each heard word is to a word, in [0, 1]."""
    scorer = Levenshtein.normalized_similarity
    return np.asarray(cdist([word], heard, scorer=scorer, dtype=np.float64)[0])


def has_ending(text: str, names: Sequence[str]) -> bool:
    """Say whether a word is one of the names (of 3 letters or more) with an ending."""
    return any(
        len(name) >= 3 and text.startswith(name) and len(text) - len(name) <= 4
        for name in names
    )


def _likeness(word: str, heard: Sequence[str], keys: Sequence[str]) -> Floats:
    if not heard:
        return np.zeros(0)
    sounds = spelling(sound_key(word), keys)
    best = np.maximum(spelling(word, heard), SOUND_TRUST * sounds)
    like = np.clip((best - CHANCE) / (1.0 - CHANCE), 0.0, 1.0)
    for index in np.flatnonzero((like > 0.0) & (like < 1.0)).tolist():
        if is_opposite(word, heard[index]):
            like[index] = 0.0
    return np.asarray(like)
