"""`--flock-trace-report=report.html`: the session as one page."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.viewer.bundle import Bundle

SUITE = """
    import pytest
    from crew import work

    @pytest.mark.latency_budget("1h", span="chat", percentile=95)
    @pytest.mark.parametrize("n", range(3))
    def test_run(traced_run, n):
        with traced_run("review"):
            work("planner", "writer", fail="writer")

    def test_failing():
        work("writer")
        assert "password=hunter2" == ""
"""


@pytest.fixture
def crew_with_viewer(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A suite whose front end is there, whether one was built here or not."""
    # pytester makes sessions forget modules, which their packages still have as attributes
    report_file = import_module("pytest_flock_trace.viewer.report_file")
    monkeypatch.setattr(report_file, "bundle", lambda: Bundle("start()", "main {}"))
    crew.makepyfile(test_it=SUITE)
    return crew


def answers(path: Path) -> dict[str, Any]:
    found = re.findall(r'data-question="([^"]+)">([^<]+)<', path.read_text(encoding="utf-8"))
    return {question.replace("&amp;", "&"): json.loads(gzip.decompress(b64decode(data))) for question, data in found}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, which no other test uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_the_page_holds_every_test_of_the_session_and_nothing_else_is_left(
    crew_with_viewer: pytest.Pytester, plugin_args: tuple[str, ...], temporary: Path
) -> None:
    result = crew_with_viewer.runpytest("--flock-trace-report=out/r.html", *plugin_args)
    found = answers(crew_with_viewer.path / "out" / "r.html")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.no_fnmatch_line("*written to*")
    assert found["overview"]["source"]["kind"] == "session"
    assert found["overview"]["title"].endswith(": 1 failed, 3 passed")
    rows = {row["id"]: row for row in found["tests"]["rows"]}
    assert {name: row["outcome"] for name, row in rows.items()} == {
        **{f"test_it.py::test_run[{n}]": "passed" for n in range(3)},
        "test_it.py::test_failing": "failed",
    }
    assert {bool(row["worker"]) for row in rows.values()} == {bool(plugin_args)}
    run, failing = rows["test_it.py::test_run[0]"], rows["test_it.py::test_failing"]
    assert [(use["unit"], use["kept"]) for use in run["budgets"]] == [("duration", True)]
    assert failing["failed_at"]["file"] == "test_it.py"
    assert run["spans"] == 5
    assert found[f"trace?key={run['traces'][0]}"]["count"] == 5
    assert {(one["subject"], one["percentile"]) for one in found["red?by=agent"]["budgets"]} == {("chat", 95.0)}
    assert "hunter2" not in json.dumps(found)
    assert [one.name for one in (crew_with_viewer.path / "out").iterdir()] == ["r.html"]
    assert list(temporary.iterdir()) == []


def test_reports_of_each_kind_are_written_beside_one_another(
    crew_with_viewer: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    flags = [f"--flock-trace-report=r{suffix}" for suffix in (".html", ".json", ".md")]
    crew_with_viewer.runpytest(*flags, "--flock-trace-report=again.html", *plugin_args)

    assert {one.name for one in crew_with_viewer.path.glob("*.*") if one.stem in {"r", "again"}} == {
        "r.html",
        "r.json",
        "r.md",
        "again.html",
    }
    document = json.loads((crew_with_viewer.path / "r.json").read_text(encoding="utf-8"))
    assert len(document["tests"]) == 4


def test_of_a_file_with_older_sessions_only_this_one_is_reported_and_compared_with_the_last(
    crew_with_viewer: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    for _ in range(2):
        crew_with_viewer.runpytest("--flock-trace-store=t.duckdb", "--flock-trace-report=r.html", *plugin_args)
    found = answers(crew_with_viewer.path / "r.html")

    with viewed(crew_with_viewer.path / "t.duckdb") as view:
        assert view.sql("SELECT count(*), count(DISTINCT session) FROM tests").fetchone() == (8, 2)
    assert len(found["tests"]["rows"]) == 4
    assert len({row["session"] for row in found["tests"]["rows"]}) == 1
    pairs = found["pairs"]["rows"]
    assert {pair["test"] for pair in pairs} == {f"test_it.py::test_run[{n}]" for n in range(3)}
    known = {row["key"] for row in found["traces"]["rows"]}
    assert all(pair["b"] in known and pair["a"] not in known for pair in pairs)
    assert all(found[f"compare?a={pair['a']}&b={pair['b']}"]["missing"] == [] for pair in pairs)


def test_a_session_that_recorded_nothing_has_a_page_too(crew_with_viewer: pytest.Pytester) -> None:
    result = crew_with_viewer.runpytest("--flock-trace-report=r.html", "-k", "absent")

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert answers(crew_with_viewer.path / "r.html")["overview"]["spans"] == 0


def test_collecting_writes_no_page(crew_with_viewer: pytest.Pytester) -> None:
    crew_with_viewer.runpytest("--flock-trace-report=r.html", "--collect-only")

    assert not (crew_with_viewer.path / "r.html").exists()


def test_without_a_built_viewer_one_line_says_how_to_get_it_and_all_else_works(
    crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = import_module("pytest_flock_trace.viewer.bundle")
    monkeypatch.setattr(bundle, "_FOLDER", "no such folder")
    crew.makepyfile("def test_it(): pass")
    result = crew.runpytest("--flock-trace-report=r.html", "--flock-trace-report=r.md")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["flock-trace: the report *r.html could not be written: the viewer was not built *npm*"]
    )
    assert (crew.path / "r.md").exists()
    assert not (crew.path / "r.html").exists()


def test_a_graded_test_tells_what_it_would_not_notice(crew_with_viewer: pytest.Pytester) -> None:
    crew_with_viewer.makepyfile(
        test_it="""
        from crew import work
        from pytest_flock_trace import span

        def test_weak(traced_run):
            with traced_run("review") as run:
                work("writer")
            assert span(agent="writer") in run
        """
    )
    crew_with_viewer.runpytest("--flock-trace-mutate", "--flock-trace-report=report.html").assert_outcomes(passed=1)
    [row] = answers(crew_with_viewer.path / "report.html")["tests"]["rows"]
    grade = row["grade"]
    assert 0 < grade["killed"] < grade["mutants"]
    assert {"sentence": "the writer ran twice", "remedy": "exactly(1, span(agent='writer'))"} in grade["survivors"]
