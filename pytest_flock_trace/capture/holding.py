"""Ended spans that wait for the rest of their traces."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Row
    from pytest_flock_trace.capture.sampling import Sampling

_REMEMBERED: Final = 10_000
"""Traces of which it is remembered what was decided, for spans that end later."""


class Holding:
    """Ended spans by trace. A trace is due a while after its root has ended, or when it has waited for long.

    Its root is a span without a parent in this process. Others may end after it: the while is for them. With
    `sampling`, traces that it does not keep are held until their root has ended, since they might fail yet, and then
    go; at most `most` spans of such traces are held, beyond which the oldest trace goes.
    """

    def __init__(self, grace: float, longest: float, sampling: Sampling | None = None, most: int = 50_000) -> None:
        self._grace = grace
        self._longest = longest
        self._sampling = sampling
        self._most = most
        self._traces: dict[int, _Trace] = {}
        self._decided: OrderedDict[int, bool] = OrderedDict()

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
        kept = self._sampled(due)
        for trace_id, _ in kept:
            del self._traces[trace_id]
        rows = [row for _, trace in kept for row in trace.rows]
        return rows, {format(trace_id, "032x") for trace_id, trace in kept if not trace.rooted}

    def put_back(self, rows: Sequence[Row], most: int) -> int:
        """Hold the latest of these again, as many as there is room for; how many that is."""
        room = max(0, most - sum(len(trace.rows) for trace in self._traces.values()))
        kept = rows[-room:] if room else ()
        for row in kept:
            self.add(row, 0.0)
        return len(kept)

    def _sampled(self, due: Sequence[tuple[int, _Trace]]) -> list[tuple[int, _Trace]]:
        """Those that are kept; the others are forgotten, or held on to for what may come of them."""
        sampling = self._sampling
        if sampling is None:
            return list(due)
        kept: list[tuple[int, _Trace]] = []
        open_yet: list[tuple[int, int]] = []
        for trace_id, trace in due:
            if self._decided.get(trace_id) or sampling.keeps(trace.rows):
                self._decide(trace_id, keep=True)
                kept.append((trace_id, trace))
            elif trace.rooted or trace_id in self._decided:
                self._forget(trace_id)
            else:
                open_yet.append((trace_id, len(trace.rows)))
        self._make_room(open_yet)
        return kept

    def _make_room(self, held: Sequence[tuple[int, int]]) -> None:
        """Forget the oldest of these, given with their numbers of spans, if they are too many."""
        excess = sum(size for _, size in held) - self._most
        for trace_id, size in held:
            if excess > 0:
                self._forget(trace_id)
                excess -= size

    def _forget(self, trace_id: int) -> None:
        self._decide(trace_id, keep=False)
        del self._traces[trace_id]

    def _decide(self, trace_id: int, *, keep: bool) -> None:
        self._decided[trace_id] = keep
        self._decided.move_to_end(trace_id)
        if len(self._decided) > _REMEMBERED:
            self._decided.popitem(last=False)


class _Trace:
    """What is held of one trace."""

    def __init__(self, since: float) -> None:
        self.rows: list[Row] = []
        self.since = self.latest = since
        self.rooted = False
