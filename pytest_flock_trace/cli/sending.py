"""Sending the traces of a file to a collector."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_flock_trace.cli.command import FINE, FOUND
from pytest_flock_trace.cli.store_option import chosen_traces, looked_into, must_exist
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.environment.otlp import endpoint_given
from pytest_flock_trace.errors import NotSent
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from pytest_flock_trace.cli.progress import Progress
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.store.file.reading import TraceFileView


def send(asked: Namespace, terminal: Terminal) -> int:
    """Send what `--to` and the named traces ask for, and say how much; 1 where the collector does not take it."""
    from pytest_flock_trace.capture.otlp.replay import replay

    must_exist(asked.store)
    endpoint = endpoint_given("--to", asked.to, asked.protocol)
    chosen = chosen_traces(asked, terminal)
    try:
        with looked_into(asked.store, terminal) as (view, progress):
            count = replay(_spans(view, chosen, progress), endpoint)
    except NotSent as exc:
        terminal.complain(f"flock-trace export: {exc}")
        return FOUND
    if asked.json:
        terminal.document({"spans": count, "output": endpoint.shown, "format": "otlp"})
    else:
        terminal.write(f"{count_of(count, 'span')} sent to {endpoint}")
    return FINE


def _spans(view: TraceFileView, chosen: set[str] | None, progress: Progress) -> Iterator[Span]:
    """Trace by trace, so that the file may be larger than memory; without secrets, which a file may hold."""
    outgoing = Outgoing()
    for trace in view.traces(chosen, progress=progress):
        yield from map(outgoing, trace.spans)
