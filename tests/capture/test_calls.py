"""Spans of calls: how long they last, what is current meanwhile, how they end; the program sees no difference."""

from __future__ import annotations

import asyncio
import gc
import inspect
import types
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

from pytest_flock_trace import Span, TracedRun, TracedRuns, instrument, uninstrument

pytestmark = pytest.mark.usefixtures("clean", "worker")


def current() -> str | None:
    """Name of the span that is current."""
    return getattr(trace.get_current_span(), "name", None)


class Worker:
    """Methods of every kind, which say what span is current in them."""

    def plain(self, fail: BaseException | None = None) -> str | None:
        if fail is not None:
            raise fail
        return current()

    async def waits(self, fail: BaseException | None = None) -> str | None:
        await asyncio.sleep(0)
        return self.plain(fail) and current()

    def yields(self, *items: object) -> Generator[object, object, str]:
        for item in items:
            if isinstance(item, BaseException):
                raise item
            got = yield (item, current())
            while got is not None:
                got = yield ("got", got)
        return "done"

    async def streams(self, *items: object) -> AsyncGenerator[object, object]:
        for item in items:
            await asyncio.sleep(0)
            if isinstance(item, BaseException):
                raise item
            got = yield (item, current())
            while got is not None:
                got = yield ("got", got)

    def tidies(self, log: list[str]) -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            log.append(f"closed under {current()}")

    async def tidies_later(self, log: list[str]) -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            log.append(f"closed under {current()}")

    @types.coroutine
    def old_style(self) -> Generator[Any, Any, int]:
        yield from asyncio.sleep(0).__await__()
        return 3

    def hands_out(self) -> Awaitable[int]:
        return self._later()

    async def _later(self) -> int:
        return 4


@pytest.fixture
def worker() -> Worker:
    instrument(Worker)
    return Worker()


def spans(run: TracedRun) -> list[Span]:
    return list(run)[1:]


def test_the_span_is_current_in_the_call_and_not_after_it(traced_run: TracedRuns, worker: Worker) -> None:
    with traced_run("x"):
        assert worker.plain() == "Worker.plain"
        assert asyncio.run(worker.waits()) == "Worker.waits"
        assert current() == "x"


async def test_calls_at_the_same_time_do_not_become_each_others_children(
    traced_run: TracedRuns, worker: Worker
) -> None:
    with traced_run("x") as run:
        await asyncio.gather(worker.waits(), worker.waits())
    parents = {span.span_id: span for span in run}
    found = [(span.name, parents[str(span.parent_id)].name) for span in spans(run)]
    assert sorted(found) == [("Worker.plain", "Worker.waits")] * 2 + [("Worker.waits", "x")] * 2


def test_an_exception_marks_the_span_once_and_goes_on(traced_run: TracedRuns, worker: Worker) -> None:
    failure = KeyError("no")
    with traced_run("x") as run:
        with pytest.raises(KeyError) as raised:
            worker.plain(failure)
        assert raised.value is failure
        with pytest.raises(KeyError):
            asyncio.run(worker.waits(failure))
        with pytest.raises(KeyError):
            list(worker.yields(1, failure))
    for span in spans(run):
        assert (span.status, span.status_description) == ("error", "KeyError: 'no'")
        assert [event.name for event in span.events] == ["exception"]
        assert "output.value" not in span.attributes


class Mute(Exception):  # it says nothing
    def __str__(self) -> str:
        raise RuntimeError("no words")


def test_an_exception_that_cannot_say_what_it_is_goes_on_all_the_same(traced_run: TracedRuns, worker: Worker) -> None:
    with traced_run("x") as run, pytest.raises(Mute):
        worker.plain(Mute())
    assert (run.one("Worker.plain").status, run.one("Worker.plain").status_description) == ("error", "Mute")


async def test_a_cancelled_call_is_neither_right_nor_wrong(traced_run: TracedRuns, worker: Worker) -> None:
    class Slow:
        async def wait(self) -> None:
            await asyncio.Event().wait()

    instrument(Slow)
    with traced_run("x") as run:
        task = asyncio.create_task(Slow().wait())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert (run.one("Slow.wait").status, run.one("Slow.wait").events) == ("unset", ())


def test_a_generators_span_lasts_from_the_first_item_to_the_end_and_is_not_current_between(
    traced_run: TracedRuns, worker: Worker
) -> None:
    with traced_run("x") as run:
        generator = worker.yields("a", "b")
        assert inspect.isgenerator(generator)
        assert (generator.__name__, generator.__qualname__) == ("yields", "Worker.yields")
        with trace.get_tracer("t").start_as_current_span("before"):
            pass
        assert next(generator) == ("a", "Worker.yields")
        assert current() == "x"
        assert generator.send("hello") == ("got", "hello")
        assert current() == "x"
        assert next(generator) == ("b", "Worker.yields")
        with pytest.raises(StopIteration) as stop:
            next(generator)
        assert stop.value.value == "done"
        assert current() == "x"
    before, span = spans(run)
    assert (before.name, span.name, span.status) == ("before", "Worker.yields", "ok")
    assert span.start_ns >= before.end_ns
    assert (span.attributes["output.type"], span.attributes["output.length"]) == ("generator", 3)


def test_a_generator_that_is_closed_closes_under_its_own_span(traced_run: TracedRuns, worker: Worker) -> None:
    log: list[str] = []
    with traced_run("x") as run:
        generator = worker.tidies(log)
        next(generator)
        generator.close()  # type: ignore[attr-defined]
        for _ in worker.tidies(log):
            break
        gc.collect()
        assert current() == "x"
    assert log == ["closed under Worker.tidies"] * 2
    assert [(span.status, span.unfinished) for span in spans(run)] == [("unset", False)] * 2


def test_what_is_thrown_into_a_generator_reaches_it(traced_run: TracedRuns, worker: Worker) -> None:
    with traced_run("x") as run:
        generator = worker.yields(1, 2)
        next(generator)
        with pytest.raises(ValueError, match="in"):
            generator.throw(ValueError("in"))
    assert run.one("Worker.yields").status == "error"


def test_a_generator_that_is_never_started_has_no_span(traced_run: TracedRuns, worker: Worker) -> None:
    with traced_run("x") as run:
        worker.yields(1)
    assert len(run) == 1


async def test_an_async_generator_does_as_a_generator_does(traced_run: TracedRuns, worker: Worker) -> None:
    log: list[str] = []
    with traced_run("x") as run:
        stream = worker.streams("a", "b")
        assert inspect.isasyncgen(stream)
        assert await stream.__anext__() == ("a", "Worker.streams")
        assert current() == "x"
        assert await stream.asend("hello") == ("got", "hello")
        assert [item async for item in stream] == [("b", "Worker.streams")]
        assert current() == "x"
        tidy: Any = worker.tidies_later(log)
        await tidy.__anext__()
        await tidy.aclose()
        failing = worker.streams(ValueError("no"))
        with pytest.raises(ValueError, match="no"):
            await failing.__anext__()
        thrown = worker.streams(1)
        await thrown.__anext__()
        with pytest.raises(LookupError):
            await thrown.athrow(LookupError())
    assert log == ["closed under Worker.tidies_later"]
    assert [(span.name, span.status) for span in spans(run)] == [
        ("Worker.streams", "ok"),
        ("Worker.tidies_later", "unset"),
        ("Worker.streams", "error"),
        ("Worker.streams", "error"),
    ]
    assert spans(run)[0].attributes["output.length"] == 3


async def test_what_only_looks_like_a_coroutine_function_is_awaited_as_before(
    traced_run: TracedRuns, worker: Worker
) -> None:
    with traced_run("x") as run:
        assert await worker.old_style() == 3
        assert await worker.hands_out() == 4
    assert [span.name for span in spans(run)] == ["Worker.old_style", "Worker.hands_out"]
    assert run.one("Worker.hands_out").attributes["output.value"] == '"<coroutine>"'


def test_the_inspecting_functions_give_the_same_answers(worker: Worker) -> None:
    questions = (
        *(inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction),
        *(asyncio.iscoroutinefunction, inspect.isfunction, inspect.ismethod),
    )
    methods = ("plain", "waits", "yields", "streams", "old_style")

    def answers() -> list[bool]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # asyncio's question, from Python 3.14
            return [ask(getattr(home, name)) for home in (Worker, worker) for name in methods for ask in questions]

    traced = answers()
    uninstrument()
    assert answers() == traced


def test_wrong_arguments_fail_when_called_and_make_a_failed_span_at_most(worker: Worker) -> None:
    for method in (worker.plain, worker.waits, worker.yields, worker.streams):
        with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
            method(nonsense=1)  # type: ignore[operator]


def test_a_coroutine_that_is_never_awaited_is_complained_of_once_by_its_name(worker: Worker) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        worker.waits()  # type: ignore[unused-coroutine]
        gc.collect()
    assert [str(each.message) for each in caught] == ["coroutine 'Worker.waits' was never awaited"]


def test_a_failure_inside_capture_is_told_in_an_attribute(
    traced_run: TracedRuns, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(value: object) -> str:
        raise MemoryError

    monkeypatch.setattr("pytest_flock_trace.capture.io_capture.bounded_json", fail)
    with traced_run("x") as run:
        assert worker.plain() == "Worker.plain"
    attributes = run.one("Worker.plain").attributes
    assert (attributes["input.error"], attributes["output.error"]) == ("MemoryError", "MemoryError")


class Broken(SpanProcessor):
    """A processor of the application that fails."""

    def __init__(self, moment: str) -> None:
        self.moment = moment

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        if self.moment == "start":
            raise OSError("disk full")

    def on_end(self, span: Any) -> None:
        if self.moment == "end":
            raise OSError("disk full")


@pytest.mark.parametrize("moment", ["start", "end"])
async def test_an_application_whose_exporter_fails_is_none_the_wiser(
    monkeypatch: pytest.MonkeyPatch, worker: Worker, moment: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(Broken(moment))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    name = None if moment == "start" else "Worker."
    for method, result in ((worker.plain, worker.plain()), (worker.waits, await worker.waits())):
        assert result == (name and name + method.__name__)
    assert [item for item, _ in worker.yields(1)] == [1]  # type: ignore[misc]
    assert [item async for item, _ in worker.streams(1)] == [1]  # type: ignore[misc]
    assert current() is None
    assert "disk full" in caplog.text


def test_without_any_provider_a_traced_call_is_only_a_call(monkeypatch: pytest.MonkeyPatch, worker: Worker) -> None:
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    assert worker.plain() is None
    assert list(worker.yields(1)) == [(1, None)]
