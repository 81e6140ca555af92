"""Ended spans that wait for the rest of their traces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Row


class Holding:
    """Ended spans by trace. A trace is due a while after its root has ended, or when it has waited for long.

    Its root is a span without a parent in this process. Others may end after it: the while is for them.
    """

    def __init__(self, grace: float, longest: float) -> None:
        self._grace = grace
        self._longest = longest
        self._traces: dict[int, _Trace] = {}

    def add(self, row: Row, now: float) -> None:
        """A span has ended, at this second of a clock."""
        trace_id = row.context.trace_id
        trace = self._traces.get(trace_id)
        if trace is None:
            trace = self._traces[trace_id] = _Trace(now)
        trace.rows.append(row)
        trace.latest = now
        if row.parent is None or row.parent.is_remote:
            trace.rooted = True

    def due(self, now: float, *, everything: bool = False) -> tuple[list[Row], set[str]]:
        """The spans of the traces that are due, which are held no longer, and which of these may go on."""
        due = [
            (trace_id, trace)
            for trace_id, trace in self._traces.items()
            if everything or (trace.rooted and now - trace.latest >= self._grace) or now - trace.since >= self._longest
        ]
        for trace_id, _ in due:
            del self._traces[trace_id]
        rows = [row for _, trace in due for row in trace.rows]
        return rows, {format(trace_id, "032x") for trace_id, trace in due if not trace.rooted}

    def put_back(self, rows: Sequence[Row], most: int) -> int:
        """Hold the latest of these again, as many as there is room for; how many that is."""
        room = max(0, most - sum(len(trace.rows) for trace in self._traces.values()))
        kept = rows[-room:] if room else ()
        for row in kept:
            self.add(row, 0.0)
        return len(kept)


class _Trace:
    """What is held of one trace."""

    def __init__(self, since: float) -> None:
        self.rows: list[Row] = []
        self.since = self.latest = since
        self.rooted = False
