"""Long texts and byte strings, of which the head, the tail, the length and a digest are kept."""

from __future__ import annotations

import base64
from hashlib import blake2b

_SAMPLE = 4096
"""Characters or bytes at each end that the digest is made of, together with the length: all of it would take long."""


def cut_text(text: str, room: int) -> str:
    """Head and tail of a text, in `room` characters or a few more, and between them what tells it from others."""
    note = f"… <{len(text)} characters, digest {_digest(_bytes(text[:_SAMPLE]), _bytes(text[-_SAMPLE:]), len(text))}> …"
    kept = room - len(note)
    if kept < len(note) // 2:  # no room for more than a beginning
        return text[: max(0, room - 1)] + "…"
    head = kept - kept // 3
    return text[:head] + note + text[-(kept // 3) :]


def cut_bytes(value: bytes | bytearray | memoryview, room: int) -> str:
    """Base64 of the head of a byte string, in `room` characters or a few more, its length and its digest."""
    view = memoryview(value).cast("B")
    digest = _digest(bytes(view[:_SAMPLE]), bytes(view[-_SAMPLE:]), len(view))
    note = f"… <{len(view)} bytes, digest {digest}>"
    head = max(0, room - len(note)) // 4 * 3
    return base64.b64encode(view[:head]).decode("ascii") + note


def _digest(head: bytes, tail: bytes, length: int) -> str:
    return blake2b(b"%d\0%b\0%b" % (length, head, tail), digest_size=8).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
