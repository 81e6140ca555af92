"""`flock-trace prune`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.size import format_size, size_in_bytes
from pytest_flock_trace.cli.store_option import must_exist
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from pathlib import Path


class Prune:
    """Delete old traces, whole ones, and give their space back.

    Old is what nothing was written of for so many days. Without options it is what FLOCK_TRACE_TTL_DAYS says, 30 if
    that is unset.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """What goes."""
        parser.add_argument("--days", metavar="N", type=float, help="traces of which nothing was written for N days")
        parser.add_argument("--max-size", metavar="SIZE", help="the oldest, until the file is no larger, such as 200MB")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Delete, and say how much went and what is left."""
        from pytest_flock_trace.store.file.retention import prune

        must_exist(asked.store)
        most = None if asked.max_size is None else size_in_bytes(asked.max_size)
        days = _kept_days() if asked.days is None and most is None else asked.days
        with terminal.progress(f"pruning {asked.store.name}"):
            gone = prune(asked.store, days=days, most_bytes=most)
        tell(asked.store, gone, terminal, document=asked.json)
        return FINE


def tell(store: Path, gone: int, terminal: Terminal, *, document: bool) -> None:
    """Say how many spans went and how large the file is now."""
    size = store.stat().st_size
    if document:
        terminal.document({"deleted_spans": gone, "size_bytes": size})
    else:
        terminal.write(f"{count_of(gone, 'span')} deleted; the file has {format_size(size)} now")


def _kept_days() -> float:
    from pytest_flock_trace.environment.tracing import Environment
    from pytest_flock_trace.recording.process import retention

    return retention(Environment.read()).total_seconds() / 86_400
