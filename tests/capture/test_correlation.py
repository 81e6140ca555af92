"""Correlation ids reach every span of the work that they belong to."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from opentelemetry import baggage, context, trace

from pytest_flock_trace import TracedRuns, instrument, span

pytestmark = pytest.mark.usefixtures("clean")
tracer = trace.get_tracer("app")


class Desk:
    def take(self, ctx: object = None, correlation_id: object = None, **more: object) -> None:
        self.pass_on()

    def pass_on(self) -> None:
        with tracer.start_as_current_span("foreign"), tracer.start_as_current_span("deeper"):
            self.file()

    def file(self) -> None: ...

    async def later(self, order: dict[str, str]) -> None:
        await asyncio.sleep(0)
        self.file()


@pytest.fixture
def desk() -> Desk:
    instrument(Desk)
    return Desk()


BELOW = ["Desk.take", "Desk.pass_on", "foreign", "deeper", "Desk.file"]


class Lazy:
    @property
    def correlation_id(self) -> str:
        pytest.fail("a property was read")


@pytest.mark.parametrize(
    "arguments",
    [
        {"correlation_id": "c-1"},
        {"ctx": SimpleNamespace(correlation_id="c-1", task_id=None)},
        {"ctx": {"correlation_id": "c-1"}},
        {"other": SimpleNamespace(correlation_id="c-1")},
    ],
)
def test_an_id_in_an_argument_reaches_every_span_below(
    traced_run: TracedRuns, desk: Desk, arguments: dict[str, Any]
) -> None:
    with traced_run("x") as run:
        desk.file()
        desk.take(**arguments)
        desk.file()
    assert [s.name for s in run.find(span(attributes={"correlation_id": "c-1"}))] == BELOW


def test_an_id_in_a_positional_argument_and_of_another_type_counts_too(traced_run: TracedRuns, desk: Desk) -> None:
    with traced_run("x") as run:
        desk.take(SimpleNamespace(correlation_id=UUID(int=5), task_id=7))
    wanted = {"correlation_id": str(UUID(int=5)), "task_id": "7"}
    assert run.count(span(attributes=wanted)) == len(BELOW)


@pytest.mark.parametrize("ctx", [Lazy(), {"correlation_id": ""}, {"correlation_id": ["c"]}, "correlation_id", None])
def test_what_is_no_id_is_none(traced_run: TracedRuns, desk: Desk, ctx: object) -> None:
    with traced_run("x") as run:
        desk.take(ctx)
    assert [s.name for s in run if "correlation_id" in s.attributes] == []


def test_an_id_among_the_runs_attributes_reaches_all_of_it(traced_run: TracedRuns, desk: Desk) -> None:
    with traced_run("x", attributes={"correlation_id": "c-1", "task_id": "t-1"}) as run:
        desk.take()
        with tracer.start_as_current_span("foreign", attributes={"task_id": "own"}):
            pass
    assert run.count(span(attributes={"correlation_id": "c-1"})) == len(run)
    assert run.count(span(attributes={"task_id": "own", "correlation_id": "c-1"})) == 1
    assert run.count(span(attributes={"task_id": "t-1"})) == len(run) - 1


def test_an_id_in_baggage_reaches_what_is_called_under_it(traced_run: TracedRuns, desk: Desk) -> None:
    token = context.attach(baggage.set_baggage("correlation_id", "c-1"))
    try:
        with traced_run("x") as run:
            desk.take()
    finally:
        context.detach(token)
    assert run.count(span(attributes={"correlation_id": "c-1"})) == len(run)


async def test_ids_of_work_at_the_same_time_are_not_mixed_up(traced_run: TracedRuns, desk: Desk) -> None:
    with traced_run("x") as run:
        await asyncio.gather(*[desk.later({"correlation_id": name}) for name in "ab"])
    found = sorted((s.name, s.attributes["correlation_id"]) for s in list(run)[1:])
    assert found == [("Desk.file", "a"), ("Desk.file", "b"), ("Desk.later", "a"), ("Desk.later", "b")]


def test_spans_of_others_inherit_from_the_nearest_above_that_has_one(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        made = tracer.start_as_current_span
        with (
            made("a", attributes={"correlation_id": "1"}),
            made("b"),
            made("c", attributes={"correlation_id": "2"}),
            made("d"),
        ):
            pass
        with tracer.start_as_current_span("e"):
            pass
    assert {s.name: s.attributes.get("correlation_id") for s in run} == {
        "x": None,
        "a": "1",
        "b": "1",
        "c": "2",
        "d": "2",
        "e": None,
    }
