"""All that a report answers: questions, in the words of the page, with their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pytest_flock_trace.model.calls import LEVELS
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.span import Span
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
from pytest_flock_trace.viewer.detail_room import DetailRoom
from pytest_flock_trace.viewer.kept_traces import MOST_ROWS, MOST_SPANS, KeptTraces, kept_traces
from pytest_flock_trace.viewer.packed import Packed

if TYPE_CHECKING:
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
    outgoing: Callable[[Span], Span] | None = field(default_factory=Outgoing)
    """What becomes of spans before they are shown; None where the file has only what may leave."""
    most_spans: int = MOST_SPANS
    among_all: TraceFileView | None = None
    """What traces are compared in, where the view shows only some of the file; else the view."""


def question(path: str, **parameters: object) -> str:
    """A question as its text: parameters in the order given, written as JavaScript's encodeURIComponent does."""
    said = "&".join(f"{name}={quote(str(value), safe=_KEPT)}" for name, value in parameters.items())
    return f"{path}?{said}" if said else path


def packed_answers(contents: Contents) -> Iterator[Packed]:
    """Every question that a report answers, always in the same order; the overview, which tells the rest, is last."""
    kept = kept_traces(contents.view, contents.most_spans)
    compared = list(_comparisons(contents))
    for question_asked, answer in (*_lists(contents, kept), *_aggregates(contents), *compared):
        yield Packed.of(question_asked, answer)
    room = DetailRoom(kept.spans)
    yield from _spans(contents, kept, room)
    head = contents.head
    can = [*head.can, "compare"] if len(compared) > 1 else head.can
    left_out = [*head.left_out, *kept.left_out, *room.left_out()]
    yield Packed.of("overview", overview(contents.view, replace(head, left_out=left_out, can=can)))


def _lists(contents: Contents, kept: KeptTraces) -> Answered:
    view = contents.view
    yield "queries", saved_queries.queries()
    for name in names():
        yield question("query", name=name), saved_queries.answered(view, name, contents.redaction)
    yield "schema", saved_queries.table_schema()
    yield "guide", guide()
    yield "storage", storage(view, contents.path, shown=contents.path.name)
    yield "traces", traces(view, limit=MOST_ROWS, is_whole=kept.ids.__contains__)
    yield "tests", tests(view, contents.told)


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


def _spans(contents: Contents, kept: KeptTraces, room: DetailRoom) -> Iterator[Packed]:
    """The kept traces, the most wanted first, a part of them in memory at a time."""
    outgoing = contents.outgoing or _as_it_is

    def known(trace_id: str) -> str | None:
        return key_of(trace_id) if trace_id in kept.ids else None

    for part in kept.parts():
        found = {trace.name: trace for trace in contents.view.traces(part)}
        for trace in map(found.__getitem__, part):
            key = key_of(trace.name)
            yield Packed.of(question("trace", key=key), trace_columns(trace))
            blocks = [
                (question("details", key=key, block=at), details(trace, at, outgoing=outgoing, key_of=known))
                for at in range(-(-len(trace) // BLOCK))
            ]
            yield from room.packed(blocks, len(trace))


def _as_it_is(span: Span) -> Span:
    return span
