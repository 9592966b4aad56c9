"""Recognition errors made on purpose: sound-alikes, drops and inserts at a rate."""

import random
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from qa.text import sound_key
from recordings.transcript import Word

SUBSTITUTED, DROPPED = 0.65, 0.20
"""Shares of the errors; the rest are inserts."""

_SLIPS = ("bp", "dt", "cç", "gk", "fv", "sz", "şs", "mn", "ıi", "uü", "oö", "ae", "ğy")


class ErrorMaker:
    """A recogniser that errs at a word error rate, with words that it knows."""

    def __init__(self, vocabulary: Sequence[str], seed: int) -> None:
        self._vocabulary = sorted(set(vocabulary))
        self._keys = {word: sound_key(word) for word in self._vocabulary}
        self._near: dict[str, list[str]] = {}
        self._random = random.Random(seed)

    def spoil(self, words: Sequence[Word], rate: float) -> list[Word]:
        """Return the words with errors; expected errors / words is the rate."""
        spoilt: list[Word] = []
        for word in words:
            if self._random.random() >= rate:
                sure = self._random.uniform(0.75, 1.0)
                spoilt.append(replace(word, confidence=sure))
                continue
            kind = self._random.random()
            unsure = self._random.uniform(0.35, 0.9)
            if kind < SUBSTITUTED:
                text = self._sound_alike(word.text)
                spoilt.append(replace(word, text=text, confidence=unsure))
            elif kind >= SUBSTITUTED + DROPPED:
                middle = (word.start_s + word.end_s) / 2
                extra = self._random.choice(self._vocabulary)
                spoilt.append(replace(word, end_s=middle))
                spoilt.append(
                    replace(word, start_s=middle, text=extra, confidence=unsure)
                )
        return spoilt

    def _sound_alike(self, text: str) -> str:
        """Return a known word that sounds like it, or the word with a slip."""
        if self._random.random() < 0.4:
            return self._slip(text)
        if text not in self._near:
            key = sound_key(text)
            ranked = sorted(
                (word for word in self._vocabulary if word != text),
                key=lambda word: Levenshtein.normalized_distance(key, self._keys[word]),
            )
            self._near[text] = ranked[:4]
        return self._random.choice(self._near[text])

    def _slip(self, text: str) -> str:
        """Return the word with one or two letters misheard, added or lost."""
        letters = list(text)
        for _ in range(self._random.choice((1, 1, 2))):
            at = self._random.randrange(len(letters))
            pair = next((p for p in _SLIPS if letters[at] in p), "")
            if pair:
                letters[at] = pair[1 - pair.index(letters[at])]
            elif len(letters) > 2:
                del letters[at]
        return "".join(letters)
