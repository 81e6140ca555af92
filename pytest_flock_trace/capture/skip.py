"""Marking what auto-tracing leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

_T = TypeVar("_T")
MARK: Final = "_skip_trace"
"""The attribute that Flock's own `skip_trace` sets, too, so that each understands the other's."""


def skip_trace(target: _T) -> _T:
    """Leave a method, or all of a class (not its subclasses), out of auto-tracing; for what is called all the time."""
    inner: object = getattr(target, "__func__", target)  # of a class method or static method
    setattr(inner, MARK, True)
    return target


def is_skipped(namespace: Mapping[str, object]) -> bool:
    """True for the own attributes of something marked."""
    return namespace.get(MARK) is True
