"""What an auto-traced call costs, against a span of the SDK that somebody writes around the call."""

from __future__ import annotations

import time
from collections.abc import Callable

from comparison import Row, compared

CALL = {"class": "Shop", "function": "close", "module": __name__, "output.value": "null"}
"""The attributes of a call without arguments and result; the span written by hand has the same."""


class Shop:
    """What is called and traced."""

    def close(self) -> None:
        """Do nothing."""


class Plain:
    """What is called inside a span written by hand."""

    def close(self) -> None:
        """Do nothing."""


def rows(*, small: bool) -> list[Row]:
    """CPU time of a call, traced with the SDK's provider and exporter for tests, and as `traced_run` records it."""
    calls = 50 if small else 5_000
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from pytest_flock_trace import instrument, traced_run, uninstrument
    from pytest_flock_trace.capture.recorder import the_recorder

    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer, shop, plain = provider.get_tracer("reference"), Shop(), Plain()
    with traced_run("start the recorder"):
        pass
    recorder = the_recorder()

    def traced() -> None:
        for _ in range(calls):
            shop.close()

    def by_hand() -> None:
        for _ in range(calls):
            with tracer.start_as_current_span("Shop.close", attributes=CALL):
                plain.close()

    def unrecorded(work: Callable[[], None]) -> float:
        """With the SDK alone, as in an application that exports."""
        recorder.router.recording = False
        before, trace._TRACER_PROVIDER = trace._TRACER_PROVIDER, provider
        took = cpu(work, calls)
        trace._TRACER_PROVIDER = before
        recorder.router.recording = True
        exporter.clear()
        return took

    def recorded() -> float:
        with traced_run("benchmark"):
            return cpu(traced, calls)

    instrument(Shop)
    reference = "SDK span, Simple + InMemory exporter"
    found = [
        compared(
            "an auto-traced call, same exporter",
            "µs",
            lambda: unrecorded(traced),
            reference,
            lambda: unrecorded(by_hand),
            target=1.5,
        ),
        compared(
            "an auto-traced call, recorded by us",
            "µs",
            recorded,
            reference,
            lambda: unrecorded(by_hand),
            target=1.5,
        ),
    ]
    uninstrument()
    return found


def cpu(work: Callable[[], None], calls: int) -> float:
    """Microseconds of CPU time of one call."""
    start = time.process_time()
    work()
    return (time.process_time() - start) / calls * 1e6
