"""Which traces a report holds span by span, where it can't hold all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

MOST_SPANS: Final = 50_000
MOST_ROWS: Final = 20_000
"""Traces in the list of traces; the latest."""
_RANKED: Final = """
    SELECT trace_id, count(*) AS spans FROM spans GROUP BY trace_id
    ORDER BY
        count(*) FILTER (status_code = 'ERROR') > 0 DESC,
        max(greatest(start_time, end_time))::HUGEINT - min(start_time) DESC,
        trace_id
"""


@dataclass(frozen=True)
class KeptTraces:
    """The ids of the traces that are kept whole, and what is to be said of the others."""

    ids: frozenset[str]
    left_out: Sequence[str]


def kept_traces(view: TraceFileView, most_spans: int = MOST_SPANS) -> KeptTraces:
    """All, or as many whole traces as so many spans allow: failed ones first, then others, the slowest first."""
    ranked = [(str(trace), int(spans)) for trace, spans in view.sql(_RANKED)]
    kept: set[str] = set()
    room = most_spans
    for trace, spans in ranked:
        if spans <= room:
            kept.add(trace)
            room -= spans
    return KeptTraces(frozenset(kept), list(_sentences(ranked, kept, most_spans)))


def _sentences(ranked: Sequence[tuple[str, int]], kept: set[str], most: int) -> list[str]:
    found: list[str] = []
    left = [spans for trace, spans in ranked if trace not in kept]
    if left:
        found.append(
            f"{count_of(len(left), 'trace')} of {len(ranked)}, with {sum(left):,} spans, can't be looked into here: a "
            f"report holds up to {most:,} spans, of failed traces first and then of the slowest. All numbers are of "
            "all traces."
        )
    if len(ranked) > MOST_ROWS:
        found.append(f"The list of traces ends with the latest {MOST_ROWS:,} of {len(ranked):,}.")
    return found
