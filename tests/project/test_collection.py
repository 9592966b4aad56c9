"""Nothing under tests/ is left out silently."""

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import pytest

from tests.conftest import ROOT

TESTS = ROOT / "tests"
PARTS = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_no_folder_of_tests_is_a_package() -> None:
    assert not list(TESTS.rglob("__init__.py"))


def test_every_function_of_a_test_file_is_a_test_or_is_used() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py")}
    lent = set().union(*(_imported(source) for source in sources.values()))
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, source in sorted(sources.items())
        if path.name.startswith("test_")
        for name in _never_run(source, lent)
    ]

    assert unused == []


def _imported(source: str) -> set[str]:
    nodes = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom))
    return {alias.name for node in nodes for alias in node.names}


def _never_run(source: str, lent: AbstractSet[str] = frozenset()) -> Iterator[str]:
    tree = ast.parse(source)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= lent
    for node in tree.body:
        if not isinstance(node, PARTS) or node.name.startswith("test_"):
            continue
        is_fixture = any("fixture" in ast.unparse(d) for d in node.decorator_list)
        if not is_fixture and node.name not in used:
            yield node.name


def test_a_function_that_never_runs_is_found() -> None:
    assert list(_never_run("def bookings_are_cancelled():\n    assert False")) == [
        "bookings_are_cancelled"
    ]


@pytest.mark.parametrize("folder", ["forecasting", "scheduling", "recordings", "qa"])
def test_a_library_package_is_a_table_of_contents_and_imports_nothing(
    folder: str,
) -> None:
    source = (ROOT / folder / "__init__.py").read_text(encoding="utf-8")
    (only,) = ast.parse(source).body
    text = ast.get_docstring(ast.parse(source)) or ""

    assert isinstance(only, ast.Expr)
    modules = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}
    assert {module for module in modules if module not in text} == set()
