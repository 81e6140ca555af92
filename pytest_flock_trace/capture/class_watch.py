"""Seeing each class as it is created, in the modules that somebody is interested in."""

from __future__ import annotations

import builtins
import logging
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final, cast

from pytest_flock_trace.capture.instrument import own_classes

Accept = Callable[[str, str], bool]
"""Asked with the name of a module and the file that its code is from."""
_FRAME: Final = "<generic parameters of a class>"
"""What our frame is called. Libraries that look for the scope around a class skip frames of this name, which Python
itself puts there for classes with type parameters; pydantic is one of them."""
_log = logging.getLogger(__name__)


class ClassWatch:
    """Calls `found` with each class that a `class` statement creates in an accepted module, before its decorators."""

    def __init__(self, accept: Accept, found: Callable[[type], None]) -> None:
        self._accept = accept
        self._found = found
        self._original: Any = None
        self._build: Any = None

    def start(self) -> None:
        """Watch, from now on."""
        if self._build is None:
            self._original = builtins.__build_class__
            self._build = self._watching(self._original)
            builtins.__build_class__ = self._build

    def stop(self) -> None:
        """Watch no longer. Whoever has replaced the same function since keeps their place."""
        if builtins.__build_class__ is self._build:
            builtins.__build_class__ = self._original
        self._build = None

    def _watching(self, original: Any) -> Any:
        def build(body: Any, name: Any, /, *bases: Any, **keywords: Any) -> Any:
            made = original(body, name, *bases, **keywords)
            if self._build is build and self._accepts(body):
                self._tell(made)
            return made

        build.__code__ = build.__code__.replace(co_name=_FRAME)
        return build

    def _accepts(self, body: Any) -> bool:
        return self._accept(body.__globals__.get("__name__", ""), body.__code__.co_filename)

    def _tell(self, made: object) -> None:
        if not issubclass(type(made), type):
            return  # a metaclass may make anything
        try:
            self._found(cast("type", made))
        except Exception:  # noqa: BLE001  # the class statement must not see it
            _log.exception("the class %r could not be looked at", made)


def classes_of(accept: Accept) -> Iterator[type]:
    """The classes that exist already in modules that are accepted."""
    for name, module in list(sys.modules.items()):
        if type(module) is ModuleType and accept(name, str(vars(module).get("__file__") or "")):
            yield from own_classes(module)
