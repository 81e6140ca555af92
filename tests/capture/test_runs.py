"""`traced_run` as a context manager and decorator."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator

import pytest
from opentelemetry import trace

from pytest_flock_trace import NothingCaptured, RunStillOpen, TracedRuns, span
from pytest_flock_trace.errors import BadArgument, NotARun, RunClosed

tracer = trace.get_tracer("app")


def work(name: str = "work") -> None:
    with tracer.start_as_current_span(name):
        pass


def test_a_run_is_a_trace_of_its_own_with_the_tests_id_on_its_root(
    traced_run: TracedRuns, request: pytest.FixtureRequest
) -> None:
    with tracer.start_as_current_span("around"), traced_run("one", attributes={"k": 1}) as one:
        work()
    with traced_run("two") as two:
        work()
    (root,) = one.roots
    assert root.parent_id is None
    assert root.attributes == {"k": 1, "flock_trace.run": "one", "flock_trace.test": request.node.nodeid}
    assert one.trace_id != two.trace_id
    assert "around" not in one
    assert "around" in traced_run.test


def test_an_open_run_takes_attributes_and_events_but_no_questions(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        run.set_attribute("tokens", 5)
        run.add_event("halfway", {"of": 2})
        assert run.span_context.is_valid
        assert repr(run) == "<TracedRun 'x', open>"
        for question in (lambda: len(run), lambda: "y" in run, lambda: run.count("y"), lambda: run.duration):
            with pytest.raises(RunStillOpen, match="run 'x' is still open"):
                question()
        work()
    (root,) = run.roots
    assert root.attributes["tokens"] == 5
    assert [(event.name, event.attributes) for event in root.events] == [("halfway", {"of": 2})]
    with pytest.raises(RunClosed, match="run 'x' has closed; call set_attribute inside"):
        run.set_attribute("late", 1)


def test_an_exception_is_recorded_and_raised_again(traced_run: TracedRuns) -> None:
    @traced_run("x")
    def fail() -> None:
        work()
        raise KeyError("nope")

    with pytest.raises(KeyError, match="nope"):
        fail()
    (run,) = traced_run.runs
    assert run.status == "error"
    assert run.roots[0].status_description == "KeyError: 'nope'"
    assert [event.name for event in run.roots[0].events] == ["exception"]


@pytest.mark.parametrize("outcome", [pytest.skip.Exception, KeyboardInterrupt, asyncio.CancelledError])
def test_leaving_by_other_ways_than_an_exception_is_no_error(
    traced_run: TracedRuns, outcome: type[BaseException]
) -> None:
    with pytest.raises(outcome), traced_run("x") as run:
        raise outcome()
    assert run.status == "unset"


def test_a_nested_run_is_a_child_span_and_a_trace_of_its_own_part(traced_run: TracedRuns) -> None:
    with traced_run("outer") as outer:
        work("before")
        with traced_run("inner") as inner:
            work("within")
        assert [found.name for found in inner] == ["inner", "within"]
    assert [found.name for found in outer] == ["outer", "before", "inner", "within"]
    assert inner.trace_id == outer.trace_id
    assert traced_run.runs == [outer, inner]
    assert (outer.outermost, inner.outermost) == (True, False)
    assert [found.name for found in traced_run.test] == ["outer", "before", "inner", "within"]


def test_a_decorated_function_opens_a_run_per_call(traced_run: TracedRuns) -> None:
    @traced_run("job")
    def job(name: str) -> str:
        """What it does."""
        work(name)
        return name.upper()

    assert [job("a"), job("b")] == ["A", "B"]
    assert (job.__name__, job.__doc__) == ("job", "What it does.")
    assert [[found.name for found in run] for run in traced_run.runs] == [["job", "a"], ["job", "b"]]


def test_a_decorated_coroutine_opens_a_run_per_call(traced_run: TracedRuns) -> None:
    @traced_run("job")
    async def job(name: str) -> None:
        await asyncio.sleep(0)
        work(name)

    async def main() -> None:
        await asyncio.gather(job("a"), job("b"))

    asyncio.run(main())
    assert sorted([found.name for found in run] for run in traced_run.runs) == [["job", "a"], ["job", "b"]]


def test_generator_functions_cannot_be_decorated(traced_run: TracedRuns) -> None:
    def generator() -> Iterator[int]:
        yield 1

    async def async_generator() -> AsyncIterator[int]:
        yield 1

    for function in (generator, async_generator):
        with pytest.raises(
            NotARun, match=r"traced_run\('x'\) cannot wrap the generator function .*generator: its body"
        ):
            traced_run("x")(function)
    with pytest.raises(NotARun, match="only functions and async functions"):
        traced_run("x")(int)


def test_a_run_needs_a_name(traced_run: TracedRuns) -> None:
    with pytest.raises(NotARun, match='traced_run needs a name: write traced_run\\("checkout"\\)$'):
        traced_run()
    with pytest.raises(NotARun, match="not <function work"):
        traced_run(work)  # type: ignore[arg-type]  # the mistake under test


@pytest.mark.parametrize(
    "name", ["\"double\" and 'single'", "new\nline", "</script>", "größe 🐝", "; drop table spans; --"]
)
def test_any_text_is_a_name(traced_run: TracedRuns, name: str) -> None:
    with traced_run(name) as run:
        work(name)
    assert [found.name for found in run] == [name, name]
    assert run.sql("select distinct name from spans").fetchall() == [(name,)]
    assert run.sql("select run from runs").fetchall() == [(name,)]


def test_an_empty_run_proves_nothing(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        pass
    with pytest.raises(NothingCaptured, match="nothing was captured in run 'x'"):
        assert span(status="error") not in run


def test_a_run_serves_wherever_a_trace_does(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        work("a")
    (part,) = run.traces
    assert part.name == "x"
    assert run.one("a") in run
    assert run.subtree("a").name == "a"
    assert run.parent(run.one("a")) == run.roots[0]


def test_what_was_current_before_a_run_is_current_after_it(traced_run: TracedRuns) -> None:
    with tracer.start_as_current_span("around") as around:
        with traced_run("x"):
            assert trace.get_current_span() is not around
        assert trace.get_current_span() is around


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def test_an_exception_without_words_still_ends_the_run(traced_run: TracedRuns) -> None:
    with pytest.raises(Unspeakable), traced_run("x") as run:
        raise Unspeakable
    assert not run.is_open
    assert (run.status, run.roots[0].status_description) == ("error", "Unspeakable")
    with traced_run("next") as following:
        work()
    assert following.outermost


def test_a_failed_test_fails_its_run(traced_run: TracedRuns) -> None:
    with pytest.raises(pytest.fail.Exception), traced_run("x") as run:
        pytest.fail("no")
    assert run.status == "error"


def test_an_empty_run_inside_a_run_proves_nothing_either(traced_run: TracedRuns) -> None:
    with traced_run("outer") as outer, traced_run("inner"):
        pass
    with pytest.raises(NothingCaptured):
        assert "delete_db" not in outer


def test_an_open_span_is_read_as_it_is_now(traced_run: TracedRuns) -> None:
    with tracer.start_as_current_span("chat") as chat:
        assert traced_run.test.count(span(attributes={"k": 1})) == 0
        chat.set_attribute("k", 1)
        assert traced_run.test.count(span(attributes={"k": 1})) == 1
        assert traced_run.store.sql("select count(*) from spans where attributes->>'k' = '1'").fetchone() == (1,)


def test_tasks_that_share_one_request_close_their_own_runs(traced_run: TracedRuns) -> None:
    job = traced_run("job")
    first, second = asyncio.Event(), asyncio.Event()

    async def early() -> None:
        async with job as run:
            second.set()
            await first.wait()
        assert not run.is_open

    async def late() -> None:
        async with job as run:
            await second.wait()
            first.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert run.is_open
            work("still mine")
        assert "still mine" in run

    async def main() -> None:
        await asyncio.gather(early(), late())

    asyncio.run(main())


def test_what_is_no_plain_function_is_refused(traced_run: TracedRuns) -> None:
    def generator() -> Iterator[int]:
        yield 1

    for function in (staticmethod(work), classmethod(work), functools.partial(generator)):
        with pytest.raises(NotARun, match="cannot wrap"):
            traced_run("x")(function)  # type: ignore[type-var]  # the mistake under test


def test_an_object_that_is_called_asynchronously_is_awaited_in_its_run(traced_run: TracedRuns) -> None:
    class Job:
        async def __call__(self) -> None:
            work("inside")

    class Named(Job):
        __name__ = __qualname__ = "named"

    asyncio.run(traced_run("job")(Named())())
    assert "inside" in traced_run.runs[0]


def test_attributes_are_a_mapping(traced_run: TracedRuns) -> None:
    with pytest.raises(BadArgument, match=r"attributes=\['a'\] of traced_run\('x'\) is no mapping"):
        traced_run("x", attributes=["a"])  # type: ignore[arg-type]  # the mistake under test


def test_odd_names_and_times_do_not_hide_the_other_spans(traced_run: TracedRuns) -> None:
    with traced_run("x") as run:
        tracer.start_span(None).end()  # type: ignore[arg-type]  # what some instrumentations do
        tracer.start_span("seconds", start_time=1.5).end(2.5)  # type: ignore[arg-type]  # likewise
        work("good")
    assert {found.name for found in run} == {"x", "None", "seconds", "good"}
    assert run.sql("select count(*) from spans").fetchone() == (4,)
