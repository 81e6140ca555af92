"""Which entries of a class are traced, how they are put there and how they are taken out again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast
from weakref import ref

from pytest_flock_trace.capture.call_filter import CallFilter
from pytest_flock_trace.capture.skip import is_skipped
from pytest_flock_trace.capture.traced_function import TracedFunction, place, traced_in

_FLOCKS_OWN: Final = "AutoTracedMeta"
"""The metaclass of classes that Flock traces itself."""
_PYDANTICS: Final = "__pydantic_decorators__"
"""Where pydantic keeps the methods that it calls as validators and serialisers."""


class Wrapping:
    """The functions that are traced at present."""

    def __init__(self) -> None:
        self._placed: dict[int, ref[TracedFunction]] = {}

    def wrap(self, cls: type, call_filter: CallFilter) -> list[int]:
        """Trace the class's own public methods; of those that are traced already, the filter is renewed.

        Returns keys by which `unwrap` knows what has been put in place.
        """
        if _is_flocks(cls) or is_skipped(vars(cls)):
            return []
        keys: list[int] = []
        others = _called_by_pydantic(cls)
        for name, entry in list(vars(cls).items()):
            if name.startswith("_") or name in others:
                continue
            if (present := traced_in(entry)) is not None:
                present.site.refilter(call_filter)
                keys.extend(self._register(present))
            elif not _is_left_alone(entry) and not _is_never_wanted(cls, name, entry, call_filter):
                keys.extend(self._put(cls, name, entry, call_filter))
        return keys

    def unwrap(self, keys: Iterable[int] | None = None) -> None:
        """Take traced functions out, all or these, where they still stand; elsewhere they only pass calls on."""
        for key in list(self._placed if keys is None else keys):
            placed = self._placed.pop(key, None)
            if placed is not None and (traced := placed()) is not None:
                traced.site.active = False
                name, home, original = traced.placement
                for cls in _homes(traced, home()):
                    if traced_in(vars(cls).get(name)) is traced:
                        type.__setattr__(cls, name, original)

    def _put(self, cls: type, name: str, entry: object, call_filter: CallFilter) -> Iterator[int]:
        replacement = place(entry, name, cls, call_filter)
        if replacement is None:
            return
        type.__setattr__(cls, name, replacement)  # past a metaclass that forbids or watches it
        yield from self._register(cast("TracedFunction", traced_in(replacement)))

    def _register(self, traced: TracedFunction) -> Iterator[int]:
        """The key of a traced function that was not known; one may come back after it was taken out, from a patch."""
        key = id(traced)

        def forget(_: object) -> None:
            self._placed.pop(key, None)

        if key not in self._placed:
            self._placed[key] = ref(traced, forget)
            yield key


def _homes(traced: TracedFunction, cls: type | None) -> Iterator[type]:
    """The class that the function was put into, and the one that a decorator has made of it since."""
    if cls is not None:
        yield cls
    found: object = sys.modules.get(str(traced.__wrapped__.__module__))
    for part in str(traced.__wrapped__.__qualname__).split(".")[:-1]:
        names: Mapping[str, object] = getattr(found, "__dict__", {})
        found = names.get(part)
    if issubclass(type(found), type) and found is not cls:
        yield cast("type", found)


def _is_flocks(cls: type) -> bool:
    return any(base.__name__ == _FLOCKS_OWN for base in type.mro(type(cls)))


def _is_left_alone(entry: object) -> bool:
    """True for what Flock traces already and for what `skip_trace` marks."""
    function = getattr(entry, "__func__", entry) if type(entry) in (staticmethod, classmethod) else entry
    return any(
        getattr(candidate, "__dict__", {}).get(mark) is True
        for candidate in (entry, function)
        for mark in ("_traced", "_skip_trace")
    )


def _is_never_wanted(cls: type, name: str, entry: object, call_filter: CallFilter) -> bool:
    """True where no subclass can change whose method it is, and the filter says no."""
    fixed = type(entry) is staticmethod or vars(cls).get("__final__") is True
    return fixed and not call_filter.allows(cls.__name__, name)


def _called_by_pydantic(cls: type) -> set[str]:
    decorators = vars(cls).get(_PYDANTICS)
    kinds: dict[str, Any] = {} if decorators is None else getattr(decorators, "__dict__", {})
    return {name for kind in kinds.values() if isinstance(kind, dict) for name in cast("dict[str, Any]", kind)}
