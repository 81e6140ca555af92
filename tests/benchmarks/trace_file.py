"""Spans into a trace file: ours against the exporter that Flock comes with, each in a process of its own.

    python tests/benchmarks/trace_file.py [--spans N ...]

Both get the same ended spans, one after the other, as a program's tracer hands them on. Flock's exporter writes each at
once and is stopped after half a minute: what it wrote until then tells its rate. Ours counts until the file is closed.
Wants flock-core, and so Python 3.12 (`tox -e bench-flock`). The sizes are those of a file that holds a million spans of
random ids and times.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Final

from comparison import Row

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

BOUND: Final = 30.0
"""Seconds."""
ROUNDS: Final = 5
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
    return Row(f"{spans:,} spans into a trace file", "ms/1000", ours, "Flock's DuckDBSpanExporter", theirs)


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


def bytes_of_a_million(attributes: int, spans: int = 1_000_000) -> int:
    """How large a file of so many spans is, each with about so many bytes of attributes, as JSON text."""
    from pytest_flock_trace.store.file.merging import merge_spans

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "traces.duckdb")
        source = _spans(Random(attributes), attributes)
        for _ in range(0, spans, 100_000):
            merge_spans(path, [next(source) for _ in range(min(spans, 100_000))])
        return path.stat().st_size


def _spans(random: Random, size: int) -> Iterator[object]:
    """Spans of crews at work, without end: agents under a root, with calls of random lengths under each."""
    from pytest_flock_trace import Span

    words, start = (Path(__file__).parents[2] / "README.md").read_text("utf-8").split(), 1_790_000_000_000_000_000

    def said(agent: str, trace: str) -> dict[str, object]:
        known = {"gen_ai.agent.name": agent, "correlation_id": trace[:8], "tokens": random.randrange(50, 4000)}
        text = " ".join(random.choices(words, k=size // 4))
        return {**known, "input": text[: max(0, size - len(json.dumps(known)) - 12)]}

    while True:
        trace, root, at = f"{random.getrandbits(128):032x}", f"{random.getrandbits(64):016x}", start
        for agent in random.choices(["planner", "researcher", "writer", "critic"], k=20):
            invoked, begun = f"{random.getrandbits(64):016x}", at
            for _ in range(4):
                end = at + int(random.lognormvariate(14, 1))
                identity = {"span_id": f"{random.getrandbits(64):016x}", "parent_id": invoked, "trace_id": trace}
                yield Span("chat", **identity, start_ns=at, end_ns=end, attributes=said(agent, trace))
                at = end + random.randrange(2_000, 90_000)
            identity = {"span_id": invoked, "parent_id": root, "trace_id": trace}
            yield Span(f"invoke_agent {agent}", **identity, start_ns=begun, end_ns=at, attributes=said(agent, trace))
        yield Span("run", span_id=root, trace_id=trace, start_ns=start, end_ns=at, attributes=said("", trace))
        start += random.randrange(10**9, 10**11)


def main() -> None:
    """Print the table, or write in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spans", type=int, nargs="+", default=[300, 10_000])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sizes", action="store_true", help="how large files are, too")
    parser.add_argument("--write", choices=["ours", "flock"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        print(json.dumps((_ours if options.write == "ours" else _flock)(options.spans[0])))
        return
    for row in rows(options.spans, options.rounds):
        print(
            f"{row.what:32}{row.ours:10.2f} {row.unit}{row.theirs:12.1f} {row.unit}{1 / row.ratio:10.0f} times as fast"
        )
    for size in (120, 500) if options.sizes else ():
        print(f"1,000,000 spans with {size} bytes of attributes: {bytes_of_a_million(size) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
