"""Which column means what: names in Turkish and English, and what is mapped."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from forecasting.errors import InvalidArgumentError
from forecasting.findings import AmbiguousColumnError, MissingColumnError
from forecasting.table import Table
from forecasting.workbook import Cell

# Both alphabets fold to the same letters: I, İ, ı and i all become i.
TURKISH = str.maketrans("İIıĞğÜüŞşÖöÇç", "iiigguussoocc")
IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
MINUTES = frozenset({"dk", "dak", "dakika", "min", "mins", "minute", "minutes"})
SECONDS = frozenset({"s", "sn", "san", "saniye", "sec", "secs", "second", "seconds"})
OTHER_UNITS = frozenset(
    {"adet", "calls", "hhmmss", "mmss", "ssddss", "ssddsn", "sadksn"}
)
COUNT_WORDS = ("sayisi", "adedi", "adet")  # "çağrı sayısı" is "çağrı"

Synonyms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """The columns of a table that were recognised.

    Attributes:
        names: field to the name of its column, as the file writes it.
        indices: field to the position of its column.
        unused: names of the columns that mean nothing here.
        in_minutes: fields whose column name gives minutes as the unit.
    """

    names: Mapping[str, str]
    indices: Mapping[str, int]
    unused: tuple[str, ...]
    in_minutes: frozenset[str]

    def __contains__(self, field: str) -> bool:
        return field in self.indices

    def cells(self, table: Table, field: str) -> list[Cell]:
        """Return the cells of the field's column."""
        return table.column(self.indices[field])


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text in lower-case a-z and digits alone, Turkish letters included.

    "ORT. GÖRÜŞME SÜRESİ", "Ort. Görüşme Süresi" and "ort_gorusme_suresi" are equal.
    """
    plain = unicodedata.normalize("NFC", text).translate(TURKISH)
    plain = unicodedata.normalize("NFKD", plain).lower()
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def map_columns(
    table: Table, synonyms: Synonyms, chosen: Mapping[str, str]
) -> ColumnMap:
    """Return which column of the table holds which field.

    Args:
        table: whose header is read.
        synonyms: per field its folded column names, in order of preference.
        chosen: field to column name, going before the synonyms.

    Raises:
        InvalidArgumentError: if `chosen` names an unknown field.
        MissingColumnError: if the table lacks a chosen column.
        AmbiguousColumnError: if two columns have the same name for a field.
    """
    folded = [_key(name) for name in table.header]
    indices: dict[str, int] = {}
    for field, name in chosen.items():
        if field not in synonyms:
            raise InvalidArgumentError("columns", ", ".join(synonyms), field)
        indices[field] = _index_of(table, field, name)
    for field, names in synonyms.items():
        if field in indices:
            continue
        found = _first_match(folded, names, taken=set(indices.values()))
        if len(found) > 1:
            first, second = (table.header[at] for at in found[:2])
            raise AmbiguousColumnError(
                file=table.file, wanted=field, first=first, second=second
            )
        if found:
            indices[field] = found[0]
    used = set(indices.values())
    header = table.header
    return ColumnMap(
        names={field: header[at] for field, at in indices.items()},
        indices=indices,
        unused=tuple(n for at, n in enumerate(header) if n and at not in used),
        in_minutes=frozenset(
            field
            for field, at in indices.items()
            if MINUTES & {fold(unit) for unit in IN_BRACKETS.findall(header[at])}
        ),
    )


def require(table: Table, columns: ColumnMap, *alternatives: str) -> None:
    """Raise MissingColumnError unless one of the fields has a column."""
    if not any(field in columns for field in alternatives):
        raise MissingColumnError(
            file=table.file,
            wanted=" / ".join(alternatives),
            header=", ".join(table.header),
        )


def _key(name: str) -> str:
    """Return the folded name without its unit or the word for a count."""
    key = fold(IN_BRACKETS.sub(_without_unit, name))
    for word in COUNT_WORDS:
        key = key.removesuffix(word) or key
    return key


def _without_unit(bracket: re.Match[str]) -> str:
    """Return "" for a unit in brackets; other words in brackets change a meaning."""
    is_unit = fold(bracket.group(1)) in MINUTES | SECONDS | OTHER_UNITS
    return "" if is_unit else bracket.group()


def _index_of(table: Table, field: str, name: str) -> int:
    wanted = " ".join(name.split())
    exact = [at for at, header in enumerate(table.header) if header == wanted]
    close = [at for at, header in enumerate(table.header) if fold(header) == fold(name)]
    found = exact or close
    if not found:
        raise MissingColumnError(
            file=table.file, wanted=name, header=", ".join(table.header)
        )
    if len(found) > 1:
        raise AmbiguousColumnError(
            file=table.file, wanted=field, first=name, second=table.header[found[1]]
        )
    return found[0]


def _first_match(
    folded: Sequence[str], names: tuple[str, ...], taken: set[int]
) -> list[int]:
    """Return the free columns that carry the most preferred of the names present."""
    for name in names:
        found = [at for at, key in enumerate(folded) if key == name and at not in taken]
        if found:
            return found
    return []
