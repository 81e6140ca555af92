"""How a trace file holds columns whose values mostly follow from others: as less, or not at all.

With all of them written out, a file of many spans is a third larger. Only rows that are settled hold them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pytest_flock_trace.store.schema import COLUMNS, FILLED, OURS

KEPT: Final = tuple(column for column in COLUMNS if column.name != "duration")
"""The columns that a file has."""
ADDED: Final = tuple(column for column in OURS if column in KEPT)
"""Those of them that Flock leaves alone."""
WRITTEN: Final = tuple(column.name for column in FILLED if column in KEPT)
"""Those that rows bring with them."""

_DISTANCE: Final = "{row}.place - {row}.%s"
_UNLIKE_PARENT: Final = "nullif(coalesce({row}.place - {row}.%s, 0), coalesce({row}.place - {row}.parent_place, 0))"
_PACKED: Final = {
    "label": "nullif({row}.label, {row}.name)",
    "self_time": "nullif({row}.self_time, {row}.duration)",
    "place": "{row}.place + $base",
    "parent_place": _DISTANCE % "parent_place",
    "agent_above": _DISTANCE % "agent_above",
    "service_above": _UNLIKE_PARENT % "service_above",
    "operation_above": _UNLIKE_PARENT % "operation_above",
}
"""NULL where the value is as most often: the span's name, all of its duration, the place of its parent (0: none).

Other rows are named by how far before this one they come, which stays the same wherever a trace is put.
"""
_LENGTH: Final = "CASE WHEN place IS NOT NULL THEN greatest(end_time - start_time, 0) END"
_LIKE_PARENT: Final = "place - nullif(coalesce(%s, parent_place, 0), 0)"
_UNPACKED: Final = {
    "label": "coalesce(label, CASE WHEN place IS NOT NULL THEN name END)",
    "duration": _LENGTH,
    "self_time": f"coalesce(self_time, {_LENGTH})",
    "parent_place": "place - parent_place",
    "agent_above": "place - agent_above",
    "service_above": _LIKE_PARENT % "service_above",
    "operation_above": _LIKE_PARENT % "operation_above",
}


def all_columns(table: str, there: Collection[str] | None = None) -> str:
    """The query that gives every column of table spans, out of those that a file has: all of `KEPT`, or `there`."""
    names = {column.name for column in KEPT} if there is None else set(there)
    ours = names >= {column.name for column in KEPT}
    chosen = [
        f"{unpacked(one.name)} AS {one.name}" if ours or one.name in names else f"NULL::{one.type} AS {one.name}"
        for one in COLUMNS
    ]
    return f"SELECT {', '.join(chosen)} FROM {table}"


def packed(column: str, row: str) -> str:
    """What a file holds in a column for a row of table spans, whose places count from `$base` on in the file."""
    return _PACKED.get(column, "{row}.%s" % column).format(row=row)  # noqa: UP031  # braces stay for `format`


def unpacked(column: str) -> str:
    """The value of a column of table spans, for a row of a file."""
    return _UNPACKED.get(column, column)
