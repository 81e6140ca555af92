"""Draws posters: a program of its own that reads jobs from its standard input."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer("worker")
SECONDS = 0.05
"""How long drawing takes."""


class Fonts:
    """A server of fonts that hangs up on whoever comes first."""

    def __init__(self) -> None:
        self._asked = 0

    def fetch(self) -> str:
        """A font; raises `ConnectionError` the first time."""
        with tracer.start_as_current_span("fetch font"):
            self._asked += 1
            if self._asked == 1:
                raise ConnectionError("the server hung up")
            return "Garamond"


def draw(title: str, fonts: Fonts) -> dict[str, Any]:
    """A poster; asks for a font again if it gets none."""
    try:
        font = fonts.fetch()
    except ConnectionError:
        font = fonts.fetch()
    with tracer.start_as_current_span("draw"):
        time.sleep(SECONDS)
    return {"title": title, "font": font}


def answer(value: Any) -> None:
    """Write a line of JSON."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Say that it is ready, then answer every line with a line."""
    provider = TracerProvider(resource=Resource.create({"service.name": "worker"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    fonts = Fonts()
    answer("ready")
    for line in sys.stdin:
        job = json.loads(line)
        above = propagate.extract(job["context"])
        with tracer.start_as_current_span("process poster", context=above, kind=SpanKind.CONSUMER):
            poster = draw(job["title"], fonts)
        answer(poster)
    provider.shutdown()


if __name__ == "__main__":
    main()
