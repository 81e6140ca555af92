"""What an order really does, in the service and in the worker process."""

from __future__ import annotations

import asyncio

import pytest
from httpx import AsyncClient

from pytest_flock_trace import TracedRun, TracedRuns, critical_path, dependencies, red, span


async def test_the_worker_goes_on_below_the_order(poster: TracedRun) -> None:
    assert span("process poster", service="worker", under=span("POST /posters")) in poster
    assert span("process poster", child_of=span("publish poster")) in poster


async def test_the_time_is_spent_in_the_worker(poster: TracedRun) -> None:
    path = critical_path(poster)
    assert path.time("draw") >= "45ms"
    assert path.time("draw") > path.time("check title")
    assert path.time(service="worker") >= path.time("draw")


async def test_the_font_is_fetched_again_after_the_server_hung_up(poster: TracedRun) -> None:
    first, second = poster.find("fetch font")
    assert (first.status, second.status) == ("error", "unset")
    assert poster.one("POST /posters").status != "error"


async def test_the_service_leads_to_the_worker(poster: TracedRun) -> None:
    edges = dependencies(poster, by="service").edges
    assert [edge.target for edge in edges] == ["worker"]
    assert red(poster, by="service")["worker"].errors == 1


async def test_a_second_poster_needs_no_second_try(traced_run: TracedRuns, client: AsyncClient) -> None:
    for title in ("Bees", "Wasps"):
        async with traced_run(title):
            await client.post("/posters", json={"title": title})
    bees, wasps = traced_run.runs
    await asyncio.to_thread(wasps.wait_for, "process poster", timeout="10s")
    assert bees.count("fetch font") == 2
    assert wasps.count("fetch font") == 1


@pytest.mark.latency_budget("5s", span="POST /posters")
async def test_an_order_is_answered_in_time(poster: TracedRun) -> None:
    assert poster.count("process poster") == 1
