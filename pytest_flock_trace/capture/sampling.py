"""Which traces of a process are kept, where the environment wants a part of them only.

Everything is recorded, and judged once a trace is whole: what failed and what was slow is always kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased
from opentelemetry.trace import StatusCode

if TYPE_CHECKING:
    from pytest_flock_trace.capture.ledger import Row

ALL: Final = 1.0


class Sampling:
    """The choice that OpenTelemetry's samplers of these names make of traces, put off until the traces have ended."""

    def __init__(self, ratio: float = ALL, *, parent_based: bool = False, slow_ns: int | None = None) -> None:
        """`ratio` of all traces, by their ids; with `parent_based` those whose caller elsewhere has decided follow it.

        Whatever took `slow_ns` or longer is kept, too.
        """
        self._of_all = TraceIdRatioBased(ratio)
        self._parent_based = parent_based
        self._slow_ns = slow_ns
        self.everything = ratio == ALL and not parent_based

    def keeps(self, rows: Sequence[Row]) -> bool:
        """True for the ended spans of a trace, or of a part of one, that are to be kept."""
        return self.everything or self._drawn(rows) or any(map(_failed, rows)) or self._slow(rows)

    def _drawn(self, rows: Sequence[Row]) -> bool:
        if self._parent_based:
            for row in rows:
                if row.parent is not None and row.parent.is_remote:
                    return bool(row.parent.trace_flags.sampled)
        drawn = self._of_all.should_sample(None, rows[0].context.trace_id, "").decision
        return drawn is Decision.RECORD_AND_SAMPLE

    def _slow(self, rows: Sequence[Row]) -> bool:
        if self._slow_ns is None:
            return False
        return max(row.end or 0 for row in rows) - min(row.start or 0 for row in rows) >= self._slow_ns


def _failed(row: Row) -> bool:
    return row.status.status_code is StatusCode.ERROR
