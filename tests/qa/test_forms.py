from fractions import Fraction

import pytest

from qa.checks import Said, steps_of
from qa.errors import FormInvalid
from qa.forms import Critical, Form, default_form, default_form_text
from qa.script import Direction

SMALL = """
form: small
version: 2
title: {tr: Küçük, en: Small}
steps:
  opening: {window: {first_s: 10}, wordings: [iyi günler]}
sections:
  - key: only
    title: Tek
    items:
      - key: said
        title: Söylendi
        weight: 2.5
        critical: form
        check: {said: [opening]}
      - {key: nice, title: Nazik, may_not_apply: true}
bands:
  - {key: low, title: Düşük, from: 0}
  - {key: high, title: Yüksek, from: 90}
"""

BROKEN = """
form: A b
version: 1.5
sections:
  - key: x
    items:
      - {key: q, wieght: 3, title: Q, check: {said: [nowhere]}}
      - {key: q, title: Q, weight: -1, critical: very, check: {says: 1}}
      - {key: r, title: R, when: transferred, partial_credit: maybe}
steps:
  a: {wordings: ["(x"], window: {first_s: soon}, by: robot}
bands: [{key: b, title: B, from: 120}]
"""


def test_a_form_says_what_its_file_says() -> None:
    form = Form.from_yaml(SMALL)
    said, nice = form.items()

    assert (form.key, form.version, form.title["en"]) == ("small", 2, "Small")
    assert said.weight == Fraction(5, 2)
    assert said.critical is Critical.FORM
    assert said.check == Said(steps=("opening",))
    assert nice.weight == 1
    assert nice.check is None
    assert nice.may_not_apply
    assert form.item("nice") is nice


def test_every_error_of_a_form_is_named_at_once() -> None:
    with pytest.raises(FormInvalid) as refusal:
        Form.from_yaml(BROKEN)

    assert [problem.path for problem in refusal.value.problems] == [
        "form",
        "version",
        "title",
        "steps.a.by",
        "steps.a.window.first_s",
        "steps.a.wordings[0]",
        "sections[0].title",
        "sections[0].items[0].check.said[0]",
        "sections[0].items[0].wieght",
        "sections[0].items[1].weight",
        "sections[0].items[1].critical",
        "sections[0].items[1].check",
        "sections[0].items[2].partial_credit",
        "bands[0].from",
        "items",
        "steps",
    ]
    assert refusal.value.params["count"] == 16
    assert "version: a whole number was expected, got 1.5" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a form"),
        ("[1]", "a form"),
        ("form: a\nversion: 1\ntitle: A\nsections: []", "at least one entry"),
        (SMALL.replace("weight: 2.5", "weight: 0").replace(
            "may_not_apply: true", "weight: 0"), "a weight above 0"),
        (SMALL.replace("version: 2", "version: .inf"), "a number >= 1"),
        (SMALL.replace("first_s: 10", "first_s: 10, after: b"), "a step of the form"),
        (SMALL.replace("{first_s: 10}", "10"), "first_s, last_s or both"),
        (SMALL.replace("[iyi günler]", "{a: 1}"), "a list"),
        (SMALL.replace("{said: [opening]}", "{addressed: somebody}"), "caller_name"),
    ],
)  # fmt: skip
def test_a_form_with_an_error_is_refused(text: str, expected: str) -> None:
    with pytest.raises(FormInvalid, match=expected):
        Form.from_yaml(text)


def test_identity_follows_content_and_not_layout() -> None:
    form = Form.from_yaml(SMALL)
    turned = SMALL.replace("{tr: Küçük, en: Small}", "{en: Small, tr: Küçük}")
    same = Form.from_yaml(f"# a comment\n{turned}")
    other = Form.from_yaml(SMALL.replace("2.5", "2"))

    assert form.content_hash == same.content_hash
    assert form.content_hash != other.content_hash
    assert form.identity.startswith("small@2:")


@pytest.mark.parametrize(("total", "band"), [(100, "high"), (90, "high"), (89, "low")])
def test_bands_begin_at_their_limit(total: int, band: str) -> None:
    found = Form.from_yaml(SMALL).band_of(Fraction(total))

    assert found is not None
    assert found.key == band


def test_the_default_form_covers_what_a_call_is_scored_on() -> None:
    form = default_form()
    checks = {item.key: item.check for item in form.items()}
    automatic = {key for key, check in checks.items() if check is not None}

    assert automatic == {
        "opening_announcement",
        "caller_name",
        "recording_notice",
        "transfer_questions",
        "no_silent_hold",
        "no_forbidden_phrase",
        "script_order",
        "closing",
        "record_type",
    }
    assert sum(item.weight for item in form.items()) == 100
    assert all({"tr", "en"} <= set(item.title) for item in form.items())


def test_every_step_of_the_default_form_is_listened_for_in_both_directions() -> None:
    form = default_form()
    used = {s for item in form.items() if item.check for s in steps_of(item.check)}
    after = {step.window.after for step in form.steps.values()}

    assert used | after - {None} == set(form.steps)
    for step in form.steps.values():
        for direction in Direction:
            assert step.readings(direction), f"{step.key} {direction}"


def test_the_shipped_text_is_the_shipped_form() -> None:
    assert Form.from_yaml(default_form_text()) == default_form()
