"""Ids on the wire: texts of any kind for us, 16 or 8 bytes for OTLP."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Final

TRACE_BYTES: Final = 16
SPAN_BYTES: Final = 8
_LOWER: Final = re.compile("[0-9a-f]+")


@lru_cache(maxsize=8192)
def wire_id(identifier: str, size: int) -> str:
    """The hexadecimal digits that stand for an id in OTLP: the id itself if it can, short ones after zeros.

    Of any other text they are a digest: an exporter must say beside it what the id was.
    """
    if len(identifier) <= 2 * size and _LOWER.fullmatch(identifier) and identifier.strip("0"):
        return identifier.zfill(2 * size)
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
