"""How well the default form's checks survive recognition errors.

    python tests/benchmarks/scoring.py [--calls 300] [--seed 1] [--json]

Calls are made from texts with known truth (calls.yaml), their words spoilt at 0, 10,
20 and 30 % word error rate, and each check asked. The event counted is that the thing
was said (forbidden: that it was said; hold: that a long silence was not announced).
An *unsure* counts as not found: it is neither a hit nor a false alarm. False alarms
are counted apart, on calls of unrelated speech in which nothing of the script is said.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from qa.autoscore import Proposal, propose
from qa.forms import default_form
from qa.listening import CallFacts
from qa.scoring import Verdict
from qa.script import Direction
from qa.text import words
from recordings.transcript import Speaker, Transcript, Word
from tests.benchmarks.recogniser_errors import ErrorMaker

RATES = (0.0, 0.1, 0.2, 0.3)
AIMS = {0.0: 0.98, 0.1: 0.97, 0.2: 0.95, 0.3: 0.90}
EVENTS = {
    "greeting": ("opening_announcement", Verdict.YES),
    "closing": ("closing", Verdict.YES),
    "name": ("caller_name", Verdict.YES),
    "hold": ("no_silent_hold", Verdict.NO),
    "transfer_questions": ("transfer_questions", Verdict.YES),
    "forbidden": ("no_forbidden_phrase", Verdict.NO),
}
Texts = Mapping[str, list[str]]


@dataclass
class MadeCall:
    """A call's words with what is true of it."""

    facts: CallFacts
    truth: dict[str, bool]
    words: list[Word] = field(default_factory=list)
    now_s: float = 0.5

    def say(self, who: int, text: str) -> None:
        for word in words(text):
            length = 0.12 + 0.05 * len(word)
            end_s = self.now_s + length
            self.words.append(
                Word(text=word, start_s=self.now_s, end_s=end_s, channel=who)
            )
            self.now_s = end_s + 0.05
        self.now_s += 0.6

    def pause(self, seconds: float) -> None:
        self.now_s += seconds

    def transcript(self, heard: list[Word]) -> Transcript:
        return Transcript(
            words=tuple(heard),
            duration_s=self.now_s + 1.0,
            speakers=(Speaker.AGENT, Speaker.CALLER),
        )


def make_call(texts: Texts, rng: random.Random, *, is_unrelated: bool) -> MadeCall:
    """Return a call in which each event is there or not, by the throw of a coin."""
    agent, caller = rng.choice(texts["agents"]), rng.choice(texts["callers"])
    truth = {event: not is_unrelated and rng.random() < 0.5 for event in EVENTS}
    outbound = rng.random() < 0.25
    is_transferred = not is_unrelated and rng.random() < 0.6
    truth["transfer_questions"] = truth["transfer_questions"] and is_transferred
    first, last = caller.split()
    fill = {
        "agent": agent,
        "agent_first": agent.split()[0],
        "first": first,
        "last": last,
        "title": "Hanım" if first in texts["women"] else "Bey",
    }
    call = MadeCall(
        facts=CallFacts(
            agent_name=agent,
            caller_name=caller,
            direction=Direction.OUTBOUND if outbound else Direction.INBOUND,
            was_transferred=is_transferred if rng.random() < 0.5 else None,
        ),
        truth=truth,
    )
    for who, kind in _script(truth, rng, outbound, is_transferred, is_unrelated):
        if kind.startswith("pause"):
            call.pause(rng.uniform(14.0, 40.0))
        else:
            call.say(who, rng.choice(texts[kind]).format(**fill))
    return call


def _script(
    truth: Mapping[str, bool],
    rng: random.Random,
    outbound: bool,
    is_transferred: bool,
    is_unrelated: bool,
) -> Iterator[tuple[int, str]]:
    """Yield who says a text of which kind, in the order of the call."""
    if truth["greeting"]:
        yield 0, "openings_out" if outbound else "openings_in"
    elif not is_unrelated:
        yield 0, "bad_openings"
    yield from _talk(rng)
    if truth["name"]:
        for _ in range(rng.choice((1, 2, 2, 3))):
            yield 0, "names"
            yield 1, "unrelated_caller"
    if truth["hold"]:
        yield 0, "before_bad_hold"
        yield 0, "pause"
    elif not is_unrelated and rng.random() < 0.6:
        yield 0, "holds"
        yield 0, "pause"
    yield from _talk(rng)
    if truth["forbidden"]:
        yield 0, "forbidden"
        yield 1, "unrelated_caller"
    if is_transferred:
        kinds = ["ask_number", "ask_tckn", "ask_other"]
        if not truth["transfer_questions"]:
            kinds = rng.sample(kinds, rng.choice((0, 1, 2)))
        for kind in kinds:
            yield 0, kind
            yield 1, "unrelated_caller"
        yield 0, "transfers"
    yield from _talk(rng)
    if truth["closing"]:
        yield 0, "closings"
    elif not is_unrelated:
        yield 0, "bad_closings"


def _talk(rng: random.Random) -> Iterator[tuple[int, str]]:
    for _ in range(rng.randint(2, 5)):
        yield 1, "unrelated_caller"
        for _ in range(rng.randint(1, 3)):
            yield 0, "unrelated_agent"


@dataclass
class Tally:
    """Hits, misses and false alarms of one event."""

    hits: int = 0
    misses: int = 0
    false: int = 0
    unsure: int = 0

    @property
    def f1(self) -> float:
        made = 2 * self.hits + self.misses + self.false
        return 2 * self.hits / made if made else 1.0


def count(tallies: dict[str, Tally], call: MadeCall, proposal: Proposal) -> None:
    """Add one call's findings to the tallies."""
    for event, (key, found_as) in EVENTS.items():
        verdict = proposal.finding(key).verdict
        tally, is_found = tallies[event], verdict is found_as
        tally.unsure += verdict is Verdict.UNSURE
        tally.hits += is_found and call.truth[event]
        tally.misses += not is_found and call.truth[event]
        tally.false += is_found and not call.truth[event]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateReport:
    """What was measured at one word error rate.

    Attributes:
        f1: over all events together; `events` has it for each.
        aim: what it should reach.
        missed, wrong: misses and false finds by event.
        unsure_share: share of questions left to a reviewer.
        false_alarms: share of questions answered wrongly on unrelated speech.
    """

    f1: float
    aim: float
    events: dict[str, float]
    missed: dict[str, int]
    wrong: dict[str, int]
    unsure_share: float
    false_alarms: float


def measure(calls: int, seed: int, rate: float) -> RateReport:
    """Return how the checks do on so many calls, and as many of unrelated speech."""
    source = Path(__file__).with_name("calls.yaml").read_text(encoding="utf-8")
    texts: Texts = yaml.safe_load(source)
    vocabulary = [w for lines in texts.values() for line in lines for w in words(line)]
    form, rng, errors = (
        default_form(),
        random.Random(seed),
        ErrorMaker(vocabulary, seed),
    )
    tallies, alarms = {event: Tally() for event in EVENTS}, 0
    for index in range(2 * calls):
        call = make_call(texts, rng, is_unrelated=index % 2 == 1)
        heard = call.transcript(errors.spoil(call.words, rate))
        proposal = propose(form, heard, call.facts)
        if index % 2 == 0:
            count(tallies, call, proposal)
            continue
        alarms += sum(
            proposal.finding(key).verdict is found_as
            for key, found_as in EVENTS.values()
        )
    asked = calls * len(EVENTS)
    return RateReport(
        f1=round(_together(tallies).f1, 4),
        aim=AIMS[rate],
        events={event: round(t.f1, 4) for event, t in tallies.items()},
        missed={event: t.misses for event, t in tallies.items()},
        wrong={event: t.false for event, t in tallies.items()},
        unsure_share=round(_together(tallies).unsure / asked, 4),
        false_alarms=round(alarms / asked, 4),
    )


def _together(tallies: Mapping[str, Tally]) -> Tally:
    return Tally(
        hits=sum(t.hits for t in tallies.values()),
        misses=sum(t.misses for t in tallies.values()),
        false=sum(t.false for t in tallies.values()),
        unsure=sum(t.unsure for t in tallies.values()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = {
        f"{rate:.0%}": asdict(measure(options.calls, options.seed, rate))
        for rate in RATES
    }
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return
    print("errors      F1   aim  false alarms  unsure  by event")
    for rate, found in report.items():
        by_event = "  ".join(f"{k} {v:.3f}" for k, v in found["events"].items())
        print(
            f"{rate:>6} {found['f1']:7.4f} {found['aim']:5.2f} "
            f"{found['false_alarms']:13.4f} {found['unsure_share']:7.4f}  {by_event}"
        )


if __name__ == "__main__":
    main()
