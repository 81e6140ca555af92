"""`flock-trace receive`."""

from __future__ import annotations

import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Generator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.live_line import LiveLine
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadCommand
from pytest_flock_trace.model.text import count_of, one_line

if TYPE_CHECKING:
    from types import FrameType

    from pytest_flock_trace.recording.intake import Intake
    from pytest_flock_trace.recording.receiving import FileReceiver

PORT: Final = 4318
"""Where exporters of OTLP over HTTP send to unless they are told otherwise."""
_EVERY: Final = 0.5
"""Seconds between two looks at how much has come."""
_NAMED: Final = 5
"""Services that are named in the live line."""


class Receive:
    """Take the spans that other programs send by OTLP over HTTP into a file, until Ctrl-C or SIGTERM.

    Any program with an OpenTelemetry SDK can be told to: OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 and
    OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json. A sender is answered once its spans are on disk.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen at, this machine by default")
        parser.add_argument("--port", type=port, default=PORT, metavar="N", help=f"{PORT} by default, 0 for a free one")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Receive until told to stop, and say how much has come."""
        with _told_to_stop() as orders:
            receiver = _listening(asked, terminal)
            try:
                terminal.complain(f"receiving at {receiver.url}/v1/traces into {asked.store}; Ctrl-C ends")
                _watch(receiver.intake, orders, terminal)
            finally:
                trouble = receiver.close()
        if trouble is not None:
            terminal.complain(f"{trouble}; what could not be written waits in {receiver.intake.file.spool.folder}")
        _summarise(receiver.intake, asked, terminal)
        return FINE


def port(text: str) -> int:
    """The argument as the number of a port; raises `ValueError`, which argparse turns into its message."""
    if not 0 <= (number := int(text)) <= 65_535:
        raise ValueError
    return number


def _listening(asked: Namespace, terminal: Terminal) -> FileReceiver:
    from pytest_flock_trace.recording.receiving import FileReceiver

    try:
        return FileReceiver(asked.store, asked.host, asked.port, terminal.complain)
    except OSError as exc:
        raise BadCommand(
            f"can't listen at port {asked.port} of {asked.host!r}: {exc.strerror or exc}; "
            "name another with --port, or 0 for any that is free"
        ) from exc


@contextmanager
def _told_to_stop() -> Generator[SimpleQueue[None], None, None]:
    """What holds something once the user, or whoever started the process, wants it to end."""
    orders: SimpleQueue[None] = SimpleQueue()  # unlike an Event it may be used in a signal's handler

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # a handler's signature
        orders.put(None)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield orders
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(intake: Intake, orders: SimpleQueue[None], terminal: Terminal) -> None:
    with LiveLine(terminal.err) as line:
        while True:
            line(_state(intake))
            try:
                orders.get(timeout=_EVERY)
            except Empty:
                continue
            return


def _state(intake: Intake) -> str:
    services = intake.services
    named = ", ".join(services[:_NAMED]) + (", …" if len(services) > _NAMED else "")
    return _amount(intake) + (f" from {named}" if named else "")


def _amount(intake: Intake) -> str:
    return f"{count_of(intake.spans, 'span')} of {count_of(intake.traces, 'trace')}"


def _summarise(intake: Intake, asked: Namespace, terminal: Terminal) -> None:
    if asked.json:
        found = {"spans": intake.spans, "traces": intake.traces, "services": intake.services}
        terminal.document({**found, "store": str(asked.store)})
    else:
        terminal.write(f"{_amount(intake)} into {one_line(str(asked.store))}")
