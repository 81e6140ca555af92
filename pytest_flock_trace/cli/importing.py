"""`flock-trace import`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.cli.trace_source import foreign, is_duckdb
from pytest_flock_trace.errors import BadTraceFile

if TYPE_CHECKING:
    from pytest_flock_trace.cli.progress import Progress
    from pytest_flock_trace.store.file.merging import Merged

_HEADERS = ("file", "spans", "new", "new tests")


class Import:
    """Take trace files into one: those of several machines, or what Flock recorded.

    A span is taken in once, so that importing the same again changes nothing; secrets are left out, and values are cut
    to 8 KB. Which tests caused which traces is taken in too. The file that --store names is made if it is not there.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Which files."""
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="trace files")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Take them in one after the other, and say how much was new."""
        for file in asked.files:
            _must_be_file(file)
        found: list[tuple[Path, Merged]] = []
        for file in asked.files:
            with terminal.progress(f"importing {file.name}") as progress:
                found.append((file, _imported(asked.store, file, progress)))
        if asked.json:
            terminal.document([{"file": str(file), **merged._asdict()} for file, merged in found])
        else:
            terminal.table(_HEADERS, [(file, *merged) for file, merged in found])
        return FINE


def _imported(store: Path, file: Path, progress: Progress) -> Merged:
    from pytest_flock_trace.model.outgoing import Outgoing
    from pytest_flock_trace.store.file.merging import merge_file, merge_spans

    outgoing = Outgoing()
    if is_duckdb(file):
        return merge_file(store, file, outgoing=outgoing, progress=progress)
    return merge_spans(store, [*map(outgoing, foreign(file).spans)], progress=progress)


def _must_be_file(file: Path) -> None:
    """Raise `BadTraceFile`, before any file was taken in."""
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "is not there"
        raise BadTraceFile(f"{str(file)!r} {what}; nothing was imported")
