"""What recording costs, against its references: ours and theirs in turn, medians, a table and the same as JSON.

    python tests/benchmarks/run.py [--json FILE] [--small]

Absolute times hold for one machine; the ratios are what can be compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROUNDS = 7
ATTRIBUTES = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "tokens": 12, "cost": 0.5, "cached": True}


@dataclass(frozen=True)
class Row:
    """One comparison."""

    what: str
    unit: str
    ours: float
    reference: str
    theirs: float

    @property
    def ratio(self) -> float:
        """Ours by theirs."""
        return self.ours / self.theirs


def in_turn(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float]:
    """The medians of both, measured alternately after a warm-up so that a drifting machine is fair to both."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


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
    return Row("recording a span", "µs", *_split(in_turn(ours, theirs), "SDK, Simple + InMemory exporter"))


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
    pair = in_turn(
        lambda: seconds(lambda: critical_path(large)) * 1e3, lambda: seconds(lambda: critical_path(small)) * 1e3
    )
    return Row(f"critical path, {spans:,} siblings", "ms", *_split(pair, f"{spans // 10:,} siblings"))


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
    pair = in_turn(lambda: query(tree), lambda: query(empty))
    return Row(f"first SQL of {spans:,} spans", "ms", *_split(pair, "an empty store"))


def start_up() -> Row:
    """Collecting an empty file with the plugin installed but not asked for."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_empty.py").touch()

        def collect(*args: str) -> float:
            command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *args]
            return seconds(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=False)) * 1e3

        pair = in_turn(collect, lambda: collect("-p", "no:flock_trace"))
    return Row("pytest --collect-only, not asked for", "ms", *_split(pair, "-p no:flock_trace"))


def _split(pair: tuple[float, float], reference: str) -> tuple[float, str, float]:
    return pair[0], reference, pair[1]


def main() -> None:
    """Measure every row, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--small", action="store_true", help="small sizes, to see that everything runs")
    options = parser.parse_args()
    scale = 100 if options.small else 1
    rows = [
        recording(5_000 // scale),
        critical_path_growth(50_000 // scale),
        loading(5_000 // scale),
        start_up(),
    ]
    print(f"{'what':40}{'ours':>12}{'reference':>12}{'ratio':>8}  reference")
    for row in rows:
        print(f"{row.what:40}{row.ours:9.2f} {row.unit}{row.theirs:9.2f} {row.unit}{row.ratio:8.2f}  {row.reference}")
    if options.json:
        options.json.write_text(json.dumps([{**asdict(row), "ratio": row.ratio} for row in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
