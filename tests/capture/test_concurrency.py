"""Every way in which Python runs things side by side: nothing is lost, each span has its owner and its parent."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from opentelemetry import trace

from pytest_flock_trace import NothingCaptured, Trace, TracedRun, TracedRuns

tracer = trace.get_tracer("app")
NAMES = ["a", "b", "c"]


def work(name: str) -> None:
    """Two spans, the one below the other."""
    with tracer.start_as_current_span(name), tracer.start_as_current_span(f"{name}.inner"):
        pass


async def job(name: str) -> None:
    """The same, while others have their turn."""
    with tracer.start_as_current_span(name):
        await asyncio.sleep(0)
        with tracer.start_as_current_span(f"{name}.inner"):
            await asyncio.sleep(0)


async def by_gather() -> None:
    await asyncio.gather(*map(job, NAMES))


async def by_tasks() -> None:
    for task in [asyncio.create_task(job(name)) for name in NAMES]:
        await task


async def by_task_group() -> None:
    group_of: type = asyncio.TaskGroup
    async with group_of() as group:
        for name in NAMES:
            group.create_task(job(name))


async def by_to_thread() -> None:
    await asyncio.gather(*(asyncio.to_thread(work, name) for name in NAMES))


async def by_shield_and_timeout() -> None:
    await asyncio.gather(*(asyncio.wait_for(asyncio.shield(job(name)), 60) for name in NAMES))


async def by_executor_with_context() -> None:
    loop = asyncio.get_running_loop()
    copies = [(contextvars.copy_context(), name) for name in NAMES]
    await asyncio.gather(*(loop.run_in_executor(None, copy.run, work, name) for copy, name in copies))


async def by_callbacks() -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    for name in NAMES:
        loop.call_soon(work, name)
    loop.call_later(0, done.set)
    await done.wait()


async def by_loop_of_another_thread() -> None:
    context = contextvars.copy_context()
    await asyncio.get_running_loop().run_in_executor(None, context.run, asyncio.run, by_gather())


async def by_coroutines_sent_to_another_loop() -> None:
    """`run_coroutine_threadsafe` makes its task in the loop's thread: the context goes along as an argument."""
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()

    def send() -> None:
        sent: list[Future[None]] = [context.run(asyncio.run_coroutine_threadsafe, job(name), loop) for name in NAMES]
        for future in sent:
            future.result(60)

    await loop.run_in_executor(None, send)


CARRYING = [
    by_gather,
    by_tasks,
    pytest.param(
        by_task_group, marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="TaskGroup came with Python 3.11")
    ),
    by_to_thread,
    by_shield_and_timeout,
    by_executor_with_context,
    by_callbacks,
    by_loop_of_another_thread,
    by_coroutines_sent_to_another_loop,
]


def children(run: Trace, name: str) -> list[str]:
    return sorted(child.name for child in run.children(run.one(name)))


@pytest.mark.parametrize("side_by_side", CARRYING)
def test_what_carries_the_context_keeps_owner_and_parent(
    traced_run: TracedRuns, side_by_side: Callable[[], Awaitable[None]]
) -> None:
    async def main() -> TracedRun:
        async with traced_run("x") as run:
            with tracer.start_as_current_span("above"):
                await side_by_side()
        return run

    run = asyncio.run(main())
    assert children(run, "x") == ["above"]
    assert children(run, "above") == NAMES
    assert {name: children(run, name) for name in NAMES} == {name: [f"{name}.inner"] for name in NAMES}
    assert len(run) == len(traced_run.test) == 2 + 2 * len(NAMES)
    assert not any(span.late or span.detached for span in run)


async def by_executor() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2, thread_name_prefix="bare") as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, work, name) for name in NAMES))


async def by_submit() -> None:
    with ThreadPoolExecutor(2, thread_name_prefix="bare") as pool:
        for future in [pool.submit(work, name) for name in NAMES]:
            future.result()


async def by_threads() -> None:
    threads = [threading.Thread(target=work, args=(name,), name=f"bare {name}") for name in NAMES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def by_timers() -> None:
    timers = [threading.Timer(0, work, (name,)) for name in NAMES]
    for timer in timers:
        timer.name = "bare timer"
        timer.start()
    for timer in timers:
        timer.join()


@pytest.mark.parametrize("side_by_side", [by_executor, by_submit, by_threads, by_timers])
@pytest.mark.skipif(
    getattr(sys.flags, "thread_inherit_context", 0) == 1, reason="threads of this interpreter inherit the context"
)
def test_what_leaves_the_context_behind_is_the_tests_detached_and_named(
    traced_run: TracedRuns, side_by_side: Callable[[], Awaitable[None]]
) -> None:
    async def main() -> TracedRun:
        async with traced_run("x") as run:
            await side_by_side()
        return run

    run = asyncio.run(main())
    lost = [span for span in traced_run.test if span.trace_id != run.trace_id]
    assert sorted(span.name for span in lost if span.detached) == NAMES
    assert {name: children(traced_run.test, name) for name in NAMES} == {name: [f"{name}.inner"] for name in NAMES}
    assert len(lost) == 2 * len(NAMES)
    assert all((span.origin.thread or "").startswith("bare") for span in lost)
    with pytest.raises(NothingCaptured, match=r"threads without its context \('bare.*copy_context\(\)\.run"):
        assert "a" in run


async def test_an_async_generator_works_for_whoever_asks_it(traced_run: TracedRuns) -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            work(f"step {number}")
            yield number

    steps = numbers()
    runs: list[TracedRun] = []
    for number in range(3):
        async with traced_run(f"run {number}") as run:
            assert await anext_of(steps) == number
        runs.append(run)
    assert [[span.name for span in run] for run in runs] == [
        [f"run {number}", f"step {number}", f"step {number}.inner"] for number in range(3)
    ]


async def anext_of(steps: AsyncIterator[int]) -> int:
    return await steps.__anext__()


async def test_a_span_that_an_async_generator_holds_open_leaves_its_user_where_it_was(traced_run: TracedRuns) -> None:
    async def stream() -> AsyncIterator[str]:
        with tracer.start_as_current_span("stream"):
            for name in NAMES:
                work(f"before {name}")
                yield name

    async with traced_run("x") as run:
        async for name in stream():
            work(name)
    assert children(run, "x") == ["stream"]
    assert children(run, "stream") == sorted([*NAMES, *(f"before {name}" for name in NAMES)])


async def test_a_run_inside_an_async_generator_that_another_task_closes_ends(traced_run: TracedRuns) -> None:
    async def stream() -> AsyncIterator[str]:
        async with traced_run("x"):
            work("within")
            yield "once"

    steps = stream()
    await steps.__anext__()
    await asyncio.create_task(close(steps))
    async with traced_run("y") as second:
        work("after")
    (first, _) = traced_run.runs
    assert [span.name for span in first] == ["x", "within", "within.inner"]
    assert [span.name for span in second] == ["y", "after", "after.inner"]
    assert second.outermost


async def close(steps: object) -> None:
    await steps.aclose()  # type: ignore[attr-defined]


def test_a_generator_works_for_whoever_asks_it(traced_run: TracedRuns) -> None:
    def steps() -> Iterator[None]:
        while True:
            work("step")
            yield

    asked = steps()
    with traced_run("first") as first:
        next(asked)
    with traced_run("second") as second:
        next(asked)
        next(asked)
    assert (first.count("step"), second.count("step")) == (1, 2)


def test_runs_of_tasks_side_by_side_are_kept_apart(traced_run: TracedRuns) -> None:
    async def crew(number: int) -> TracedRun:
        async with traced_run(f"run {number}") as run:
            await asyncio.gather(*(job(f"{number}.{name}") for name in NAMES))
        return run

    async def main() -> list[TracedRun]:
        return await asyncio.gather(*map(crew, range(20)))

    for number, run in enumerate(asyncio.run(main())):
        assert children(run, f"run {number}") == [f"{number}.{name}" for name in NAMES]
        assert len(run) == 1 + 2 * len(NAMES)


def test_thirty_two_threads_of_a_thousand_spans_lose_nothing(traced_run: TracedRuns) -> None:
    started = threading.Barrier(32)

    def thread(number: int) -> None:
        started.wait(60)
        with tracer.start_as_current_span(f"thread {number}"):
            for at in range(999):
                tracer.start_span(f"{number}.{at}").end()

    with traced_run("x") as run:
        threads = [threading.Thread(target=contextvars.copy_context().run, args=(thread, at)) for at in range(32)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert_whole(run, "thread", 32, 999)


async def test_five_hundred_tasks_of_a_hundred_spans_lose_nothing(traced_run: TracedRuns) -> None:
    async def task(number: int) -> None:
        with tracer.start_as_current_span(f"task {number}"):
            for at in range(99):
                tracer.start_span(f"{number}.{at}").end()
                if at % 9 == number % 9:
                    await asyncio.sleep(0)

    async with traced_run("x") as run:
        await asyncio.gather(*map(task, range(500)))
    assert_whole(run, "task", 500, 99)


def assert_whole(run: Trace, what: str, workers: int, spans: int) -> None:
    """Each worker's span is below the root, and each of the others below its own worker's."""
    names = {span.span_id: span.name for span in run}
    assert len(names) == len(run) == 1 + workers * (1 + spans)
    below = Counter(names.get(span.parent_id or "") for span in run)
    assert below == {None: 1, "x": workers} | {f"{what} {number}": spans for number in range(workers)}
    astray = [
        span.name
        for span in run
        if "." in span.name and names[span.parent_id or ""] != f"{what} {span.name.partition('.')[0]}"
    ]
    assert astray == []
    assert not any(span.late or span.detached or span.unfinished for span in run)
