"""Vosk as a recogniser; the only module that imports it.

The library behind it is loaded at import, downloads models by name, prints, leaves
the process on some errors and raises bare exceptions on others. Here it gets the
folder of a checked model and nothing else, and every failure is an EngineError. A
crash inside the library ends the process: run it in a child.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from types import ModuleType
from typing import Any

from recordings.engines import ChannelListener, EngineIdentity, Samples
from recordings.errors import EngineError, EngineMissing
from recordings.models import SpeechModel
from recordings.transcript import Word

ENGINE = "vosk"
UNKNOWN_WORD = "[unk]"
_QUIET = -1


class VoskRecogniser:
    """A Recogniser that holds one Vosk model in memory.

    Args:
        model: from `recordings.models.describe` or `find`.
        language: language tag for transcripts.

    Raises:
        EngineMissing: if the library cannot be loaded.
        EngineError: if it refuses the model.
    """

    def __init__(self, model: SpeechModel, *, language: str = "tr") -> None:
        self._vosk = _library()
        self._about = model
        self._language = language
        try:
            self._model = self._vosk.Model(str(model.folder))
        except Exception as error:  # the library raises nothing narrower
            raise EngineError(ENGINE, f"model {model.name}: {error}") from error

    @property
    def identity(self) -> EngineIdentity:
        return EngineIdentity(
            engine=ENGINE,
            engine_version=metadata.version("vosk"),
            model_name=self._about.name,
            model_hash=self._about.hash,
            language=self._language,
        )

    @property
    def sample_rate(self) -> int:
        return self._about.sample_rate

    def knows(self, word: str) -> bool:
        """Tell whether a word is in the model's vocabulary."""
        found: int = self._model.vosk_model_find_word(word)
        return found >= 0

    @property
    def has_unknown_word(self) -> bool:
        """Whether the model can hear that a word is none it knows."""
        return self.knows(UNKNOWN_WORD)

    def listen(self, channel: int) -> ChannelListener:
        return _VoskListener(self._recognizer(), channel)

    def listen_for(self, channel: int, phrases: Sequence[str]) -> ChannelListener:
        """Return a listener that hears nothing but these phrases.

        Its words' confidence is no evidence: in this mode it is near 1 even for a
        false alarm. Use it to confirm what was found otherwise.

        Args:
            phrases: lower-case words between blanks, all of them known.

        Raises:
            EngineError: if the model has no `[unk]`, and so would force any sentence
                onto some phrase; or does not know a word, which it would drop.
        """
        if not self.has_unknown_word:
            raise EngineError(ENGINE, f"model {self._about.name} has no {UNKNOWN_WORD}")
        for word in sorted({word for phrase in phrases for word in phrase.split()}):
            if not self.knows(word):
                raise EngineError(ENGINE, f"the model does not know {word!r}")
        grammar = json.dumps([*phrases, UNKNOWN_WORD], ensure_ascii=False)
        return _VoskListener(self._recognizer(grammar), channel)

    def _recognizer(self, *grammar: str) -> Any:  # vosk has no types
        try:
            recognizer = self._vosk.KaldiRecognizer(
                self._model, float(self.sample_rate), *grammar
            )
            recognizer.SetWords(enable_words=True)
        except Exception as error:
            raise EngineError(ENGINE, str(error)) from error
        return recognizer


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseHeard:
    """One of a grammar's phrases, and when it was heard."""

    phrase: str
    start_s: float
    end_s: float
    channel: int


def phrases_heard(words: Sequence[Word], phrases: Sequence[str]) -> list[PhraseHeard]:
    """Return the phrases that a grammar's words make up, longest match first.

    Args:
        words: of one channel, from a listener made by `listen_for`.
        phrases: those it listened for.
    """
    by_length = sorted((tuple(p.split()) for p in phrases if p.split()), key=len)[::-1]
    texts = tuple(word.text for word in words)
    heard: list[PhraseHeard] = []
    position = 0
    while position < len(words):
        for phrase in by_length:
            end = position + len(phrase)
            if texts[position:end] == phrase:
                heard.append(
                    PhraseHeard(
                        phrase=" ".join(phrase),
                        start_s=words[position].start_s,
                        end_s=words[end - 1].end_s,
                        channel=words[position].channel,
                    )
                )
                position = end
                break
        else:
            position += 1
    return heard


class _VoskListener:
    """Collects one channel's words from Vosk's utterances."""

    def __init__(self, recognizer: Any, channel: int) -> None:  # vosk has no types
        self._recognizer = recognizer
        self._channel = channel
        self._words: list[Word] = []

    def hear(self, samples: Samples) -> None:
        try:
            if self._recognizer.AcceptWaveform(samples.tobytes()):
                self._collect(self._recognizer.Result())
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(ENGINE, str(error)) from error

    def words(self) -> list[Word]:
        try:
            self._collect(self._recognizer.FinalResult())
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(ENGINE, str(error)) from error
        return self._words

    def _collect(self, result: str) -> None:
        try:
            rows = json.loads(result).get("result", [])
        except ValueError as error:
            raise EngineError(ENGINE, f"unreadable result: {error}") from error
        for row in rows:
            if row["word"] == UNKNOWN_WORD:
                continue
            start_s = max(0.0, row["start"])
            self._words.append(
                Word(
                    text=row["word"],
                    start_s=start_s,
                    end_s=max(start_s, row["end"]),
                    confidence=min(max(row["conf"], 0.0), 1.0),
                    channel=self._channel,
                )
            )


@cache
def _library() -> ModuleType:
    try:
        vosk = import_module("vosk")
    except Exception as error:  # its native part fails in ways of its own
        raise EngineMissing(ENGINE, str(error)) from error
    vosk.SetLogLevel(_QUIET)
    return vosk
