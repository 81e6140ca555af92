"""Which agent framework a project uses: what its files import, else what is installed."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Final

from pytest_flock_trace.cli.starter import FUNCTIONS, STARTERS, Starter
from pytest_flock_trace.model.text import count_of

_MOST_FILES: Final = 2_000
_MOST_FOLDERS: Final = 10_000
"""A search ends there, as folders of data may be without number."""
_MOST_BYTES: Final = 65_536
"""Imports stand at the top of a file."""
_FOREIGN: Final = {"node_modules", "site-packages", "__pycache__", "build", "dist"}
_ENVIRONMENT: Final = "pyvenv.cfg"
_IMPORT: Final = re.compile(rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\w*)|import[ \t]+([\w.]+))", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """A framework, and how it was found."""

    starter: Starter
    reason: str


def frameworks_of(project: Path, *, besides: Collection[Path] = ()) -> list[Found]:
    """What the project uses, the likeliest first; never empty, as plain functions are always there.

    Files of `besides` are not looked into.
    """
    imports = _imports(path for path in _sources(project) if path not in besides)
    imported = [
        Found(one, f"imported by {count_of(imports[one.module], 'file')} here")
        for one in sorted(_importable(), key=lambda one: (one.distribution is None, -imports[one.module]))
        if imports[one.module] and not (one.ambiguous and not is_installed(one))
    ]
    known = {found.starter.framework for found in imported}
    installed = [
        Found(one, "installed here")
        for one in _importable()
        if one.distribution and one.framework not in known and is_installed(one)
    ]
    found = [*imported, *installed]
    return [*found, Found(FUNCTIONS, "for any program" if found else "no framework was found")]


def is_installed(starter: Starter) -> bool:
    """The framework can be imported by this interpreter."""
    return starter.distribution is None or has_distribution(starter.distribution)


def has_distribution(name: str) -> bool:
    """A distribution of that name is installed."""
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def imported_modules(source: bytes) -> set[str]:
    """The modules that a file imports; of `from a import b` it is a.b, since b may be one."""
    return {(plain or b".".join((module, name))).decode() for module, name, plain in _IMPORT.findall(source)}


def _importable() -> list[Starter]:
    return [one for one in STARTERS.values() if one is not FUNCTIONS]


def _imports(sources: Iterable[Path]) -> Counter[str]:
    """How many files import each framework's module."""
    modules = {one.module for one in _importable()}
    counted: Counter[str] = Counter()
    for path in islice(sources, _MOST_FILES):
        names = _imported(path)
        counted.update({module for module in modules if any(f"{name}.".startswith(f"{module}.") for name in names)})
    return counted


def _imported(path: Path) -> set[str]:
    try:
        with path.open("rb") as file:
            return imported_modules(file.read(_MOST_BYTES))
    except OSError:  # a file that can't be read says nothing about the project
        return set()


def _sources(project: Path) -> Iterator[Path]:
    """The project's own Python files, without those of environments and hidden folders."""
    for folder, folders, names in islice(os.walk(project), _MOST_FOLDERS):
        folders[:] = sorted(one for one in folders if _is_own(Path(folder, one)))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(".py"))


def _is_own(folder: Path) -> bool:
    return not folder.name.startswith(".") and folder.name not in _FOREIGN and not (folder / _ENVIRONMENT).exists()
