"""Templates say nothing to people outside `_()`."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

TEMPLATES = Path(__file__).resolve().parents[2] / "webapp" / "templates"
# The gallery shows the components with a made-up centre's words.
EXEMPT = {"components/gallery.html"}
# What is the same in every language.
NAMES = {"Vardiya", "PDF", "Excel", "Hz"}
READ_OUT = ("alt", "aria-description", "aria-label", "label", "placeholder", "title")
# A macro may be a tag's attributes alone.
ATTRIBUTE = r'\b[a-z-]+="[^"]*"'
TRANSLATED = {"_", "gettext", "ngettext"}
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"


def environment() -> Environment:
    return Environment(
        autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )


class _Text(HTMLParser):
    """Collects what a page shows or reads out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in ("script", "style")
        self.found.extend(value or "" for name, value in attrs if name in READ_OUT)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(re.sub(ATTRIBUTE, "", data))


def written_out(source: str) -> list[str]:
    """Return the words that a template shows as they stand between its tags."""
    page = "".join(
        text if kind == "data" else HOLE
        for _line, kind, text in environment().lex(source)
        if kind in ("data", "variable_begin", "block_begin")
    )
    parser = _Text()
    parser.feed(re.sub(f"(</?){HOLE}", r"\1x", page))
    words = [
        word for text in parser.found for word in re.findall(r"[^\W\d_]{2,}", text)
    ]
    return [word for word in words if word not in NAMES]


def passed_on(source: str) -> list[str]:
    """Return the sentences in a template's expressions that are not translated."""
    tree = environment().parse(source)
    translations = [
        call
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATED
    ]
    spoken_for = {
        id(text)
        for node in (*translations, *tree.find_all(nodes.Compare))
        for text in node.find_all(nodes.Const)
    }
    return [
        text.value
        for text in tree.find_all(nodes.Const)
        if isinstance(text.value, str)
        and id(text) not in spoken_for
        and re.match(r"[^\W\d_]*[A-ZÇĞİÖŞÜ][^\W\d_]+(?![\w-])", text.value)
        and text.value not in NAMES
    ]


@pytest.mark.parametrize(
    "name",
    sorted(
        {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
        - EXEMPT
    ),
)
def test_a_template_translates_what_it_says(name: str) -> None:
    source = (TEMPLATES / name).read_text()

    assert written_out(source) == []
    assert passed_on(source) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>{{ _('Today') }}</p>", []),
        ("<p>{{ name }} is here</p>", ["is", "here"]),
        ("<p>{% if x %}Bugün{% endif %}</p>", ["Bugün"]),
        ("<a title='Close {{ x }}' href='/a'>×</a>", ["Close"]),
        ("<script>let word = 1</script>{# a note #}<b>12:30</b> Vardiya", []),
    ],
)
def test_words_between_tags_are_found(source: str, words: list[str]) -> None:
    assert written_out(source) == words


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("{{ chip('good', _('Published')) }}", []),
        ("{{ chip('good', 'Published') }}", ["Published"]),
        ("{{ chip(ngettext('%(num)s Day', 'Days', 2), 'x') }}", []),
        ("{{ {'a': 'Who is away'}[key] }}", ["Who is away"]),
        ("{% if request.method == 'POST' %}x{% endif %}", []),
    ],
)
def test_sentences_in_expressions_are_found(source: str, sentences: list[str]) -> None:
    assert passed_on(source) == sentences
