"""Whatever a file holds, it is read or refused in words; no other error gets out."""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import telling_spans

from pytest_flock_trace import traced_run
from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.interop.document import read_document
from pytest_flock_trace.interop.otlp import JSON, PROTOBUF, decode, encode
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        (0, 2**63, 2**64, -(2**70), 10**400, "", "0" * 32, "0" * 16, "ab" * 8, "ab" * 16, "1", "CHILD_OF")
    )
    | st.floats()
    | st.text("a0é\ud800=", max_size=4)
)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner), max_leaves=4
)
OTLP_VALUE = st.recursive(
    ANY_JSON,
    lambda inner: (
        st.dictionaries(
            st.sampled_from(("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue", "string_value")),
            SCALARS,
            max_size=2,
        )
        | st.fixed_dictionaries(
            {"arrayValue": ANY_JSON | st.fixed_dictionaries({"values": st.lists(inner, max_size=2)})}
        )
        | st.fixed_dictionaries(
            {"kvlistValue": ANY_JSON | st.fixed_dictionaries({"values": st.lists(inner, max_size=2)})}
        )
    ),
    max_leaves=4,
)
CARRIED = ("late", "waits", "task", "phase", "consumed", "start_ns", "dropped", "span_id", "service")
KEYS = st.sampled_from([*(f"flock_trace.{name}" for name in CARRIED), "otlp.flags", "otlp.scope.attributes", "a"])


def sometimes(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is expected, or else anything."""
    return st.one_of(usual, usual, usual, ANY_JSON)


def objects(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    return sometimes(st.fixed_dictionaries({}, optional={name: sometimes(field) for name, field in fields.items()}))


def lists(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return sometimes(st.lists(of, max_size=2))


ATTRIBUTES = lists(objects({"key": KEYS, "value": OTLP_VALUE}))
TRACE_IDS, SPAN_IDS = st.just("ab" * 16), st.sampled_from(("cd" * 8, "ef" * 8))
OTLP_SPANS = objects(
    {
        "traceId": TRACE_IDS,
        "spanId": SPAN_IDS,
        "parentSpanId": SPAN_IDS,
        "name": st.text(max_size=3),
        "kind": st.integers(0, 5),
        "startTimeUnixNano": st.integers(0, 2**64 - 1).map(str),
        "endTimeUnixNano": st.integers(0, 2**64 - 1),
        "attributes": ATTRIBUTES,
        "events": lists(objects({"name": SCALARS, "timeUnixNano": SCALARS, "attributes": ATTRIBUTES})),
        "links": lists(objects({"traceId": TRACE_IDS, "spanId": SPAN_IDS, "attributes": ATTRIBUTES})),
        "status": objects({"code": st.integers(0, 2), "message": SCALARS}),
        "flags": SCALARS,
        "trace_state": SCALARS,
        "droppedEventsCount": SCALARS,
    }
)
SCOPES = objects({"scope": objects({"name": SCALARS, "attributes": ATTRIBUTES}), "spans": lists(OTLP_SPANS)})
GROUPS = lists(objects({"resource": objects({"attributes": ATTRIBUTES}), "scopeSpans": lists(SCOPES)}))
TAGS = lists(objects({"key": KEYS, "type": st.sampled_from(("string", "int64", "bool", "binary")), "value": SCALARS}))
JAEGER_SPANS = objects(
    {
        "traceID": TRACE_IDS,
        "spanID": SPAN_IDS,
        "operationName": SCALARS,
        "references": lists(objects({"refType": st.just("CHILD_OF"), "traceID": TRACE_IDS, "spanID": SPAN_IDS})),
        "startTime": SCALARS,
        "duration": SCALARS,
        "tags": TAGS,
        "logs": lists(objects({"timestamp": SCALARS, "fields": TAGS})),
        "processID": st.just("p1"),
        "warnings": lists(SCALARS),
    }
)
DOCUMENTS = st.one_of(
    objects({"resourceSpans": GROUPS}),
    objects({"batches": GROUPS, "trace": objects({"resourceSpans": GROUPS})}),
    objects({"data": lists(objects({"traceID": TRACE_IDS, "spans": lists(JAEGER_SPANS), "processes": ANY_JSON}))}),
    ANY_JSON,
)


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """Errors that are meant for a user pass; they are short, on one line, and can be printed."""
    said = ""
    try:
        yield
    except (BadTraceFile, BadArgument) as error:
        said = str(error)
    assert "\n" not in said
    assert len(said) < 1000
    said.encode()


def use(spans: list[Span]) -> None:
    """What is read can be looked at and be written again."""
    trace = Trace.of(spans)
    assert len(trace) == len(spans)
    for encoding in (JSON, PROTOBUF):
        assert len(decode(encode(trace.spans, encoding), encoding)) == len(spans)


@given(DOCUMENTS)
def test_any_document_is_read_or_refused_in_words(document: Any):
    with in_words():
        use(list(read_document(document, ())))


@given(DOCUMENTS | st.fixed_dictionaries({"resourceSpans": GROUPS}))
def test_any_body_of_json_is_read_or_refused_in_words(document: Any):
    with in_words():
        use(decode(json.dumps(document).encode(), JSON))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_in_words(body: bytes):
    for encoding in (JSON, PROTOBUF):
        with in_words():
            use(decode(body, encoding))


@given(telling_spans(max_size=2), st.sampled_from((JSON, PROTOBUF)), st.data())
def test_damage_anywhere_is_read_or_refused_in_words(spans: list[Span], encoding: str, data: st.DataObject):
    body = bytearray(encode(spans, encoding))
    for at in data.draw(st.lists(st.integers(0, max(0, len(body) - 1)), max_size=3)) if body else ():
        body[at] = data.draw(st.integers(0, 255))

    with in_words():
        use(decode(bytes(body), encoding))


@given(
    st.one_of(
        st.binary(max_size=60),
        DOCUMENTS.map(lambda document: json.dumps(document).encode()),
        st.lists(DOCUMENTS.map(lambda document: json.dumps(document).encode() + b"\n"), max_size=3).map(b"".join),
        telling_spans(max_size=2).map(encode),
    ),
    st.sampled_from((bytes, gzip.compress)),
    st.integers(0, 40),
)
def test_any_file_is_loaded_or_refused_in_words(content: bytes, pack: Any, cut: int):
    packed = pack(content)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "traces"
        path.write_bytes(packed[: len(packed) - cut])
        with in_words():
            len(traced_run.load(path))


def test_ids_that_repeat_are_all_there():
    spans = [Span("a", span_id="cd" * 8, trace_id="ab" * 16, start_ns=at) for at in range(3)]

    assert decode(encode(spans, JSON), JSON) == decode(encode(spans), PROTOBUF) == spans


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"resourceSpans":['])
def test_nesting_without_end_is_refused_in_words(tmp_path: Path, opening: str):
    (tmp_path / "deep").write_text(opening * 50_000)

    with pytest.raises(BadTraceFile, match="nested too deeply"):
        traced_run.load(tmp_path / "deep")
