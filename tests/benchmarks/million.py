"""A trace file of a million spans: how large it is, and how long it takes to ask it and to open one trace of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from comparison import Row, limited, median_seconds

from pytest_flock_trace import Span

MEGABYTES = {120: 60.0, 500: 200.0}
"""How large a file may be, by the bytes of a span's attributes as JSON text."""
MODES = {
    "Timeline": ("traces",),
    "Statistics": ("statistics",),
    "RED": ("red", "time_series"),
    "Dependencies": ("dependencies",),
    "SQL": ("slowest", "errors"),
}
"""The saved queries behind the viewer's modes; the two others, Configuration and Guide, ask none."""
MILLISECONDS = {"dependencies": 400.0}
"""How long a query may take, where that is not 100: this one joins spans with their parents."""


def rows(*, small: bool) -> Iterator[Row]:
    """Sizes, then what one of the files is asked."""
    spans = 2_020 if small else 1_000_000
    for attributes, megabytes in MEGABYTES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = written(Path(folder, "traces.duckdb"), spans, attributes)
            what = f"a file of {spans:,} spans with {attributes} bytes of attributes"
            yield limited(what, "MB", path.stat().st_size / 1e6, megabytes)
            if attributes == min(MEGABYTES):
                yield from _asked(path, spans)


def _asked(path: Path, spans: int) -> Iterator[Row]:
    from pytest_flock_trace.store.file.reading import viewed
    from pytest_flock_trace.store.trace_file import read_spans

    with viewed(path) as view:
        (some,) = view.sql("SELECT trace_id FROM spans GROUP BY trace_id ORDER BY trace_id LIMIT 1").fetchall()
        for mode, names in MODES.items():
            for name in names:
                took = median_seconds(lambda name=name: view.saved(name).fetchall()) * 1e3
                yield limited(f"{mode}, {name} of {spans:,} spans", "ms", took, MILLISECONDS.get(name, 100.0))
    took = median_seconds(lambda: read_spans(path, trace_id=some[0])) * 1e3
    yield limited(f"one trace of {len(read_spans(path, trace_id=some[0]))} among {spans:,} spans", "ms", took, 50.0)


def written(path: Path, spans: int, attributes: int) -> Path:
    """A file of so many spans, each with about so many bytes of attributes."""
    from pytest_flock_trace.store.file.merging import merge_spans

    source = _spans(Random(attributes), attributes)
    for start in range(0, spans, 100_000):
        merge_spans(path, [next(source) for _ in range(min(spans - start, 100_000))])
    return path


def _spans(random: Random, size: int) -> Iterator[Span]:
    """Spans of crews at work, without end: agents under a root, with calls of random lengths under each."""
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
