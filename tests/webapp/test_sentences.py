"""Every code that a package emits has its sentence, and every sentence its code."""

import ast
import re
from pathlib import Path

import pytest

from tests.webapp.code_finder import Emitted, codes_in, codes_of
from webapp.i18n import words
from webapp.i18n.sentences import TABLES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("forecasting", "scheduling", "recordings", "qa", "webapp")
# What a code that is put together can become.
EXPANDED = {
    ("scheduling", "too_few_*"): {"too_few_days", "too_few_minutes"},
    ("scheduling", "too_many_*"): {"too_many_days", "too_many_minutes"},
    ("notices", "appeal_*"): {"appeal_changed", "appeal_upheld"},
    ("notices", "*_granted"): {"top_manager_granted"},
    ("job_steps", "rota_*"): {
        "rota_breaks",
        "rota_counts",
        "rota_names",
        "rota_repair",
        "rota_whole",
    },
}


def places(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", sentence))


def expanded(found: Emitted) -> list[Emitted]:
    if "*" not in found.code:
        return [found]
    assert (found.table, found.code) in EXPANDED, f"{found.where}: {found.code}"
    return [
        Emitted(found.table, code, found.where, found.params)
        for code in sorted(EXPANDED[found.table, found.code])
    ]


@pytest.fixture(scope="module")
def emitted() -> list[Emitted]:
    return [one for found in codes_of(ROOT, PACKAGES) for one in expanded(found)]


def test_every_code_has_a_sentence(emitted: list[Emitted]) -> None:
    silent = [one for one in emitted if one.code not in TABLES[one.table]]

    assert silent == []


def test_every_sentence_has_a_code(emitted: list[Emitted]) -> None:
    known = {(one.table, one.code) for one in emitted}
    written = {(table, code) for table, codes in TABLES.items() for code in codes}

    assert sorted(written - known) == []


def test_every_place_of_a_sentence_is_given(emitted: list[Emitted]) -> None:
    empty = [
        (one, missing)
        for one in emitted
        if one.params is not None
        for missing in [places(TABLES[one.table].get(one.code, "")) - one.params]
        if missing
    ]

    assert empty == []


def test_every_stage_of_a_solve_has_a_step() -> None:
    source = (ROOT / "scheduling" / "solve.py").read_text()
    stages = {
        str(node.args[-1].value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("_tell", "_keep")
        and isinstance(node.args[-1], ast.Constant)
    }

    assert {f"rota_{stage}" for stage in stages} == EXPANDED["job_steps", "rota_*"]


@pytest.mark.parametrize(
    ("name", "table"),
    [("action", words.ACTIONS), ("object_type", words.OBJECT_KINDS)],
)
def test_every_entry_of_the_audit_log_can_be_read(
    name: str, table: dict[str, str]
) -> None:
    texts = {
        f"{path.name}: {keyword.value.value!s}"
        for path in sorted((ROOT / "webapp").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == name and isinstance(keyword.value, ast.Constant)
    }

    assert sorted(t for t in texts if t.partition(": ")[2] not in table) == []


SOURCE = """
GONE = "gone"

class TooLate(RecordingsError):
    code = "too_late"
    def __init__(self, hour):
        super().__init__("too late", hour=hour)

class MuchTooLate(TooLate):
    code = "much_too_late"

class LineCode(StrEnum):
    BAD = "bad_line"

HARD_RULES: tuple = (rest_between,)

def act(session, code, is_well):
    raise Refused("no_day", field="day", most=3)
    raise Conflict(GONE)
    params = {"agents": 1}
    yield Reason("in_conflict", params)
    yield Breach(f"too_{code}", agent, day, {"limit": 2})
    jobs.enqueue(session, KIND, title={"week": week})
    report(0.1, "begun", day=day)
    notices.tell(session, code="yes" if is_well else "no", params={"name": name})
    note_rows(NoticeCode.TWICE, rows, column=column)
    Failure("webapp.crashed", {"reason": "x"}, "text")

KIND = Kind("make_week", QUEUE)
"""


def test_the_finder_finds_each_way_to_emit_a_code() -> None:
    found = {
        (one.table, one.code): set(one.params or ())
        for one in codes_in(SOURCE, "webapp", "a.py")
    }

    assert found == {
        ("webapp", "too_late"): {"hour"},
        ("webapp", "much_too_late"): {"hour"},
        ("webapp", "bad_line"): {"value", "other_line"},
        ("hard_rules", "rest_between"): set(),
        ("webapp", "no_day"): {"field", "most"},
        ("webapp", "gone"): set(),
        ("webapp", "in_conflict"): {"agents"},
        ("webapp", "too_*"): {"limit"},
        ("job_titles", "make_week"): {"week"},
        ("job_steps", "begun"): {"day"},
        ("notices", "yes"): {"name"},
        ("notices", "no"): {"name"},
        ("webapp", "twice"): {"column", "count"},
        ("webapp", "crashed"): {"reason"},
    }


def test_a_notice_is_found_by_the_name_it_has_before() -> None:
    source = """
if is_new:
    code = "opened"
else:
    code = "changed"
notices.tell(session, code=code, params={"day": day})
"""

    found = {(one.table, one.code) for one in codes_in(source, "webapp")}

    assert found == {("notices", "opened"), ("notices", "changed")}


def test_a_param_that_a_variable_holds_is_not_guessed() -> None:
    (found,) = codes_in('raise Refused("no_day", **of(error))', "webapp")

    assert found.params is None
