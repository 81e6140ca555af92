"""Which traces a report holds span by span, where it can't hold all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.model.portions import portions
from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

MOST_SPANS: Final = 50_000
MOST_ROWS: Final = 20_000
"""Traces in the list of traces; the latest."""
_AT_ONCE: Final = 10_000
"""Spans that are in memory at a time."""
_RANKED: Final = """
    SELECT trace_id, count(*) AS spans FROM spans GROUP BY trace_id
    ORDER BY
        count(*) FILTER (status_code = 'ERROR') > 0 DESC,
        max(greatest(start_time, end_time))::HUGEINT - min(start_time) DESC,
        trace_id
"""


@dataclass(frozen=True)
class KeptTraces:
    """The traces that are kept whole, the most wanted first, with their sizes, and what is to be said of the others."""

    sizes: Mapping[str, int]
    """Spans by trace id."""
    left_out: Sequence[str]

    @property
    def ids(self) -> AbstractSet[str]:
        """Those of the traces."""
        return self.sizes.keys()

    @property
    def spans(self) -> int:
        """Of all of them together."""
        return sum(self.sizes.values())

    def parts(self) -> Iterator[list[str]]:
        """The ids in order, as many at a time as may be in memory together."""
        return portions(self.sizes.items(), _AT_ONCE)


def kept_traces(view: TraceFileView, most_spans: int = MOST_SPANS) -> KeptTraces:
    """All, or as many whole traces as so many spans allow: failed ones first, then others, the slowest first."""
    ranked = [(str(trace), int(spans)) for trace, spans in view.sql(_RANKED)]
    kept: dict[str, int] = {}
    room = most_spans
    for trace, spans in ranked:
        if spans <= room:
            kept[trace] = spans
            room -= spans
    return KeptTraces(kept, list(_sentences(ranked, kept.keys(), most_spans)))


def _sentences(ranked: Sequence[tuple[str, int]], kept: AbstractSet[str], most: int) -> list[str]:
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
