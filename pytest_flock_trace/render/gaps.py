"""What tests would not notice, as text: by the span that it would befall, with a rule that would notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_flock_trace.analysis.mutation.grade import Survivor
from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.text import count_of, one_line

_SPANS, _SENTENCES = 4, 3
"""Spans told of each test, and sentences of each span, unless everything is wanted."""


@dataclass(frozen=True)
class Gaps:
    """What nothing in a test, or in any test of a file, would notice."""

    place: str
    """The test's id, or the file."""
    survivors: Sequence[Survivor]
    reads: Iterable[str] = ()
    """How spans are looked at besides, which nobody can ask again."""

    def lines(self, *, brief: bool) -> list[str]:
        """A heading, and below each span what could befall it; none where everything would be noticed."""
        if not self.survivors:
            return []
        spans = grouped(((survivor.run, survivor.span), survivor) for survivor in self.survivors)
        several = len({run for run, _ in spans}) > 1
        lines = ["", f"nothing in {self.place} would notice if"]
        for run, span in list(spans)[: _SPANS if brief else None]:
            lines.append(f"  {one_line(span)}" + (f" in run {one_line(run)!r}" if several and run else ""))
            lines.extend(_sentences(spans[run, span], brief=brief))
        hidden = list(spans.values())[_SPANS:] if brief else []
        if hidden:
            lines.append(f"  … {sum(map(len, hidden))} more of {count_of(len(hidden), 'span')}, use -vv")
        if looked := ", ".join(self.reads):
            lines.append(f"  but it also looks at spans itself ({looked}), which nobody can ask again")
        return lines


def _sentences(survivors: Sequence[Survivor], *, brief: bool) -> Iterator[str]:
    shown = survivors[:_SENTENCES] if brief else survivors
    for survivor in shown:
        remedy = f"; {survivor.remedy} would" if survivor.remedy else ""
        yield f"    {survivor.sentence}{remedy}"
    if left := len(survivors) - len(shown):
        yield f"    … {left} more, use -vv"
