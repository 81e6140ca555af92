"""What recording one span costs: start, five attributes and end, nested under one parent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from comparison import Row, compared, seconds

ATTRIBUTES = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "tokens": 12, "cost": 0.5, "cached": True}


def rows(*, small: bool) -> Iterator[Row]:
    """From plain code, and from tasks of an event loop."""
    spans = 50 if small else 5_000
    yield _row("recording a span", spans, _in_a_loop)
    yield _row("recording a span in a task", spans, _in_tasks)


def _row(what: str, spans: int, make: Callable[[object, int], None]) -> Row:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from pytest_flock_trace import traced_run
    from pytest_flock_trace.capture.recorder import the_recorder

    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    reference = provider.get_tracer("reference")
    with traced_run("start the recorder"):
        pass
    recorder = the_recorder()

    def ours() -> float:
        with traced_run("benchmark"):
            tracer = trace.get_tracer("ours")
            return seconds(lambda: make(tracer, spans)) / spans * 1e6

    def theirs() -> float:
        recorder.router.recording = False
        with reference.start_as_current_span("benchmark"):
            took = seconds(lambda: make(reference, spans)) / spans * 1e6
        recorder.router.recording = True
        exporter.clear()
        return took

    return compared(what, "µs", ours, "SDK, Simple + InMemory exporter", theirs, target=0.90)


def _in_a_loop(tracer: object, spans: int) -> None:
    for _ in range(spans):
        with tracer.start_as_current_span("work", attributes=ATTRIBUTES):
            pass


def _in_tasks(tracer: object, spans: int) -> None:
    async def work(share: int) -> None:
        for _ in range(share):
            with tracer.start_as_current_span("work", attributes=ATTRIBUTES):
                await asyncio.sleep(0)

    async def crew() -> None:
        await asyncio.gather(*(work(spans // 10) for _ in range(10)))

    asyncio.run(crew())
