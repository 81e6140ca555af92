"""`flock-trace export`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.store_option import looked_into, must_exist
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.model.text import count_of, one_line

OTLP: Final = "otlp"


class Export:
    """Write the spans of a file for other programs: Parquet, CSV, JSON lines or OTLP.

    The first three have the columns of table spans. Parquet is a folder with a part for each day, in UTC, named as Hive
    does: day=2026-11-23. OTLP is a file of requests as JSON, one a line, as the collector reads and writes them. What
    is there already is only replaced with --force, and nothing is left half written.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Which traces, in which form, and where to."""
        from pytest_flock_trace.store.file.exporting import FORMATS

        parser.add_argument("traces", metavar="TRACE", nargs="*", help="only these: ids, beginnings of ids, or latest")
        parser.add_argument("--format", choices=(*FORMATS, OTLP), required=True, help="of what is written")
        parser.add_argument(
            "--output", metavar="PATH", type=Path, required=True, help="the file, or for Parquet folder"
        )
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Write, and say how much."""
        from pytest_flock_trace.store.file.exporting import check_target
        from pytest_flock_trace.store.file.listing import found

        must_exist(asked.store)
        check_target(asked.output, force=asked.force)
        chosen = None
        if asked.traces:
            with looked_into(asked.store, terminal) as (view, _):
                chosen = {found(view, said) for said in asked.traces}
        count = _as_otlp(asked, chosen, terminal) if asked.format == OTLP else _as_rows(asked, chosen, terminal)
        if asked.json:
            terminal.document({"spans": count, "output": str(asked.output), "format": asked.format})
        else:
            terminal.write(f"{count_of(count, 'span')} written to {one_line(str(asked.output))}")
        return FINE


def _as_rows(asked: Namespace, chosen: set[str] | None, terminal: Terminal) -> int:
    from pytest_flock_trace.store.file.exporting import exported

    with terminal.progress(f"writing {asked.output.name}") as progress:
        return exported(
            asked.store, asked.output, form=asked.format, traces=chosen, force=asked.force, progress=progress
        )


def _as_otlp(asked: Namespace, chosen: set[str] | None, terminal: Terminal) -> int:
    """Trace by trace, so that the file may be larger than memory."""
    from pytest_flock_trace.interop.otlp import write_json_lines
    from pytest_flock_trace.store.file.exporting import drafted

    count = 0
    with (
        looked_into(asked.store, terminal) as (view, progress),
        drafted(asked.output, force=asked.force) as draft,
        draft.open("wb") as file,
    ):
        for trace in view.traces(chosen, progress=progress):
            count += len(trace)
            file.writelines(write_json_lines(trace.spans))
    return count
