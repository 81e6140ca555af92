"""Whose a span is: decided when it starts."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.trace import ConcurrentMultiSpanProcessor, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from pytest_flock_trace import NothingCaptured, Trace, TracedRuns

tracer = trace.get_tracer("app")


def work(name: str) -> None:
    with tracer.start_as_current_span(name):
        pass


def names(trace_: Trace) -> list[str]:
    return [found.name for found in trace_]


def test_spans_outside_every_run_are_the_tests(traced_run: TracedRuns) -> None:
    work("before")
    with traced_run("x") as run:
        work("within")
    work("after")
    assert names(run) == ["x", "within"]
    assert names(traced_run.test) == ["before", "x", "within", "after"]
    assert [found.origin.phase for found in traced_run.test] == ["call", None, None, "call"]


def test_a_bare_thread_is_detached_and_named(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        thread = threading.Thread(target=work, args=("lost",), name="worker-7")
        thread.start()
        thread.join()
    lost = traced_run.test.one("lost")
    assert (lost.detached, lost.origin.thread) == (True, "worker-7")
    with pytest.raises(NothingCaptured, match=r"1 spans? of this test .*'worker-7'.*copy_context\(\)\.run"):
        assert "lost" in run


def test_an_executor_without_context_is_detached(traced_run: TracedRuns) -> None:
    with traced_run("x"), ThreadPoolExecutor(1) as pool:
        pool.submit(work, "lost").result()
    assert traced_run.test.one("lost").detached


def test_a_thread_that_is_handed_the_context_belongs_to_the_run(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work, "kept"))
        thread.start()
        thread.join()
    assert names(run) == ["x", "kept"]
    assert not run.one("kept").detached


def test_asyncio_hands_the_context_on(traced_run: TracedRuns) -> None:
    async def main() -> None:
        async with traced_run("x"):
            await asyncio.gather(
                asyncio.to_thread(work, "thread"), asyncio.create_task(asyncio.to_thread(work, "task"))
            )

    asyncio.run(main())
    (run,) = traced_run.runs
    assert sorted(names(run)) == ["task", "thread", "x"]
    assert {found.parent_id for found in run.find("t*")} == {run.roots[0].span_id}


def test_tasks_are_told_apart(traced_run: TracedRuns) -> None:
    async def main() -> None:
        async def job(name: str) -> None:
            work(name)

        async with traced_run("x"):
            await asyncio.gather(job("a"), job("b"))
            work("c")

    asyncio.run(main())
    (run,) = traced_run.runs
    tasks = [run.one(name).origin.task for name in ("a", "b", "c")]
    assert None not in tasks
    assert len(set(tasks)) == 3


def test_a_span_that_ends_after_its_run_closed_is_late(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        open_span = tracer.start_span("slow")
        work("quick")
    slow = run.one("slow")
    assert (slow.unfinished, slow.late) == (True, False)
    assert slow.end_ns >= run.one("quick").end_ns
    open_span.end()
    slow = run.one("slow")
    assert (slow.unfinished, slow.late) == (False, True)
    assert not run.one("quick").late


def test_a_child_that_starts_after_its_run_closed_is_late_and_still_the_runs(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        context = trace.set_span_in_context(tracer.start_span("parent"))
    tracer.start_span("child", context=context).end()
    assert names(run) == ["x", "parent", "child"]
    assert run.one("child").late


def test_a_context_that_remembers_a_closed_run_does_not_revive_it(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        work("within")
        remembered = contextvars.copy_context()
    remembered.run(otel_context.attach, otel_context.Context())
    remembered.run(work, "afterwards")
    assert names(run) == ["x", "within"]
    assert "afterwards" in traced_run.test


def test_a_propagated_parent_leads_back_to_its_run(traced_run: TracedRuns) -> None:
    carrier: dict[str, str] = {}
    with traced_run("x") as run:
        TraceContextTextMapPropagator().inject(carrier)
    remote = TraceContextTextMapPropagator().extract(carrier)
    tracer.start_span("handled elsewhere", context=remote).end()
    assert names(run) == ["x", "handled elsewhere"]


def test_two_layers_of_one_provider_record_a_span_once(traced_run: TracedRuns) -> None:
    shared = TracerProvider()
    TracerProvider(active_span_processor=shared._active_span_processor)
    with traced_run("x") as run, shared.get_tracer("layered").start_as_current_span("once"):
        pass
    assert names(run) == ["x", "once"]


def test_a_processor_that_works_in_other_threads_finds_the_parent(traced_run: TracedRuns) -> None:
    provider = TracerProvider(active_span_processor=ConcurrentMultiSpanProcessor(2), shutdown_on_exit=False)
    concurrent = provider.get_tracer("concurrent")
    with traced_run("x") as run, concurrent.start_as_current_span("a"), concurrent.start_as_current_span("b"):
        pass
    assert names(run) == ["x", "a", "b"]


def test_seeded_ids_that_repeat_are_kept_apart(traced_run: TracedRuns) -> None:
    import random

    seeded = TracerProvider().get_tracer("seeded")
    state = random.getstate()
    try:
        for name in ("first", "second"):
            random.seed(1)
            with seeded.start_as_current_span(name), seeded.start_as_current_span(f"below {name}"):
                pass
    finally:
        random.setstate(state)
    trace_ = traced_run.test
    assert trace_.one("first").key == trace_.one("second").key
    for name in ("first", "second"):
        parent = trace_.parent(trace_.one(f"below {name}"))
        assert parent is not None
        assert parent.name == name
