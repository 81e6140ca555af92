"""Our provider's spans and the SDK's can't be told apart, by what is done with them or by whoever processes them."""

from __future__ import annotations

import asyncio
import os
import threading
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace import Tracer as SdkTracer
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import SpanKind
from span_programs import ELSEWHERE, Late, Step, Watching, programs, seen

from pytest_flock_trace.capture.ids import PrivateIdGenerator
from pytest_flock_trace.capture.light_span import NO_LIMITS, LightSpan
from pytest_flock_trace.capture.provider import FollowingProvider, FollowingTracer

SCOPE = ("crew", "1.2", "https://example.org/schema", {"team": "red"})


def own_tracer(provider: FollowingProvider, *scope: Any) -> trace.Tracer:
    """The tracer that is used as long as the application has no provider."""
    following = provider.get_tracer(*(scope or SCOPE))
    assert isinstance(following, FollowingTracer)
    return following._own


def by_us(*processors: Watching) -> trace.Tracer:
    provider = FollowingProvider(processors[0])
    for one in processors[1:]:
        provider.add_span_processor(one)
    return own_tracer(provider)


def by_the_sdk(*processors: Watching) -> trace.Tracer:
    provider = TracerProvider(
        sampler=ALWAYS_ON, id_generator=PrivateIdGenerator(), shutdown_on_exit=False, span_limits=NO_LIMITS
    )
    for one in processors:
        provider.add_span_processor(one)
    return provider.get_tracer(*SCOPE)


SET_AGAIN: list[Step] = [
    ("start", {"name": "s", "attributes": {"a": 1, "b": 2}}, "none"),
    ("set_attribute", 0, "a", 3),
    ("set_attributes", 0, {"c": 5, "d": 6}),
    ("end", 0, 9),
    ("set_attribute", 0, "late", 1),
]
WITHOUT_A_KEY: list[Step] = [
    ("start", {"name": "s", "attributes": {"": 1}}, "none"),
    ("set_attribute", 0, "", 1),
    ("set_attributes", 0, {"": 1, "a": 2}),
]
IN_NEED_OF_CLEANING: list[Step] = [
    ("start", {"name": "s", "attributes": {"a": b"bytes", "b": [1, 2]}}, "none"),
    ("start", {"name": "t", "attributes": {5: "number", None: "nothing"}}, "none"),
    ("set_attributes", 0, {5: "number", "c": "text"}),
    ("set_attributes", 1, {"d": None, "e": {"f": "inner"}}),
]
BELOW_OTHERS: list[Step] = [
    ("start", {"name": "s", "kind": SpanKind.CLIENT, "start_time": 5}, parent) for parent in ("none", *ELSEWHERE)
]
UNNOTICED: list[Step] = [
    ("start", {"name": "s", "record_exception": False, "set_status_on_exception": False}, "none"),
    ("exit", 0, partial(Late, "too late")),
]
GROWING: list[Step] = [
    ("start", {"name": "s", "links": [("remote", {"a": 1})]}, "none"),
    ("start", {"name": "t"}, 0),
    *(("add_event", which, "e", {"a": 1}, 7) for which in (0, 1, 1)),
    *(("link", which, "remote", {"b": [1]}) for which in (0, 1, 1)),
]


@pytest.mark.parametrize("listeners", [1, 2])
@given(program=programs())
@example(program=SET_AGAIN)
@example(program=WITHOUT_A_KEY)
@example(program=IN_NEED_OF_CLEANING)
@example(program=BELOW_OTHERS)
@example(program=UNNOTICED)
@example(program=GROWING)
def test_a_program_finds_what_it_would_with_the_sdk(listeners: int, program: list[Step]) -> None:
    ours, theirs = ([Watching() for _ in range(listeners)] for _ in range(2))
    assert seen(program, by_us(*ours), ours) == seen(program, by_the_sdk(*theirs), theirs)


def test_an_ordinary_span_is_light_and_one_of_the_sdk() -> None:
    span = by_us(Watching()).start_span("plain", attributes={"a": 1, "b": "text", "c": 0.5, "d": True})
    assert isinstance(span, LightSpan)
    assert isinstance(span, SdkSpan)
    assert isinstance(span, ReadableSpan)


def test_a_processor_that_comes_later_gets_spans_that_are_its_own() -> None:
    provider, exporter = FollowingProvider(Watching()), InMemorySpanExporter()
    tracer = own_tracer(provider)
    open_before = tracer.start_span("open before")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer.start_span("started after").end()
    open_before.end()
    ended = exporter.get_finished_spans()
    assert [span.name for span in ended] == ["started after", "open before"]
    assert not any(isinstance(span, SdkSpan) for span in ended)


def test_a_decorated_coroutine_is_inside_its_span_to_its_end() -> None:
    watching = Watching()

    @by_us(watching).start_as_current_span("decorated")
    async def decorated() -> trace.Span:
        await asyncio.sleep(0)
        assert [what for what, *_ in watching.seen] == ["start"]
        return trace.get_current_span()

    span = asyncio.run(decorated())
    assert isinstance(span, LightSpan)
    assert [what for what, *_ in watching.seen] == ["start", "end"]


def test_threads_that_fill_one_span_lose_nothing() -> None:
    span = by_us(Watching()).start_span("shared")
    assert isinstance(span, LightSpan)
    barrier = threading.Barrier(8)

    def fill(thread: int) -> None:
        barrier.wait()
        for at in range(100):
            span.set_attribute(f"{thread}.{at}", at)
            span.add_event("e")
            span.add_link(span.get_span_context())

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(span.attributes or ()), len(span.events), len(span.links)) == (800, 800, 800)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_draws_ids_of_its_own() -> None:
    tracer = by_us(Watching())
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, str(tracer.start_span("child").get_span_context().span_id).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    theirs = int(os.read(reading, 64))
    assert theirs != tracer.start_span("parent").get_span_context().span_id
    os.close(reading)
    os.close(writing)


def test_where_the_sdk_s_spans_hold_what_is_not_known_here_they_are_the_sdk_s(monkeypatch: pytest.MonkeyPatch) -> None:
    original = SdkSpan.__init__

    def later_release(span: Any, *args: Any, **kwargs: Any) -> None:
        original(span, *args, **kwargs)
        span._of_a_later_release = True

    monkeypatch.setattr(SdkSpan, "__init__", later_release)
    watching = Watching()
    span = by_us(watching).start_span("made by the SDK")
    assert isinstance(span, SdkSpan)
    assert not isinstance(span, LightSpan)
    span.end()
    assert [what for what, *_ in watching.seen] == ["start", "end"]


def test_where_the_sdk_counts_its_spans_they_are_the_sdk_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED", "true")
    span = by_us(Watching()).start_span("counted")
    assert isinstance(span, SdkSpan)
    assert not isinstance(span, LightSpan)


@pytest.mark.skipif(not hasattr(SdkTracer, "_is_enabled"), reason="this release disables no tracer")
def test_a_tracer_that_is_disabled_records_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tracer = by_us(Watching())
    monkeypatch.setattr(SdkTracer, "_is_enabled", lambda tracer: False)
    assert not tracer.start_span("unrecorded").is_recording()


def test_a_disabled_sdk_has_no_tracer_to_make_light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert not by_us(Watching()).start_span("unrecorded").is_recording()
