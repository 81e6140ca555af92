"""What recording and asking cost, against references: ours and theirs in turn, medians, a table and the same as JSON.

    python tests/benchmarks/run.py [--json FILE] [--small]

Absolute times hold for one machine; the ratios are what can be compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import calls
import graphs
import patterns
from comparison import Row, compared, seconds

ATTRIBUTES = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "tokens": 12, "cost": 0.5, "cached": True}


def recording(spans: int) -> Row:
    """Start, five attributes and end of a span, nested under one parent."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from pytest_flock_trace import traced_run

    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    reference = provider.get_tracer("reference")

    def make(tracer: trace.Tracer) -> None:
        for _ in range(spans):
            with tracer.start_as_current_span("work", attributes=ATTRIBUTES):
                pass

    def ours() -> float:
        with traced_run("benchmark"):
            tracer = trace.get_tracer("ours")
            return seconds(lambda: make(tracer)) / spans * 1e6

    def theirs() -> float:
        recorder.router.recording = False
        took = seconds(lambda: make(reference)) / spans * 1e6
        recorder.router.recording = True
        exporter.clear()
        return took

    with traced_run("start the recorder"):
        pass
    from pytest_flock_trace.capture.recorder import the_recorder

    recorder = the_recorder()
    return compared("recording a span", "µs", ours, "SDK, Simple + InMemory exporter", theirs)


def critical_path_growth(spans: int) -> Row:
    """The critical path of a flat trace, against that of one a tenth the size: n log n keeps the ratio under 14."""
    from pytest_flock_trace import Span, Trace, critical_path

    def flat(size: int) -> Trace:
        children = (
            Span("child", span_id=f"c{at}", parent_id="root", start_ns=10 * at, end_ns=10 * at + 25)
            for at in range(size)
        )
        return Trace.of([Span("root", span_id="root", end_ns=10 * size + 30), *children])

    large, small = flat(spans), flat(spans // 10)

    def took(trace: Trace) -> float:
        return seconds(lambda: critical_path(trace)) * 1e3

    what, reference = f"critical path, {spans:,} siblings", f"{spans // 10:,} siblings"
    return compared(what, "ms", lambda: took(large), reference, lambda: took(small))


def loading(spans: int) -> Row:
    """Spans into a fresh DuckDB store, against DuckDB's own one-row insert of nothing: the first query of a test."""
    from pytest_flock_trace import Span, SpanTree, TraceStore

    tree = SpanTree(
        Span("chat", span_id=str(at), start_ns=at, end_ns=at + 5, attributes=ATTRIBUTES) for at in range(spans)
    )

    def query(loaded: SpanTree) -> float:
        store = TraceStore(lambda: (0, loaded), name="benchmark")
        took = seconds(lambda: store.sql("select count(*) from spans")) * 1e3
        store.close()
        return took

    empty = SpanTree(())
    return compared(f"first SQL of {spans:,} spans", "ms", lambda: query(tree), "an empty store", lambda: query(empty))


def start_up() -> Row:
    """Collecting an empty file with the plugin installed but not asked for."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_empty.py").touch()

        def collect(*args: str) -> float:
            command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *args]
            return seconds(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=False)) * 1e3

        without = "-p no:flock_trace"
        what = "pytest --collect-only, not asked for"
        return compared(what, "ms", collect, without, lambda: collect(*without.split()))


def main() -> None:
    """Measure every row, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--small", action="store_true", help="small sizes, to see that everything runs")
    options = parser.parse_args()
    scale = 100 if options.small else 1
    rows = [
        recording(5_000 // scale),
        *calls.rows(5_000 // scale),
        critical_path_growth(50_000 // scale),
        loading(5_000 // scale),
        graphs.growth(max(100, 2_000 // scale)),
        start_up(),
    ]
    if lacking := patterns.unavailable():
        print(f"not measured, pattern matching: {lacking}")
    else:
        rows += patterns.rows(100 if options.small else 1_000)
    width = max(len(row.what) for row in rows) + 1
    print(f"{'what':{width}}{'ours':>12}{'reference':>13}{'ratio':>8}  reference")
    for row in rows:
        measured = f"{row.ours:9.2f} {row.unit}{row.theirs:10.2f} {row.unit}{row.ratio:8.3f}"
        print(f"{row.what:{width}}{measured}  {row.reference}")
    if options.json:
        options.json.write_text(json.dumps([{**asdict(row), "ratio": row.ratio} for row in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
