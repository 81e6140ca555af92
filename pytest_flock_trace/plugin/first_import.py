"""The moment before a package is imported for the first time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class FirstImport(MetaPathFinder):
    """Calls back once, when the first of some packages is about to be imported, whoever imports it.

    Nothing of the package is loaded by then, and no lock on imports in general is held, so that the callback may
    itself import whatever it likes, the package included.
    """

    def __init__(self, packages: Collection[str], prepare: Callable[[], object]) -> None:
        self._packages = packages
        self._prepare = prepare

    def watch(self) -> None:
        """Wait for it from now on."""
        sys.meta_path.insert(0, self)

    def end(self) -> bool:
        """Wait no longer; whether it had still been waiting."""
        try:
            sys.meta_path.remove(self)
        except ValueError:
            return False
        return True

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the other finders have found, to be loaded once everything is prepared."""
        if fullname not in self._packages:
            return None
        finders = [*sys.meta_path]
        for finder in finders[finders.index(self) + 1 :] if self in finders else ():
            find = getattr(finder, "find_spec", None)  # the oldest kind of finder has none
            found = None if find is None else find(fullname, path, target)
            if found is not None:
                return _prepared(found)
        return None

    @staticmethod
    def happen(name: str) -> None:
        """The package is about to be imported: all who wait for it prepare, who began first before the others.

        Of these, none must be found waiting while another prepares, which imports the package.
        """
        waiting = [finder for finder in reversed(sys.meta_path) if isinstance(finder, FirstImport)]
        for first in [first for first in waiting if name in first._packages and first.end()]:
            first._prepare()


class _Prepared(Loader):
    """Prepares, and has the package loaded as it would have been without us."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        FirstImport.happen(spec.name)
        module = import_module(spec.name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # where the machinery has put ours


def _prepared(found: ModuleSpec) -> ModuleSpec:
    spec = ModuleSpec(found.name, _Prepared(), origin=found.origin)
    spec.submodule_search_locations = found.submodule_search_locations
    return spec
