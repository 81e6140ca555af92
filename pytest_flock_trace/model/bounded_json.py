"""Arguments and results as JSON text of bounded size, made in bounded time without running any of their code."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from json.encoder import encode_basestring as quoted
from types import MappingProxyType, MethodType, ModuleType
from typing import Any, Final, cast

from pytest_flock_trace.model.cut_text import cut_bytes, cut_text
from pytest_flock_trace.model.instance_state import has_state, public_state
from pytest_flock_trace.model.known_value import known_scalar, name_of
from pytest_flock_trace.model.payload import text_of, to_json
from pytest_flock_trace.model.payload_limits import SMALLEST, USUAL, PayloadLimits

_WIDEST: Final = 6
"""Bytes that one character may take in JSON."""
_NOTE: Final = 48
"""Bytes that a container keeps free to say how much was left out."""
_FAIR: Final = 256
"""Bytes that an entry may take although an equal share for all would be less."""
_EMPTY: Final[dict[object, object]] = {}
_VIEWS: Final = (type(_EMPTY.keys()), type(_EMPTY.values()), type(_EMPTY.items()))
_SEQUENCES: Final = cast("tuple[type[list[object]], ...]", (list, tuple, set, frozenset, deque, *_VIEWS))
"""Containers that are written as lists; all have these methods of lists."""
_TEXTS: Final = cast("tuple[type[list[object]], ...]", (str, bytes, bytearray, dict))
_LENGTHS: Final = {kind: kind.__len__ for kind in (*_SEQUENCES, *_TEXTS)}


def bounded_json(value: object, limits: PayloadLimits = USUAL) -> str:
    """Valid JSON of at most `limits.size` bytes for any value, without lone surrogates.

    Text and containers that do not fit keep their beginning (texts their end, too) and say how long they are. Objects
    are their public attributes and the name of their class. No method or property of the value is called and no
    iterator is advanced; what cannot be read in this way is named. Raises whatever goes wrong nevertheless.
    """
    kind = type(value)
    if value is None or kind is bool:
        return to_json(value)
    if kind is str and len(cast("str", value)) * _WIDEST + 2 <= limits.size:
        text = cast("str", value)
        return quoted(text if text.isascii() else text_of(text))
    return _Writer(limits).text(value, max(limits.size, SMALLEST), 0)


def length_of(value: object) -> int | None:
    """How many entries a built-in container or text has; None for all else, whose `__len__` may be anything."""
    for base in type(value).__mro__:
        if (measure := _LENGTHS.get(cast("Any", base))) is not None:
            return measure(cast("Any", value))
    return None


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8"))


class _Writer:
    """One value being written. Each part is given room in bytes and keeps to it."""

    def __init__(self, limits: PayloadLimits) -> None:
        self._depth = limits.depth
        self._nodes = limits.nodes
        self._path: list[int] = []
        """Identities of the containers that the part at hand lies in."""

    def text(self, value: object, room: int, depth: int) -> str:
        """The value in at most `room` bytes, which are at least `_NOTE`."""
        self._nodes -= 1
        kind = type(value)
        if kind is str and len(cast("str", value)) * _WIDEST + 2 <= room:
            text = cast("str", value)
            return quoted(text if text.isascii() else text_of(text))
        if value is None or kind is bool or kind is int:
            text = to_json(value)
            return text if len(text) <= room else self._named(kind, room)
        try:
            return self._text(value, room, depth)
        except Exception as error:  # noqa: BLE001  # the rest of the payload can be read, and this part says why not
            return self._named(kind, room, f"unreadable, {type(error).__name__}: ")

    def _text(self, value: object, room: int, depth: int) -> str:
        kind = type(value)
        if issubclass(kind, str):
            return self._quoted(str.__str__(cast("str", value)), room)
        if issubclass(kind, (bytes, bytearray, memoryview)):
            return _bytes(cast("bytes", value), room)
        if (known := known_scalar(value)) is not None:
            return self._quoted(known, room) if type(known) is str else self._fitting(to_json(known), room, kind)
        return self._inside(value, room, depth)

    def _quoted(self, text: str, room: int) -> str:
        if len(text) <= room:
            found = quoted(text_of(text))
            if _size(found) <= room:
                return found
        kept = room - 2
        while True:
            found = quoted(text_of(cut_text(text, kept)))
            if _size(found) <= room:
                return found
            if kept <= _NOTE:
                return '"…"'
            kept = kept * room // _size(found) - 8

    def _fitting(self, text: str, room: int, kind: type) -> str:
        return text if len(text) <= room else self._named(kind, room)

    def _named(self, kind: type, room: int, before: str = "") -> str:
        return self._quoted(f"<{before}{name_of(kind)}>", room)

    def _inside(self, value: object, room: int, depth: int) -> str:
        kind = type(value)
        if issubclass(kind, type):
            return self._quoted(f"<class {name_of(cast('type', value))}>", room)
        if id(value) in self._path:
            up = len(self._path) - self._path.index(id(value))
            return self._named(kind, room, f"cycle: {up} up, ")
        writer = self._writer_of(kind, value)
        if writer is None:
            return self._named(kind, room)
        if depth >= self._depth:
            return self._named(kind, room, f"deeper than {self._depth} levels: ")
        self._path.append(id(value))
        try:
            return writer(value, room, depth)
        finally:
            self._path.pop()

    def _writer_of(self, kind: type, value: object) -> Callable[[Any, int, int], str] | None:
        if issubclass(kind, dict):
            return self._mapping
        if kind is MappingProxyType:
            return self._mapping_behind
        if issubclass(kind, _SEQUENCES):
            return self._sequence
        if issubclass(kind, BaseException):
            return self._error
        if issubclass(kind, (ModuleType, MethodType)) or callable(value) or not has_state(value):
            return None
        return self._object

    def _sequence(self, value: Any, room: int, depth: int) -> str:
        base: Any = next(base for base in type(value).__mro__ if base in _LENGTHS)
        listed: Iterable[object] = base.__iter__(value)
        return self._entries(((None, entry) for entry in listed), base.__len__(value), room, depth, "[]")

    def _mapping(self, value: Any, room: int, depth: int) -> str:
        base: Any = dict  # whose own methods a subclass may have replaced
        return self._entries(iter(base.items(value)), base.__len__(value), room, depth, "{}")

    def _mapping_behind(self, value: Mapping[object, object], room: int, depth: int) -> str:
        return self._entries(iter(value.items()), len(value), room, depth, "{}")

    def _error(self, value: BaseException, room: int, depth: int) -> str:
        arguments: object = cast("Any", BaseException).args.__get__(value)
        return self._entries(iter([("__class__", type(value).__name__), ("args", arguments)]), 2, room, depth, "{}")

    def _object(self, value: object, room: int, depth: int) -> str:
        state = list(islice(public_state(value), max(1, self._nodes)))
        entries = [("__class__", type(value).__name__), *state]
        return self._entries(iter(entries), len(entries), room, depth, "{}")

    def _entries(
        self, entries: Iterable[tuple[object, object]], total: int, room: int, depth: int, brackets: str
    ) -> str:
        """As many entries as there is room for; each gets its share of what those before it have left."""
        left = room - 2 - _NOTE
        parts: list[str] = []
        written = 0
        for key, value in entries:
            if left < _NOTE or self._nodes <= 0:
                break
            share = max(left // max(1, total - written), min(left, _FAIR))
            part = self._entry(key, value, share - 1, depth, brackets)
            if (size := _size(part) + 1) > left:
                break
            parts.append(part)
            left -= size
            written += 1
        if written < total:
            more = f'"… {total - written} more"'
            parts.append(more if brackets == "[]" else f'"…":{more}')
        return f"{brackets[0]}{','.join(parts)}{brackets[1]}"

    def _entry(self, key: object, value: object, room: int, depth: int, brackets: str) -> str:
        if brackets == "[]":
            return self.text(value, max(room, _NOTE), depth + 1)
        name = self._key(key, max(room // 2, _NOTE))
        return f"{name}:{self.text(value, max(room - _size(name) - 1, _NOTE), depth + 1)}"

    def _key(self, key: object, room: int) -> str:
        """A key as text; one of another type as the text that stands for it elsewhere."""
        text = self.text(key, room, self._depth - 1)
        return text if text.startswith('"') else self._quoted(text, room)


def _bytes(value: bytes | bytearray | memoryview, room: int) -> str:
    whole = memoryview(value).nbytes * 4 // 3 + 6
    if whole <= room:
        return quoted(base64.b64encode(value).decode("ascii"))
    text = quoted(cut_bytes(value, room - 4))
    return text if _size(text) <= room else '"…"'
