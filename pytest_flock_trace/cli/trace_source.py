"""What an argument that names traces stands for: all of a file, or one trace of the store."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_flock_trace.cli.store_option import looked_into
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadTraceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_flock_trace.model.trace import Trace

_OF_FAILED = """
    SELECT trace_id FROM test_traces JOIN tests USING (session, test, attempt)
    GROUP BY trace_id HAVING bool_and(outcome IN ('failed', 'error', 'xfailed'))
"""
_MAGIC = b"DUCK"
"""At bytes 8 to 12 of a DuckDB file."""


@contextmanager
def traces_of(said: str, store: Path, terminal: Terminal) -> Generator[Iterator[Trace], None, None]:
    """The traces of the file, or else the one trace of the store, that are meant. Raises a `FlockTraceError`."""
    from pytest_flock_trace.store.file.listing import found

    path = Path(said)
    if path.is_file() and not is_duckdb(path):
        with terminal.progress(f"reading {path.name}"):
            traces = foreign(path).traces
        yield iter(traces)
    else:
        with looked_into(path if path.exists() else store, terminal) as (view, progress):
            yield view.traces(progress=progress) if path.exists() else iter([view.trace(found(view, said))])


def traces_of_failed_tests(path: Path, terminal: Terminal) -> frozenset[str]:
    """Ids of the traces in a trace file that only attempts at tests caused which failed; none in another file."""
    if not (path.is_file() and is_duckdb(path)):
        return frozenset()
    with looked_into(path, terminal) as (view, _):
        return frozenset(str(trace) for (trace,) in view.sql(_OF_FAILED))


def is_duckdb(path: Path) -> bool:
    """True for a file that DuckDB made, as its first bytes tell; raises `BadTraceFile` for one that can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(12)[8:] == _MAGIC
    except OSError as exc:
        raise BadTraceFile(f"{str(path)!r} cannot be read: {exc.strerror}") from exc


def foreign(path: Path) -> Trace:
    """All of a file of another kind; raises `BadTraceFile` for one that can't be loaded."""
    from pytest_flock_trace.recording.loading import load

    return load(path, None)
