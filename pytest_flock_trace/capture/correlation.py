"""Correlation ids: found in arguments, run attributes or baggage, and carried to every span below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from opentelemetry import baggage
from opentelemetry.context import create_key, set_value

from pytest_flock_trace.model.instance_state import instance_attribute

if TYPE_CHECKING:
    from opentelemetry.context import Context

    from pytest_flock_trace.capture.ledger import Row

NAMES: Final = ("correlation_id", "task_id")
_KEY: Final = create_key("flock-trace-correlation")
_BARE: Final = frozenset((str, int, float, bool, bytes, type(None), list, tuple, set, frozenset))
"""Types that hold no id under a name; most arguments are of one of them."""

Ids = Mapping[str, str]


def carried(context: Context) -> Ids | None:
    """The ids that this context hands on, by an outer call or by baggage; None for none."""
    ids = context.get(_KEY)
    if ids is not None:
        return cast("Ids", ids)
    packed = baggage.get_all(context)
    return (_named_in(packed) or None) if packed else None


def carrying(context: Context, ids: Ids) -> Context:
    """The context that hands these ids on to every span below."""
    return set_value(_KEY, ids, context)


def ids_of(attributes: Mapping[str, Any], inherited: Ids | None = None) -> Ids:
    """The ids that attributes have, and those that they inherit besides."""
    return {**(inherited or {}), **_named_in(attributes)}


def found(arguments: Iterable[tuple[str | None, object]]) -> dict[str, str]:
    """The ids in a call's arguments: in one of that name, in a mapping's entry or in an object's own attribute."""
    ids: dict[str, str] = {}
    for name, value in arguments:
        if name in NAMES:
            ids.update(_named_in({name: value}))
        elif (kind := type(value)) in _BARE:
            continue
        elif issubclass(kind, dict):
            ids.update(_named_in(dict(zip(NAMES, map(cast("dict[str, object]", value).get, NAMES)))))
        else:
            ids.update(_named_in({wanted: instance_attribute(value, wanted) for wanted in NAMES}))
    return ids


def handed_down(rows: Sequence[Row]) -> dict[int, Ids]:
    """The ids that rows lack and inherit from the nearest row above that has them, by position."""
    if not any(name in row.attributes for row in rows for name in NAMES):
        return {}
    parents = {row.parent.span_id for row in rows if row.parent is not None}
    known: dict[tuple[int, int], Ids] = {}
    lacking: dict[int, Ids] = {}
    for position, row in enumerate(rows):
        parent = row.parent
        above = None if parent is None else known.get((parent.trace_id, parent.span_id))
        if row.context.span_id in parents:
            known[row.context.trace_id, row.context.span_id] = ids_of(row.attributes, above)
        if above and (missing := {name: value for name, value in above.items() if name not in row.attributes}):
            lacking[position] = missing
    return lacking


def _named_in(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name in NAMES if (text := _id(values.get(name))) is not None}


def _id(value: object) -> str | None:
    if type(value) is str:
        return value or None
    return str(value) if type(value) in (int, UUID) else None
