"""GitHub's workflow commands: lines of a log that become annotations.

Escaping is that of GitHub's own toolkit (`@actions/core`, `command.ts`), which its runner undoes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pytest_flock_trace.model.text import one_line

Level = Literal["error", "warning", "notice"]
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def workflow_command(level: Level, message: str, properties: Mapping[str, object]) -> str:
    """`::error file=…,line=…::message`, one line; properties that are empty or 0 are left out.

    Control characters other than newlines are written as escapes, so that no log viewer acts on them.
    """
    given = ",".join(
        f"{name}={_escaped(one_line(str(value)), _PROPERTY)}" for name, value in properties.items() if value
    )
    text = "\n".join(map(one_line, message.split("\n")))
    return f"::{level}{' ' if given else ''}{given}::{_escaped(text, _DATA)}"


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(letter, letter) for letter in text)
