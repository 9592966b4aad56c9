"""Whether somebody was called by name: Ayşe Hanım, Sayın Demir, Mehmet Bey."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qa.heard import Heard, has_ending
from qa.listening import Listener, Reason, StepHeard
from qa.matching import Certainty, Match
from qa.names import GIVEN_NAMES
from qa.script import By
from qa.text import words

TITLES = ("bey", "hanım", "beyefendi", "hanımefendi")
BEFORE_NAME = ("sayın",)
OWN_NAME_AFTER = ("ben", "adım", "ismim", "bendeniz")
"""Words after which people say who they are themselves."""

SURE, SURE_WITH_TITLE, POSSIBLE, COMMON_NAME, TITLE = 0.72, 0.45, 0.45, 0.8, 0.7
"""Likenesses (see `qa.matching`) of a name alone, beside a title, perhaps; of one
from the list of given names; of a title."""

SHORT = 3
"""A name of so few letters needs a title beside it: Can, Su and Ali are words too."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A name that was heard, how like it is, and whether a title stood beside it."""

    heard: Heard
    first: int
    last: int
    likeness: float
    has_title: bool

    def as_match(self, certainty: Certainty) -> Match:
        return Match(
            heard=self.heard,
            first=self.first,
            last=self.last,
            likeness=round(self.likeness, 4),
            certainty=certainty,
            evidence=self.heard.evidence(self.first, self.last, self.likeness),
        )


def hear_address(listener: Listener, slot: str) -> StepHeard:
    """Return whether the person in a slot was called by name by the other one.

    Where the record has no name, the one that the person gives in the call counts;
    where there is none either, a common given name beside a title does.
    """
    by = By.AGENT if slot == "caller_name" else By.CALLER
    doubt = listener.silence_of(by)
    if doubt is Reason.NO_WORDS:
        return StepHeard(certainty=Certainty.UNSURE, reason=doubt)
    name = words(listener.call.slots().get(slot, "")) or _own_name(listener, by)
    streams = listener.streams_of(by)
    if not name:
        return _hear_any_name(streams)
    found = [call for heard in streams for call in _calls(heard, name)]
    sure = _sure(found, name)
    known = [call for call in sure if _is_speaker_known(listener, call)]
    if known:
        return _result(Certainty.YES, Reason.SAID, known)
    if sure:
        return _result(Certainty.UNSURE, Reason.SPEAKER_UNKNOWN, sure)
    if found:
        return _result(Certainty.UNSURE, Reason.NAME_UNCLEAR, found)
    if doubt is not None:
        return StepHeard(certainty=Certainty.UNSURE, reason=doubt)
    return StepHeard(certainty=Certainty.NO, reason=Reason.NOT_SAID)


def _hear_any_name(streams: Sequence[Heard]) -> StepHeard:
    titled = [
        call
        for heard in streams
        for call in _calls(heard, GIVEN_NAMES)
        if call.has_title
    ]
    common = [call for call in titled if call.likeness >= COMMON_NAME]
    if common:
        return _result(Certainty.YES, Reason.SAID, common)
    if titled:
        return _result(Certainty.UNSURE, Reason.NAME_UNCLEAR, titled)
    return StepHeard(certainty=Certainty.UNSURE, reason=Reason.NAME_UNKNOWN)


def _calls(heard: Heard, names: Sequence[str]) -> Iterator[_Heard]:
    """Yield every word that is like one of the names, or that has a title."""
    if not len(heard) or not names:
        return
    like = np.max([heard.likeness(name) for name in names], axis=0)
    inflected = np.array([0.9 * has_ending(text, names) for text in heard.texts])
    like = np.maximum(like, inflected)
    after = np.max([heard.likeness(title) for title in TITLES], axis=0) >= TITLE
    before = np.max([heard.likeness(title) for title in BEFORE_NAME], axis=0) >= TITLE
    after, before = np.append(after, [False, False]), np.append(before, False)
    for index, text in enumerate(heard.texts):
        first, last = index - bool(before[index - 1]), index
        if after[index + 1]:
            last = index + 1
        elif after[index + 2] and like[index] >= SURE and like[index + 1] >= POSSIBLE:
            last = index + 2
        has_title = last > first
        is_own = not has_title and _is(heard, index - 1, OWN_NAME_AFTER)
        is_like = like[index] >= (POSSIBLE if has_title else SURE)
        may_be = is_like or (has_title and _may_be_name(text))
        if may_be and not is_own and not after[index]:
            yield _Heard(heard, first, last, float(like[index]), has_title)


def _sure(found: Sequence[_Heard], name: Sequence[str]) -> list[_Heard]:
    """Return the calls by name that are no chance.

    A title beside the name settles it. Without one it takes the given name twice:
    nobody is called by the bare surname, and many names are words as well.
    """
    titled = [c for c in found if c.has_title and c.likeness >= SURE_WITH_TITLE]
    if titled:
        return titled
    given = [part for part in (name[:-1] or name) if len(part) > SHORT]
    bare = [
        call
        for call in found
        if call.likeness >= SURE
        and any(call.heard.likeness(part)[call.first] >= SURE for part in given)
    ]
    return bare if len(bare) > 1 else []


def _is_speaker_known(listener: Listener, call: _Heard) -> bool:
    """Say whether it was the other person: nobody gives a title to themselves."""
    return call.has_title or all(call.heard is not h for h in listener.unknown)


def _own_name(listener: Listener, by: By) -> list[str]:
    """Return the given name with which the person to be addressed introduces itself."""
    streams = listener.caller if by is By.AGENT else listener.agent
    for heard in streams:
        for index in range(1, len(heard)):
            is_introduced = _is(heard, index - 1, OWN_NAME_AFTER)
            if is_introduced and heard.texts[index] in GIVEN_NAMES:
                return [heard.texts[index]]
    return []


def _is(heard: Heard, index: int, wanted: Sequence[str]) -> bool:
    return 0 <= index < len(heard) and heard.texts[index] in wanted


def _may_be_name(text: str) -> bool:
    return len(text) > 2 and text not in _NEVER_NAMES


def _result(certainty: Certainty, reason: Reason, found: Sequence[_Heard]) -> StepHeard:
    best = sorted(found, key=lambda call: (-call.has_title, -call.likeness))[:3]
    matches = sorted(
        (call.as_match(certainty) for call in best), key=lambda m: m.evidence.start_s
    )
    return StepHeard(certainty=certainty, reason=reason, matches=tuple(matches))


_NEVER_NAMES = frozenset(
    words(
        "bir bu şu hangi evet hayır tamam peki merhaba günaydın günler akşamlar "
        "buyurun teşekkürler efendim müdür memur ederim ederiz için sayın bey hanım "
        "bekleyin"
    )
)
