"""Four workflows of the real Flock, one after the other in one process: every span reaches its own test."""

from __future__ import annotations

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

WORKFLOWS = Path(__file__).parents[3] / "shared" / "fixtures" / "flock" / "workflows.py"
pytestmark = [
    pytest.mark.skipif(
        "flock" not in packages_distributions(), reason="flock-core is not installed here; it needs Python 3.12"
    ),
    pytest.mark.skipif(not WORKFLOWS.exists(), reason="the shared Flock workflows are not beside this checkout"),
]

SPANS = {"linear": 101, "fanout": 189, "loop": 180, "failing": 73}
"""Counted by flock-core 0.5.700's own exporter, spans outside the workflow's root included."""

TESTS = f"""
    import asyncio
    import pytest
    from pytest_flock_trace import acyclic, dependencies, skeleton, span

    @pytest.mark.parametrize("name, spans", {list(SPANS.items())})
    def test_alone(name, spans, traced_run):
        {{imported_late}}
        asyncio.run(workflows.run(name))
        assert len(traced_run.test) == spans

    @pytest.mark.parametrize("name, spans", {list(SPANS.items())})
    def test_within_a_run(name, spans, traced_run, trace_store):
        {{imported_late}}
        with traced_run(name) as run:
            asyncio.run(workflows.run(name))
        assert len(run) == spans + 1
        assert len(traced_run.test) == spans + 1
        assert trace_store.sql("select count(*) from spans").fetchone() == (spans + 1,)
        assert run.count(span(agent="*")) == dict(linear=3, fanout=6, loop=6, failing=2)[name]
        errors = [s.label for s in run.find(span(status="error"))]
        assert (errors != []) == (name == "failing")

    def test_the_loop_is_found(traced_run):
        {{imported_late}}
        with traced_run("loop") as run:
            asyncio.run(workflows.run("loop"))
        graph = dependencies(run)
        assert [(str(edge), edge.count) for edge in graph.edges] == [
            ("(external) -> writer (Ticket)", 1), ("critic -> writer (Review)", 2), ("writer -> critic (Draft)", 3)]
        assert graph.cycles == [["critic", "writer"]]
        assert len(graph.cycles[0].witness) == 2
        assert run.count(span(agent="critic", caused_by=span(agent="writer"))) == 3
        assert acyclic(max_rounds=3) in run
        assert not acyclic().holds(run)

    @pytest.mark.parametrize("name", {list(SPANS)})
    def test_its_shape_is_the_same_every_time(name, traced_run):
        {{imported_late}}
        shapes = set()
        for _ in range(5):
            with traced_run(name) as run:
                asyncio.run(workflows.run(name))
            shapes.add(skeleton(run))
        assert len(shapes) == 1
        assert ".on_" not in shapes.pop()

    def test_a_failing_one_shows_its_agent(traced_run):
        {{imported_late}}
        with traced_run("failing") as run:
            asyncio.run(workflows.run("failing"))
        assert span(status="error") not in run
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("FLOCK_AUTO_TRACE", raising=False)
    monkeypatch.delenv("FLOCK_TRACE_FILE", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(WORKFLOWS.parent))
    return pytester


def check(result: pytest.RunResult, folder: Path) -> None:
    result.assert_outcomes(passed=13, failed=1)
    text = result.stdout.str()
    assert "executed successfully" not in text, "Flock's debug log is not to drown the report"
    assert len(text.splitlines()) < 150
    result.stdout.fnmatch_lines(["*Captured trace*", "✗*Agent.execute?reviewer? *ERROR *boom: cannot review*"])
    assert not (folder / ".flock").exists()


def test_flock_imported_after_recording_started(suite: pytest.Pytester) -> None:
    suite.makepyfile("import workflows\n" + _dedented(TESTS.format(imported_late="pass")))
    check(suite.runpytest_subprocess("--flock-trace"), suite.path)


def test_flock_imported_inside_the_tests(suite: pytest.Pytester) -> None:
    suite.makepyfile(_dedented(TESTS.format(imported_late="import workflows")))
    check(suite.runpytest_subprocess("--flock-trace"), suite.path)


def test_flock_imported_before_recording_started(suite: pytest.Pytester) -> None:
    suite.makepyfile("import workflows\n" + _dedented(TESTS.format(imported_late="pass")))
    check(suite.runpytest_subprocess(), suite.path)


def test_flock_imported_by_a_plugin_before_everything(suite: pytest.Pytester) -> None:
    suite.makepyfile("import workflows\n" + _dedented(TESTS.format(imported_late="pass")))
    check(suite.runpytest_subprocess("-p", "workflows", "--flock-trace"), suite.path)


def _dedented(text: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in text.splitlines())
