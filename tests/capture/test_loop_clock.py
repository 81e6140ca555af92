"""Runs that go by the clock of the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jumping_loop import run_jumping
from opentelemetry import trace

from pytest_flock_trace import Trace, TracedRun, TracedRuns, critical_path, red
from pytest_flock_trace.errors import BadArgument, NoEventLoop
from pytest_flock_trace.store.trace_file import read_spans

tracer = trace.get_tracer("app")
S = 1_000_000_000


async def step(name: str, seconds: float) -> None:
    with tracer.start_as_current_span(name, attributes={"gen_ai.agent.name": name}):
        await asyncio.sleep(seconds)


def offsets(run: Trace) -> dict[str, tuple[float, float]]:
    """Seconds from the start of the run to each span's start and end, to the microsecond."""
    start = run.roots[0].start_ns
    return {span.name: (round((span.start_ns - start) / S, 6), round((span.end_ns - start) / S, 6)) for span in run}


def test_what_sleeps_thirty_seconds_lasts_thirty_seconds_and_takes_none(traced_run: TracedRuns) -> None:
    async def main() -> TracedRun:
        async with traced_run("x", clock="loop") as run:
            await step("writer", 20)
            await asyncio.gather(step("critic", 10), step("reader", 4))
        return run

    before, ticks = time.time_ns(), time.process_time()
    run = run_jumping(main())
    assert time.process_time() - ticks < 10  # of the processor's time: nothing was slept through, nor spun
    assert offsets(run) == {"x": (0, 30), "writer": (0, 20), "critic": (20, 30), "reader": (20, 24)}
    assert run.duration == "30s"
    assert before <= run.roots[0].start_ns <= time.time_ns()
    assert red(run, by="agent")["writer"].p50 == "20s"
    assert critical_path(run).time(agent="writer") == "20s"
    assert run.sql("select max(duration_ms) from spans").fetchone() == (30_000.0,)


@given(st.recursive(st.integers(0, 10**6), lambda parts: st.tuples(st.booleans(), st.lists(parts, max_size=3))))
def test_durations_add_up_in_a_row_and_the_longest_counts_side_by_side(traced_run: TracedRuns, plan: Any) -> None:
    async def act(part: Any, path: str) -> None:
        with tracer.start_as_current_span(path):
            if isinstance(part, int):
                await asyncio.sleep(part / 1000)
            elif part[0]:
                await asyncio.gather(*(act(each, f"{path}.{at}") for at, each in enumerate(part[1])))
            else:
                for at, each in enumerate(part[1]):
                    await act(each, f"{path}.{at}")

    async def main() -> TracedRun:
        async with traced_run("x", clock="loop") as run:
            await act(plan, "0")
        return run

    def milliseconds(part: Any) -> int:
        if isinstance(part, int):
            return part
        each = [milliseconds(one) for one in part[1]]
        return max(each, default=0) if part[0] else sum(each)

    def expected(part: Any, path: str) -> dict[str, int]:
        below = () if isinstance(part, int) else enumerate(part[1])
        return {path: milliseconds(part)} | {k: v for at, p in below for k, v in expected(p, f"{path}.{at}").items()}

    run = run_jumping(main())
    measured = {span.name: round(int(span.duration) / 1e6) for span in run if span.run is None}
    assert measured == expected(plan, "0")
    for span in run:
        above = run.parent(span)
        assert above is None or above.start_ns <= span.start_ns <= span.end_ns <= above.end_ns


def test_the_clock_is_taken_where_the_run_is_opened(traced_run: TracedRuns) -> None:
    @traced_run("decorated", clock="loop")
    async def workflow() -> None:
        await step("writer", 5)

    run_jumping(workflow())
    run_jumping(workflow())
    assert [str(run.duration) for run in traced_run.runs] == ["5 s", "5 s"]


def test_only_runs_that_ask_go_by_it(traced_run: TracedRuns) -> None:
    async def main() -> None:
        async with traced_run("virtual", clock="loop"):
            await step("writer", 3600)
        async with traced_run("real"):
            await step("writer", 3600)
        await step("ambient", 3600)

    run_jumping(main())
    virtual, real = traced_run.runs
    assert virtual.duration == "1h"
    assert real.duration < "10min"
    assert traced_run.test.one("ambient").duration < "10min"


def test_a_run_inside_goes_by_the_clock_of_the_one_around_it(traced_run: TracedRuns) -> None:
    async def main() -> None:
        async with traced_run("outer", clock="loop"):
            await asyncio.sleep(1)
            async with traced_run("inner"):
                await step("writer", 2)
            async with traced_run("asks again", clock="loop"):
                await step("critic", 3)

    run_jumping(main())
    outer, inner, again = traced_run.runs
    assert (outer.duration, inner.duration, again.duration) == ("6s", "2s", "3s")


def test_one_trace_has_one_clock(traced_run: TracedRuns) -> None:
    async def main() -> None:
        async with traced_run("outer"):
            with pytest.raises(BadArgument, match=r"'inner'.* is inside run 'outer', .*the outermost run"):
                async with traced_run("inner", clock="loop"):
                    pass
            await step("writer", 0)

    run_jumping(main())
    (outer,) = traced_run.runs
    assert [span.name for span in outer] == ["outer", "writer"]


def test_threads_that_carry_the_context_read_it_too(traced_run: TracedRuns) -> None:
    def work() -> None:
        with tracer.start_as_current_span("thread"):
            pass

    async def main() -> TracedRun:
        async with traced_run("x", clock="loop") as run:
            await asyncio.sleep(7)
            await asyncio.get_running_loop().run_in_executor(None, contextvars.copy_context().run, work)
        return run

    assert offsets(run_jumping(main())) == {"x": (0, 7), "thread": (7, 7)}


def test_events_are_where_they_happened(traced_run: TracedRuns) -> None:
    @tracer.start_as_current_span("failing")
    async def failing() -> None:
        span = trace.get_current_span()
        await asyncio.sleep(20)
        with tracer.start_as_current_span("inner"):
            span.add_event("middle")
        await asyncio.sleep(10)
        raise RuntimeError

    async def main() -> TracedRun:
        async with traced_run("x", clock="loop") as run:
            run.add_event("first")
            with pytest.raises(RuntimeError):
                await failing()
        return run

    async def with_given() -> TracedRun:
        async with traced_run("x", clock="loop") as run:
            with tracer.start_as_current_span("s") as span:
                await asyncio.sleep(9)
                span.add_event("given", timestamp=5)
                span.add_event("now", {"k": 1}, time.time_ns())
        return run

    def at(run: TracedRun, name: str) -> list[int]:
        start = run.roots[0].start_ns
        return [round((event.time_ns - start) / 1e7) for event in run.one(name).events]

    run = run_jumping(main())
    assert at(run, "x") == [0]
    assert at(run, "failing") == [2000, 3000]
    spoken = run_jumping(with_given()).one("s")
    assert [(event.name, event.time_ns, event.attributes) for event in spoken.events] == [
        ("given", 5, {}),
        ("now", spoken.end_ns, {"k": 1}),
    ]


def test_times_that_somebody_gave_are_left_as_they_are(traced_run: TracedRuns) -> None:
    async def main() -> TracedRun:
        async with traced_run("x", clock="loop") as run:
            await asyncio.sleep(100)
            tracer.start_span("given", start_time=10 * S).end(end_time=12 * S)
            tracer.start_span("now", start_time=time.time_ns()).end(end_time=time.time_ns())
        return run

    run = run_jumping(main())
    assert (run.one("given").start_ns, run.one("given").end_ns) == (10 * S, 12 * S)
    assert run.one("now").start_ns == run.one("now").end_ns == run.one("x").start_ns + 100 * S


def test_unfinished_and_late_spans_go_by_it_too(traced_run: TracedRuns) -> None:
    async def main() -> None:
        with tracer.start_as_current_span("outside"):
            async with traced_run("x", clock="loop") as run:
                task = asyncio.create_task(step("late", 50))
                await asyncio.sleep(30)
            slow = run.one("late")
            assert (slow.unfinished, slow.duration) == (True, "30s")
            assert traced_run.test.one("outside").duration < "10min"
            await task
        slow = run.one("late")
        assert (slow.unfinished, slow.late, slow.duration) == (False, True, "50s")

    run_jumping(main())


def test_a_loop_in_real_time_agrees_with_the_machine(traced_run: TracedRuns) -> None:
    async def main() -> tuple[TracedRun, int]:
        before = time.monotonic_ns()
        async with traced_run("x", clock="loop") as run:
            await step("writer", 0.01)
        return run, time.monotonic_ns() - before

    run, elapsed = asyncio.run(main())
    assert run.duration >= "9ms"
    assert int(run.duration) <= elapsed


@pytest.mark.parametrize("clock", ["real", "", "Loop", 0, 1.5, time.monotonic, asyncio])
def test_a_clock_that_is_none_is_named(traced_run: TracedRuns, clock: Any) -> None:
    with pytest.raises(BadArgument, match=r"clock=.* of traced_run\('x'\) is no clock; valid: 'loop' .*None"):
        traced_run("x", clock=clock)


def test_outside_an_event_loop_there_is_no_such_clock(traced_run: TracedRuns) -> None:
    def opened() -> None:
        with traced_run("x", clock="loop"):
            pass

    @traced_run("x", clock="loop")
    def decorated() -> None:
        pass

    for opening in (opened, decorated):
        with pytest.raises(NoEventLoop, match=r"traced_run\('x', clock='loop'\) was opened where no event loop"):
            opening()
    assert traced_run.runs == []
    with traced_run("y") as run, tracer.start_as_current_span("goes on"):
        pass
    assert [span.name for span in run] == ["y", "goes on"]


def test_trio_has_a_clock_as_well(traced_run: TracedRuns) -> None:
    trio = pytest.importorskip("trio", reason="needs trio installed")
    testing = pytest.importorskip("trio.testing", reason="needs trio installed")

    async def main() -> TracedRun:
        async with traced_run("x", clock="loop") as run:
            with tracer.start_as_current_span("writer"):
                await trio.sleep(30)
        return run

    run = trio.run(main, clock=testing.MockClock(autojump_threshold=0))
    assert offsets(run) == {"x": (0, 30), "writer": (0, 30)}


def test_a_trace_file_has_the_same_times(tmp_path: Path) -> None:
    path = tmp_path / "traces.duckdb"
    program = """
import asyncio, sys
from pathlib import Path
from jumping_loop import run_jumping
from opentelemetry import trace
from pytest_flock_trace import traced_run
from pytest_flock_trace.recording.process import record_process

recording = record_process(Path(sys.argv[1]))

async def main():
    async with traced_run("x", clock="loop"):
        with trace.get_tracer("app").start_as_current_span("writer"):
            await asyncio.sleep(30)

run_jumping(main())
"""
    folder = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, cwd=folder)
    assert {span.name: str(span.duration) for span in read_spans(path)} == {"x": "30 s", "writer": "30 s"}
