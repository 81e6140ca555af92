"""Traces that come from files."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from pytest_flock_trace.capture.host import hosted
from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.missing import absent_trace, existing_file, wanted_trace
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.recording.attempt import note_lacking, recorded_test
from pytest_flock_trace.recording.recorded_trace import Reading
from pytest_flock_trace.store.file import access


def load(path: str | PathLike[str], trace_id: str | None) -> Trace:
    """All of a trace file as one trace, or one trace of it, seen through the hooks of the test that asks, if any."""
    test = recorded_test()
    reading = Reading() if test is None else test.reading
    spans = reading.kept(read_spans(path, trace_id, reading.wait_names))
    file = Path(path).name
    name = file if trace_id is None else f"{trace_id} of {file}"
    trace = Trace(SpanTree(spans, owned=True), name=name, lacking=note_lacking if hosted() else None)
    if test is not None:
        trace.check_log = test.check_log
        test.loaded.append(trace)
    return trace


def read_spans(path: str | PathLike[str], trace_id: str | None, waits: Sequence[str]) -> list[Span]:
    """The spans of a trace file, or those of one trace of it; of which kind it is, its content tells."""
    from pytest_flock_trace.interop.foreign_file import is_duckdb

    file = existing_file(path)
    try:
        # closing a file ends the locks that this process has on it, so nobody may be writing to it here
        with access.in_this_process, open(file, "rb") as stream:  # noqa: PTH123  # the path is text by now
            head = stream.read(16)
    except OSError as exc:
        raise BadTraceFile(f"{file!r} cannot be read: {exc.strerror}") from exc
    if is_duckdb(head):
        from pytest_flock_trace.store import trace_file

        return trace_file.read_spans(file, trace_id=trace_id, waits=waits)
    return _foreign(file, wanted_trace(trace_id), waits)


def _foreign(file: str, trace_id: str | None, waits: Sequence[str]) -> list[Span]:
    from pytest_flock_trace.interop.foreign_file import read_batches

    ids: set[str] = set()
    found: list[Span] = []
    for batch in read_batches(file, waits=waits):
        if trace_id is None:
            found += batch
        else:
            ids.update(span.trace_id for span in batch)
            found += [span for span in batch if span.trace_id == trace_id]
    if trace_id is not None and not found:
        raise absent_trace(trace_id, ids, file)
    return found
