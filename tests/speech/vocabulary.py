"""The words that the fixture model knows, and text as the model writes it."""

import re
from pathlib import Path

import yaml

from tests.speech.inflection import noun_forms

HERE = Path(__file__).parent
DEMO_CALLS = HERE.parents[1] / "webapp" / "demo_calls"
ALPHABET = "abcçdefgğhıijklmnoöprsştuüvyz"
_WORD = re.compile(f"[{ALPHABET}]+")


def spoken_words(text: str) -> list[str]:
    """Return a text as lower-case words without punctuation, the Turkish way."""
    lowered = text.replace("I", "ı").replace("İ", "i").lower()
    return _WORD.findall(lowered)


def listed_words() -> set[str]:
    """Return the words of words.yaml, nouns in all their forms."""
    lists = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))
    inflected = {form for noun in lists["nouns"].split() for form in noun_forms(noun)}
    return inflected | set(lists["words"].split())


def call_sentences() -> list[list[str]]:
    """Return every sentence that is spoken in calls.yaml, as words."""
    document = yaml.safe_load((HERE / "calls.yaml").read_text("utf-8"))
    return [
        spoken_words(text)
        for call in document["calls"]
        for line in call["lines"]
        for speaker, text in line.items()
        if speaker in ("agent", "caller")
    ]


def model_sentences() -> list[list[str]]:
    """Return the sentences of sentences.txt, which shape the language model."""
    lines = (HERE / "sentences.txt").read_text("utf-8").splitlines()
    return [words for line in lines if (words := spoken_words(line))]


def vocabulary() -> list[str]:
    """Return all words that the model is to know, sorted."""
    words = listed_words()
    for sentence in [*call_sentences(), *model_sentences()]:
        words.update(sentence)
    return sorted(words)
