"""What a session tells GitHub Actions: annotations in its log and Markdown in the step's summary."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_flock_trace.environment.github import GitHubActions

SUITE = """
    from crew import work

    def test_fine():
        work("writer", "critic")

    def test_wrong(traced_run):
        with traced_run("review") as run:
            work("writer")
        assert run.count("chat") == 2

    def test_broken(missing_fixture):
        pass
"""


@pytest.fixture
def github(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As if GitHub Actions ran the session; the file of the step's summary, which an earlier command has written to."""
    summary = crew.path / "summary.md"
    summary.write_text("before", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(crew.path.parent))
    return summary


def commands(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.startswith("::")]


def test_each_failed_test_is_annotated_where_it_failed(
    crew: pytest.Pytester, github: Path, plugin_args: tuple[str, ...]
) -> None:
    test = crew.makepyfile(SUITE)
    wrong, broken = sorted(commands(crew.runpytest("--flock-trace", *plugin_args)), reverse=True)

    place = f"file={crew.path.name}/{test.name}"
    title = f"title={test.name}%3A%3Atest"
    assert wrong.startswith(f"::error {place},line=9,{title}_wrong failed::")
    assert "1 == 2: count of span('chat') in run 'review' is 1%0A" in wrong
    assert broken.startswith(f"::error {place},line=11,{title}_broken error::")
    assert "fixture 'missing_fixture' not found" in broken


def test_the_steps_summary_is_added_to(crew: pytest.Pytester, github: Path, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(SUITE)
    for _ in range(2):
        crew.runpytest("--flock-trace", *plugin_args)
    text = github.read_text(encoding="utf-8")

    assert text.startswith("before\n## Flock trace\n\n1 failed, 1 error, 1 passed · 6 spans, 0 of them failed\n")
    assert text.count("\n## Flock trace\n") == 2
    assert "::test_fine</code> |" in text
    assert "| <code>writer</code> | 2 | 0 |" in text
    assert "### Who led to whom" not in text  # nobody did


def test_the_graph_of_who_led_to_whom_is_drawn(
    crew: pytest.Pytester, github: Path, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(
        """
        from crew import invocation

        def test_it():
            with invocation("planner"), invocation("writer"):
                pass
        """
    )
    crew.runpytest("--flock-trace", *plugin_args)

    assert "```mermaid\nflowchart LR\n" in github.read_text(encoding="utf-8")
    assert "n_planner --> n_writer\n" in github.read_text(encoding="utf-8")


@pytest.mark.usefixtures("rerunfailures")
def test_a_flaky_test_is_a_warning(crew: pytest.Pytester, github: Path, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile("attempts = []\ndef test_it():\n    attempts.append(1)\n    assert len(attempts) == 2")
    (line,) = commands(crew.runpytest_subprocess("--flock-trace", "--reruns", "1", *plugin_args))

    assert line.startswith("::warning ")
    assert "is flaky::attempt 1 failed, attempt 2 passed%0A" in line


def test_a_misspelt_check_is_a_warning(crew: pytest.Pytester, github: Path) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer")
            assert span(agent="writr") not in run
        """
    )
    (line,) = commands(crew.runpytest("--flock-trace"))

    assert line.startswith("::warning title=flock trace::")
    assert "agent 'writr' was never seen" in line


def test_a_worker_that_dies_is_an_error(crew: pytest.Pytester, github: Path) -> None:
    crew.makepyfile("import os, signal\ndef test_it(): os.kill(os.getpid(), signal.SIGKILL)")
    (line,) = commands(crew.runpytest_subprocess("--flock-trace", "-n", "1"))

    assert "test_it lost::a worker died" in line
    assert "1 error · 0 spans" in github.read_text(encoding="utf-8")


@pytest.mark.parametrize("args", [(), ("--flock-trace", "--no-flock-trace"), ("--flock-trace", "--collect-only")])
def test_nothing_is_said_unless_tests_are_recorded(crew: pytest.Pytester, github: Path, args: tuple[str, ...]) -> None:
    crew.makepyfile(SUITE)

    assert commands(crew.runpytest(*args)) == []
    assert github.read_text(encoding="utf-8") == "before"


def test_nothing_is_said_elsewhere(crew: pytest.Pytester, github: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS")
    crew.makepyfile(SUITE)

    assert commands(crew.runpytest("--flock-trace")) == []
    assert github.read_text(encoding="utf-8") == "before"


def test_a_summary_that_can_not_be_written_is_said_and_changes_no_outcome(
    crew: pytest.Pytester, github: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(crew.path))
    crew.makepyfile("def test_it(): pass")
    result = crew.runpytest("--flock-trace")

    assert result.ret == 0
    result.stdout.fnmatch_lines([f"flock-trace: the step summary {crew.path} could not be written: *"])


def test_a_step_whose_summary_is_full_keeps_what_it_has(crew: pytest.Pytester, github: Path) -> None:
    github.write_text("x" * 999_000, encoding="utf-8")
    crew.makepyfile("def test_it(): pass")
    crew.runpytest("--flock-trace").stdout.fnmatch_lines(["flock-trace: no room is left in the step summary *"])

    assert github.stat().st_size == 999_000


def test_the_environment_counts_only_where_github_says_that_it_runs() -> None:
    paths = {"GITHUB_STEP_SUMMARY": "s.md", "GITHUB_WORKSPACE": "w"}

    assert GitHubActions.read(paths) == GitHubActions(running=False, step_summary=None, workspace=None)
    assert GitHubActions.read({**paths, "GITHUB_ACTIONS": "true"}) == GitHubActions(
        running=True, step_summary=Path("s.md"), workspace=Path("w")
    )
    assert GitHubActions.read({"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": ""}).step_summary is None
