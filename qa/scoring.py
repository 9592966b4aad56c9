"""From answers to a score, in exact arithmetic.

An item that does not apply, is unsure or is unanswered counts neither for nor
against: its weight leaves the sum. Within a section, the score is the weighted mean
of the counted items; the total is the mean of the sections that have any, by their
weights (a section without a weight of its own weighs what its counted items weigh).
A "no" to a critical item makes its section, or the whole form, zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from qa.errors import AnswerInvalid
from qa.forms import Critical, Form, Item, Section

FULL = Fraction(100)


class Verdict(StrEnum):
    """Whether an item is met."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer (or, as a proposal, a check) says about an item.

    Attributes:
        verdict: whether it is met.
        share: how much of the weight is earned, in [0, 1]; None means all for yes
            and nothing for no. Only items with partial credit take another.
    """

    verdict: Verdict
    share: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """What an item earned.

    Attributes:
        verdict: as answered; UNSURE where it was not answered.
        share: earned share in [0, 1], or None where the item does not count.
        points, weight: earned and possible, both None where it does not count.
    """

    key: str
    verdict: Verdict
    share: Fraction | None
    points: Fraction | None
    weight: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """What a section earned: `score` in 0-100, or None if none of it counts."""

    key: str
    score: Fraction | None
    weight: Fraction
    failed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a call earned.

    Attributes:
        total: exact, in 0-100, or None if no item counts.
        sections, items: in the order of the form.
        auto_failed_by: keys of the critical items that failed a section or the form.
        open_items: keys of the items that wait for a reviewer.
    """

    total: Fraction | None
    sections: tuple[SectionScore, ...]
    items: tuple[ItemScore, ...]
    auto_failed_by: tuple[str, ...]
    open_items: tuple[str, ...]


def evaluate(form: Form, answers: Mapping[str, Answer]) -> Score:
    """Return the score of the answers, by item key.

    Raises:
        AnswerInvalid: for an item the form lacks, a share outside [0, 1] or that
            contradicts the verdict or the item, or an item that always applies set
            aside.
    """
    known = {item.key: item for item in form.items()}
    for key, answer in answers.items():
        if key not in known:
            raise AnswerInvalid(key, "an item of the form", "a key it does not have")
        _check(known[key], answer)
    items = {key: _item_score(item, answers.get(key)) for key, item in known.items()}
    failed = _failed_by(form, items)
    sections = tuple(_section_score(s, items, failed) for s in form.sections)
    return Score(
        total=_total(sections, failed),
        sections=sections,
        items=tuple(items.values()),
        auto_failed_by=tuple(failed),
        open_items=tuple(k for k, s in items.items() if s.verdict is Verdict.UNSURE),
    )


def _check(item: Item, answer: Answer) -> None:
    if answer.verdict is Verdict.NOT_APPLICABLE and not item.can_be_not_applicable:
        raise AnswerInvalid(item.key, "yes, no or unsure", answer.verdict)
    share = answer.share
    if share is None:
        return
    if answer.verdict not in (Verdict.YES, Verdict.NO):
        raise AnswerInvalid(item.key, "no share with this verdict", share)
    if not 0 <= share <= 1:
        raise AnswerInvalid(item.key, "a share in [0, 1]", share)
    if answer.verdict is Verdict.YES and share != 1:
        raise AnswerInvalid(item.key, "the whole share with a yes", share)
    if 0 < share < 1 and not item.has_partial_credit:
        raise AnswerInvalid(item.key, "0 or 1, without partial credit", share)
    if answer.verdict is Verdict.NO and share == 1:
        raise AnswerInvalid(item.key, "less than the whole share with a no", share)


def _item_score(item: Item, answer: Answer | None) -> ItemScore:
    verdict = answer.verdict if answer else Verdict.UNSURE
    share: Fraction | None = None
    if answer and verdict in (Verdict.YES, Verdict.NO):
        whole = Fraction(int(verdict is Verdict.YES))
        share = whole if answer.share is None else Fraction(answer.share)
    return ItemScore(
        key=item.key,
        verdict=verdict,
        share=share,
        points=None if share is None else share * item.weight,
        weight=None if share is None else item.weight,
    )


def _failed_by(form: Form, items: Mapping[str, ItemScore]) -> dict[str, Critical]:
    return {
        item.key: item.critical
        for item in form.items()
        if item.critical is not Critical.NOTHING
        and items[item.key].verdict is Verdict.NO
    }


def _section_score(
    section: Section, items: Mapping[str, ItemScore], failed: Mapping[str, Critical]
) -> SectionScore:
    scores = [items[item.key] for item in section.items]
    possible = sum((s.weight for s in scores if s.weight is not None), Fraction(0))
    earned = sum((s.points for s in scores if s.points is not None), Fraction(0))
    failing = tuple(item.key for item in section.items if item.key in failed)
    score = FULL * earned / possible if possible else None
    if failing:
        score = Fraction(0)
    return SectionScore(
        key=section.key,
        score=score,
        weight=possible if section.weight is None else section.weight,
        failed_by=failing,
    )


def _total(
    sections: tuple[SectionScore, ...], failed: Mapping[str, Critical]
) -> Fraction | None:
    if Critical.FORM in failed.values():
        return Fraction(0)
    counted = [(s.score, s.weight) for s in sections if s.score is not None]
    weight = sum((w for _, w in counted), Fraction(0))
    if not weight:
        return None
    return sum((score * w for score, w in counted), Fraction(0)) / weight
