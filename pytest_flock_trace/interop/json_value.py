"""Values in documents that others wrote, each checked to be what it must be; `BadTraceFile` says what it is."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final, NoReturn, cast

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.text import abridged

JsonObject = dict[str, Any]

INT64: Final = (-(2**63), 2**63 - 1)
UINT64: Final = (0, 2**64 - 1)
UINT32: Final = (0, 2**32 - 1)
_SHOWN: Final = 60
_DIGITS: Final = 20
"""No 64-bit integer has more characters."""


def text(value: object, what: str) -> str:
    """A string; what is absent is an empty one."""
    if value is None:
        return ""
    return value if isinstance(value, str) else refuse(value, what, "text")


def json_object(value: object, what: str) -> JsonObject:
    """An object; what is absent is an empty one."""
    if value is None:
        return {}
    return cast("JsonObject", value) if isinstance(value, dict) else refuse(value, what, "an object")


def json_objects(value: object, what: str) -> list[JsonObject]:
    """A list of objects; what is absent is an empty one."""
    found = json_list(value, what)
    for entry in found:
        if not isinstance(entry, dict):
            refuse(entry, f"an entry of {what}", "an object")
    return cast("list[JsonObject]", found)


def json_list(value: object, what: str) -> list[object]:
    """A list; what is absent is an empty one."""
    if value is None:
        return []
    return cast("list[object]", value) if isinstance(value, list) else refuse(value, what, "a list")


def whole(value: object, what: str, limits: tuple[int, int] = INT64) -> int:
    """A whole number, which JSON may also hold as text or as a float; what is absent is 0."""
    number = int(value) if type(value) is str and value.isdecimal() and len(value) <= _DIGITS else _whole(value)
    if number is None or not limits[0] <= number <= limits[1]:
        refuse(value, what, f"a whole number from {limits[0]} to {limits[1]}")
    return number


def _whole(value: object) -> int | None:
    if value is None or value == "":
        return 0
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, str):
        return int(value) if len(value) <= _DIGITS and value.removeprefix("-").isdecimal() else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return None


def real(value: object, what: str) -> float:
    """A number; those that JSON has no words for stand there as text."""
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    return refuse(value, what, "a number")


def truth(value: object, what: str) -> bool:
    """True or false, also as text."""
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return value if isinstance(value, bool) else refuse(value, what, "true or false")


def base64_bytes(value: object, what: str) -> bytes:
    """Bytes, which JSON holds as base64 in either of its alphabets, padded or not."""
    if isinstance(value, str):
        plain = value.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            pass
    return refuse(value, what, "bytes as base64")


def one_of(value: object, what: str, words: Mapping[object, int]) -> int:
    """The number of an enumeration's word, or the number itself; what is absent is 0."""
    if value is None:
        return 0
    number = words.get(value) if type(value) in {int, str} else None
    if number is not None:
        return number
    valid = ", ".join(word for word in words if isinstance(word, str))
    return refuse(value, what, f"a number or one of {valid}")


def refuse(value: object, what: str, expected: str) -> NoReturn:
    """Say what is there in place of what is expected."""
    raise BadTraceFile(f"{what} is {shown(value)}, expected {expected}")


def shown(value: object) -> str:
    """The value in a message; lists and objects, which may be deep and large, by name."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return "absent" if value is None else abridged(repr(value), _SHOWN)
