"""Spans into a trace file: ours against the exporter that Flock comes with, each in a process of its own.

    python tests/benchmarks/trace_file.py [--spans N ...] [--json FILE] [--markdown]

Both get the same ended spans, one after the other, as a program's tracer hands them on. Flock's exporter writes each at
once and is stopped after half a minute: what it wrote until then tells its rate. Ours counts until the file is closed.
Wants flock-core, and so Python 3.12 (`tox -e bench-flock`), as does a workflow of Flock's that is recorded.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import workflow
from comparison import Row
from table import show

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

BOUND: Final = 30.0
"""Seconds."""
ROUNDS: Final = 5
TIMES: Final = {300: 300, 10_000: 1_000}
"""How many times its rate ours is to have, by how many spans are written in all."""
TRACE: Final = 100
"""Spans of a trace."""
ATTRIBUTES: Final = {
    "gen_ai.operation.name": "chat",
    "gen_ai.agent.name": "writer",
    "correlation_id": "4bf92f35-77b3-4da6",
    "gen_ai.usage.input_tokens": 812,
    "gen_ai.usage.output_tokens": 97,
}


def rows(sizes: list[int], rounds: int = ROUNDS) -> list[Row]:
    """Seconds for a thousand spans, by how many are written in all."""
    return [_row(spans, rounds) for spans in sizes]


def _row(spans: int, rounds: int) -> Row:
    pairs = [(_rate("ours", spans), _rate("flock", spans)) for _ in range(rounds)]
    ours, theirs = (1e6 / median(rates) for rates in zip(*pairs))
    target = 1 / TIMES[spans] if spans in TIMES else None
    return Row(f"{spans:,} spans into a trace file", "ms/1000", ours, "Flock's DuckDBSpanExporter", theirs, target)


def _rate(who: str, spans: int) -> float:
    """Spans a second."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--write", who, "--spans", str(spans)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


def _ours(spans: int) -> float:
    from pytest_flock_trace.recording.process import record_process

    ended = _ended(spans)  # before providers are recorded, so that none of them counts twice
    recording = record_process(Path("traces.duckdb"))
    start = time.perf_counter()
    for span in ended:
        recording.stream.on_end(span)
    recording.close()
    return spans / (time.perf_counter() - start)


def _flock(spans: int) -> float:
    from flock.logging.telemetry_exporter.duckdb_exporter import DuckDBSpanExporter

    exporter, ended = DuckDBSpanExporter("."), _ended(spans)
    start, written = time.perf_counter(), 0
    while written < spans and time.perf_counter() - start < BOUND:
        exporter.export([ended[written]])
        written += 1
    return written / (time.perf_counter() - start)


def _ended(spans: int) -> Sequence[ReadableSpan]:
    """Traces of one root and its children, as a program leaves them."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer, made = provider.get_tracer("benchmark"), 0
    while made < spans:
        with tracer.start_as_current_span("Crew.run"):
            made += 1
            while made % TRACE and made < spans:
                with tracer.start_as_current_span("Agent.execute", attributes=ATTRIBUTES):
                    made += 1
    return exporter.get_finished_spans()


def main() -> None:
    """Print the table, or write in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, nargs="+", default=list(TIMES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--markdown", action="store_true", help="print the table of the README")
    parser.add_argument("--write", choices=["ours", "flock"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        print(json.dumps((_ours if options.write == "ours" else _flock)(options.spans[0])))
        return
    show(
        [*rows(options.spans, options.rounds), *workflow.rows(options.rounds)],
        options.json,
        as_markdown=options.markdown,
    )


if __name__ == "__main__":
    main()
