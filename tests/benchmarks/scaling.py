"""How costs grow with the number of spans, and what one span takes in memory."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from crew import crew

from pytest_flock_trace import Span, SpanTree, Trace, TraceStore, critical_path, dependencies, red

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
HEADINGS = ("spans", "load", "RED", "dependencies", "critical path", "report", "memory")


def lines(largest: int) -> Iterator[str]:
    """A table: microseconds a span for each size, which stay the same where costs grow with the number of spans."""
    yield "  ".join(heading.rjust(13) for heading in HEADINGS)
    for spans in SIZES:
        if spans <= largest:
            cells = [f"{cost:.2f} µs" if cost is not None else "" for cost in _costs(spans)]
            yield "  ".join(cell.rjust(13) for cell in (f"{spans:,}", *cells, f"{_bytes(spans):,.0f} bytes"))


def markdown(largest: int) -> Iterator[str]:
    """The same for the README."""
    for number, line in enumerate(lines(largest)):
        cells = [line[at : at + 13].strip() for at in range(0, len(line), 15)]
        yield f"| {' | '.join(cells)} |"
        if not number:
            yield "|--:" * len(HEADINGS) + "|"


def _costs(spans: int) -> list[float | None]:
    """Microseconds a span."""
    trace = Trace.of(made(spans))
    work: list[Callable[[], object]] = [
        lambda: _load(trace.tree),
        lambda: red(trace),
        lambda: dependencies(trace),
        lambda: critical_path(trace),
    ]
    return [*(_best(one) / spans * 1e6 for one in work), _report(spans)]


def made(spans: int) -> list[Span]:
    """One trace of a crew."""
    return [
        Span(
            node.name,
            span_id=f"{node.id:016x}",
            parent_id=node.parent and f"{node.parent:016x}",
            start_ns=node.start_ns,
            end_ns=node.end_ns,
            status=node.status,
            attributes=node.attributes,
        )
        for node in crew(spans)
    ]


def _load(tree: SpanTree) -> None:
    store = TraceStore(lambda: (0, tree), name="scaling")
    store.sql("SELECT count(*) FROM spans").fetchall()
    store.close()


def _report(spans: int) -> float | None:
    """Reports hold 50,000 spans unless they are told otherwise; larger ones are not written here."""
    if spans > 100_000:
        return None
    from pytest_flock_trace.store.file.merging import merge_spans
    from pytest_flock_trace.store.file.reading import viewed
    from pytest_flock_trace.viewer.report_file import contents_of, data_document, write_report

    with TemporaryDirectory() as folder:
        store = Path(folder, "traces.duckdb")
        merge_spans(store, made(spans))

        def write() -> None:
            with viewed(store) as view:
                write_report(Path(folder, "report.json"), contents_of(view, store, None, spans), data_document)

        return _best(write) / spans * 1e6


def _best(work: Callable[[], object]) -> float:
    """The shortest of three, in seconds."""
    found: list[float] = []
    for _ in range(3):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return min(found)


def _bytes(spans: int) -> float:
    """What a trace keeps of each span, its attributes included."""
    nodes = min(spans, 100_000)
    tracemalloc.start()
    trace = Trace.of(made(nodes))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept / len(trace)


def main() -> None:
    """Print the table up to the size that is named."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    for line in lines(largest):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
