"""Rules from a Python file or module, whatever that may raise."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from operator import attrgetter
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any, Final, cast

from pytest_flock_trace.errors import BadSetting, FlockTraceError
from pytest_flock_trace.model.rules.contract import as_rule
from pytest_flock_trace.model.rules.rule import Rule

_NAMES: Final = ("contract", "CONTRACT")
_SUFFIX: Final = ".py"
_LOADED: Final = "flock_trace_contract"


def rules_of(source: str) -> list[Rule]:
    """The rules of `file.py`, `file.py:name` or `module:name`; raises `BadSetting` for what can't be found or is none.

    Without a name they are what the file calls `contract` or `CONTRACT`, else every rule, and every list of rules, that
    stands in it by itself.
    """
    place, name = _parted(source)
    try:
        module = _from_file(Path(place)) if place.endswith(_SUFFIX) else _imported(place)
        found = _named(module, name) if name else _all_rules(module)
        rules = [as_rule(rule) for rule in found]
    except FlockTraceError as exc:
        raise BadSetting(f"contract {source!r}: {exc}") from exc
    except (Exception, SystemExit) as exc:  # whatever the user's module may raise
        raise BadSetting(f"contract {source!r} can't be loaded: {_cause(exc, place)}") from exc
    if not rules:
        raise BadSetting(f"contract {source!r} has no rule in it, so it would prove nothing")
    return rules


def _parted(source: str) -> tuple[str, str]:
    """The file or module, and the name in it; a file needs none."""
    if source.endswith(_SUFFIX):
        return source, ""
    place, _, name = source.rpartition(":")
    if not (place and name):
        raise BadSetting(f"contract {source!r} names no rules; write file.py, file.py:name or module:name")
    return place, name


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise BadSetting(f"there is no file {str(path)!r}")
    spec = spec_from_file_location(_LOADED, path)
    if spec is None or spec.loader is None:
        raise BadSetting(f"Python can't load {str(path)!r}")
    module = module_from_spec(spec)
    with _importable(path.absolute().parent):
        sys.modules[_LOADED] = module  # dataclasses look their module up
        try:
            spec.loader.exec_module(module)
        finally:
            del sys.modules[_LOADED]
    return module


def _imported(name: str) -> ModuleType:
    with _importable(Path.cwd()):
        return import_module(name)


@contextmanager
def _importable(folder: Path) -> Generator[None, None, None]:
    """The folder counts as a place to import from only meanwhile."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        if str(folder) in sys.path:
            sys.path.remove(str(folder))


def _named(module: ModuleType, name: str) -> Sequence[Any]:
    found: object = attrgetter(name)(module)
    return cast("Sequence[Any]", found) if isinstance(found, (list, tuple)) else [found]


def _all_rules(module: ModuleType) -> list[Rule]:
    for name in _NAMES:
        if hasattr(module, name):
            return list(_named(module, name))
    rules: dict[int, Rule] = {}
    for value in vars(module).values():
        several = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else [value]
        if all(isinstance(one, Rule) for one in several):
            rules.update((id(one), one) for one in cast("Sequence[Rule]", several))
    return list(rules.values())


def _cause(exc: BaseException, place: str) -> str:
    """What was raised, and where in the file."""
    if isinstance(exc, (ImportError, AttributeError)):
        return str(exc)
    lines = [frame.lineno for frame in extract_tb(exc.__traceback__) if frame.filename.endswith(Path(place).name)]
    where = f", line {lines[-1]}" if lines else ""
    return f"{type(exc).__name__}: {exc}{where}"
