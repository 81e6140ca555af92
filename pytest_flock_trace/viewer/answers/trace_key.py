"""Short names of traces, which stand in questions and in links to a page."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.text import abridged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pytest_flock_trace.store.file.reading import TraceFileView

_PLAIN: Final = re.compile(r"[0-9A-Za-z]{1,64}")
_HASHED: Final = "h-"
"""Begins the key of an id that could not stand in a URL as it is; no plain id has a hyphen."""
_KNOWN: Final = "SELECT trace_id FROM spans WHERE trace_id = $id LIMIT 1"
_ALL: Final = "SELECT DISTINCT trace_id FROM spans"
_THESE: Final = "SELECT DISTINCT trace_id FROM spans WHERE trace_id IN (SELECT unnest($ids))"


def key_of(trace_id: str) -> str:
    """The trace id itself where it is letters and digits, so that it means the same in every report."""
    if _PLAIN.fullmatch(trace_id):
        return trace_id
    return f"{_HASHED}{sha256(trace_id.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def trace_of(view: TraceFileView, key: str) -> str:
    """The trace id that a key stands for; raises `BadArgument` where the file has no such trace."""
    if key.startswith(_HASHED):
        found = next((trace for (trace,) in view.sql(_ALL) if key_of(trace) == key), None)
    else:
        found = next((trace for (trace,) in view.sql(_KNOWN, {"id": key}) if key_of(trace) == key), None)
    if found is None:
        raise BadArgument(f"there is no trace with key {abridged(key)!r} here")
    return str(found)


def keys_of(view: TraceFileView, traces: Collection[str]) -> Mapping[str, str]:
    """The keys of those of these traces that the file has, by trace id."""
    if not traces:
        return {}
    return {trace: key_of(trace) for (trace,) in view.sql(_THESE, {"ids": list(traces)})}
