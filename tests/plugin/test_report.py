"""`--flock-trace-report`: files for programs and for people."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import validate

from pytest_flock_trace.plugin.options import REPORTS
from pytest_flock_trace.plugin.report_files import RENDERERS
from pytest_flock_trace.plugin.storing import PAGE

SUITE = """
    import pytest
    from crew import invocation, work

    @pytest.mark.parametrize("n", range(4))
    def test_run(traced_run, n):
        with traced_run("review"):
            with invocation("planner"):
                work("writer", fail="writer")

    def test_failing():
        work("writer")
        assert False

    def test_skipped():
        pytest.skip("not today")

    @pytest.mark.xfail
    def test_expected():
        assert False

    @pytest.fixture
    def broken():
        yield
        raise RuntimeError

    def test_error(broken):
        pass
"""


def report(pytester: pytest.Pytester, name: str = "report.json") -> dict[str, Any]:
    """The report, which is as its schema says."""
    document: dict[str, Any] = json.loads((pytester.path / name).read_text(encoding="utf-8"))
    schema = files("pytest_flock_trace.render") / "report.schema.json"
    validate(document, json.loads(schema.read_text(encoding="utf-8")))
    return document


def test_a_json_report_has_every_test_and_implies_recording(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(SUITE)
    result = crew.runpytest("--flock-trace-report=out/deep/report.json", *plugin_args)
    document = report(crew, "out/deep/report.json")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*= flock trace =*"])
    outcomes = {test["id"].partition("::")[2]: test["outcome"] for test in document["tests"]}
    assert outcomes == {
        **{f"test_run[{n}]": "passed" for n in range(4)},
        "test_failing": "failed",
        "test_skipped": "skipped",
        "test_expected": "xfailed",
        "test_error": "error",
    }
    run = next(test for test in document["tests"] if test["runs"])["runs"][0]
    assert (run["name"], run["spans"], run["errors"]) == ("review", 3, 2)
    assert run["agents"]["writer"]["errors"] == 1
    assert [(edge["source"], edge["target"]) for edge in run["dependencies"]["edges"]] == [("planner", "writer")]
    assert document["totals"]["spans"] == 4 * 3 + 2
    assert {bool(test["worker"]) for test in document["tests"]} == {bool(plugin_args)}
    failing = next(test for test in document["tests"] if test["outcome"] == "failed")
    assert failing["failed_at"]["line"] == 12
    assert failing["duration_ns"] > 0
    assert document["environment"]["packages"]["pytest"] == pytest.__version__


def test_the_first_failure_decides_how_a_test_came_out_and_where(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        helper="""
        def fail():
            raise RuntimeError("gave up")
        """,
        test_it="""
        import pytest
        from helper import fail

        @pytest.fixture
        def broken():
            yield
            fail()

        def test_twice(broken):
            assert False

        def test_elsewhere():
            fail()

        @pytest.mark.xfail
        def test_better_than_expected():
            pass

        def test_skipped_and_broken(broken):
            pytest.skip()
        """,
    )
    crew.runpytest("--flock-trace-report=report.json")
    tests = {test["id"]: (test["outcome"], (test["failed_at"] or {}).get("line")) for test in report(crew)["tests"]}

    assert tests == {
        "test_it.py::test_twice": ("failed", 10),
        "test_it.py::test_elsewhere": ("failed", 12),
        "test_it.py::test_better_than_expected": ("xpassed", None),
        "test_it.py::test_skipped_and_broken": ("error", 19),
    }


def test_a_single_span_outside_all_runs_is_in_the_report(crew: pytest.Pytester) -> None:
    crew.makepyfile("from crew import tracer\ndef test_it(): tracer.start_span('work').end()")
    crew.runpytest("--flock-trace-report=r.json").assert_outcomes(passed=1)
    (test,) = json.loads((crew.path / "r.json").read_text(encoding="utf-8"))["tests"]
    assert (test["spans"], test["note"], test["outside_runs"]["spans"]) == (1, None, 1)


@pytest.mark.usefixtures("rerunfailures")
def test_each_attempt_of_a_rerun_is_in_the_report(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile("attempts = []\ndef test_it():\n    attempts.append(1)\n    assert len(attempts) == 2")
    crew.runpytest_subprocess("--flock-trace-report=report.json", "--reruns", "1", *plugin_args)
    document = report(crew)

    assert [(test["attempt"], test["outcome"]) for test in document["tests"]] == [(1, "failed"), (2, "passed")]
    assert document["totals"]["outcomes"] == {"passed": 1}


def test_reports_of_each_kind_can_be_asked_for_at_once(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(SUITE)
    crew.runpytest("--flock-trace-report=report.json", "--flock-trace-report", "REPORT.MD", *plugin_args)

    assert report(crew)["totals"]["tests"] == 8
    text = (crew.path / "REPORT.MD").read_text(encoding="utf-8")
    assert text.startswith("## Flock trace\n\n1 failed, 1 error, 4 passed, 1 skipped, 1 xfailed · 14 spans, ")
    assert "n_planner --> n_writer" in text


def test_no_attribute_value_is_in_a_report(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import tracer

        def test_it(traced_run):
            with traced_run("review", attributes={"password": "s3cret"}) as run:
                with tracer.start_as_current_span("chat", attributes={"prompt": "s3cret"}) as span:
                    span.record_exception(ValueError("s3cret"))
            assert run.one("chat").attributes["prompt"] == "harmless"
        """
    )
    result = crew.runpytest("--flock-trace-report=report.json", "--flock-trace-report=report.md")

    result.stdout.fnmatch_lines(["*s3cret*"])
    assert report(crew)["tests"][0]["outcome"] == "failed"
    assert "s3cret" not in (crew.path / "report.json").read_text(encoding="utf-8")
    assert "s3cret" not in (crew.path / "report.md").read_text(encoding="utf-8")


def test_the_ini_value_asks_as_well_and_flags_stand_in_for_it(crew: pytest.Pytester) -> None:
    crew.makeini("[pytest]\nflock_trace_report = a.json b.md")
    crew.makepyfile("def test_it(): pass")
    crew.runpytest("--no-flock-trace")
    assert not (crew.path / "a.json").exists()
    crew.runpytest("--flock-trace-report=c.json")
    assert not (crew.path / "a.json").exists()
    crew.runpytest()
    assert report(crew, "a.json")["totals"] == report(crew, "c.json")["totals"]
    assert (crew.path / "b.md").exists()


def test_an_older_report_is_replaced_and_nothing_else_is_left(crew: pytest.Pytester) -> None:
    (crew.path / "out").mkdir()
    (crew.path / "out" / "report.json").write_text("old " * 10_000, encoding="utf-8")
    crew.makepyfile("def test_it(): pass")
    crew.runpytest("--flock-trace-report=out/report.json")

    assert report(crew, "out/report.json")["totals"]["tests"] == 1
    assert [path.name for path in (crew.path / "out").iterdir()] == ["report.json"]


@pytest.mark.parametrize(
    ("suite", "ret"),
    [("def test_it(): pass", pytest.ExitCode.USAGE_ERROR), ("def test_it(): assert 0", pytest.ExitCode.TESTS_FAILED)],
)
def test_a_report_that_can_not_be_written_is_one_line_and_loses_nothing_else(
    crew: pytest.Pytester, plugin_args: tuple[str, ...], suite: str, ret: int
) -> None:
    (crew.path / "blocked").write_text("a file", encoding="utf-8")
    (crew.path / "folder.md").mkdir()
    crew.makepyfile(suite)
    result = crew.runpytest(
        *("--flock-trace-report=blocked/report.json", "--flock-trace-report=folder.md", "--flock-trace-report=ok.json"),
        *("--junit-xml=junit.xml", *plugin_args),
    )

    assert result.ret == ret
    result.stdout.fnmatch_lines(
        [
            "flock-trace: the report *blocked/report.json could not be written: *",
            "flock-trace: the report *folder.md could not be written: *",
            "*1 passed*" if ret == pytest.ExitCode.USAGE_ERROR else "*1 failed*",
        ]
    )
    assert "INTERNALERROR" not in result.stdout.str()
    assert report(crew, "ok.json")["totals"]["tests"] == 1
    assert (crew.path / "junit.xml").exists()


@pytest.mark.parametrize(
    ("args", "ini", "message"),
    [
        (["--flock-trace-report=a.txt"], "", "*flock-trace: --flock-trace-report=a.txt has no suffix of a report; *"),
        (["--flock-trace-report=a"], "", "*flock-trace: --flock-trace-report=a has no suffix of a report; *"),
        (
            [],
            "flock_trace_report = a.xml",
            "*flock-trace: ini flock_trace_report = *a.xml has no suffix of a report; *",
        ),
    ],
)
def test_an_unknown_suffix_is_one_clear_line(
    pytester: pytest.Pytester, args: list[str], ini: str, message: str
) -> None:
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest(*args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"{message}valid: .html, .json, .md"])
    assert "Traceback" not in result.stderr.str()


def test_only_the_controller_writes(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        import pathlib
        import pytest

        @pytest.hookimpl(wrapper=True, trylast=True)
        def pytest_sessionfinish(session):
            yield
            if hasattr(session.config, "workerinput"):
                seen = sorted(path.name for path in pathlib.Path("out").glob("*"))
                pathlib.Path(session.config.workerinput["workerid"]).write_text(str(seen))
        """
    )
    crew.makepyfile(SUITE)
    crew.runpytest("--flock-trace-report=out/report.json", "-n", "2")

    assert [(crew.path / worker).read_text(encoding="utf-8") for worker in ("gw0", "gw1")] == ["[]", "[]"]
    assert report(crew, "out/report.json")["totals"]["tests"] == 8


def test_collecting_writes_no_report(crew: pytest.Pytester) -> None:
    crew.makepyfile(SUITE)
    crew.runpytest("--flock-trace-report=report.json", "--collect-only")

    assert not (crew.path / "report.json").exists()


def test_every_suffix_that_is_accepted_has_a_renderer() -> None:
    assert {*RENDERERS, PAGE} == set(REPORTS)
