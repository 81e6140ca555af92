from __future__ import annotations

from pathlib import Path

import pytest

from pytest_flock_trace.store.file.reading import TraceFileView, viewed
from pytest_flock_trace.store.file.session_view import SessionView
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.trace_file import read_spans

TESTS = """
    import pytest
    from crew import work

    @pytest.fixture(scope="module")
    def shared(traced_run):
        with traced_run("shared") as run:
            work("writer")
        return run

    def test_one(traced_run, shared):
        with traced_run("review"):
            work("critic", "writer")

    def test_two(shared):
        work("critic")

    def test_bad(traced_run):
        with traced_run("review"):
            work("critic")
        assert not "password=hunter2"

    def test_silent():
        pass
"""


def ask(view: TraceFileView, query: str) -> list[tuple[object, ...]]:
    return view.sql(query).fetchall()


def test_each_test_is_written_with_its_spans(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(test_it=TESTS)

    result = crew.runpytest("--flock-trace-store=out/traces.duckdb", *plugin_args)

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["flock-trace: 4 tests written to *traces.duckdb"])
    path = Path(crew.path, "out", "traces.duckdb")
    assert [one.name for one in path.parent.iterdir()] == ["traces.duckdb"]
    with viewed(path) as view:
        assert ask(view, "SELECT test, attempt, outcome, worker IS NOT NULL FROM tests ORDER BY test") == [
            (f"test_it.py::test_{name}", 1, "failed" if name == "bad" else "passed", bool(plugin_args))
            for name in ("bad", "one", "silent", "two")
        ]
        assert ask(view, "SELECT count(DISTINCT session), count(*) FILTER (failure IS NOT NULL) FROM tests") == [(1, 1)]
        spans = "SELECT test, count(*) FROM test_traces JOIN spans USING (trace_id) GROUP BY ALL ORDER BY ALL"
        assert [(row[0], row[1]) for row in ask(view, spans.replace("test,", "test_traces.test,"))] == [
            ("test_it.py::test_bad", 3),
            ("test_it.py::test_one", 5 + 3),
            ("test_it.py::test_two", 3 + 2),
        ]
        assert ask(view, "SELECT count(*) FROM file.spans WHERE place IS NULL") == [(0,)]
    assert b"hunter2" not in path.read_bytes()


def test_workers_that_each_run_every_test_keep_their_results_apart(crew: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    crew.makepyfile(test_it=TESTS)

    result = crew.runpytest("--flock-trace-store=traces.duckdb", "--dist=each", "--tx=2*popen")

    result.assert_outcomes(passed=6, failed=2)
    with viewed(Path(crew.path, "traces.duckdb")) as view:
        assert ask(view, "SELECT worker, count(*) FROM tests GROUP BY worker ORDER BY worker") == [
            ("gw0", 4),
            ("gw1", 4),
        ]
        spans = (
            "SELECT count(*) FROM test_traces JOIN spans USING (trace_id) GROUP BY session, test_traces.test ORDER BY 1"
        )
        assert ask(view, spans) == [(3,), (3,), (5,), (5,), (8,), (8,)]
        (one,), _ = ask(view, "SELECT DISTINCT session FROM tests ORDER BY session")
        whole = SessionView(view, str(one).partition("@")[0])
        assert ask(whole, "SELECT count(*), count(DISTINCT session) FROM tests") == [(8, 2)]


def test_sessions_add_up_in_one_file(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=TESTS)
    for _ in range(2):
        crew.runpytest("--flock-trace-store=traces.duckdb")

    with viewed(Path(crew.path, "traces.duckdb")) as view:
        assert ask(view, "SELECT count(*), count(DISTINCT session) FROM tests") == [(8, 2)]


def test_what_no_file_can_hold_as_text_is_written_as_far_as_it_can(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it="""
        def test_bad(traced_run):
            with traced_run("x \\ud800"):
                pass
            raise ValueError("y \\ud800 z")
        """
    )

    crew.runpytest("--flock-trace-store=traces.duckdb").assert_outcomes(failed=1)

    with viewed(Path(crew.path, "traces.duckdb")) as view:
        ((failure,),) = ask(view, "SELECT failure FROM tests")
        assert str(failure).startswith("ValueError: y ")
        assert len(ask(view, "FROM spans")) == 1


@pytest.mark.usefixtures("rerunfailures")
def test_each_attempt_is_written(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it="""
        from crew import work

        def test_flaky(traced_run, tmp_path_factory):
            mark = tmp_path_factory.getbasetemp() / "mark"
            with traced_run("review"):
                work("writer")
            first = not mark.exists()
            mark.touch()
            assert not first
        """
    )

    crew.runpytest_subprocess("--flock-trace-store=traces.duckdb", "--reruns=1").assert_outcomes(passed=1)

    with viewed(Path(crew.path, "traces.duckdb")) as view:
        assert ask(view, "SELECT attempt, outcome FROM tests ORDER BY attempt") == [(1, "failed"), (2, "passed")]
        assert ask(view, "SELECT count(*), count(DISTINCT trace_id) FROM spans") == [(6, 2)]


def test_the_ini_value_is_read_from_the_folder_of_its_file(crew: pytest.Pytester) -> None:
    crew.makeini("[pytest]\nflock_trace_store = here.duckdb")
    crew.makepyfile(test_it=TESTS)
    crew.mkdir("below")

    crew.runpytest("--rootdir=.", "-c", "tox.ini", "test_it.py")

    assert Path(crew.path, "here.duckdb").exists()


def test_what_flock_would_write_is_written_by_us(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOCK_TRACE_FILE", "true")
    crew.makepyfile(test_it=TESTS)

    result = crew.runpytest()

    result.assert_outcomes(passed=3, failed=1)
    names = {span.name for span in read_spans(Path(crew.path, ".flock", "traces.duckdb"))}
    assert names == {"review", "shared", "invoke_agent writer", "invoke_agent critic", "chat"}


def test_without_the_flag_nothing_is_written(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOCK_TRACE_FILE", "true")
    crew.makepyfile(test_it=TESTS)

    crew.runpytest("--flock-trace-store=traces.duckdb", "--no-flock-trace")

    assert [one.name for one in Path(crew.path).iterdir() if one.suffix == ".duckdb" or one.name == ".flock"] == []


def test_a_file_that_is_none_fails_the_session_and_the_traces_wait(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(test_it="def test_one(traced_run):\n    with traced_run('x'):\n        pass")
    path = Path(crew.path, "traces.duckdb")
    path.write_text("notes")

    result = crew.runpytest("--flock-trace-store=traces.duckdb", *plugin_args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["flock-trace: *is no DuckDB trace file*the traces are kept in *traces.duckdb.spool*"])
    path.unlink()
    TraceFile(path).merge()
    assert [span.name for span in read_spans(path)] == ["x"]


def test_a_retention_that_is_none_stops_the_session(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOCK_TRACE_TTL_DAYS", "0")
    crew.makepyfile(test_it=TESTS)

    result = crew.runpytest("--flock-trace-store=traces.duckdb")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*FLOCK_TRACE_TTL_DAYS='0' is no number of days above 0*"])
