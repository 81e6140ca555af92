"""Traces that come from files."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from pytest_flock_trace.capture.host import hosted
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.recording.attempt import note_lacking, recorded_test
from pytest_flock_trace.recording.recorded_trace import Reading
from pytest_flock_trace.store.trace_file import read_spans


def load(path: str | PathLike[str], trace_id: str | None) -> Trace:
    """All of a trace file as one trace, or one trace of it, seen through the hooks of the test that asks, if any."""
    test = recorded_test()
    reading = Reading() if test is None else test.reading
    spans = reading.kept(read_spans(path, trace_id=trace_id, waits=reading.wait_names))
    file = Path(path).name
    name = file if trace_id is None else f"{trace_id} of {file}"
    trace = Trace(SpanTree(spans, owned=True), name=name, lacking=note_lacking if hosted() else None)
    if test is not None:
        test.loaded.append(trace)
    return trace
