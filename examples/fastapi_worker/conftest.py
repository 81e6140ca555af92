from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from service import Worker, make_service

from pytest_flock_trace import TracedRun, TracedRuns

WORKER = Path(__file__).with_name("worker.py")


@pytest.fixture
async def client(traced_run: TracedRuns) -> AsyncIterator[AsyncClient]:
    """A client of the service, whose worker sends its spans to this test."""
    environment = {**os.environ, **traced_run.env()}
    process = await asyncio.create_subprocess_exec(sys.executable, WORKER, stdin=PIPE, stdout=PIPE, env=environment)
    service = make_service(Worker(process))
    assert await process.stdout.readline() == b'"ready"\n'
    async with AsyncClient(transport=ASGITransport(service), base_url="http://posters") as client:
        yield client
    await process.communicate()


@pytest.fixture
async def poster(traced_run: TracedRuns, client: AsyncClient) -> TracedRun:
    """One poster. The worker's spans arrive a moment after its answer."""
    async with traced_run("poster") as run:
        answer = await client.post("/posters", json={"title": " Bees "})
        assert answer.json() == {"title": "Bees", "font": "Garamond"}
    await asyncio.to_thread(run.wait_for, "process poster", timeout="10s")
    return run
