"""A value of an answer in SQL as it leaves: of bounded size, and without secrets in texts."""

from __future__ import annotations

import json
from typing import Any, Final

from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.viewer.answers.portable import portable

WIDEST: Final = 100_000
"""Characters of one value."""
_SMALL: Final = 20
"""Characters that any number takes, roughly."""
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def cell(value: object, redaction: Redaction) -> tuple[Any, int]:
    """The value for JSON and how many characters it takes; what is too long ends with what was left out."""
    if value is None or isinstance(value, (bool, int, float)):
        return portable(value), _SMALL
    if isinstance(value, str):
        text = redaction.text(portable(_cut(value)))
        return text, len(text)
    made = portable(value)
    text = _encode(made)
    return (made, len(text)) if len(text) <= WIDEST else (_cut(text), WIDEST)


def _cut(text: str) -> str:
    more = len(text) - WIDEST
    return text if more <= 0 else f"{text[:WIDEST]}… and {more:,} more characters"
