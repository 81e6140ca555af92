"""Imports point down only: each module is parsed and held against the table of layers below."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pytest_flock_trace

PACKAGE = "pytest_flock_trace"
ROOT = Path(__file__).parent.parent / PACKAGE

LOADED, IN_FUNCTION, TYPES = "when loaded", "inside a function", "for types only"
ANYWHERE = frozenset({LOADED, IN_FUNCTION, TYPES})
LATE = frozenset({IN_FUNCTION, TYPES})
TYPES_ONLY = frozenset({TYPES})
IN_FUNCTION_ONLY = frozenset({IN_FUNCTION})


@dataclass(frozen=True)
class Part:
    """A package or top-level module: what it may import, and from where in a file."""

    below: frozenset[str]
    """Parts that its modules may import."""
    foreign: dict[str, frozenset[str]]
    """Third-party modules, by where an import of them may stand."""


def part(*below: str, **foreign: frozenset[str]) -> Part:
    return Part(frozenset(below), {name.replace("__", "."): where for name, where in foreign.items()})


FLOOR = ("errors", "environment", "model")
SIDE_BY_SIDE = ("analysis", "capture", "interop", "store")
PARTS = {
    "errors": part(),
    "model": part("errors"),
    "environment": part("errors", "model"),
    "capture": part(
        *FLOOR, opentelemetry=ANYWHERE, wrapt=ANYWHERE, requests=LATE, google__protobuf=LATE, agents=IN_FUNCTION_ONLY
    ),
    "store": part(*FLOOR, duckdb=LATE, arro3=LATE),
    "analysis": part("errors", "model"),
    "interop": part("errors", "model", opentelemetry__proto=ANYWHERE, google__protobuf=ANYWHERE),
    "render": part("errors", "model", "analysis"),
    "viewer": part(*FLOOR, *SIDE_BY_SIDE, "render", starlette=LATE, uvicorn=LATE),
    "snapshots": part("errors", "model", "analysis", "render", syrupy=ANYWHERE),
    "strategies": part("errors", "model", "analysis", "render", hypothesis=ANYWHERE),
    "recording": part(*FLOOR, *SIDE_BY_SIDE, "render", opentelemetry=TYPES_ONLY),
    "auto": part(*FLOOR, *SIDE_BY_SIDE, "render", "recording"),
    "cli": part(*FLOOR, *SIDE_BY_SIDE, "render", "viewer", "recording", rich=LATE),
    "plugin": part(
        *FLOOR, *SIDE_BY_SIDE, "render", "viewer", "snapshots", "recording", pytest=ANYWHERE, pluggy=ANYWHERE
    ),
}
TYPE_EXCEPTIONS = {("errors", "model")}
"""A verdict carries the spans that it is about."""
TYPE_CHECKERS_OWN = {"_typeshed", "typing_extensions"}
"""Type checkers know these without an installation."""
FORBIDDEN_NAMES = {"base", "common", "helpers", "misc", "util", "utils"}
VARIABLES = re.compile(r"(FLOCK|OTEL)_[A-Z_]+")


@dataclass(frozen=True)
class Import:
    """One imported module and where in the file the import stands."""

    target: str
    where: str
    line: int


def imports_of(module: str, tree: ast.Module, *, is_package: bool) -> list[Import]:
    """Every import in a file; `importlib.import_module` of a literal name counts."""
    found: list[Import] = []
    pending: list[tuple[ast.AST, str]] = [(tree, LOADED)]
    while pending:
        node, where = pending.pop()
        found.extend(Import(target, where, node.lineno) for target in _targets(node, module, is_package=is_package))
        types_only = set(node.body) if isinstance(node, ast.If) and _asks_type_checking(node.test) else set()
        inner = IN_FUNCTION if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) else where
        pending.extend((child, TYPES if child in types_only else inner) for child in ast.iter_child_nodes(node))
    return found


def _targets(node: ast.AST, module: str, *, is_package: bool) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(level=0, module=str(source), names=names):
            yield from _from(source, names)
        case ast.ImportFrom(level=level, module=source, names=names):
            steps = level - 1 if is_package else level
            home = module.split(".")[: len(module.split(".")) - steps]
            yield from _from(".".join([*home, *([source] if source else [])]), names)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(target)), *_]):
            if name in {"import_module", "__import__", "importorskip"}:
                yield target
        case _:
            pass


def _from(source: str, names: list[ast.alias]) -> Iterator[str]:
    """`from package import part` imports the part, not the package's own names."""
    if source in {PACKAGE, "opentelemetry", "google"}:
        yield from (f"{source}.{alias.name}" for alias in names)
    else:
        yield source


def _asks_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def violations(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """What a module does that its layer must not; empty where all is well."""
    tree = ast.parse(source)
    return [
        *_forbidden_names(module, tree),
        *_forbidden_habits(tree),
        *_variables_read(module, tree),
        *(
            f"line {found.line}: {complaint}"
            for found in imports_of(module, tree, is_package=is_package)
            if (complaint := _complaint(module, found))
        ),
    ]


def _part_of(module: str) -> str:
    return [*module.split("."), ""][1]


def _complaint(module: str, found: Import) -> str | None:
    top = found.target.split(".")[0]
    if top == "_pytest" or found.target.startswith("_pytest."):
        return f"{found.target} is private to pytest"
    if top in sys.stdlib_module_names or (found.where == TYPES and top in TYPE_CHECKERS_OWN):
        return None
    if top == PACKAGE:
        return _complaint_about_sibling(_part_of(module), found)
    return _complaint_about_foreign(_part_of(module), found)


def _complaint_about_sibling(own: str, found: Import) -> str | None:
    other = _part_of(found.target)
    if own == other:
        return None
    if own == "":
        return f"the package itself loads {found.target} {found.where}" if found.where == LOADED else None
    if other in PARTS[own].below or (found.where == TYPES and (own, other) in TYPE_EXCEPTIONS):
        return None
    return f"{own} imports {found.target} ({found.where}), which is not below it"


def _complaint_about_foreign(own: str, found: Import) -> str | None:
    allowed = PARTS[own].foreign if own else {}
    for name, places in allowed.items():
        if found.target == name or found.target.startswith(f"{name}."):
            return None if found.where in places else f"{found.target} is imported {found.where}"
    return f"{own or 'the package itself'} imports {found.target}"


def _forbidden_names(module: str, tree: ast.Module) -> Iterator[str]:
    yield from (f"no file is called {name!r}" for name in FORBIDDEN_NAMES.intersection(module.split(".")))
    if _part_of(module) not in {*PARTS, ""}:
        yield f"{_part_of(module)!r} has no place in the table of layers"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Manager"):
            yield f"line {node.lineno}: {node.name} does not say what it is"


def _forbidden_habits(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "print":
                yield f"line {node.lineno}: print"
            if any(keyword.arg == "autouse" for keyword in node.keywords):
                yield f"line {node.lineno}: an autouse fixture"


def _variables_read(module: str, tree: ast.Module) -> Iterator[str]:
    """Reads of FLOCK_* and OTEL_* anywhere but in `environment`; writes are no reads."""
    if f"{module}.".startswith(f"{PACKAGE}.environment."):
        return
    named = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        for key in _keys_read(node):
            name = named.get(key.id) if isinstance(key, ast.Name) else getattr(key, "value", None)
            if isinstance(name, str) and VARIABLES.fullmatch(name):
                yield f"line {key.lineno}: reads {name}, which is environment's to read"


def _keys_read(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Subscript(value=values, slice=key, ctx=ast.Load()) if _is_environ(values):
            yield key
        case ast.Call(func=ast.Attribute(value=values, attr="get" | "pop"), args=[key, *_]) if _is_environ(values):
            yield key
        case ast.Call(func=function, args=[key, *_]) if ast.unparse(function) in {"os.getenv", "getenv"}:
            yield key
        case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[values]) if _is_environ(values):
            yield key
        case _:
            pass


def _is_environ(node: ast.expr) -> bool:
    return ast.unparse(node) in {"os.environ", "environ"}


def _modules() -> list[tuple[str, Path]]:
    paths = sorted(path for path in ROOT.rglob("*.py") if "node_modules" not in path.parts)
    return [(".".join(path.relative_to(ROOT.parent).with_suffix("").parts), path) for path in paths]


MODULES = [
    pytest.param(name.removesuffix(".__init__"), path, id=name.removesuffix(".__init__")) for name, path in _modules()
]


@pytest.mark.parametrize(("module", "path"), MODULES)
def test_the_module_keeps_to_its_layer(module: str, path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert violations(module, source, is_package=path.name == "__init__.py") == []


def test_every_layer_imports_only_layers_that_the_table_places_below_it() -> None:
    seen: list[str] = []
    for name, layer in PARTS.items():
        assert layer.below <= set(seen), f"{name} stands above a layer that comes later in the table"
        seen.append(name)


def test_layers_that_stand_side_by_side_never_import_one_another() -> None:
    assert [name for name in SIDE_BY_SIDE if PARTS[name].below.intersection(SIDE_BY_SIDE)] == []


def test_the_public_names_resolve_and_are_those_that_type_checkers_see() -> None:
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    mirror = {
        alias.asname or alias.name
        for block in tree.body
        if isinstance(block, ast.If) and _asks_type_checking(block.test)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

    assert mirror == set(pytest_flock_trace.__all__)
    assert mirror <= set(dir(pytest_flock_trace))
    assert [name for name in sorted(mirror) if getattr(pytest_flock_trace, name) is None] == []


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(pytest_flock_trace, "no_such_name")  # noqa: B009  # a plain attribute would be a type error


PLANTED = [
    ("model.tree", "import duckdb", "model imports duckdb"),
    ("model.tree", "def f():\n    from rich import box", "model imports rich"),
    ("model.tree", f"from {PACKAGE}.analysis.red import red", "not below it"),
    ("model.tree", "from ..store import memory", "not below it"),
    ("analysis.red", f"from {PACKAGE} import store", "not below it"),
    ("analysis.red", "from opentelemetry import trace", "analysis imports opentelemetry.trace"),
    ("capture.router", f"from {PACKAGE}.store.rows import rows", "not below it"),
    ("model.span", "from typing_extensions import Unpack", "model imports typing_extensions"),
    ("store.memory", "import duckdb", "duckdb is imported when loaded"),
    ("store.memory", "class A:\n    import arro3.core", "arro3.core is imported when loaded"),
    ("store.memory", "if True:\n    import duckdb", "duckdb is imported when loaded"),
    ("interop.otlp", "from opentelemetry import trace", "interop imports opentelemetry.trace"),
    ("interop.otlp", "import opentelemetry.sdk.trace", "interop imports opentelemetry.sdk.trace"),
    ("render.outline", f"from {PACKAGE}.store.rows import rows", "not below it"),
    ("render.outline", "import pytest", "render imports pytest"),
    ("recording", "def f():\n    import opentelemetry.trace", "opentelemetry.trace is imported inside a function"),
    ("recording", f"from {PACKAGE}.plugin.settings import Settings", "not below it"),
    ("recording", "from .plugin import settings", "not below it"),
    ("recording", "from importlib import import_module\nimport_module('duckdb')", "recording imports duckdb"),
    ("errors", f"from {PACKAGE}.model.span import Span", "not below it"),
    ("plugin.entry", "from _pytest.config import Config", "private to pytest"),
    ("plugin.entry", "def f():\n    import _pytest.nodes", "private to pytest"),
    ("plugin.entry", "def f():\n    import duckdb", "plugin imports duckdb"),
    ("plugin.entry", "import pytest\n@pytest.fixture(autouse=True)\ndef f(): ...", "autouse"),
    ("plugin.summary", "print('done')", "print"),
    ("capture.utils", "", "no file is called 'utils'"),
    ("store.helpers.rows", "", "no file is called 'helpers'"),
    ("surprise", "", "no place in the table"),
    ("capture.run", "class RunManager: ...", "RunManager"),
    ("capture.run", "import os\nos.environ['OTEL_SDK_DISABLED']", "reads OTEL_SDK_DISABLED"),
    ("capture.run", "import os\nos.environ.get('FLOCK_TRACE_FILE')", "reads FLOCK_TRACE_FILE"),
    ("capture.run", "from os import getenv\ngetenv('OTEL_TRACES_SAMPLER')", "reads OTEL_TRACES_SAMPLER"),
    ("capture.run", "import os\nNAME = 'FLOCK_AUTO_TRACE'\nNAME in os.environ", "reads FLOCK_AUTO_TRACE"),
]
ACCEPTED = [
    ("model.tree", "import json\nfrom collections.abc import Iterator"),
    ("model.tree", "from .span import Span"),
    ("model.span", "if TYPE_CHECKING:\n    from typing_extensions import Unpack"),
    ("errors", f"if TYPE_CHECKING:\n    from {PACKAGE}.model.span import Span"),
    ("store.memory", "def f():\n    import duckdb\n    from arro3.core import Table"),
    ("store.memory", "if TYPE_CHECKING:\n    import duckdb"),
    ("capture.provider", "from opentelemetry.sdk.trace import TracerProvider"),
    ("interop.otlp", "def f():\n    from opentelemetry.proto.trace.v1 import trace_pb2"),
    ("recording", "if TYPE_CHECKING:\n    from opentelemetry.trace import SpanContext"),
    ("plugin.xdist", "import os\nos.environ['OTEL_SDK_DISABLED'] = 'true'\nos.environ.get('CI')"),
]


@pytest.mark.parametrize(("module", "source", "complaint"), PLANTED)
def test_a_planted_violation_is_found(module: str, source: str, complaint: str) -> None:
    found = violations(f"{PACKAGE}.{module}", source)

    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(("module", "source"), ACCEPTED)
def test_what_the_table_allows_is_accepted(module: str, source: str) -> None:
    assert violations(f"{PACKAGE}.{module}", source) == []


def test_the_package_itself_loads_none_of_its_parts() -> None:
    eager = f"from {PACKAGE}.model.span import Span"
    lazy = f"def __getattr__(name):\n    from {PACKAGE}.model.span import Span"

    assert len(violations(PACKAGE, eager, is_package=True)) == 1
    assert violations(PACKAGE, lazy, is_package=True) == []
