"""All that a report answers: questions, in the words of the page, with their answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pytest_flock_trace.model.calls import LEVELS
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.store.query import names
from pytest_flock_trace.store.query import query as saved
from pytest_flock_trace.viewer.answers import red, run_comparison, saved_queries, statistics
from pytest_flock_trace.viewer.answers.dependency_graph import dependency_graph
from pytest_flock_trace.viewer.answers.details import details
from pytest_flock_trace.viewer.answers.guide import guide
from pytest_flock_trace.viewer.answers.overview import Head, layers, overview
from pytest_flock_trace.viewer.answers.storage import storage
from pytest_flock_trace.viewer.answers.test_list import tests
from pytest_flock_trace.viewer.answers.told import Told
from pytest_flock_trace.viewer.answers.trace_columns import BLOCK, trace_columns
from pytest_flock_trace.viewer.answers.trace_key import key_of, trace_of
from pytest_flock_trace.viewer.answers.trace_list import traces
from pytest_flock_trace.viewer.kept_traces import MOST_ROWS, MOST_SPANS, kept_traces

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.store.file.reading import TraceFileView

_KEPT: Final = "!'()*-._~"
"""What encodeURIComponent leaves as it is, besides letters and digits."""
Answered = Iterator[tuple[str, Any]]
"""Questions with their answers."""


@dataclass(frozen=True)
class Contents:
    """What a report is made of."""

    view: TraceFileView
    head: Head
    path: Path
    """The trace file."""
    told: Told = field(default_factory=Told)
    redaction: Redaction = field(default_factory=Redaction)
    most_spans: int = MOST_SPANS
    among_all: TraceFileView | None = None
    """What traces are compared in, where the view shows only some of the file; else the view."""


def question(path: str, **parameters: object) -> str:
    """A question as its text: parameters in the order given, written as JavaScript's encodeURIComponent does."""
    said = "&".join(f"{name}={quote(str(value), safe=_KEPT)}" for name, value in parameters.items())
    return f"{path}?{said}" if said else path


def answers(contents: Contents) -> Answered:
    """Every question that a report answers, in an order that is always the same; spans last."""
    view = contents.view
    kept = kept_traces(view, contents.most_spans)
    head = replace(contents.head, left_out=[*contents.head.left_out, *kept.left_out])
    compared = list(_comparisons(contents))
    can = [*head.can, "compare"] if len(compared) > 1 else head.can
    yield "overview", overview(view, replace(head, can=can))
    yield "traces", traces(view, limit=MOST_ROWS, is_whole=kept.ids.__contains__)
    yield "tests", tests(view, contents.told)
    yield from _aggregates(contents)
    yield from compared
    yield from _texts(contents)
    for trace in view.traces(kept.ids):
        yield from _spans(trace, Outgoing(contents.redaction), kept.ids)


def _aggregates(contents: Contents) -> Answered:
    view = contents.view
    for by in red.BY:
        yield question("red", by=by), red.red(view, by, contents.told)
    for by in saved(statistics.NAME).by:
        yield question("statistics", by=by), statistics.statistics(view, by, contents.redaction)
    yield "attributes", statistics.attribute_keys(view)
    for layer in layers(view):
        for by in LEVELS:
            yield question("dependencies", layer=layer, by=by), dependency_graph(view, layer, by)


def _comparisons(contents: Contents) -> Answered:
    view = contents.among_all or contents.view
    found = run_comparison.pairs(view, most=run_comparison.MOST_PAIRS)
    yield "pairs", found
    for pair in found["rows"]:
        before, now = (view.trace(trace_of(view, pair[side])) for side in ("a", "b"))
        yield question("compare", a=pair["a"], b=pair["b"]), run_comparison.compare(before, now)


def _texts(contents: Contents) -> Answered:
    yield "queries", saved_queries.queries()
    for name in names():
        yield question("query", name=name), saved_queries.answered(contents.view, name, contents.redaction)
    yield "schema", saved_queries.table_schema()
    yield "guide", guide()
    yield "storage", storage(contents.view, contents.path, shown=contents.path.name)


def _spans(trace: Trace, outgoing: Outgoing, kept: frozenset[str]) -> Answered:
    key = key_of(trace.name)

    def known(trace_id: str) -> str | None:
        return key_of(trace_id) if trace_id in kept else None

    yield question("trace", key=key), trace_columns(trace)
    for block in range(-(-len(trace) // BLOCK)):
        found = details(trace, block, outgoing=outgoing, key_of=known)
        yield question("details", key=key, block=block), found
