"""Where messages begin and end in files of OTLP's protobuf.

A file holds one `TracesData` message, several in a row, which make one, or a stream of messages that each follow their
length: as a varint, which OpenTelemetry's specification of file exporters asks for, or as four bytes, most significant
first, which the collector's file exporter writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO, Final

from pytest_flock_trace.errors import BadTraceFile

_FIELD: Final = 0x0A
"""What precedes each `ResourceSpans`: field 1, of a length that follows."""
_WITHIN: Final = frozenset({0x0A, 0x12, 0x1A, 0xC2})
"""What a `ResourceSpans` can begin with: its resource, its scopes, its schema's URL, libraries of before OTLP 0.15."""
_LARGEST: Final = 2**31 - 1
"""Protobuf's own limit on a message."""
_AT_ONCE: Final = 1 << 20
_LONGEST_VARINT: Final = 10


def framing_of(head: bytes) -> Framing | None:
    """How the messages of a file that begins so are framed; None if it is no OTLP."""
    if _is_message(head):
        return whole_message
    length, used = _varint_in(head)
    if used and _fits(head[used:], length):
        return varint_delimited
    if _fits(head[4:], int.from_bytes(head[:4], "big")):
        return four_byte_delimited
    return None


def _is_message(head: bytes) -> bool:
    """True where a `TracesData` with some `ResourceSpans` in it can begin so."""
    if head[:1] != bytes([_FIELD]):
        return False
    length, used = _varint_in(head[1:])
    return bool(used) and (length == 0 or head[1 + used : 2 + used] in map(_byte, _WITHIN))


def _fits(head: bytes, length: int) -> bool:
    """True where a message of this length can begin so."""
    inner, used = _varint_in(head[1:])
    return _is_message(head) and 1 + used + inner <= length <= _LARGEST


def _byte(number: int) -> bytes:
    return bytes([number])


def whole_message(stream: BinaryIO, before: int = 0) -> Iterator[bytes]:
    """The `ResourceSpans` of a stream that is one message, which stands after so many bytes of a file."""
    at = before
    while tag := stream.read(1):
        if tag[0] != _FIELD:
            raise BadTraceFile(f"byte {tag[0]:#04x} at byte {at} is not how a ResourceSpans of OTLP begins")
        yield _exactly(stream, _varint(stream, at), at)
        at = before + stream.tell()


def varint_delimited(stream: BinaryIO) -> Iterator[bytes]:
    """The `ResourceSpans` of messages that each follow their length."""
    at = 0
    while first := stream.read(1):
        message = _exactly(stream, _varint(stream, at, first), at)
        yield from whole_message(BytesIO(message), (at := stream.tell()) - len(message))


def four_byte_delimited(stream: BinaryIO) -> Iterator[bytes]:
    """The `ResourceSpans` of messages that each follow four bytes of length."""
    at = 0
    while first := stream.read(1):
        message = _exactly(stream, int.from_bytes(first + _exactly(stream, 3, at), "big"), at)
        yield from whole_message(BytesIO(message), (at := stream.tell()) - len(message))


def _varint(stream: BinaryIO, at: int, first: bytes = b"") -> int:
    said = first or _exactly(stream, 1, at)
    while said[-1] & 0x80 and len(said) < _LONGEST_VARINT:
        said += _exactly(stream, 1, at)
    return _varint_in(said)[0]


def _varint_in(said: bytes) -> tuple[int, int]:
    """The number at the beginning of some bytes and how many of them it takes; 0 of them if there is none."""
    number = 0
    for position, byte in enumerate(said[:_LONGEST_VARINT]):
        number |= (byte & 0x7F) << 7 * position
        if not byte & 0x80:
            return number, position + 1
    return 0, 0


def _exactly(stream: BinaryIO, length: int, at: int) -> bytes:
    """So many bytes, asked for in portions: a damaged length shall not claim memory that no file fills."""
    if length > _LARGEST:
        raise BadTraceFile(f"what begins at byte {at} claims to be {length} bytes long, which no message is")
    found = stream.read(min(length, _AT_ONCE))
    while len(found) < length and (more := stream.read(min(length - len(found), _AT_ONCE))):
        found += more
    if len(found) < length:
        raise BadTraceFile(f"what begins at byte {at} is cut off: {len(found)} of {length} bytes are there")
    return found


Framing = Callable[[BinaryIO], Iterator[bytes]]
"""Reads the `ResourceSpans` messages of a file."""
