"""OTLP's protobuf is read in each framing that tools write; where it ends too early is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1 import trace_pb2
from strategies import telling_spans

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.foreign_file import read_batches
from pytest_flock_trace.interop.otlp import PROTOBUF, decode, encode, write_protobuf
from pytest_flock_trace.interop.otlp.framing import framing_of
from pytest_flock_trace.model.span import Span

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


def spans_of(name: str, number: int) -> list[Span]:
    return [Span(name, span_id=f"{at:016x}", trace_id=TRACE_ID) for at in range(1, number + 1)]


def varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


FRAMES: dict[str, Callable[[bytes], bytes]] = {
    "whole_message": lambda message: message,
    "varint_delimited": lambda message: varint(len(message)) + message,
    "four_byte_delimited": lambda message: len(message).to_bytes(4, "big") + message,
}
FRAMINGS = pytest.mark.parametrize("framing", FRAMES)


def loaded(path: Path) -> list[Span]:
    return [span for batch in read_batches(path) for span in batch]


@FRAMINGS
def test_a_file_of_several_messages_is_read(tmp_path: Path, framing: str):
    parts = [spans_of("a", 3), spans_of("b", 1), spans_of("c" * 300, 2)]
    content = b"".join(FRAMES[framing](encode(part)) for part in parts)
    (tmp_path / "traces").write_bytes(content)

    assert loaded(tmp_path / "traces") == [span for part in parts for span in part]


@FRAMINGS
@given(spans=telling_spans(max_size=3).filter(bool))
def test_the_framing_is_known_by_the_beginning(framing: str, spans: list[Span]):
    known = framing_of(FRAMES[framing](encode(spans))[:4096])

    assert known is not None
    assert known.__name__ == framing


@FRAMINGS
@given(length=st.integers(1, 400))
def test_the_framing_is_known_whatever_the_length_is(framing: str, length: int):
    message = encode([Span("n" * length, span_id="1", trace_id=TRACE_ID)])
    known = framing_of(FRAMES[framing](message)[:4096])

    assert known is not None
    assert known.__name__ == framing
    assert b"".join(known(BytesIO(FRAMES[framing](message)))) in message


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\n",
        b"\n\n",
        b"\x00",
        b"\x00" * 30,
        b"plain text",
        b"\x7fELF\x02\x01",
        b"PK\x03\x04",
        b"\x05\n\x14\n\x01",
        b"\0\0\0\x05\n\x14\n",
    ],
)
def test_what_begins_otherwise_is_no_otlp(head: bytes):
    assert framing_of(head) is None


@FRAMINGS
def test_a_file_that_ends_too_early_says_how_much_of_it_is_there(tmp_path: Path, framing: str):
    first = FRAMES[framing](encode(spans_of("first", 3)))
    content = first + FRAMES[framing](encode(spans_of("second", 2)))
    for end in range(len(first) + 1, len(content)):
        (tmp_path / "cut").write_bytes(content[:end])
        with pytest.raises(BadTraceFile) as raised:
            loaded(tmp_path / "cut")
        assert f"what begins at byte {len(first)} is cut off: " in str(raised.value)
        assert "the 3 spans before" in str(raised.value)


@FRAMINGS
def test_what_is_no_message_amid_others_says_where_it_begins(tmp_path: Path, framing: str):
    first = FRAMES[framing](encode(spans_of("first", 3)))
    (tmp_path / "odd").write_bytes(first + FRAMES[framing](b"\x12\x03abc"))

    with pytest.raises(
        BadTraceFile, match=f"byte 0x12 at byte {len(first) + len(FRAMES[framing](b'abcde')) - 5} is not"
    ):
        loaded(tmp_path / "odd")


def test_a_length_that_no_file_fills_claims_no_memory(tmp_path: Path):
    (tmp_path / "long").write_bytes(encode(spans_of("a", 1)) + b"\n" + varint(2**31 - 1) + b"x")
    (tmp_path / "longer").write_bytes(encode(spans_of("a", 1)) + b"\n" + varint(2**62))

    with pytest.raises(BadTraceFile, match="cut off: 1 of 2147483647 bytes"):
        loaded(tmp_path / "long")
    with pytest.raises(BadTraceFile, match="claims to be 4611686018427387904 bytes long"):
        loaded(tmp_path / "longer")


def test_parts_written_one_after_another_are_one_message():
    spans = spans_of("a", 1500)

    content = b"".join(write_protobuf(spans))

    assert decode(content, PROTOBUF) == spans
    assert len(trace_pb2.TracesData.FromString(content).resource_spans) == 3
    assert len(ExportTraceServiceRequest.FromString(content).resource_spans) == 3


def request(**fields: object) -> bytes:
    message = trace_pb2.TracesData()
    span = message.resource_spans.add().scope_spans.add().spans.add()
    span.MergeFrom(trace_pb2.Span(**{"trace_id": b"t" * 16, "span_id": b"s" * 8, **fields}))
    return message.SerializeToString()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (request(trace_id=b""), "it has no trace id, so it can't be told what belongs together"),
        (request(span_id=b"\0" * 8), "it has no span id"),
        (request(kind=6), "its kind is 6, expected a number from 0 to 5"),
        (request(kind=-1), "its kind is -1"),
        (request(status=trace_pb2.Status(code=3)), "its status code is 3"),
        (request(links=[trace_pb2.Span.Link(trace_id=b"t")]), "it has no span id in a link"),
        (b"\n\x03\n\x01\x09", "no ResourceSpans of OTLP"),
        (b"{}", "byte 0x7b at byte 0 is not how a ResourceSpans of OTLP begins"),
        (b"\n", "cut off"),
    ],
    ids=range(9),
)
def test_a_body_that_is_no_request_says_why(body: bytes, complaint: str):
    with pytest.raises(BadTraceFile, match=complaint):
        decode(body, PROTOBUF)


def test_an_empty_body_is_a_request_without_spans():
    assert decode(b"", "application/x-protobuf") == []


def test_without_protobuf_json_works_and_protobuf_names_the_extra(tmp_path: Path):
    (tmp_path / "traces.pb").write_bytes(encode(spans_of("a", 1)))
    code = f"""
import sys
sys.modules["opentelemetry.proto"] = sys.modules["google.protobuf"] = None
from pytest_flock_trace import Span, traced_run
from pytest_flock_trace.errors import MissingExtra
from pytest_flock_trace.interop import otlp
assert len(otlp.decode(otlp.encode([Span("a", span_id="1")], otlp.JSON), otlp.JSON)) == 1
for mistake in (lambda: otlp.encode([]), lambda: traced_run.load({str(tmp_path / "traces.pb")!r})):
    try:
        mistake()
    except MissingExtra as error:
        assert 'pip install "pytest-flock-trace[otlp]"' in str(error), error
    else:
        raise SystemExit("no error")
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_json_is_read_and_written_without_loading_protobuf():
    code = """
import sys
from pytest_flock_trace import Span
from pytest_flock_trace.interop import otlp
otlp.decode(otlp.encode([Span("a", span_id="1")], otlp.JSON), otlp.JSON)
assert not {"google.protobuf", "opentelemetry", "duckdb"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
