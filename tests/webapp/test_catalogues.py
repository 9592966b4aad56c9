"""The catalogues hold what the application says: all of it, nothing else, well."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from webapp.i18n.alphabet import contains, fold
from webapp.i18n.formats import LOCALES

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "webapp" / "translations"
PLACE = r"%\(\w+\)s|\{\w+\}"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "N_": None}

# The trade's words, as domain experts have them: an English word, and what its
# Turkish has to contain.
WORDS = {
    r"abandoned calls?": "cevaplanamayan",
    r"appeal": "itiraz",
    r"audit log": "denetim kayd",
    r"evaluation": "değerlendirme",
    r"forecasts?": "tahmin",
    r"legal hold": "yasal saklama",
    r"lunch rotation": "yemek molası dönüşümü",
    r"occupancy": "doluluk",
    r"offered calls?": "gelen",
    r"answered calls?": "cevaplan",
    r"requirement": "gereken",
    r"rotas?": "çizelge",
    r"scorecards?": "karne",
    r"service lead": "servis sorumlu",
    r"service level": "hizmet seviyesi",
    r"shrinkage": "kayıp süre",
    r"staffing need": "personel ihtiyacı",
    r"supervisor": "süpervizör",
    r"swap": "taka",
    r"top manager": "üst yönetici",
    r"transcripts?": "döküm",
}
# Words that would be another name for one of those.
OTHER_WORDS = (
    r"rota\w*",
    r"şift\w*",
    r"bakiye\w*",
    r"eskalasyon\w*",
    r"gereksinim\w*",
    r"kilit\w*",
    r"müşteri temsilcisi",
    r"operatör\w*",
    r"öğle yeme\w*",
    r"servis lider\w*",
    r"skor\w*",
    r"transkript\w*",
    r"yayınla\w*",
    r"denetim günlüğü",
    r"vardiya planı",
)


def extracted() -> set[str | tuple[str, str]]:
    """Return the msgids of the sources, a pair for a plural."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        # Babel has no types here.
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords=KEYWORDS,
        directory_filter=lambda folder: is_source(Path(folder)),
    )
    return {
        text if isinstance(text, str) else (text[0], text[1])
        for *_, text, _, _ in found
    }


def is_source(folder: Path) -> bool:
    top = folder.relative_to(ROOT).parts
    return top[0] == "webapp" and top[1:2] not in (("assets",), ("static",))


def key_of(message: Message) -> str | tuple[str, str]:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def text_of(key: str | tuple[str, str]) -> str:
    return key if isinstance(key, str) else " ".join(key)


def said(message: Message) -> tuple[str, ...]:
    text = message.string or ""
    return (text,) if isinstance(text, str) else tuple(text)


def places(text: str) -> set[str]:
    return set(re.findall(PLACE, text))


def bare(text: str) -> str:
    return re.sub(PLACE, "", text)


def faults(catalog: Catalog) -> list[str]:
    """Return what is wrong with the messages of a catalogue."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        texts = said(message)
        if not all(texts):
            found.append(f"empty: {ids[0]}")
        elif message.fuzzy:
            found.append(f"fuzzy: {ids[0]}")
        elif any(places(text) != places(ids[-1]) for text in texts):
            found.append(f"other places: {ids[0]}")
        elif len(ids) > 1 and len(texts) != catalog.num_plurals:
            found.append(f"plural forms: {ids[0]}")
        elif any("%" in bare(text) for text in (*ids, *texts)):
            found.append(f"a sign that templates fill in: {ids[0]}")
        elif any("!" in text for text in (*ids, *texts)):
            found.append(f"exclamation mark: {ids[0]}")
    found.extend(f"obsolete: {message}" for message in catalog.obsolete)
    return found


def other_words(english: str, turkish: str) -> list[str]:
    """Return the rules of WORDS and OTHER_WORDS that a translation breaks."""
    words, folded = bare(english).casefold(), fold(bare(turkish))
    found = [
        wanted
        for word, wanted in WORDS.items()
        if re.search(rf"\b{word}\b", words) and not contains(folded, wanted)
    ]
    return found + [word for word in OTHER_WORDS if re.search(rf"\b{word}\b", folded)]


def catalogue(locale: str) -> Catalog:
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


@pytest.fixture(scope="module")
def sources() -> set[str | tuple[str, str]]:
    return extracted()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_holds_what_the_sources_say(
    locale: str, sources: set[str | tuple[str, str]]
) -> None:
    held = {key_of(message) for message in catalogue(locale) if message.id}

    assert sorted(map(str, sources - held)) == []
    assert sorted(map(str, held - sources)) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_is_without_fault(locale: str) -> None:
    assert faults(catalogue(locale)) == []


def test_english_is_said_as_it_is_written() -> None:
    changed = [
        message.id
        for message in catalogue("en")
        if message.id and said(message)[0] not in (message.id, message.id[0])
    ]

    assert changed == []


def test_turkish_keeps_to_the_words_of_the_trade() -> None:
    broken = [
        (english, turkish, rules)
        for message in catalogue("tr")
        if message.id
        for turkish in said(message)
        for english in [key_of(message)]
        for rules in [other_words(text_of(english), turkish)]
        if rules
    ]

    assert broken == []


def test_no_turkish_suffix_hangs_on_a_value() -> None:
    """Its vowels would have to follow a value that is not known here."""
    hanging = [
        text
        for message in catalogue("tr")
        if message.id
        for text in said(message)
        if re.search(rf"({PLACE})['’]?[^\W\d_]", text)
    ]

    assert hanging == []


@pytest.mark.parametrize(
    ("original", "translation", "fault"),
    [
        ("Day", "", "empty: Day"),
        ("Day %(day)s", "Gün %(gün)s", "other places: Day %(day)s"),
        ("{count} missing", "eksik", "other places: {count} missing"),
        ("Done", "Bitti!", "exclamation mark: Done"),
        ("Half", "%50", "a sign that templates fill in: Half"),
        (("%(num)s day", "%(num)s days"), ("", ""), "empty: %(num)s day"),
    ],
)
def test_a_faulty_message_is_found(
    original: str | tuple[str, str], translation: str | tuple[str, str], fault: str
) -> None:
    catalog = Catalog(locale="tr")
    catalog.add(original, translation)

    assert faults(catalog) == [fault]


def test_another_word_is_found() -> None:
    assert other_words("The rota is published.", "Rota yayınlandı.") == [
        "çizelge",
        r"rota\w*",
        r"yayınla\w*",
    ]
    assert other_words("The rota is published.", "Çizelge yayımlandı.") == []
