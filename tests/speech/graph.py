"""The decoding graph: pronunciations (HCLr.fst) and word sequences (Gr.fst).

OpenFst's command line tools do the compiling. HCLr is a tree of words: state 0 stands
between words and leads, with or without a silence, to state 1, where every word
begins. Silence cannot follow silence, or one pause would have countless readings. The
output labels are renumbered for label look-ahead, and the same numbers go to Gr and to
words.txt.
"""

import math
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.speech.acoustic_model import phone_names, transition_count
from tests.speech.phones import PHONES, SILENCE

BETWEEN, BEGIN = 0, 1
UNKNOWN, BACKOFF = "[unk]", "#0"
LOOP_COST = 0.7
"""Cost of staying in a sound, and of leaving it: about ln 2."""

WORD_COST = 1.0
"""Cost of every word, against short words heard in breath and hiss."""

UNKNOWN_START, UNKNOWN_SOUND, UNKNOWN_WORD = 1.0, 3.4, 9.0
"""Costs of hearing an unknown word: to begin it, for each sound, and in Gr."""

_LIBRARY = "libfstlookahead.so.22"


@dataclass
class _Tree:
    """Arcs (from, to, transition, word, cost) of HCLr while it grows."""

    arcs: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    states: int = 2

    def state(self) -> int:
        self.states += 1
        return self.states - 1

    def add(self, start: int, end: int, label: int, word: int, cost: float) -> None:
        self.arcs.append((start, end, label, word, cost))

    def sound(self, start: int, phone: int, word: int, cost: float) -> int:
        """Add one phone after a state; return the state in which it sounds."""
        end = self.state()
        self.add(start, end, 2 * phone + 2, word, cost)
        self.add(end, end, 2 * phone + 1, 0, LOOP_COST)
        return end


def placed(sounds: Sequence[str]) -> tuple[str, ...]:
    """Return a word's sounds with their place in it."""
    if len(sounds) == 1:
        return (f"{sounds[0]}_S",)
    inner = [f"{sound}_I" for sound in sounds[1:-1]]
    return (f"{sounds[0]}_B", *inner, f"{sounds[-1]}_E")


def pronunciation_arcs(
    lexicon: Mapping[str, tuple[str, ...]], word_ids: Mapping[str, int]
) -> list[tuple[int, int, int, int, float]]:
    """Return the arcs of HCLr: silence, all words as one tree, and unknown words."""
    phones = {name: index for index, name in enumerate(phone_names())}
    tree = _Tree()
    silence = tree.sound(BETWEEN, phones[SILENCE], 0, LOOP_COST)
    tree.add(silence, BEGIN, 0, 0, 0.0)
    tree.add(BETWEEN, BEGIN, 0, 0, 0.0)
    spoken = {word: placed(sounds) for word, sounds in lexicon.items()}
    shared = Counter(
        sounds[:length]
        for sounds in spoken.values()
        for length in range(1, len(sounds) + 1)
    )
    known: dict[tuple[str, ...], int] = {}
    for word, sounds in spoken.items():
        state, said = BEGIN, False
        for length in range(1, len(sounds) + 1):
            prefix = sounds[:length]
            if prefix in known:
                state = known[prefix]
                continue
            say = not said and shared[prefix] == 1
            label = word_ids[word] if say else 0
            cost = LOOP_COST if length > 1 else 0.0
            state = tree.sound(state, phones[prefix[-1]], label, cost)
            said = said or say
            known[prefix] = state
        tree.add(state, BETWEEN, 0, 0 if said else word_ids[word], 0.0)
    _add_unknown(tree, phones, word_ids[UNKNOWN])
    tree.add(BEGIN, BEGIN, transition_count() + 1, word_ids[BACKOFF], 0.0)
    return tree.arcs


def _add_unknown(tree: _Tree, phones: Mapping[str, int], word_id: int) -> None:
    """Let any two or more sounds pass for a word that is not in the lexicon."""
    begin, inside, end = tree.state(), tree.state(), tree.state()
    tree.add(BEGIN, begin, 0, word_id, UNKNOWN_START)
    for sound in PHONES:
        if sound == SILENCE:
            continue
        for start, place, after in (
            (begin, "B", inside),
            (inside, "I", inside),
            (inside, "E", end),
        ):
            heard = tree.sound(start, phones[f"{sound}_{place}"], 0, UNKNOWN_SOUND)
            tree.add(heard, after, 0, 0, 0.0)
    tree.add(end, BETWEEN, 0, 0, 0.0)


def grammar_arcs(
    words: Iterable[str],
    sentences: Sequence[list[str]],
    word_ids: Mapping[str, int],
) -> tuple[list[tuple[int, int, int, float]], int]:
    """Return the arcs (from, to, word, cost) of Gr, and how many states it has.

    A bigram of the sentences with an absolute discount, backing off to single words;
    state 0 is the back-off and state 1 the start of a sentence.
    """
    words = list(words)
    counts = Counter(word for sentence in sentences for word in sentence)
    total = sum(counts.values()) + 0.3 * len(words)
    states = {"<s>": 1} | {word: n for n, word in enumerate(words, 2)}
    follow: dict[str, Counter[str]] = {}
    for sentence in sentences:
        for before, after in zip(["<s>", *sentence], sentence, strict=False):
            follow.setdefault(before, Counter())[after] += 1
    arcs: list[tuple[int, int, int, float]] = []
    for before, state in states.items():
        followers = follow.get(before, Counter())
        times = sum(followers.values())
        left = 0.5 * len(followers) / times if times else 0.5
        arcs.append((state, 0, word_ids[BACKOFF], -math.log(left)))
        for word, count in followers.items():
            cost = WORD_COST - math.log((count - 0.5) / times)
            arcs.append((state, states[word], word_ids[word], cost))
    for word in words:
        cost = WORD_COST - math.log((counts[word] + 0.3) / total)
        arcs.append((0, states[word], word_ids[word], cost))
    arcs.append((0, 0, word_ids[UNKNOWN], UNKNOWN_WORD))
    return sorted(arcs, key=lambda arc: arc[0] != 1), len(words) + 2


def write_graph(
    folder: Path,
    scratch: Path,
    lexicon: Mapping[str, tuple[str, ...]],
    sentences: Sequence[list[str]],
) -> None:
    """Write HCLr.fst, Gr.fst, words.txt and disambig_tid.int into a folder."""
    names = ["<eps>", UNKNOWN, *lexicon, BACKOFF]
    word_ids = {name: number for number, name in enumerate(names)}
    arcs = sorted(pronunciation_arcs(lexicon, word_ids), key=lambda arc: arc[0] != 0)
    lines = [f"{s} {e} {i} {o} {cost:.4f}" for s, e, i, o, cost in arcs]
    lines += [str(BETWEEN), str(BEGIN)]
    (scratch / "hcl.txt").write_text("\n".join(lines) + "\n", "ascii")
    pairs = scratch / "relabel.txt"
    _run(
        "fstcompile hcl.txt | fstarcsort --sort_type=olabel | "
        f"LD_PRELOAD={_LIBRARY} fstconvert --fst_type=olabel_lookahead "
        f"--save_relabel_opairs={pairs} > {folder / 'HCLr.fst'}",
        scratch,
    )
    renumbered = {
        int(old): int(new)
        for old, new in (line.split() for line in pairs.read_text().splitlines())
    }
    new_ids = {name: renumbered.get(old, old) for name, old in word_ids.items()}
    if len(set(new_ids.values())) != len(new_ids):
        raise RuntimeError("look-ahead gave two words the same number")
    _write_grammar(folder, scratch, list(lexicon), sentences, new_ids)
    ordered = sorted(new_ids.items(), key=lambda item: item[1])
    table = "".join(f"{name} {number}\n" for name, number in ordered)
    (folder / "words.txt").write_text(table, "utf-8")
    (folder / "disambig_tid.int").write_text(f"{transition_count() + 1}\n", "ascii")


def _write_grammar(
    folder: Path,
    scratch: Path,
    words: list[str],
    sentences: Sequence[list[str]],
    word_ids: Mapping[str, int],
) -> None:
    known = set(words)
    usable = [[w for w in sentence if w in known] for sentence in sentences]
    arcs, states = grammar_arcs(words, usable, word_ids)
    lines = [
        f"{s} {e} {word} {0 if word == word_ids[BACKOFF] else word} {cost:.4f}"
        for s, e, word, cost in arcs
    ]
    finals = [f"{state} 1.0" for state in range(states)]
    (scratch / "g.txt").write_text("\n".join([*lines, *finals]) + "\n", "ascii")
    _run(
        f"fstcompile g.txt | fstarcsort --sort_type=ilabel > {folder / 'Gr.fst'}",
        scratch,
    )


def _run(command: str, folder: Path) -> None:
    subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        check=True,
        env={"PATH": os.defpath},
    )
