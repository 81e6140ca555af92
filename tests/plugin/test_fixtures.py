"""Requesting a fixture captures the whole test, with or without the flag."""

from __future__ import annotations

import pytest


def test_a_run_holds_what_happened_in_it(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer", "critic")
            assert run.count(span(agent="*")) == 2
            assert [s.name for s in run] == [
                "review", "invoke_agent writer", "chat", "invoke_agent critic", "chat"]
            assert traced_run.runs == [run]
        """
    )
    crew.runpytest(*plugin_args).assert_outcomes(passed=1)


def test_the_store_holds_the_test_and_the_run_only_itself(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run, trace_store):
            work("writer")
            with traced_run("first") as first:
                work("critic")
            with traced_run("second"):
                work("critic", "writer")
            assert first.sql("select count(*) from spans").fetchone() == (3,)
            assert trace_store.sql("select count(*) from spans").fetchone() == (2 + 3 + 5,)
            assert trace_store.sql("select run, spans from runs order by start_time").fetchall() == [
                ("first", 2), ("second", 4)]
            assert traced_run.store is trace_store
            work("writer")
            assert trace_store.sql("select count(*) from spans").fetchone() == (12,)
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_each_test_has_a_store_of_its_own(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work

        @pytest.mark.parametrize("n", [1, 2, 3])
        def test_it(trace_store, n):
            work(*["writer"] * n)
            assert trace_store.sql("select count(*) from spans").fetchone() == (2 * n,)
            trace_store.sql("create table mine (x int)")
        """
    )
    crew.runpytest(*plugin_args).assert_outcomes(passed=3)


def test_without_the_flag_only_tests_that_ask_are_captured(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(
        """
        from crew import work

        def test_silent():
            work("writer")
            assert 0

        def test_asks(traced_run):
            work("critic")
            assert 0
        """
    )
    result = crew.runpytest(*plugin_args)
    result.assert_outcomes(failed=2)
    text = result.stdout.str()
    assert text.count("Captured trace") == 1
    assert "invoke_agent critic" in text
    assert "invoke_agent writer" not in text
    assert "flock trace" not in text


def test_a_fixture_asked_for_by_name_at_run_time_records_from_then_on(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(request):
            traced_run = request.getfixturevalue("traced_run")
            with traced_run("late comer") as run:
                work("writer")
            assert span(agent="writer") in run
            assert traced_run.runs == [run]
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_the_imported_name_serves_like_the_fixture(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span, traced_run

        @traced_run("decorated")
        def test_it():
            work("writer")

        def test_with():
            with traced_run("x") as run:
                work("critic")
            assert span(agent="critic") in run
            assert traced_run.runs == [run]
            assert 0
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*Captured trace*", "*invoke_agent critic*"])


def test_outside_a_captured_test_the_proxy_says_what_to_do(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from pytest_flock_trace import traced_run
        traced_run.runs
        """
    )
    result = pytester.runpytest_subprocess()
    result.stdout.fnmatch_lines(["*NoTestRunning: no captured test is running; request the fixture traced_run*"])


@pytest.mark.parametrize("scope", ["module", "class", "session"])
def test_a_run_made_in_a_fixture_is_lent_to_every_test_that_requests_it(
    crew: pytest.Pytester, plugin_args: tuple[str, ...], scope: str
) -> None:
    crew.makepyfile(
        f"""
        import pytest
        from crew import work
        from pytest_flock_trace import span

        @pytest.fixture(scope={scope!r})
        def review(traced_run):
            with traced_run("review") as run:
                work("writer", "critic")
            return run

        class TestIt:
            def test_first(self, traced_run, review):
                assert traced_run.runs == [review]
                assert traced_run.test.count(span(agent="*")) == 2

            def test_second(self, traced_run, review, trace_store):
                with traced_run("own") as own:
                    work("writer")
                assert traced_run.runs == [review, own]
                assert trace_store.sql("select count(*) from spans").fetchone() == (8,)

            def test_stranger(self, traced_run):
                assert traced_run.runs == []
        """
    )
    crew.runpytest("--flock-trace", *plugin_args).assert_outcomes(passed=3)


def test_async_fixtures_and_tests_keep_their_runs(crew: pytest.Pytester) -> None:
    crew.makeini("[pytest]\nasyncio_mode = auto")
    crew.makepyfile(
        """
        import asyncio
        import pytest
        from crew import work
        from pytest_flock_trace import span

        @pytest.fixture
        async def review(traced_run):
            async with traced_run("review") as run:
                await asyncio.gather(asyncio.to_thread(work, "writer"), asyncio.to_thread(work, "critic"))
            yield run

        async def test_it(traced_run, review):
            assert review.count(span(agent="*")) == 2
            assert {s.parent_id for s in review.find(span(agent="*"))} == {review.roots[0].span_id}
            async with traced_run("own") as own:
                await asyncio.create_task(asyncio.to_thread(work, "writer"))
            assert own.count(span(agent="writer")) == 1
            assert traced_run.runs == [review, own]
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_a_run_held_open_by_a_fixture_is_read_by_the_test_trace(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import RunStillOpen

        @pytest.fixture
        def open_run(traced_run):
            with traced_run("server") as run:
                yield run

        def test_it(traced_run, open_run):
            work("writer")
            with pytest.raises(RunStillOpen, match="run 'server' is still open"):
                len(open_run)
            assert [(s.name, s.unfinished) for s in traced_run.test][:2] == [
                ("server", True), ("invoke_agent writer", False)]
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_a_run_that_a_wider_fixture_holds_open_swallows_nothing(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work

        @pytest.fixture(scope="module")
        def server(traced_run):
            with traced_run("server") as run:
                work("warmer")
                yield run

        @pytest.mark.parametrize("requested", [True, False])
        def test_it(traced_run, trace_store, request, requested):
            if requested:
                request.getfixturevalue("server")
            work("writer")
            with traced_run("own") as run:
                work("critic")
            assert run.outermost
            assert run.roots[0].attributes["flock_trace.test"] == request.node.nodeid
            assert [s.name for s in run] == ["own", "invoke_agent critic", "chat"]
            assert traced_run.test.count("invoke_agent writer") == 1
        """
    )
    crew.runpytest().assert_outcomes(passed=2)


def test_a_fixture_that_overrides_another_does_not_lend_its_runs(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        import pytest
        from crew import work

        @pytest.fixture(scope="session")
        def review(traced_run):
            with traced_run("session-review"):
                work("writer")
        """
    )
    crew.makepyfile(
        test_a="def test_first(review, traced_run): assert [r.name for r in traced_run.runs] == ['session-review']",
        test_b="""
        import pytest
        from crew import work

        @pytest.fixture(scope="module")
        def review(traced_run):
            with traced_run("module-review"):
                work("critic")

        def test_own(review, traced_run):
            assert [r.name for r in traced_run.runs] == ["module-review"]
        """,
    )
    crew.runpytest().assert_outcomes(passed=2)


def test_every_test_that_asks_at_run_time_is_recorded(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work

        @pytest.mark.parametrize("n", [1, 2])
        def test_it(request, n):
            traced_run = request.getfixturevalue("traced_run")
            with traced_run("x"):
                work("writer")
            work("critic")
            assert len(traced_run.runs) == 1
            assert {s.origin.phase for s in traced_run.test.find("*critic")} == {"call"}
        """
    )
    crew.runpytest().assert_outcomes(passed=2)


def test_a_name_imported_in_a_conftest_alone_records_the_test(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import DROP, traced_run

        def pytest_flock_trace_span(span):
            return DROP if span.name == "chat" else None

        @pytest.fixture
        def review():
            with traced_run("review") as run:
                work("writer")
            return run
        """
    )
    crew.makepyfile("def test_it(review):\n    assert 'invoke_agent writer' in review\n    assert 'chat' in review")
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *span('chat') in run 'review': none of 2 spans matches", "*Captured trace*"])


def test_threads_do_not_pause_between_the_phases_of_a_test(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        import threading
        import pytest
        from crew import work

        def pytest_runtest_logreport(report):
            if report.when == "setup":
                thread = threading.Thread(target=work, args=("between",))
                thread.start()
                thread.join()
        """
    )
    crew.makepyfile("def test_it(traced_run): assert traced_run.test.count('*between') == 1")
    crew.runpytest().assert_outcomes(passed=1)
