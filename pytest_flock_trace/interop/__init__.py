"""Foreign formats. Every name is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.interop.foreign_file import read_batches
    from pytest_flock_trace.interop.pydantic_evals import span_query

_HOMES = {"read_batches": "foreign_file", "span_query": "pydantic_evals"}

__all__ = ["read_batches", "span_query"]  # the names are those of the table above


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
