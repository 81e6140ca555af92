"""`flock-trace export`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.sending import send
from pytest_flock_trace.cli.store_option import chosen_traces, looked_into, must_exist
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadCommand
from pytest_flock_trace.model.text import count_of, one_line

OTLP: Final = "otlp"


class Export:
    """Write the spans of a file for other programs: Parquet, CSV, JSON lines or OTLP; or send them to a collector.

    The first three have the columns of table spans. Parquet is a folder with a part for each day, in UTC, named as Hive
    does: day=2026-11-23. OTLP is a file of requests as JSON, one a line, as the collector reads and writes them. What
    is there already is only replaced with --force, and nothing is left half written.

    With --to they are sent as OTLP instead, with the headers, certificates and compression that OpenTelemetry's
    variables say. A collector that cannot be reached or refuses them makes the exit code 1.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Which traces, in which form, and where to."""
        from pytest_flock_trace.store.file.exporting import FORMATS

        parser.add_argument("traces", metavar="TRACE", nargs="*", help="only these: ids, beginnings of ids, or latest")
        parser.add_argument("--format", choices=(*FORMATS, OTLP), help="of what is written")
        parser.add_argument("--output", metavar="PATH", type=Path, help="the file, or for Parquet folder")
        parser.add_argument("--force", action="store_true", help="replace what is there")
        parser.add_argument(
            "--to", metavar="URL", help="send to the collector at this URL, such as http://localhost:4318"
        )
        parser.add_argument(
            "--protocol", metavar="NAME", help="http/protobuf or grpc; else what OTEL_EXPORTER_OTLP_PROTOCOL says"
        )

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Write or send, and say how much."""
        _check(asked)
        if asked.to is not None:
            return send(asked, terminal)
        return _written(asked, terminal)


def _check(asked: Namespace) -> None:
    """Raise `BadCommand` for options that contradict one another, as they do not where argparse can see it."""
    if (asked.to is None) == (asked.output is None):
        raise BadCommand("say either --output PATH, to write a file, or --to URL, to send to a collector")
    if asked.to is None and asked.format is None:
        raise BadCommand("say in which --format to write")
    if asked.to is None and asked.protocol is not None:
        raise BadCommand("--protocol says how to send, which is done with --to URL")
    if asked.to is not None and (asked.force or asked.format not in {None, OTLP}):
        raise BadCommand(
            f"--to sends as OTLP and replaces nothing: leave out {'--force' if asked.force else '--format'}"
        )


def _written(asked: Namespace, terminal: Terminal) -> int:
    from pytest_flock_trace.store.file.exporting import check_target

    must_exist(asked.store)
    check_target(asked.output, force=asked.force)
    chosen = chosen_traces(asked, terminal)
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
