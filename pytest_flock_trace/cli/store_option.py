"""The trace file that `--store` names, looked into."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_flock_trace.cli.progress import Progress
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.store.file.spool import Spool

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView


@contextmanager
def looked_into(path: Path, terminal: Terminal) -> Generator[tuple[TraceFileView, Progress], None, None]:
    """The file's tables, and what tells how far the work on them has come, from opening the file on."""
    from pytest_flock_trace.store.file.reading import viewed

    must_exist(path)
    with (
        terminal.progress(f"reading {path.name}") as progress,
        viewed(path, progress=progress) as view,
    ):
        yield view, progress


def chosen_traces(asked: Namespace, terminal: Terminal) -> set[str] | None:
    """The ids of the traces that a command line names; None where it names none, which means all."""
    from pytest_flock_trace.store.file.listing import found

    if not asked.traces:
        return None
    with looked_into(asked.store, terminal) as (view, _):
        return {found(view, said) for said in asked.traces}


def must_exist(path: Path) -> None:
    """Raise `BadTraceFile` for a file that is not there, saying how to come by one."""
    if path.is_dir():
        raise BadTraceFile(f"{str(path)!r} is a folder; name the trace file in it, such as traces.duckdb")
    if not path.exists() and not Spool(path).waiting():
        raise BadTraceFile(
            f"there is no file {str(path)!r}; name another with --store, or record one with FLOCK_TRACE_FILE=true"
        )
