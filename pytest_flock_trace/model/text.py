"""Text as it fits on one line of a terminal: escaped, measured in columns and cut to them."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span

LONGEST_LABEL = 120
LONGEST_MESSAGE = 80
LONGEST_VALUE = 160
ELLIPSIS = "…"
_CONSIDERED = 1_000
"""Characters looked at where a line holds fewer: an exception may quote a megabyte."""

# Code points that are no characters and never will be, which XML and HTML refuse.
_NO_CHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane | last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
# Controls, line and paragraph separators, lone surrogates, and the marks that reorder what is printed around them.
_UNPRINTABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff{_NO_CHARACTERS}]")


def one_line(text: str) -> str:
    """The text with newlines and control characters written as escapes; quotes and unicode stay."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def label_of(span: Span) -> str:
    """The span's label on one line, cut where it is very long; a blank one is said to be."""
    return cut_end(one_line(span.label[:_CONSIDERED]).rstrip(), LONGEST_LABEL) or "(no name)"


def failure_of(span: Span) -> str:
    """What a failed span says of its failure, on one line: its status description, else its last exception."""
    text = span.status_description or _last_exception(span)
    return cut_end(one_line(" ".join(text.lstrip()[:_CONSIDERED].split())), LONGEST_MESSAGE)


def _last_exception(span: Span) -> str:
    exception = next((event for event in reversed(span.events) if event.name == "exception"), None)
    if exception is None:
        return ""
    parts = (exception.attributes.get(key) for key in ("exception.type", "exception.message"))
    return ": ".join(str(part) for part in parts if part)


def abridged(text: str, columns: int = LONGEST_VALUE) -> str:
    """Both ends of a value's text, on one line, with `…` in place of what does not fit between them."""
    if len(text) > _CONSIDERED:  # what is far from both ends is not looked at
        text = f"{text[: _CONSIDERED // 2]}{text[-(_CONSIDERED // 2) :]}"
    return cut_middle(one_line(text), columns)


def count_of(number: int, noun: str) -> str:
    """The number with its noun: `1 span`, `2 spans`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def columns_of(text: str) -> int:
    """How many terminal columns the text takes; wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def pad_end(text: str, columns: int) -> str:
    """The text with spaces after it up to so many columns."""
    return text + " " * (columns - columns_of(text))


def pad_start(text: str, columns: int) -> str:
    """The text with spaces before it up to so many columns."""
    return " " * (columns - columns_of(text)) + text


def cut_end(text: str, columns: int) -> str:
    """The beginning of the text, with `…` in place of what does not fit."""
    return text if columns_of(text) <= columns else _head(text, columns - 1) + ELLIPSIS[:columns]


def cut_start(text: str, columns: int) -> str:
    """The end of the text, with `…` in place of what does not fit."""
    return text if columns_of(text) <= columns else ELLIPSIS[:columns] + _tail(text, columns - 1)


def cut_middle(text: str, columns: int) -> str:
    """Both ends of the text, with `…` in place of what does not fit between them."""
    if columns_of(text) <= columns:
        return text
    return _head(text, columns // 2) + ELLIPSIS[:columns] + _tail(text, (columns - 1) // 2)


def _head(text: str, columns: int) -> str:
    return text[: sum(reached <= columns for reached in accumulate(map(_columns, text)))]


def _tail(text: str, columns: int) -> str:
    return _head(text[::-1], columns)[::-1]
