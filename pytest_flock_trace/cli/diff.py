"""`flock-trace diff`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.cli.command import FINE, FOUND
from pytest_flock_trace.cli.terminal import HEADING, Terminal
from pytest_flock_trace.cli.trace_source import traces_of
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.text import count_of, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_flock_trace.analysis.census import Census
    from pytest_flock_trace.analysis.census_comparison import CensusComparison, StructureChange, TimeChange

_MOST_ROWS = 20
"""Rows of the table of times; those beyond changed least."""
_MOST_STRUCTURES = 3
"""New structures of one workflow that are shown."""


class Diff:
    """Tell what two files, or two traces of the store, differ in.

    A and B are each a trace file, or a trace of the store by its id, a beginning of it, or latest. Structure is what
    spans and agents there are and who leads to whom, frameworks' housekeeping and all times left aside; exits with 1 if
    that differs. Times are compared too, and judged only where there are five or more on both sides.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """The two sides."""
        parser.add_argument("before", metavar="A", help="a trace file, or a trace of the store")
        parser.add_argument("now", metavar="B", help="what to hold against it")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Print the differences."""
        from pytest_flock_trace.analysis.census_comparison import CensusComparison

        before, now = (_census(said, asked.store, terminal) for said in (asked.before, asked.now))
        found = CensusComparison(before, now)
        if asked.json:
            terminal.document(_document(found))
        else:
            _Page(found, terminal).write(asked.before, asked.now)
        return FINE if found.same_structure else FOUND


def _census(said: str, store: Path, terminal: Terminal) -> Census:
    from pytest_flock_trace.analysis.census import Census
    from pytest_flock_trace.render.skeleton import skeleton

    found = Census()
    with traces_of(said, store, terminal) as traces:
        for trace in traces:
            found.add(trace, skeleton(trace))
    return found


@dataclass(frozen=True)
class _Page:
    """A comparison for people."""

    found: CensusComparison
    terminal: Terminal

    def write(self, before: str, now: str) -> None:
        for name, said, side in (("A", before, self.found.before), ("B", now, self.found.now)):
            counts = f"{count_of(side.traces, 'trace')}, {count_of(side.spans, 'span')}"
            self.terminal.write(f"{name}  {one_line(said)}: {counts}")
        self._structures()
        self._edges()
        self._calls()
        self._times()
        same = "the same structure" if self.found.same_structure else "the structures differ"
        self.terminal.write(f"\n{same}", HEADING)

    def _structures(self) -> None:
        for change in self.found.structures:
            for line in _told(change):
                self.terminal.write(one_line(line))

    def _edges(self) -> None:
        lines = [f"- {edge}" for edge in self.found.edges_missing] + [f"+ {edge}" for edge in self.found.edges_added]
        if lines:
            self.terminal.write("\nwho leads to whom", HEADING)
        for line in lines:
            self.terminal.write(one_line(line))

    def _calls(self) -> None:
        before, now = self.found.before.traces, self.found.now.traces
        per_trace = (f"/{before}", f"/{now}") if before != now else ("", "")
        rows = [
            (one.kind, one.what, f"{one.before}{per_trace[0]}", f"{one.now}{per_trace[1]}", one.how)
            for one in self.found.calls()
        ]
        if rows:
            self.terminal.write("")
            self.terminal.table(
                ("", "how often, in so many traces" if before != now else "how often", "A", "B", ""), rows
            )

    def _times(self) -> None:
        times = self.found.times()
        if rows := list(map(_time_row, times[:_MOST_ROWS])):
            self.terminal.write("")
            self.terminal.table(("", "median time", "n A", "n B", "A", "B", "change", ""), rows)
        if more := times[_MOST_ROWS:]:
            self.terminal.write(f"… {len(more)} more that changed less")


def _told(change: StructureChange) -> Iterator[str]:
    """The lines that a workflow's structures differ in."""
    from pytest_flock_trace.render.difference import tree_difference

    name = f"workflow {change.workflow!r}"
    yield ""
    if not change.both and not (change.before and change.now):
        yield f"{name}: {'missing' if change.before else 'added'}"
        return
    if not change.now:
        yield f"{name}: {count_of(len(change.before), 'structure')} of A does not occur in B"
    known = [*change.before, *change.both] if change.now else list(change.both)
    others = change.now or change.before
    for text in others[:_MOST_STRUCTURES]:
        sides = (known[0], text) if change.now else (text, known[0])
        difference = tree_difference(*sides)
        yield f"{name}: {difference.head}"
        yield from difference.lines
    if (more := len(others) - _MOST_STRUCTURES) > 0:
        yield f"… {count_of(more, 'more structure')}"


def _time_row(one: TimeChange) -> tuple[object, ...]:
    change = one.change
    growth, before = int(change.growth), int(change.before)
    part = f" ({growth / before:+.0%})" if before else ""
    return (
        one.kind,
        change.what,
        len(change.before_ns),
        len(change.now_ns),
        format_duration(before),
        format_duration(int(change.now)),
        f"{'+' if growth >= 0 else ''}{format_duration(growth)}{part}",
        "too few to judge" if one.speed == "too few" else one.speed,
    )


def _document(found: CensusComparison) -> dict[str, Any]:
    return {
        "same_structure": found.same_structure,
        "a": {"traces": found.before.traces, "spans": found.before.spans},
        "b": {"traces": found.now.traces, "spans": found.now.spans},
        "structures": [
            {"workflow": one.workflow, "only_a": list(one.before), "only_b": list(one.now)} for one in found.structures
        ],
        "edges_missing": list(found.edges_missing),
        "edges_added": list(found.edges_added),
        "calls": [
            {"kind": one.kind, "what": one.what, "a": one.before, "b": one.now, "how": one.how} for one in found.calls()
        ],
        "times": [
            {
                "kind": one.kind,
                "what": one.change.what,
                "n_a": len(one.change.before_ns),
                "n_b": len(one.change.now_ns),
                "median_a_ns": int(one.change.before),
                "median_b_ns": int(one.change.now),
                "verdict": one.speed or "no difference",
            }
            for one in found.times()
        ],
    }
