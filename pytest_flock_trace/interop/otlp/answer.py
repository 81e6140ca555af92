"""What an OTLP/HTTP server answers: an `ExportTraceServiceResponse`, or a `Status` for what it refuses.

Both are small enough to be written by hand, so that a sender of protobuf is answered in protobuf also where the
messages that read it are not installed.
"""

from __future__ import annotations

import json
from typing import Final

from pytest_flock_trace.interop.otlp import PROTOBUF

_VARINT: Final = 0
_LENGTH: Final = 2
"""Wire types of protobuf."""


def accepted(content_type: str, refused: int = 0, reason: str = "") -> bytes:
    """All spans are kept but for so many; `content_type` is one of OTLP's two."""
    if content_type == PROTOBUF:
        partial = _number(1, refused) + _text(2, reason)
        return _bytes(1, partial) if partial else b""
    if not refused and not reason:
        return b"{}"
    # a 64-bit integer is text in protobuf's JSON
    return _json({"partialSuccess": {"rejectedSpans": str(refused), "errorMessage": reason}})


def status(content_type: str, code: int, message: str) -> bytes:
    """Nothing is kept; `code` is one of gRPC's."""
    if content_type == PROTOBUF:
        return _number(1, code) + _text(2, message)
    return _json({"code": code, "message": message})


def _json(document: object) -> bytes:
    return json.dumps(document).encode("ascii")


def _number(field: int, number: int) -> bytes:
    """A field of a whole number that is not negative; protobuf leaves out zeros."""
    return _varint(field << 3 | _VARINT) + _varint(number) if number else b""


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode("utf-8", "replace")) if text else b""


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _LENGTH) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
