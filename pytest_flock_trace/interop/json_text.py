"""JSON documents in bytes: one that fills a file, or one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from pytest_flock_trace.errors import BadTraceFile

_MARK: Final = b"\xef\xbb\xbf"
_WORDS: Final = ("true", "false", "null", "-Infinity")
_IN_NUMBER: Final = re.compile("[.eE][-+]?")
_ESCAPE: Final = 6
"""Characters of the longest escape in a string."""


def parsed(content: bytes) -> object:
    """The document; `BadTraceFile` says where it is no JSON."""
    try:
        return _parsed(content)
    except _Flaw as exc:
        raise BadTraceFile(f"it {exc}") from exc.__cause__


def documents(stream: BinaryIO) -> Iterator[tuple[str, object]]:
    """Each document with words for where it begins: a line of a file of JSON lines, or the whole of any other.

    Raises `BadTraceFile` for what is no JSON, once the documents before it have been given.
    """
    at_start = True
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            document = _parsed(line)
        except _Flaw as exc:
            if at_start and exc.cut_off and (rest := stream.read()).strip():
                yield "", parsed(b"\n" * (number - 1) + line + rest)
                return
            raise BadTraceFile(f"line {number} {exc}") from exc.__cause__
        at_start = False
        yield f"line {number}: ", document


class _Flaw(Exception):  # a reason to try otherwise, which no user sees
    """Why a text is no JSON."""

    def __init__(self, message: str, *, cut_off: bool) -> None:
        super().__init__(message)
        self.cut_off = cut_off
        """True where more text might have made it JSON."""


def _parsed(content: bytes) -> object:
    try:
        text = content.removeprefix(_MARK).decode("utf-8")
    except UnicodeDecodeError as exc:
        if exc.reason == "unexpected end of data":
            raise _Flaw(f"is cut off after {len(content)} bytes", cut_off=True) from exc
        raise _Flaw(f"is no UTF-8: byte {content[exc.start]:#04x} at position {exc.start}", cut_off=False) from exc
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        if _is_cut_off(exc, text):
            raise _Flaw(f"is cut off after {len(content)} bytes", cut_off=True) from exc
        at = f"line {exc.lineno}, column {exc.colno}" if "\n" in text.strip() else f"column {exc.colno}"
        raise _Flaw(f"is no JSON: {exc.msg.removesuffix(' at')} at {at}", cut_off=False) from exc
    except RecursionError as exc:
        raise _Flaw("is no JSON of traces: it is nested too deeply", cut_off=False) from exc
    except ValueError as exc:  # a number of thousands of digits
        raise _Flaw(f"is no JSON of traces: {exc}", cut_off=False) from exc


def _is_cut_off(flaw: json.JSONDecodeError, text: str) -> bool:
    if flaw.msg.startswith("Unterminated string"):
        return True
    rest = text[flaw.pos :].strip()
    in_escape = flaw.msg.startswith("Invalid \\") and len(rest) < _ESCAPE
    return in_escape or bool(_IN_NUMBER.fullmatch(rest)) or any(word.startswith(rest) for word in _WORDS)
