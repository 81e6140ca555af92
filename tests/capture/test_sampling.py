from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, StatusCode, TraceFlags

from pytest_flock_trace.capture.sampling import Sampling
from pytest_flock_trace.capture.stream import SpanStream
from pytest_flock_trace.model.span import Span

SECOND = 1_000_000_000


@pytest.fixture
def kept() -> list[str]:
    return []


@pytest.fixture
def recorded(kept: list[str]) -> Iterator[Callable[[Sampling], TracerProvider]]:
    """A provider whose spans are sampled so, with the names of those that come through in `kept`."""
    provider = TracerProvider(shutdown_on_exit=False)

    def start(sampling: Sampling) -> TracerProvider:
        def deliver(spans: Sequence[Span], _partial: AbstractSet[str], *_more: object) -> None:
            kept.extend(span.name for span in spans)

        provider.add_span_processor(SpanStream(deliver, every=3600, longest=3600, sampling=sampling))
        return provider

    yield start
    provider.shutdown()


def work(
    provider: TracerProvider, name: str, *, took: int = 0, failed: bool = False, caller: trace.Span | None = None
) -> None:
    """A trace of a root and a child that carries the news."""
    tracer = provider.get_tracer("x")
    root = tracer.start_span(name, start_time=0, context=caller and trace.set_span_in_context(caller))
    child = tracer.start_span(f"{name} child", start_time=0, context=trace.set_span_in_context(root))
    if failed:
        child.set_status(StatusCode.ERROR)
    child.end(took)
    root.end(1)


def test_a_ratio_of_none_keeps_what_failed_and_what_was_slow(
    recorded: Callable[[Sampling], TracerProvider], kept: list[str]
) -> None:
    provider = recorded(Sampling(0.0, slow_ns=2 * SECOND))
    work(provider, "plain")
    work(provider, "failed", failed=True)
    work(provider, "slow", took=2 * SECOND)
    work(provider, "nearly slow", took=2 * SECOND - 1)
    provider.force_flush()

    assert sorted(kept) == ["failed", "failed child", "slow", "slow child"]


def test_without_a_length_nothing_is_slow(recorded: Callable[[Sampling], TracerProvider], kept: list[str]) -> None:
    provider = recorded(Sampling(0.0))
    work(provider, "long", took=3600 * SECOND)
    provider.force_flush()

    assert kept == []


@pytest.mark.parametrize(
    ("trace_id", "flags", "names"),
    [(2**64 - 1, TraceFlags.SAMPLED, ["called", "called child"]), (1, TraceFlags.DEFAULT, [])],
)
def test_a_trace_that_was_begun_elsewhere_follows_its_caller(
    recorded: Callable[[Sampling], TracerProvider], kept: list[str], trace_id: int, flags: int, names: list[str]
) -> None:
    caller = NonRecordingSpan(SpanContext(trace_id, 1, is_remote=True, trace_flags=TraceFlags(flags)))
    provider = recorded(Sampling(0.5, parent_based=True))  # which draws the other one of the two
    provider.sampler = TraceIdRatioBased(1.0)
    work(provider, "called", caller=caller)
    provider.force_flush()

    assert sorted(kept) == names


@given(st.floats(0, 1), st.integers(1, 2**128 - 1))
def test_traces_are_drawn_as_the_sdk_draws_them(ratio: float, trace_id: int) -> None:
    expected = TraceIdRatioBased(ratio).should_sample(None, trace_id, "").decision.is_sampled()

    assert Sampling(ratio).keeps([_Row(trace_id)]) == expected  # type: ignore[list-item]  # as much of a row as it asks


class _Row:
    """A span that is neither failed nor slow."""

    parent = None
    status = trace.Status()

    def __init__(self, trace_id: int) -> None:
        self.context = SpanContext(trace_id, 1, is_remote=False)
