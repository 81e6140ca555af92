"""OTLP, the protocol of OpenTelemetry: spans as its JSON documents and protobuf messages, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import Final, cast

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.interop.json_text import parsed
from pytest_flock_trace.interop.json_value import JsonObject, refuse
from pytest_flock_trace.interop.otlp.extra import messages
from pytest_flock_trace.interop.otlp.framing import whole_message
from pytest_flock_trace.interop.otlp.json_reader import read_groups
from pytest_flock_trace.interop.otlp.json_writer import json_document
from pytest_flock_trace.interop.otlp.protobuf_reader import read_resource_spans
from pytest_flock_trace.interop.otlp.protobuf_writer import protobuf_message
from pytest_flock_trace.model.span import WAIT_NAMES, Span

JSON: Final = "application/json"
PROTOBUF: Final = "application/x-protobuf"
_AT_ONCE: Final = 512
"""Spans of one line, or of one part of a protobuf file."""

__all__ = ["JSON", "PROTOBUF", "decode", "encode", "media_type", "write_json_lines", "write_protobuf"]


def decode(
    body: bytes, content_type: str, *, waits: Sequence[str] = WAIT_NAMES, refused: list[str] | None = None
) -> list[Span]:
    """The spans of an `ExportTraceServiceRequest`, as an OTLP/HTTP exporter sends it.

    The content type may have parameters. `waits` are globs of the names of spans that only wait. A span that can't be
    read is left out where `refused` is given, which takes the reason. Raises `BadArgument` for another content type,
    `BadTraceFile` for a body that is no such request, and `MissingExtra` for protobuf where it is not installed.
    """
    kind = media_type(content_type)
    if kind == PROTOBUF:
        messages()  # without them not even an empty request counts as understood
        parts = whole_message(BytesIO(body))
        return [span for part in parts for span in read_resource_spans(part, waits, refused)]
    document = parsed(body)
    if not isinstance(document, dict):
        refuse(document, "the body", "an object with resourceSpans")
    said = cast("JsonObject", document)
    groups = said.get("resourceSpans", said.get("resource_spans"))
    return list(read_groups(groups, "resourceSpans", waits, refused))


def encode(spans: Iterable[Span], content_type: str = PROTOBUF) -> bytes:
    """An `ExportTraceServiceRequest` with all of the spans, which is a `TracesData` as well.

    What OTLP has no field for is carried by attributes named `flock_trace.…`, which `decode` takes out again. Raises
    `BadArgument` for another content type and `MissingExtra` for protobuf where it is not installed.
    """
    return protobuf_message(spans) if media_type(content_type) == PROTOBUF else json_document(spans)


def write_json_lines(spans: Iterable[Span]) -> Iterator[bytes]:
    """Lines of a JSON lines file such as the collector writes, each a document with some hundreds of the spans."""
    return (encode(some, JSON) + b"\n" for some in _portions(spans))


def write_protobuf(spans: Iterable[Span]) -> Iterator[bytes]:
    """Parts of a protobuf file; written one after another they are one `TracesData` message."""
    return (encode(some, PROTOBUF) for some in _portions(spans))


def _portions(spans: Iterable[Span]) -> Iterator[list[Span]]:
    rest = iter(spans)
    return iter(lambda: list(islice(rest, _AT_ONCE)), [])


def media_type(content_type: object) -> str:
    """One of the two content types of OTLP, without parameters; raises `BadArgument` for any other."""
    said = content_type.split(";")[0].strip().lower() if isinstance(content_type, str) else content_type
    if said in {PROTOBUF, "application/protobuf"}:
        return PROTOBUF
    if said == JSON:
        return JSON
    raise BadArgument(f"{content_type!r} is no content type of OTLP; valid: {PROTOBUF}, {JSON}")
