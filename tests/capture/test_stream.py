from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from pytest_flock_trace.capture.stream import SpanStream
from pytest_flock_trace.model.span import Span


class Sink:
    """Takes what a stream delivers, as long as it is told to."""

    def __init__(self) -> None:
        self.batches: list[tuple[list[str], AbstractSet[str]]] = []
        self.fails: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, spans: Sequence[Span], partial: AbstractSet[str], resources: Sequence[object]) -> None:
        assert len(resources) == len(spans)
        self.gate.wait()
        if self.fails is not None:
            raise self.fails
        self.batches.append(([span.name for span in spans], partial))

    @property
    def names(self) -> list[str]:
        return [name for batch, _ in self.batches for name in batch]


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def provider() -> Iterator[TracerProvider]:
    provider = TracerProvider(shutdown_on_exit=False)
    yield provider
    provider.shutdown()


def streamed(provider: TracerProvider, sink: Sink, **options: float) -> SpanStream:
    stream = SpanStream(sink, every=3600, longest=3600, **options)  # type: ignore[arg-type]  # `most` is a whole number
    provider.add_span_processor(stream)
    return stream


def work(provider: TracerProvider, *names: str) -> None:
    for name in names:
        provider.get_tracer("x").start_span(name).end()


def test_nothing_is_delivered_before_its_time_and_everything_at_a_flush(provider: TracerProvider, sink: Sink) -> None:
    stream = streamed(provider, sink)
    work(provider, "a", "b")

    assert sink.batches == []
    assert stream.force_flush()
    assert sink.batches == [(["a", "b"], set())]


def test_a_flush_of_nothing_is_done_at_once_and_starts_no_thread(provider: TracerProvider, sink: Sink) -> None:
    before = threading.active_count()

    assert streamed(provider, sink).force_flush()
    assert threading.active_count() == before


def test_a_trace_whose_root_is_open_goes_on(provider: TracerProvider, sink: Sink) -> None:
    stream = streamed(provider, sink)
    tracer = provider.get_tracer("x")
    with tracer.start_as_current_span("root") as root:
        tracer.start_span("child").end()
        assert stream.force_flush()
        trace_id = format(root.get_span_context().trace_id, "032x")
    stream.force_flush()

    assert sink.batches == [(["child"], {trace_id}), (["root"], set())]


def test_shutting_down_delivers_what_is_left_and_takes_no_more(provider: TracerProvider, sink: Sink) -> None:
    stream = streamed(provider, sink)
    work(provider, "a")
    stream.shutdown()
    work(provider, "late")
    stream.shutdown()

    assert sink.names == ["a"]
    assert stream.force_flush()


def test_spans_that_are_not_sampled_are_left_out(sink: Sink) -> None:
    provider = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False)
    stream = streamed(provider, sink)
    work(provider, "a")

    assert stream.force_flush()
    assert sink.names == []


def test_what_cannot_be_delivered_is_tried_again(
    provider: TracerProvider, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    stream = streamed(provider, sink)
    work(provider, "a")
    sink.fails = RuntimeError("no room")
    assert not stream.force_flush()
    assert not stream.force_flush()
    sink.fails = None
    work(provider, "b")

    assert stream.force_flush()
    assert sorted(sink.names) == ["a", "b"]
    assert stream.lost == 0
    assert [record.getMessage() for record in caplog.records] == ["spans cannot be written: no room"]


def test_where_there_is_no_room_left_the_oldest_are_given_up_and_the_log_says_how_many(
    provider: TracerProvider, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    stream = streamed(provider, sink, most=3)
    sink.fails = RuntimeError("no room")
    work(provider, *"abcde")
    stream.force_flush()
    sink.fails = None
    stream.force_flush()

    assert stream.lost == 2
    assert sorted(sink.names) == ["c", "d", "e"]
    assert "2 spans could not be kept anywhere and are lost" in caplog.text


def test_whoever_is_far_ahead_waits(provider: TracerProvider, sink: Sink) -> None:
    streamed(provider, sink, most=10)
    sink.gate.clear()
    done = threading.Event()

    def much() -> None:
        work(provider, *(str(at) for at in range(25)))
        done.set()

    worker = threading.Thread(target=much)
    worker.start()
    assert not done.wait(0.2)
    sink.gate.set()
    worker.join()
    provider.force_flush()

    assert sorted(sink.names, key=int) == [str(at) for at in range(25)]


def test_threads_lose_nothing(provider: TracerProvider, sink: Sink) -> None:
    stream = streamed(provider, sink)
    workers = [threading.Thread(target=work, args=(provider, *["x"] * 500)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert stream.force_flush()
    assert len(sink.names) == 4000


def test_on_two_layers_of_one_provider_each_span_is_delivered_once(provider: TracerProvider, sink: Sink) -> None:
    stream = streamed(provider, sink)
    provider.add_span_processor(stream)
    work(provider, "a", "b")
    stream.force_flush()

    assert sink.names == ["a", "b"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_child_delivers_its_own_spans_only(provider: TracerProvider, sink: Sink) -> None:
    stream = streamed(provider, sink)
    work(provider, "parent")
    reader, writer = os.pipe()
    if (pid := os.fork()) == 0:
        work(provider, "child")
        stream.force_flush()
        os.write(writer, ",".join(sink.names).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    stream.force_flush()

    assert os.read(reader, 100) == b"child"
    assert sink.names == ["parent"]


def test_the_log_is_the_package_s(provider: TracerProvider, sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
    stream = streamed(provider, sink)
    sink.fails = RuntimeError("no room")
    work(provider, "a")
    stream.force_flush()
    sink.fails = None

    assert {record.name for record in caplog.records} == {"pytest_flock_trace"}
    assert {record.levelno for record in caplog.records} == {logging.ERROR}
