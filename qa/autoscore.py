"""What a machine proposes for a call: a verdict per item, each with its evidence.

These are proposals. An *unsure* earns and costs nothing; a person decides. So does
one with nothing to go by: silence, words that were hardly recognised, or a recording
that does not tell who speaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from qa.addressing import hear_address
from qa.checks import (
    Addressed,
    Check,
    InOrder,
    NotSaid,
    Recorded,
    Said,
    SilenceAnnounced,
)
from qa.forms import TRANSFER_STEP, Form, Item, When
from qa.heard import Evidence
from qa.listening import CallFacts, Listener, Reason, Silence, StepHeard
from qa.matching import Certainty
from qa.scoring import Answer, Score, Verdict, evaluate
from qa.text import words
from recordings.transcript import Transcript

CALLING_INTO_SILENCE = frozenset({"alo", "aloo", "efendim"})
"""What people say into a silence to see whether somebody is there; it stays one."""

ANNOUNCED_TOLERANCE_S = 2.0
"""An announcement may end so long after a silence is measured to begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is proposed for one item.

    Attributes:
        key: the item.
        verdict: whether the item is met; NO to "no forbidden phrase" means one was
            said.
        share: earned share of the weight in [0, 1]; None unless yes or no.
        reason: why.
        evidence: the words (or silences) that it rests on, in order of time.
    """

    key: str
    verdict: Verdict
    reason: Reason
    share: Fraction | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """All findings of the checks of a form, and the score they would make.

    Attributes:
        form: identity of the form version.
        findings: one for each item that has a check, in the order of the form.
        score: over these alone; a reviewer's items are open in it.
    """

    form: str
    findings: tuple[Finding, ...]
    score: Score

    def finding(self, key: str) -> Finding:
        """Return the finding of an item; KeyError if it has no check."""
        for finding in self.findings:
            if finding.key == key:
                return finding
        raise KeyError(key)


def propose(
    form: Form, transcript: Transcript, call: CallFacts | None = None
) -> Proposal:
    """Return what the checks of a form find in a call."""
    listener = Listener(transcript, call or CallFacts(), form.steps)
    findings = tuple(
        _finding(item, item.check, listener)
        for item in form.items()
        if item.check is not None
    )
    answers = {f.key: Answer(f.verdict, f.share) for f in findings}
    return Proposal(
        form=form.identity, findings=findings, score=evaluate(form, answers)
    )


def _finding(item: Item, check: Check, listener: Listener) -> Finding:
    applies, reason = _applies(item, listener)
    if applies is Certainty.NO:
        return Finding(key=item.key, verdict=Verdict.NOT_APPLICABLE, reason=reason)
    finding = _checked(item, check, listener)
    if applies is Certainty.UNSURE and finding.verdict is Verdict.NO:
        return Finding(
            key=item.key,
            verdict=Verdict.UNSURE,
            reason=reason,
            evidence=finding.evidence,
        )
    return finding


def _applies(item: Item, listener: Listener) -> tuple[Certainty, Reason]:
    direction = listener.call.direction
    if item.direction is not None and direction is not item.direction:
        if direction is None:
            return Certainty.UNSURE, Reason.DIRECTION_UNKNOWN
        return Certainty.NO, Reason.OTHER_DIRECTION
    if item.when is When.TRANSFERRED:
        if listener.call.was_transferred is not None:
            said = Certainty.YES if listener.call.was_transferred else Certainty.NO
        else:
            said = listener.hear(TRANSFER_STEP).certainty
        is_no = said is Certainty.NO
        return said, Reason.NOT_TRANSFERRED if is_no else Reason.TRANSFER_UNCLEAR
    return Certainty.YES, Reason.SAID


def _checked(item: Item, check: Check, listener: Listener) -> Finding:
    match check:
        case Said():
            return _said(item, check, listener)
        case NotSaid():
            return _not_said(item, check, listener)
        case InOrder():
            return _in_order(item, check, listener)
        case Addressed():
            heard = hear_address(listener, check.slot)
            return _as_finding(item, heard.certainty, heard.reason, heard.evidence)
        case SilenceAnnounced():
            return _silence_announced(item, check, listener)
        case Recorded():
            return _recorded(item, check, listener)


def _as_finding(
    item: Item,
    certainty: Certainty,
    reason: Reason,
    evidence: Sequence[Evidence] = (),
    share: Fraction | None = None,
) -> Finding:
    if share is None and certainty is not Certainty.UNSURE:
        share = Fraction(int(certainty is Certainty.YES))
    return Finding(
        key=item.key,
        verdict=Verdict(certainty.value),
        reason=reason,
        share=share,
        evidence=tuple(sorted(evidence, key=lambda e: e.start_s)),
    )


def _said(item: Item, check: Said, listener: Listener) -> Finding:
    heard = [
        _before(step, check.before, listener) for step in _rivals(check.steps, listener)
    ]
    evidence = [e for step in heard for e in step.evidence[:1]]
    missing = [step for step in heard if step.certainty is Certainty.NO]
    if missing:
        said = Fraction(len(heard) - len(missing), len(heard))
        share = said if item.has_partial_credit else Fraction(0)
        return _as_finding(item, Certainty.NO, missing[0].reason, evidence, share)
    unsure = [step for step in heard if step.certainty is Certainty.UNSURE]
    if unsure:
        return _as_finding(item, Certainty.UNSURE, unsure[0].reason, evidence)
    return _as_finding(item, Certainty.YES, Reason.SAID, evidence)


def _rivals(keys: Sequence[str], listener: Listener) -> list[StepHeard]:
    """Return the steps as heard, each utterance for the step it is most like.

    `kimlik numaranızı alabilir miyim` is not far from asking for the telephone number.
    """
    heard = [listener.hear(key) for key in keys]
    return [
        step.without(
            match for other in heard if other is not step for match in other.matches
        )
        for step in heard
    ]


def _before(step: StepHeard, limit: str | None, listener: Listener) -> StepHeard:
    """Return a step with only what was said of it before another step began."""
    if limit is None or not step.matches:
        return step
    ends = [
        match.evidence.start_s
        for match in listener.hear(limit).matches
        if match.certainty is Certainty.YES
    ]
    in_time = tuple(
        m for m in step.matches if not ends or m.evidence.start_s < max(ends)
    )
    if in_time:
        return StepHeard(certainty=step.certainty, reason=step.reason, matches=in_time)
    return StepHeard(
        certainty=Certainty.NO, reason=Reason.TOO_LATE_FOR_STEP, matches=step.matches
    )


def _not_said(item: Item, check: NotSaid, listener: Listener) -> Finding:
    heard = [listener.hear(key) for key in check.steps]
    for certainty, verdict in (
        (Certainty.YES, Certainty.NO),
        (Certainty.UNSURE, Certainty.UNSURE),
    ):
        found = [step for step in heard if step.certainty is certainty]
        if found:
            is_said = certainty is Certainty.YES
            reason = Reason.FORBIDDEN_SAID if is_said else found[0].reason
            evidence = [e for step in found for e in step.evidence]
            return _as_finding(item, verdict, reason, evidence)
    return _as_finding(item, Certainty.YES, Reason.NOT_SAID)


def _in_order(item: Item, check: InOrder, listener: Listener) -> Finding:
    heard = [listener.hear(key) for key in check.steps]
    said = [step for step in heard if step.certainty is Certainty.YES]
    if len(said) < 2:
        if any(step.certainty is Certainty.UNSURE for step in heard):
            return _as_finding(item, Certainty.UNSURE, Reason.TOO_FEW_STEPS)
        return Finding(
            key=item.key, verdict=Verdict.NOT_APPLICABLE, reason=Reason.TOO_FEW_STEPS
        )
    evidence: list[Evidence] = []
    for step in said:
        previous = evidence[-1].start_s if evidence else -1.0
        later = [e for e in step.evidence if e.start_s > previous]
        if not later:
            evidence.append(step.evidence[-1])
            return _as_finding(item, Certainty.NO, Reason.OUT_OF_ORDER, evidence)
        evidence.append(later[0])
    return _as_finding(item, Certainty.YES, Reason.IN_ORDER, evidence)


def _silence_announced(
    item: Item, check: SilenceAnnounced, listener: Listener
) -> Finding:
    if not listener.words:
        return _as_finding(item, Certainty.UNSURE, Reason.NO_WORDS)
    silences = [
        silence
        for silence in _silences(listener)
        if silence.end_s - silence.start_s > check.longer_than_s
    ]
    if not silences:
        return _as_finding(item, Certainty.YES, Reason.NO_LONG_SILENCE)
    matches = [m for key in check.steps for m in listener.hear(key).matches]
    worst, evidence = Certainty.YES, []
    for silence in silences:
        certainty, announcement = Certainty.NO, _as_evidence(silence)
        for match in matches:
            gap = silence.start_s - match.evidence.end_s
            if -ANNOUNCED_TOLERANCE_S <= gap <= check.within_s:
                announcement = match.evidence
                certainty = match.certainty
                if certainty is Certainty.YES:
                    break
        evidence.append(announcement)
        worst = min(worst, certainty, key=_BADNESS.index)
    reason = {
        Certainty.YES: Reason.SILENCE_ANNOUNCED,
        Certainty.UNSURE: Reason.NEAR_MATCH,
        Certainty.NO: Reason.SILENCE_UNANNOUNCED,
    }[worst]
    return _as_finding(item, worst, reason, evidence)


_BADNESS = (Certainty.NO, Certainty.UNSURE, Certainty.YES)


def _silences(listener: Listener) -> list[Silence]:
    """Return the silences between the first and the last word of the call."""
    begin = listener.words[0].start_s
    end = max(word.end_s for word in listener.words)
    if listener.call.silences is not None:
        return [
            s for s in listener.call.silences if s.start_s > begin and s.end_s < end
        ]
    found: list[Silence] = []
    for word in listener.words:
        if CALLING_INTO_SILENCE.issuperset(words(word.text)):
            continue
        if word.start_s > begin:
            found.append(Silence(start_s=begin, end_s=word.start_s))
        begin = max(begin, word.end_s)
    return found


def _as_evidence(silence: Silence) -> Evidence:
    return Evidence(
        text="", start_s=silence.start_s, end_s=silence.end_s, confidence=1.0
    )


def _recorded(item: Item, check: Recorded, listener: Listener) -> Finding:
    record = listener.call.record
    if record is None or check.fact not in record:
        return _as_finding(item, Certainty.UNSURE, Reason.RECORD_UNKNOWN)
    if (record[check.fact] or "").strip():
        return _as_finding(item, Certainty.YES, Reason.RECORD_COMPLETE)
    return _as_finding(item, Certainty.NO, Reason.RECORD_INCOMPLETE)
