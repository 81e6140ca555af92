"""The body of an HTTP request: of a length that is said or in chunks, compressed or not, and of bounded size."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from typing import Final

_AT_ONCE: Final = 1 << 16
_LONGEST_LINE: Final = 4096
"""Bytes of the line that begins a chunk."""
_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""What zlib calls the encodings; HTTP's deflate is zlib's own format."""


class BadBody(Exception):
    """A body that is refused, with the HTTP status that says why; the sender is told, no user sees it."""

    def __init__(self, code: int, message: str, *, lost: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.lost = lost
        """Nobody can tell where the next request begins."""


def read_body(stream: BufferedIOBase, headers: Mapping[str, str], limit: int) -> bytes:
    """The body as it was before it was compressed; all of it is read, also where it is refused for its size.

    Raises `BadBody` for more than `limit` bytes and for what is cut off, damaged or compressed otherwise.
    """
    parts: list[bytes] = []
    size = 0
    for part in _parts(stream, headers):
        size += len(part)
        if size <= limit:
            parts.append(part)
        else:
            parts.clear()  # the rest is read all the same: who is cut off while sending never reads the answer
    if size > limit:
        raise BadBody(413, f"the body has {size} bytes; at most {limit} are taken, so send fewer spans at once")
    return _expanded(b"".join(parts), headers.get("Content-Encoding") or "", limit)


def _parts(stream: BufferedIOBase, headers: Mapping[str, str]) -> Iterator[bytes]:
    coding = (headers.get("Transfer-Encoding") or "").strip().lower()
    if coding == "chunked":
        return _chunks(stream)
    if coding and coding != "identity":
        raise BadBody(501, f"Transfer-Encoding {coding!r} is not understood; valid: chunked", lost=True)
    return _exactly(stream, _length(headers.get("Content-Length") or "0"))


def _length(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 20):
        raise BadBody(400, f"Content-Length {said!r} is no number of bytes", lost=True)
    return int(said)


def _exactly(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    while length:
        part = stream.read(min(length, _AT_ONCE))
        if not part:
            raise BadBody(400, f"the body is cut off: {length} bytes are missing", lost=True)
        length -= len(part)
        yield part


def _chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    while length := _chunk_length(stream):
        yield from _exactly(stream, length)
        if _line(stream):
            raise BadBody(400, "a chunk of the body is longer than it says", lost=True)
    while _line(stream):  # trailing headers, which say nothing here
        pass


def _chunk_length(stream: BufferedIOBase) -> int:
    said = _line(stream).partition(b";")[0].strip()
    if not 0 < len(said) <= 15 or said.strip(b"0123456789abcdefABCDEF"):
        raise BadBody(400, f"{said[:20]!r} is no length of a chunk of the body", lost=True)
    return int(said, 16)


def _line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise BadBody(400, "the chunks of the body are cut off", lost=True)
    return line.rstrip(b"\r\n")


def _expanded(body: bytes, encoding: str, limit: int) -> bytes:
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body
    if name not in _WINDOWS:
        raise BadBody(415, f"Content-Encoding {encoding!r} is not understood; valid: {', '.join(_WINDOWS)}")
    try:
        found, left = _inflated(body, _WINDOWS[name], limit + 1)
    except zlib.error as exc:
        raise BadBody(400, f"the body is no {name} data: {exc}") from exc
    if len(found) > limit:
        raise BadBody(413, f"the body has more than {limit} bytes when it is expanded; send fewer spans at once")
    if left:
        raise BadBody(400, f"the body's {name} data is cut off, or something follows it")
    return found


def _inflated(body: bytes, window: int, most: int) -> tuple[bytes, bool]:
    """So many bytes of what was compressed, and whether the data is not exactly one whole stream."""
    machine = zlib.decompressobj(window)
    found = machine.decompress(body, most)
    return found, not machine.eof or bool(machine.unused_data)
