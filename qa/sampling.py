"""Which calls a reviewer hears: drawn by lot in each stratum, the same for a seed.

Every call gets a lot, a hash of the seed and its id, and the lowest lots are drawn.
So the order of the calls does not matter, and one more call changes at most one draw.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.errors import SampleInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A call that may be drawn.

    Attributes:
        call: its id.
        agent: whose call it is; nobody reviews their own.
        stratum: calls are drawn within each, for example an agent's week.
        is_flagged: a finding asks for a closer look.
    """

    call: str
    agent: str
    stratum: str
    is_flagged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many calls to draw.

    Attributes:
        per_stratum: calls from each stratum, at least 1.
        flagged: so many of these from flagged calls where there are such; the rest is
            drawn from all, so that an agent's average is not only of suspects.
        seed: the same seed draws the same calls.
    """

    per_stratum: int
    flagged: int = 0
    seed: int

    def __post_init__(self) -> None:
        if self.per_stratum < 1:
            raise SampleInvalid("per_stratum", ">= 1", self.per_stratum)
        if not 0 <= self.flagged <= self.per_stratum:
            raise SampleInvalid("flagged", f"in 0-{self.per_stratum}", self.flagged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The calls drawn.

    Attributes:
        calls: by stratum, then by lot.
        short: for each stratum with too few calls, how many are missing.
    """

    calls: tuple[Candidate, ...]
    short: Mapping[str, int]


def draw(candidates: Sequence[Candidate], plan: Plan) -> Sample:
    """Return the plan's number of calls from each stratum, or all it has.

    Raises:
        SampleInvalid: if a call is there twice.
    """
    twice = [c for c, n in Counter(c.call for c in candidates).items() if n > 1]
    if twice:
        raise SampleInvalid("calls", "there once each", f"{twice[0]} twice")
    strata: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: _lot(plan.seed, c.call)):
        strata[candidate.stratum].append(candidate)
    drawn: list[Candidate] = []
    short: dict[str, int] = {}
    for stratum in sorted(strata):
        calls = strata[stratum]
        flagged = [c for c in calls if c.is_flagged][: plan.flagged]
        others = [c for c in calls if c not in flagged]
        chosen = flagged + others[: plan.per_stratum - len(flagged)]
        drawn += chosen
        if len(chosen) < plan.per_stratum:
            short[stratum] = plan.per_stratum - len(chosen)
    return Sample(calls=tuple(drawn), short=short)


def spread(
    calls: Sequence[Candidate], reviewers: Sequence[str], seed: int
) -> dict[str, str]:
    """Return a reviewer for each call id, loads within one where nobody is barred.

    Raises:
        SampleInvalid: if nobody may review a call, because it is their own.
    """
    load = dict.fromkeys(sorted(set(reviewers)), 0)
    assigned: dict[str, str] = {}
    choices = {c.call: [r for r in load if r != c.agent] for c in calls}
    in_turn = sorted(choices, key=lambda call: (len(choices[call]), _lot(seed, call)))
    for call in in_turn:
        if not choices[call]:
            raise SampleInvalid("reviewers", f"others than the agent of {call}", "none")
        reviewer = min(
            choices[call], key=lambda name: (load[name], _lot(seed, f"{call}/{name}"))
        )
        assigned[call] = reviewer
        load[reviewer] += 1
    return assigned


def _lot(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}:{name}".encode()).digest()
