"""Traces as Tempo gives them away: OTLP in wrappings of its own, and OTLP itself, which is one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, cast

from pytest_flock_trace.interop.json_value import JsonObject
from pytest_flock_trace.interop.otlp.json_reader import read_groups
from pytest_flock_trace.model.span import Span

_GROUPS: Final = ("resourceSpans", "resource_spans", "batches")
"""What a list of `ResourceSpans` is called: by OTLP, by protobuf's files and by Tempo."""


def is_export(document: JsonObject) -> bool:
    """True for a document with one of the keys under which OTLP or Tempo have spans."""
    return any(name in part for part in _parts(document) for name in _GROUPS)


def read_export(document: JsonObject, waits: Sequence[str]) -> Iterator[Span]:
    """The spans; `waits` are globs of the names of spans that only wait."""
    for part in _parts(document):
        for name in _GROUPS:
            if name in part:
                yield from read_groups(part[name], name, waits)


def _parts(document: JsonObject) -> tuple[JsonObject, JsonObject]:
    """The document and the trace that newer Tempos have in it."""
    inner = document.get("trace")
    return document, cast("JsonObject", inner) if isinstance(inner, dict) else {}
