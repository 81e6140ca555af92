"""What an object holds, read without running any code of its class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import GetSetDescriptorType, MemberDescriptorType
from typing import cast

_EMPTY: Mapping[str, object] = {}
_DESCRIPTORS = (GetSetDescriptorType, MemberDescriptorType)
_HEAP_TYPE = 1 << 9
"""The flag of types that were not compiled into the interpreter."""
_EXTRA = "__pydantic_extra__"
"""The slot in which pydantic keeps fields that a model does not declare."""


def instance_dict(value: object) -> Mapping[str, object]:
    """The instance's own `__dict__`; empty where it has none, or where a class puts something else in its place."""
    for base in type(value).__mro__:
        if (descriptor := base.__dict__.get("__dict__")) is not None:
            if type(descriptor) in _DESCRIPTORS:
                return cast("Mapping[str, object]", descriptor.__get__(value))
            return _EMPTY
    return _EMPTY


def instance_attribute(value: object, name: str) -> object:
    """An attribute of the instance's own; None where only its class, a property or `__getattr__` could answer."""
    held = instance_dict(value)
    if name in held:
        return held[name]
    for base in type(value).__mro__:
        if (found := base.__dict__.get(name)) is not None:
            return _in_slot(found, value)
    return None


def public_state(value: object) -> Iterator[tuple[str, object]]:
    """Public attributes that are data: those in the instance's `__dict__`, in its slots and in pydantic's extras."""
    for name, held in _all_state(value):
        if type(name) is str and not name.startswith("_") and not callable(held):
            yield name, held


def has_state(value: object) -> bool:
    """True for an instance with a `__dict__`, or with slots that a class written in Python gave it."""
    return any(name == "__dict__" or type(found) is MemberDescriptorType for name, found in _descriptors(value))


def _all_state(value: object) -> Iterator[tuple[str, object]]:
    yield from instance_dict(value).items()
    for name, found in _descriptors(value):
        if name != "__dict__":
            held = _in_slot(found, value)
            if name == _EXTRA and type(held) is dict:
                yield from cast("dict[str, object]", held).items()
            elif held is not None:
                yield name, held


def _descriptors(value: object) -> Iterator[tuple[str, object]]:
    """What gives access to an instance's `__dict__` and slots; what built-in types have in C is no data of theirs."""
    for base in type(value).__mro__:
        in_python = base.__flags__ & _HEAP_TYPE
        for name, found in base.__dict__.items():
            if type(found) in _DESCRIPTORS and (name == "__dict__" or (in_python and name != "__weakref__")):
                yield name, found


def _in_slot(descriptor: object, value: object) -> object:
    if type(descriptor) is not MemberDescriptorType:
        return None
    try:
        return descriptor.__get__(value)
    except AttributeError:  # the slot is empty
        return None
