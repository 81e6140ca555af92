"""What the value of a variable means that is true or false, or a list of names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, cast

from pytest_flock_trace.errors import BadSetting

_YES: Final = frozenset({"true", "1", "yes", "on"})
_NO: Final = frozenset({"false", "0", "no", "off"})


def says_yes(variable: str, values: Mapping[str, str]) -> bool:
    """Whether it is set to a word for yes; any other counts as no."""
    return values.get(variable, "").strip().lower() in _YES


def switch(variable: str, values: Mapping[str, str]) -> bool | None:
    """None if it is unset or empty; raises `BadSetting` for what is no word for yes or no."""
    text = values.get(variable, "").strip().lower()
    if not text:
        return None
    if text not in _YES | _NO:
        raise BadSetting(f"{variable}={values[variable]!r} is neither true nor false; write true or false")
    return text in _YES


def names(variable: str, values: Mapping[str, str]) -> list[str]:
    """The names in a JSON list, or between commas; raises `BadSetting` for another document."""
    text = values.get(variable, "").strip()
    if not text.startswith(("[", "{", '"')):
        return [name.strip() for name in text.split(",") if name.strip()]
    try:
        found: object = json.loads(text)
    except ValueError as exc:
        raise _no_names(variable, text) from exc
    entries = cast("list[object]", found) if isinstance(found, list) else [None]
    kept = [entry.strip() for entry in entries if isinstance(entry, str) and entry.strip()]
    if len(kept) != len(entries):
        raise _no_names(variable, text)
    return kept


def _no_names(variable: str, text: str) -> BadSetting:
    return BadSetting(f'{variable}={text!r} is no list of names; write ["Agent", "Tool"] or Agent,Tool')
