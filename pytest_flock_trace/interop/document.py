"""Which kind of trace a JSON document holds, known by its keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, cast

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop import jaeger, tempo
from pytest_flock_trace.interop.json_value import JsonObject, shown
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import abridged

_LISTED: Final = 5
_SIGNALS: Final = ("metrics", "logs", "profiles")


def read_document(document: object, waits: Sequence[str]) -> Iterator[Span]:
    """The spans of a document, or of a list of such; `waits` are globs of the names of spans that only wait.

    Raises `BadTraceFile` for any other document.
    """
    members = cast("list[object]", document) if isinstance(document, list) else [document]
    if not members:
        raise BadTraceFile("it is an empty list, so it holds no traces")
    for member in members:
        if not isinstance(member, dict):
            raise BadTraceFile(f"it holds {shown(member)} where a trace should stand")
        yield from _read(cast("JsonObject", member), waits)


def _read(document: JsonObject, waits: Sequence[str]) -> Iterator[Span]:
    if tempo.is_export(document):
        return tempo.read_export(document, waits)
    if jaeger.is_answer(document):
        return jaeger.read_answer(document, waits)
    keys = ", ".join(abridged(repr(key), 40) for key in list(document)[:_LISTED]) or "none"
    others = [signal for signal in _SIGNALS if f"resource{signal.title()}" in document]
    if others:
        raise BadTraceFile(f"it holds {others[0]} of OTLP, no traces")
    raise BadTraceFile(
        f"it is JSON, but no trace: OTLP has the key resourceSpans, Tempo batches or trace, Jaeger data; here: {keys}"
    )
