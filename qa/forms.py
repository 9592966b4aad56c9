"""The form on which calls are scored: sections, weighted items, checks, versions.

A form is a YAML file::

    form: service                     # the form's key
    version: 1                        # raised with every change once it was used
    title: {tr: …, en: …}             # by language; a plain text is Turkish
    steps:                            # what is listened for; see qa.script
      opening:
        by: agent                     # agent (default), caller or anyone
        window: {first_s: 10}         # or last_s; left out: at any time
        distinctive: true             # nobody else would say it (default: false)
        wordings:
          - iyi günler, ben {agent_name}
          - {say: sizi arıyorum, direction: outbound}
    sections:
      - key: start
        title: …
        weight: 40                    # default: the sum of what its items weigh
        items:
          - key: opening_said
            title: …
            help: …                   # what the reviewer should listen for
            source: …                 # the rule behind it
            weight: 10                # default 1; 0: reported, not counted
            critical: section         # a "no" fails the section, or the form
            partial_credit: true      # some of its steps earn some of the weight
            may_not_apply: true       # the reviewer may set it aside
            direction: inbound        # only for these calls
            when: transferred         # only if the call was (or was said to be)
            check: {said: [opening]}  # see qa.checks; without: a reviewer's item
    bands:                            # names for totals, from 0 to 100
      - {key: good, title: …, from: 75}

`when: transferred` takes the call's record; where that does not tell, the call
counts as transferred if step `transfer` is said.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from importlib.resources import files

from qa.checks import Check, read_check
from qa.errors import FormInvalid
from qa.reading import Node, load_yaml
from qa.script import Direction, Step, read_steps

TRANSFER_STEP = "transfer"
Titles = Mapping[str, str]


class Critical(StrEnum):
    """What a "no" to an item fails beside the item."""

    NOTHING = "none"
    SECTION = "section"
    FORM = "form"


class When(StrEnum):
    """In which calls an item applies."""

    ALWAYS = "always"
    TRANSFERRED = "transferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of a form; the module's docstring says what each part means."""

    key: str
    title: Titles
    help: Titles
    source: str
    weight: Fraction
    critical: Critical
    has_partial_credit: bool
    may_not_apply: bool
    direction: Direction | None
    when: When
    check: Check | None

    @property
    def can_be_not_applicable(self) -> bool:
        """Whether there are calls to which the item does not apply."""
        is_conditional = self.direction is not None or self.when is not When.ALWAYS
        return self.may_not_apply or is_conditional or self.check is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Items that belong together.

    Attributes:
        weight: the section's share of the total, or None: what its items weigh.
    """

    key: str
    title: Titles
    weight: Fraction | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A name for totals of `least` and above, in points of 100."""

    key: str
    title: Titles
    least: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A version of a form. Forms are equal when their contents are.

    Attributes:
        key, version, title: which form this is.
        steps: what is listened for, by key.
        sections: in the order of the page.
        bands: highest first; may be empty.
        content_hash: SHA-256 of the content, independent of layout and comments;
            the same key and version with another hash is another form in disguise.
    """

    key: str
    version: int
    title: Titles
    steps: Mapping[str, Step]
    sections: tuple[Section, ...]
    bands: tuple[Band, ...]
    content_hash: str

    @classmethod
    def from_yaml(cls, text: str) -> "Form":
        """Return the form that a YAML text describes.

        Raises:
            FormInvalid: with every problem of the text, each with its place.
        """
        document = load_yaml(text)
        node = Node(document)
        if not isinstance(document, Mapping):
            node.refuse("a form: a mapping with form, version, title, sections")
            raise FormInvalid(node.problems)
        form = _read_form(node, _content_hash(document))
        if node.problems:
            raise FormInvalid(node.problems)
        return form

    @property
    def identity(self) -> str:
        """The form's key, version and hash as one text, for provenance."""
        return f"{self.key}@{self.version}:{self.content_hash[:12]}"

    def items(self) -> Iterator[Item]:
        """Yield every item in the order of the page."""
        for section in self.sections:
            yield from section.items

    def item(self, key: str) -> Item:
        """Return an item by key; KeyError if there is none."""
        for item in self.items():
            if item.key == key:
                return item
        raise KeyError(key)

    def band_of(self, total: Fraction) -> Band | None:
        """Return the band of a total in 0-100, or None below all bands."""
        return next((band for band in self.bands if total >= band.least), None)


def default_form_text() -> str:
    """Return the YAML text of the form shipped with the package."""
    source = files("qa").joinpath("forms", "cagri_degerlendirme.yaml")
    return source.read_text(encoding="utf-8")


def default_form() -> Form:
    """Return the form shipped with the package, for inbound and outbound calls."""
    return Form.from_yaml(default_form_text())


def _content_hash(document: object) -> str:
    canonical = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _read_form(node: Node, content_hash: str) -> Form:
    key = node.get("form").key()
    version = _whole(node.get("version"))
    title = node.get("title").translated()
    steps = read_steps(node.get("steps"))
    sections = tuple(_read_section(s, steps) for s in node.get("sections").each())
    bands = [_read_band(band) for band in node.get("bands").each(optional=True)]
    node.close()
    form = Form(
        key=key,
        version=version,
        title=title,
        steps=steps,
        sections=sections,
        bands=tuple(sorted(bands, key=lambda band: -band.least)),
        content_hash=content_hash,
    )
    _refuse_clashes(form, node)
    return form


def _refuse_clashes(form: Form, node: Node) -> None:
    """Note what is wrong only in view of the whole form."""
    for name, keys in (
        ("sections", [section.key for section in form.sections]),
        ("items", [item.key for item in form.items()]),
        ("bands", [band.key for band in form.bands]),
    ):
        for key in sorted({key for key in keys if key and keys.count(key) > 1}):
            Node(key, name, node.problems).refuse("keys that differ")
    if form.sections and not any(item.weight for item in form.items()):
        Node(0, "sections", node.problems).refuse("an item with a weight above 0")
    waits = any(item.when is When.TRANSFERRED for item in form.items())
    if waits and TRANSFER_STEP not in form.steps:
        part = Node(None, "steps", node.problems)
        part.refuse(f"a step {TRANSFER_STEP}, because items wait for a transfer")


def _read_section(node: Node, steps: Mapping[str, Step]) -> Section:
    section = Section(
        key=node.get("key").key(),
        title=node.get("title").translated(),
        weight=node.get("weight").number(least=0) if node.has("weight") else None,
        items=tuple(_read_item(item, steps) for item in node.get("items").each()),
    )
    node.get("weight")
    node.close()
    return section


def _read_item(node: Node, steps: Mapping[str, Step]) -> Item:
    has_direction = node.has("direction")
    direction = node.get("direction")
    item = Item(
        key=node.get("key").key(),
        title=node.get("title").translated(),
        help=node.get("help").translated() if node.has("help") else {},
        source=node.get("source").text(default=""),
        weight=node.get("weight").number(least=0, default=1),
        critical=node.get("critical").choice(Critical, Critical.NOTHING),
        has_partial_credit=node.get("partial_credit").flag(),
        may_not_apply=node.get("may_not_apply").flag(),
        direction=direction.choice(Direction) if has_direction else None,
        when=node.get("when").choice(When, When.ALWAYS),
        check=read_check(node.get("check"), steps),
    )
    node.get("help")
    node.close()
    return item


def _read_band(node: Node) -> Band:
    band = Band(
        key=node.get("key").key(),
        title=node.get("title").translated(),
        least=node.get("from").number(least=0, most=100),
    )
    node.close()
    return band


def _whole(node: Node) -> int:
    number = node.number(least=1)
    if number.denominator != 1:
        node.refuse("a whole number")
    return int(number)
