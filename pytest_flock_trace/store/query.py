"""The analysis queries that come with the package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final

from pytest_flock_trace.errors import BadArgument

_FOLDER: Final = files("pytest_flock_trace.store") / "queries"
_SHARED: Final = "shared"
"""Subfolder of common table expressions that several queries begin with."""
_WITH: Final = "WITH "
_SUFFIX: Final = ".sql"


@dataclass(frozen=True)
class Query:
    """A question to table `spans`."""

    name: str
    title: str
    about: str
    """What it counts and what its columns mean."""
    sql: str
    by: tuple[str, ...] = ()
    """Columns that it can group by, the one it groups by unasked first; empty where it does not group."""
    needs: tuple[str, ...] = ()
    """Tables that it asks besides `spans`, which only trace files hold."""


@cache
def names() -> tuple[str, ...]:
    """All queries by name."""
    found = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def query(name: str, *, by: str | None = None) -> Query:
    """The query of this name, grouped by one of the columns it names; raise `BadArgument` for others."""
    if name not in names():
        raise BadArgument(f"there is no query {name!r}; valid: {', '.join(names())}")
    found = _load(name)
    if by is None:
        return found
    if by not in found.by:
        raise BadArgument(f"by={by!r} is nothing that query {name!r} groups by; valid: {', '.join(found.by) or 'none'}")
    return replace(found, sql=found.sql.replace(_choice(found.by[0]), _choice(by)))


@cache
def _load(name: str) -> Query:
    header, sql = _split(_text(name))
    shared = [_split(_text(f"{_SHARED}/{part}"))[1] for part in _names(header, "with")]
    sql = _beginning_with(shared, sql) if shared else sql
    return Query(name, header["title"], header["about"], sql, _names(header, "by"), _names(header, "needs"))


def _names(header: dict[str, str], key: str) -> tuple[str, ...]:
    return tuple(header[key].split(", ")) if key in header else ()


def _beginning_with(shared: Sequence[str], sql: str) -> str:
    """The statement with these common table expressions before its own."""
    own = sql.removeprefix(_WITH)
    if own == sql:
        return _WITH + ",\n".join(shared) + f"\n{sql}"
    return _WITH + ",\n".join([*shared, own])


def _text(name: str) -> str:
    return (_FOLDER / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def _split(text: str) -> tuple[dict[str, str], str]:
    """The comment lines at the top, as `key: value` with indented continuations, and the statement below them."""
    header: dict[str, str] = {}
    lines = text.splitlines()
    key = ""
    while lines and lines[0].startswith("--"):
        line = lines.pop(0).removeprefix("--")
        if line.startswith("  "):
            header[key] += f" {line.strip()}"
        else:
            key, _, value = line.strip().partition(": ")
            header[key] = value
    return header, "\n".join(lines).strip()


def _choice(column: str) -> str:
    """How a query that groups says by what."""
    return f"VALUES ('{column}')"
