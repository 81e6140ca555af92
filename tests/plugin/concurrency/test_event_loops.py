"""Each way in which pytest-asyncio runs tests: its modes, and loops that live for one test, for some or for all."""

from __future__ import annotations

import inspect

import pytest
import pytest_asyncio

LOOP_SCOPES = ("function", "class", "module", "package", "session")
# pytest-asyncio 0.24 gave loops an option of their own; before, a fixture's loop lives as long as the fixture
TOLD_APART = "loop_scope" in inspect.signature(pytest_asyncio.fixture).parameters

SUITE = """
import asyncio
import pytest
import pytest_asyncio
from checked import assert_own, chat, tracer, work

@pytest_asyncio.fixture(scope="{scope}"{fixture_loop})
async def library(traced_run):
    async with traced_run("library") as run:
        with tracer.start_as_current_span("crew"):
            await asyncio.gather(chat("librarian"), chat("clerk"))
    yield run
    work("janitor")

class TestCrew:
    {marker}
    @pytest.mark.parametrize("n", range(1, 4))
    async def test_own(self, traced_run, request, library, n):
        agents = [f"writer {{at}}" for at in range(n)]
        async with traced_run("review") as run:
            with tracer.start_as_current_span("crew"):
                await asyncio.gather(*map(chat, agents))
        await chat("ambient")
        assert traced_run.runs == [library, run]
        assert_own(traced_run, run, agents, request.node.nodeid)
        first = request.node.nodeid.replace(f"[{{n}}]", "[1]")
        assert_own(traced_run, library, ["librarian", "clerk"], request.node.nodeid if {anew} else first)
        rest = [s.name for s in traced_run.test if s.trace_id not in (run.trace_id, library.trace_id)]
        assert rest == ["invoke_agent ambient", "chat"]

    {marker}
    async def test_stranger(self, traced_run):
        assert len(traced_run.test) == 0
        assert traced_run.runs == []
"""


@pytest.mark.parametrize("scope", LOOP_SCOPES)
@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_each_test_has_its_own_spans_below_the_right_parents(crew: pytest.Pytester, mode: str, scope: str) -> None:
    crew.makepyfile(
        __init__="",
        test_it=SUITE.format(
            scope=scope,
            fixture_loop=f', loop_scope="{scope}"' if TOLD_APART else "",
            marker=f'@pytest.mark.asyncio({"loop_scope" if TOLD_APART else "scope"}="{scope}")',
            anew=scope == "function",
        ),
    )
    result = crew.runpytest("--flock-trace", f"--asyncio-mode={mode}")
    result.assert_outcomes(passed=4)


def test_without_a_marker_in_auto_mode(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(SUITE.format(scope="function", fixture_loop="", marker="", anew=True))
    crew.runpytest("--flock-trace", "--asyncio-mode=auto", *plugin_args).assert_outcomes(passed=4)


@pytest.mark.parametrize("scope", ["module", "session"])
def test_a_task_that_outlives_its_test_keeps_out_of_the_next(crew: pytest.Pytester, scope: str) -> None:
    crew.makepyfile(
        f"""
        import asyncio
        import pytest
        from checked import chat, tracer
        from crew import work

        pytestmark = pytest.mark.asyncio({"loop_scope" if TOLD_APART else "scope"}="{scope}")
        kept = []

        async def linger(go, done):
            with tracer.start_as_current_span("linger"):
                await go.wait()
                work("straggler")
            done.set()

        async def test_first(traced_run):
            go, done = asyncio.Event(), asyncio.Event()
            async with traced_run("first") as run:
                task = asyncio.create_task(linger(go, done))
                await asyncio.sleep(0)
            kept.append((run, traced_run.test, go, done, task))

        async def test_second(traced_run):
            first, _, go, done, task = kept[0]
            async with traced_run("second") as run:
                go.set()
                await done.wait()
                work("critic")
            await task
            assert [s.name for s in traced_run.test] == ["second", "invoke_agent critic", "chat"]
            assert [(s.name, s.late) for s in first] == [
                ("first", False), ("linger", True), ("invoke_agent straggler", True), ("chat", True)]
        """
    )
    crew.runpytest("--flock-trace", "--asyncio-mode=strict").assert_outcomes(passed=2)


def test_what_a_served_task_does_belongs_to_its_caller_or_to_whoever_runs(crew: pytest.Pytester) -> None:
    """A server's task knows no test; the caller's context, handed over with a request, leads back to its run."""
    crew.makepyfile(
        f"""
        import asyncio
        import pytest
        import pytest_asyncio
        from opentelemetry import context
        from checked import tracer
        from crew import work

        pytestmark = pytest.mark.asyncio({"loop_scope" if TOLD_APART else "scope"}="module")

        async def serve(inbox):
            while (request := await inbox.get()) is not None:
                carried, answered = request
                token = context.attach(carried) if carried is not None else None
                work("server")
                if token is not None:
                    context.detach(token)
                answered.set()

        @pytest_asyncio.fixture(scope="module"{', loop_scope="module"' if TOLD_APART else ""})
        async def inbox(traced_run):
            queue = asyncio.Queue()
            with traced_run("start") as run:
                work("starter")
            task = asyncio.create_task(serve(queue))
            yield queue
            await queue.put(None)
            await task

        async def ask(inbox, carried=None):
            answered = asyncio.Event()
            await inbox.put((carried, answered))
            await answered.wait()

        @pytest.mark.parametrize("n", range(3))
        async def test_it(traced_run, inbox, n):
            async with traced_run("own") as run:
                with tracer.start_as_current_span("ask"):
                    await ask(inbox, context.get_current())
                    await ask(inbox)
            assert [s.name for s in run] == ["own", "ask", "invoke_agent server", "chat"]
            assert run.parent(run.one("invoke_agent server")) == run.one("ask")
            outside = [s for s in traced_run.test if s.trace_id not in {{each.trace_id for each in traced_run.runs}}]
            assert [(s.name, s.detached) for s in outside] == [("invoke_agent server", False), ("chat", False)]
        """
    )
    crew.runpytest("--flock-trace", "--asyncio-mode=strict").assert_outcomes(passed=3)
