"""A service that has posters drawn: it takes orders over HTTP and leaves the work to a worker process."""

from __future__ import annotations

import json
from asyncio.subprocess import Process
from typing import Any

from fastapi import FastAPI
from opentelemetry import propagate, trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.trace import SpanKind

tracer = trace.get_tracer("posters")


class Worker:
    """The worker process, seen from the service: a line of JSON goes in, a line of JSON comes out."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None, "start the worker with pipes"
        assert process.stdout is not None, "start the worker with pipes"
        self._stdin, self._stdout = process.stdin, process.stdout

    async def ask(self, job: dict[str, Any]) -> Any:
        """Have a job done; the answer."""
        with tracer.start_as_current_span("wait for the worker", attributes={"flock.wait": True}):
            await self._publish(job)
            return json.loads(await self._stdout.readline())

    async def _publish(self, job: dict[str, Any]) -> None:
        """Send a job, with the context that the worker's spans are to stand in."""
        with tracer.start_as_current_span("publish poster", kind=SpanKind.PRODUCER):
            carrier: dict[str, str] = {}
            propagate.inject(carrier)
            self._stdin.write(json.dumps({**job, "context": carrier}).encode() + b"\n")
            await self._stdin.drain()


def make_service(worker: Worker) -> FastAPI:
    """One endpoint."""
    service = FastAPI()

    @service.post("/posters")
    async def order(poster: dict[str, str]) -> Any:
        with tracer.start_as_current_span("check title"):
            title = poster["title"].strip()
        return await worker.ask({"title": title})

    FastAPIInstrumentor.instrument_app(service, exclude_spans=["receive", "send"])
    return service
