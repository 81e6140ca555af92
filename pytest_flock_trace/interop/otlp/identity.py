"""Ids in JSON documents: hexadecimal digits, or base64 as protobuf's own mapping has them."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from typing import Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.json_value import refuse, shown

_HEXADECIMAL: Final = re.compile("[0-9a-fA-F]*")
_LOWER: Final = re.compile("[0-9a-f]+")


def required_id(said: object, what: str, size: int) -> str:
    """The digits of an id in a JSON document that must be there."""
    if found := optional_id(said, what, size):
        return found
    raise BadTraceFile(f"{what} is {shown(said)}, so it can't be told what belongs together")


def optional_id(said: object, what: str, size: int) -> str:
    """The digits of an id in a JSON document; empty where there is none, as where all are zero."""
    if not said:
        return ""
    if type(said) is str and len(said) == 2 * size and _LOWER.fullmatch(said):  # as most are
        return said if said.strip("0") else ""
    found = _digits(said, size) if isinstance(said, str) else None
    if found is None:
        refuse(said, what, f"{2 * size} hexadecimal digits, or {size} bytes as base64")
    return found if found.strip("0") else ""


@lru_cache(maxsize=8192)
def _digits(said: str, size: int) -> str | None:
    """As OTLP has ids in JSON, shorter ones too, or as protobuf's own mapping has bytes, which end in `=` then."""
    if len(said) <= 2 * size and _HEXADECIMAL.fullmatch(said):
        return said.lower()
    try:
        decoded = base64.b64decode(said.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded.hex() if len(decoded) == size else None
