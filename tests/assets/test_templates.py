"""Templates keep to the content security policy, the icon list and the contrast."""

import json
import re
from itertools import product

import pytest

from tests.conftest import ROOT

TEMPLATES = ROOT / "webapp" / "templates"
SOURCES = ROOT / "webapp" / "assets" / "src"
ICONS = set((SOURCES / "icons.txt").read_text().split())
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "style element": re.compile(r"<style\b"),
    "event handler": re.compile(r"<[a-z][^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "script in the page": re.compile(
        r'<script\b(?![^>]*\bsrc=)(?![^>]*type="application/json")'
    ),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx code": re.compile(r"hx-on|hx-vals=.js:|hx-trigger=\"[^\"]*\["),
    "unescaped value": re.compile(r"\|\s*safe\b"),
    "other host": re.compile(r"<(?:script|link|img|audio)[^>]*=\"(?:https?:)?//"),
}
ICON_USES = re.compile(
    r"""\bicon\(\s*["']([a-z0-9-]+)["']        # {{ icon("x") }}
      | ["']icon["']:\s*["']([a-z0-9-]+)["']   # primary={"icon": "x"}
      | \bicon(?:_name)?=["']([a-z0-9-]+)["']  # icon="x" of a desk
    """,
    re.VERBOSE,
)
BACKGROUNDS = ("bg", "surface", "raised")
TEXTS = ("ink", "ink-2", "accent", "good", "bad", "short", "over")
PAIRS = [
    *product(TEXTS, BACKGROUNDS),
    *((kind, f"{kind}-soft") for kind in ("accent", "good", "bad", "short", "over")),
    ("ink", "hover"),
    ("ink", "sunken"),
    ("ink-2", "hover"),
    ("ink-2", "sunken"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("side-ink", "side"),
    ("side-ink-2", "side"),
    ("side-ink", "side-hover"),
]
ACTIVITIES = ("shift", "lunch", "break", "training", "leave", "absence")
TOKENS: dict[str, dict[str, str]] = json.loads((SOURCES / "tokens.json").read_text())


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_template_breaks_the_policy(rule: str) -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}: {match[0][:80]}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for match in FORBIDDEN[rule].finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("rule", "markup"),
    [
        ("style attribute", '<p class="a" style="color:red">'),
        ("style element", "<style>p{}</style>"),
        ("event handler", '<button class="btn" onclick="go()">'),
        ("script in the page", "<script>go()</script>"),
        ("script address", '<a href="javascript:go()">'),
        ("htmx code", '<p hx-trigger="load, every 1s [isOpen()]">'),
        ("unescaped value", "{{ name | safe }}"),
        ("other host", '<img src="//example.org/x.png">'),
    ],
)
def test_each_rule_finds_its_own_breach(rule: str, markup: str) -> None:
    assert FORBIDDEN[rule].search(markup)


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sources = [*TEMPLATES.rglob("*.html"), *(ROOT / "webapp" / "views").rglob("*.py")]
    used = {
        name
        for path in sources
        for names in ICON_USES.findall(path.read_text(encoding="utf-8"))
        for name in names
        if name
    }

    assert used
    assert used - ICONS == set()


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_a_contrast_of_4_5_in_both_themes(theme: str) -> None:
    colours = TOKENS[theme]
    weak = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in PAIRS
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }

    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_carries_meaning_has_a_contrast_of_3_in_both_themes(theme: str) -> None:
    colours = TOKENS[theme]
    marks = [f"act-{kind}" for kind in ACTIVITIES]
    marks += ["line-strong", "focus", "required", "staffed", "wave-1", "wave-2"]
    weak = {
        mark: round(contrast(colours[mark], colours["surface"]), 2)
        for mark in marks
        if contrast(colours[mark], colours["surface"]) < 3.0
    }

    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_on_an_activity_can_be_read(theme: str) -> None:
    colours = TOKENS[theme]
    weak = [
        kind
        for kind in ACTIVITIES
        if contrast(colours["act-ink"], colours[f"act-{kind}-soft"]) < 4.5
    ]

    assert weak == []


def test_both_themes_have_the_same_tokens() -> None:
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()
