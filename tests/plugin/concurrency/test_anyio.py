"""anyio's own plugin, on asyncio and on trio."""

from __future__ import annotations

import pytest

pytest.importorskip("anyio", reason="needs anyio installed")
pytest.importorskip("trio", reason="needs trio installed")

SUITE = """
import anyio
import pytest
from checked import assert_own, tracer, work
from crew import invocation

@pytest.fixture({scope}params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param

async def chat(name):
    with invocation(name):
        await anyio.sleep(0)
        with tracer.start_as_current_span("chat"):
            await anyio.sleep(0)

@pytest.fixture({scope})
async def library(traced_run, anyio_backend):
    async with traced_run("library") as run:
        with tracer.start_as_current_span("crew"):
            await chat("librarian")
    yield run

@pytest.mark.anyio
@pytest.mark.parametrize("n", range(1, 4))
async def test_own(traced_run, request, library, n):
    agents = [f"writer {{at}}" for at in range(n)]
    async with traced_run("review") as run:
        with tracer.start_as_current_span("crew"):
            async with anyio.create_task_group() as group:
                for name in agents:
                    group.start_soon(chat, name)
                await anyio.to_thread.run_sync(work, "threaded")
    work("ambient")
    assert_own(traced_run, run, [*agents, "threaded"], request.node.nodeid)
    assert traced_run.runs == [library, run]
    assert [s.name for s in traced_run.test][-2:] == ["invoke_agent ambient", "chat"]
    assert len(traced_run.test) == len(run) + len(library) + 2

@pytest.mark.anyio
async def test_stranger(traced_run, anyio_backend):
    assert len(traced_run.test) == 0
"""


@pytest.mark.parametrize("scope", ["function", "module"])
def test_each_test_has_its_own_spans_below_the_right_parents(
    crew: pytest.Pytester, plugin_args: tuple[str, ...], scope: str
) -> None:
    crew.makepyfile(SUITE.format(scope="" if scope == "function" else f"scope={scope!r}, "))
    result = crew.runpytest("--flock-trace", "--asyncio-mode=strict", *plugin_args)
    result.assert_outcomes(passed=2 * 4)


def test_trio_tasks_are_told_apart(crew: pytest.Pytester) -> None:
    """Which of them runs first is decided by lot there, and a snapshot must not depend on it."""
    crew.makepyfile(
        """
        import trio
        from pytest_flock_trace import skeleton
        from crew import tracer

        async def job(name):
            for step in ("first", "second"):
                with tracer.start_as_current_span(f"{name}.{step}"):
                    await trio.sleep(0)

        async def main(traced_run):
            async with traced_run("review"):
                async with trio.open_nursery() as nursery:
                    for name in ("c", "a", "b"):
                        nursery.start_soon(job, name)

        def test_it(traced_run):
            shapes = set()
            for _ in range(20):
                trio.run(main, traced_run)
                shapes.add(str(skeleton(traced_run.runs[-1])))
            run = traced_run.runs[-1]
            assert run.one("a.first").origin.task == run.one("a.second").origin.task != run.one("b.first").origin.task
            assert len(shapes) == 1, shapes
        """
    )
    crew.runpytest().assert_outcomes(passed=1)
