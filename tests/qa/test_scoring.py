from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import AnswerInvalid
from qa.forms import Form
from qa.scoring import Answer, Verdict, evaluate

YES, NO = Answer(Verdict.YES), Answer(Verdict.NO)
UNSURE, ASIDE = Answer(Verdict.UNSURE), Answer(Verdict.NOT_APPLICABLE)

FORM = Form.from_yaml(
    """
    form: worked
    version: 1
    title: Elle hesaplanmış
    sections:
      - key: first
        title: Birinci
        weight: 40
        items:
          - {key: a, title: A, weight: 3}
          - {key: b, title: B, weight: 1, may_not_apply: true}
          - {key: c, title: C, weight: 2, partial_credit: true}
      - key: second
        title: İkinci
        weight: 60
        items:
          - {key: d, title: D, weight: 1}
          - {key: e, title: E, weight: 2, critical: section, may_not_apply: true}
          - {key: f, title: F, weight: 0, critical: form, may_not_apply: true}
    """
)
PLAIN = Form.from_yaml(
    """
    form: plain
    version: 1
    title: Bölüm ağırlığı yok
    sections:
      - {key: x, title: X, items: [{key: a, title: A, weight: 7, may_not_apply: true}]}
      - {key: y, title: Y, items: [{key: b, title: B, weight: 3, may_not_apply: true}]}
    """
)

# Answers to a-f, total and section scores, all worked by hand.
WORKED = [
    ((YES, YES, YES, YES, YES, YES), Fraction(100), (100, 100), ()),
    (
        (YES, NO, YES, NO, YES, YES),
        Fraction(220, 3),
        (Fraction(250, 3), Fraction(200, 3)),
        (),
    ),
    ((NO, YES, YES, YES, YES, YES), Fraction(80), (50, 100), ()),
    ((YES, ASIDE, NO, YES, YES, ASIDE), Fraction(84), (60, 100), ()),
    ((YES, UNSURE, UNSURE, NO, UNSURE, UNSURE), Fraction(40), (100, 0), ()),
    ((YES, YES, YES, YES, NO, YES), Fraction(40), (100, 0), ("e",)),
    ((YES, YES, YES, YES, YES, NO), Fraction(0), (100, 0), ("f",)),
    ((YES, YES, YES, UNSURE, ASIDE, ASIDE), Fraction(100), (100, None), ()),
    ((UNSURE,) * 6, None, (None, None), ()),
    (
        (YES, YES, Answer(Verdict.NO, Fraction(1, 3)), YES, YES, YES),
        Fraction(820, 9),
        (Fraction(700, 9), 100),
        (),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "total", "sections", "failed"), WORKED)
def test_scores_are_those_worked_by_hand(
    answers: tuple[Answer, ...],
    total: Fraction | None,
    sections: tuple[Fraction | int | None, ...],
    failed: tuple[str, ...],
) -> None:
    score = evaluate(FORM, dict(zip("abcdef", answers, strict=True)))

    assert score.total == total
    assert tuple(section.score for section in score.sections) == sections
    assert score.auto_failed_by == failed


def test_an_unanswered_item_is_open_and_counts_for_nothing() -> None:
    score = evaluate(FORM, {"a": YES, "d": NO})

    assert score.open_items == ("b", "c", "e", "f")
    assert score.total == 40
    assert [item.points for item in score.items] == [3, None, None, 0, None, None]


def test_a_section_without_a_weight_weighs_what_its_counted_items_weigh() -> None:
    assert evaluate(PLAIN, {"a": YES, "b": NO}).total == 70
    assert evaluate(PLAIN, {"a": ASIDE, "b": NO}).total == 0
    assert evaluate(PLAIN, {"a": NO, "b": YES}).total == 30


def test_thirds_are_exact() -> None:
    score = evaluate(FORM, {"c": Answer(Verdict.NO, Fraction(1, 3)), "d": YES})

    assert score.total == (Fraction(100, 3) * 40 + 100 * 60) / 100


@pytest.mark.parametrize(
    ("key", "answer", "expected"),
    [
        ("z", YES, "an item of the form"),
        ("a", ASIDE, "yes, no or unsure"),
        ("a", Answer(Verdict.NO, Fraction(1, 2)), "without partial credit"),
        ("c", Answer(Verdict.NO, Fraction(3, 2)), r"in \[0, 1\]"),
        ("c", Answer(Verdict.YES, Fraction(1, 2)), "the whole share with a yes"),
        ("c", Answer(Verdict.NO, Fraction(1)), "less than the whole share"),
        ("c", Answer(Verdict.UNSURE, Fraction(1)), "no share with this verdict"),
    ],
)
def test_an_answer_that_the_form_does_not_allow_is_refused(
    key: str, answer: Answer, expected: str
) -> None:
    with pytest.raises(AnswerInvalid, match=expected):
        evaluate(FORM, {key: answer})


ANSWERS = st.fixed_dictionaries(
    {key: st.sampled_from([YES, NO, UNSURE]) for key in "acd"}
    | {key: st.sampled_from([YES, NO, UNSURE, ASIDE]) for key in "bef"}
)


@given(ANSWERS)
def test_totals_stay_between_0_and_100(answers: dict[str, Answer]) -> None:
    total = evaluate(FORM, answers).total

    assert total is None or 0 <= total <= 100


@given(ANSWERS, st.sampled_from("abcdef"))
def test_a_no_turned_into_a_yes_never_costs(
    answers: dict[str, Answer], key: str
) -> None:
    worse = evaluate(FORM, answers | {key: NO}).total
    better = evaluate(FORM, answers | {key: YES}).total

    assert worse is None or better is None or better >= worse


@given(ANSWERS, st.sampled_from("abcdef"))
def test_an_unsure_never_scores_below_a_no(
    answers: dict[str, Answer], key: str
) -> None:
    no = evaluate(FORM, answers | {key: NO}).total
    unsure = evaluate(FORM, answers | {key: UNSURE}).total

    assert unsure is None or no is None or unsure >= no


@given(ANSWERS)
def test_the_order_of_answers_does_not_matter(answers: dict[str, Answer]) -> None:
    turned = dict(reversed(answers.items()))

    assert evaluate(FORM, answers) == evaluate(FORM, turned)
