"""Finds the codes that Python sources emit, with the params given beside them."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Calls whose first argument is a code, and the table of its sentence; "": the
# package's own.
RAISED: Mapping[str, str] = {
    "Refused": "",
    "Conflict": "",
    "JobRefused": "",
    "Reason": "",
    "Breach": "",
    "Failure": "",
    "Penalty": "goals",
    "Kind": "job_titles",
}
# Where the params stand in those that take them as one mapping.
PARAMS_AT: Mapping[str, int] = {"Reason": 1, "Breach": 3, "Failure": 1}
Names = frozenset[str]
NONE: Names = frozenset()
# Choices whose values are codes, and what always comes with them.
ENUMS: Mapping[str, Names | None] = {
    "LineCode": frozenset({"value", "other_line"}),
    "NoticeCode": None,
    "Reason": NONE,
}
NOTED = ("note", "note_rows", "_note_lines")


@dataclass(frozen=True)
class Emitted:
    """A code in a source.

    Attributes:
        table: name of the table that has its sentence.
        code: the code, `*` where it is put together.
        params: names of what is given with it; None where the source does not say.
    """

    table: str
    code: str
    where: str = field(default="", compare=False)
    params: Names | None = None


def codes_in(source: str, package: str, where: str = "") -> list[Emitted]:
    """Return the codes that a source emits."""
    finder = _Finder(ast.parse(source), package, where)
    return finder.found


def codes_of(root: Path, packages: Iterable[str]) -> list[Emitted]:
    """Return the codes that all modules of some packages emit."""
    return [
        found
        for package in packages
        for path in sorted((root / package).rglob("*.py"))
        for found in codes_in(path.read_text(), package, str(path.relative_to(root)))
    ]


class _Finder(ast.NodeVisitor):
    """Collects the codes of one module."""

    def __init__(self, tree: ast.Module, package: str, where: str) -> None:
        self.package, self.where = package, where
        self.found: list[Emitted] = []
        self._texts: dict[str, str] = {}
        self._codes_by_name: list[ast.Constant] = []
        self._mappings: list[tuple[int, str, Names]] = []
        self._classes: dict[str, Names] = {}
        self._handed_on = NONE
        self._titles: Names | None = None
        self._look_around(tree)
        self.visit(tree)

    def _look_around(self, tree: ast.Module) -> None:
        """Note the names that codes and params go by in the module."""
        for name, value in _assigned(ast.walk(tree)):
            if isinstance(value, ast.Constant):
                self._texts[name] = str(value.value)
                self._codes_by_name += [value] if name == "code" else []
            elif isinstance(value, ast.Dict):
                self._mappings.append((value.lineno, name, _keys(value)))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                self._look_at(node)

    def _look_at(self, node: ast.Call) -> None:
        given = {k.arg: k.value for k in node.keywords}
        name = _name_of(node.func)
        if name == "tell" and isinstance(given.get("code"), ast.Name):
            self._handed_on |= self._names(given.get("params")) or NONE
        if name == "enqueue":
            self._titles = self._names(given.get("title"))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        values = dict(_assigned(node.body))
        self._classes[node.name] = self._params_of_class(node, values.get("wording"))
        if node.name in ENUMS and "StrEnum" in map(_name_of, node.bases):
            for value in values.values():
                self._add(self.package, value, ENUMS[node.name])
        elif "code" in values:
            self._add(self.package, values["code"], self._classes[node.name])
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(
                targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)
            ):
                for name, value in zip(names, values, strict=True):
                    if _name_of(name) == "code":
                        self._add(self.package, value, None)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if _name_of(node.target) == "HARD_RULES" and isinstance(node.value, ast.Tuple):
            for rule in node.value.elts:
                text = ast.copy_location(ast.Constant(_name_of(rule)), rule)
                self._add("hard_rules", text, NONE)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name, arguments = _name_of(node.func), node.args
        if name in RAISED and arguments:
            self._add(RAISED[name] or self.package, arguments[0], self._given(node))
        elif name.startswith(("tell", "_tell")) and self.package == "webapp":
            self._add_told(node)
        elif name == "report" and len(arguments) > 1:
            self._add("job_steps", arguments[1], self._keywords(node))
        elif name in NOTED and arguments and isinstance(arguments[0], ast.Attribute):
            text = ast.copy_location(ast.Constant(arguments[0].attr.lower()), node)
            self._add(self.package, text, (self._keywords(node) or NONE) | {"count"})
        elif name == "__init__" and _is_super(node.func) and arguments:
            self._add(self.package, arguments[0], self._keywords(node))
        self.generic_visit(node)

    def _add_told(self, node: ast.Call) -> None:
        given = {k.arg: k.value for k in node.keywords}
        params = self._names(given.get("params"))
        if "params" not in given:
            params = (self._keywords(node) or NONE) | self._handed_on
        for value in [given["code"]] if "code" in given else node.args:
            if not isinstance(value, ast.Name):
                self._add("notices", value, params)
            elif value.id == "code":
                for text in self._codes_by_name:
                    self._add("notices", text, params)

    def _add(self, table: str, value: ast.expr, params: Names | None) -> None:
        for code in self._codes(value):
            of, dot, rest = code.rpartition(".")
            if rest.replace("*", "x").isidentifier() and rest.islower():
                where = f"{self.where}:{value.lineno}"
                self.found.append(Emitted(of if dot else table, rest, where, params))

    def _codes(self, value: ast.expr) -> Iterator[str]:
        match value:
            case ast.Constant(value=str(text)):
                yield text
            case ast.IfExp(body=one, orelse=other):
                yield from self._codes(one)
                yield from self._codes(other)
            case ast.Name(name) if name in self._texts:
                yield self._texts[name]
            case ast.JoinedStr(values=parts):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "*"
                    for part in parts
                )

    def _given(self, node: ast.Call) -> Names | None:
        name = _name_of(node.func)
        if name == "Kind":
            return self._titles
        if name in PARAMS_AT:
            given = node.args[PARAMS_AT[name] :]
            return self._names(given[0]) if given else NONE
        return self._keywords(node)

    def _keywords(self, node: ast.Call) -> Names | None:
        """Return the names of a call's keyword arguments; None where unknown."""
        names = frozenset(k.arg for k in node.keywords if k.arg)
        for keyword in node.keywords:
            if keyword.arg is None:
                more = self._names(keyword.value)
                if more is None:
                    return None
                names |= more
        return names

    def _names(self, node: ast.expr | None) -> Names | None:
        """Return the keys of a mapping, written out or by the name it has above."""
        match node:
            case ast.Dict():
                return _keys(node)
            case ast.Name(name):
                above = [
                    (line, keys)
                    for line, known, keys in self._mappings
                    if known == name and line <= node.lineno
                ]
                return max(above)[1] if above else None
        return None

    def _params_of_class(self, node: ast.ClassDef, wording: ast.expr | None) -> Names:
        """Return what an error hands on: to its base, to its wording, as its base."""
        names = NONE
        if isinstance(wording, ast.Constant):
            parts = str(wording.value).split("{")[1:]
            names |= {part.partition("}")[0] for part in parts}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and _is_super(inner.func):
                names |= self._keywords(inner) or NONE
            match inner:
                case ast.Assign(targets=[ast.Attribute(attr="params")]) if isinstance(
                    inner.value, ast.Dict
                ):
                    names |= _keys(inner.value)
        inherited = [self._classes.get(_name_of(base), NONE) for base in node.bases]
        return names or NONE.union(*inherited)


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name that is set, with its value."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                yield name, value


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_super(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(value=ast.Call(func=ast.Name("super"))):
            return True
    return False


def _keys(node: ast.Dict) -> Names:
    return frozenset(str(k.value) for k in node.keys if isinstance(k, ast.Constant))
