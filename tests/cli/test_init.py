"""A first test is written where there is none, and no file of the user's is touched."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.cli import framework_search
from pytest_flock_trace.cli.starter import STARTERS

Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, in an environment without any framework."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(framework_search, "has_distribution", lambda name: False)
    return tmp_path


def test_both_files_are_written_and_the_next_step_is_told(flock_trace: Command, project: Path):
    answer = flock_trace("init")

    assert (answer.code, answer.err) == (0, "")
    assert answer.lines == [
        "functions: no framework was found",
        f"wrote {Path('tests', 'conftest.py')}",
        f"wrote {Path('tests', 'test_agents.py')}",
        "next: pytest --flock-trace tests",
    ]
    for name, text in STARTERS["functions"].texts().items():
        assert (project / "tests" / name).read_text(encoding="utf-8") == text


def test_a_folder_can_be_named(flock_trace: Command, project: Path):
    answer = flock_trace("init", "checks/my agents")

    assert (project / "checks" / "my agents" / "test_agents.py").exists()
    assert answer.lines[-1] == "next: pytest --flock-trace 'checks/my agents'"


def test_a_file_that_is_there_stays_and_what_would_have_been_written_is_shown(flock_trace: Command, project: Path):
    (project / "tests").mkdir()
    own = project / "tests" / "conftest.py"
    own.write_text("# mine\n", encoding="utf-8")

    answer = flock_trace("init")

    assert answer.code == 1
    assert own.read_text(encoding="utf-8") == "# mine\n"
    assert f"{Path('tests', 'conftest.py')} is there already and stays as it is" in answer.out
    assert "    def review(traced_run: TracedRuns) -> TracedRun:\n" in answer.out
    assert (project / "tests" / "test_agents.py").exists()


def test_a_second_time_changes_nothing_and_is_fine(flock_trace: Command):
    flock_trace("init")

    answer = flock_trace("init")

    assert answer.code == 0
    assert [line.partition(":")[0] for line in answer.lines[1:3]] == ["already there"] * 2


def test_a_link_that_leads_nowhere_is_not_written_through(flock_trace: Command, project: Path):
    (project / "tests").mkdir()
    (project / "tests" / "conftest.py").symlink_to(project / "elsewhere.py")

    assert flock_trace("init").code == 1
    assert not (project / "elsewhere.py").exists()


def test_a_framework_can_be_asked_for_and_what_is_not_installed_is_told(flock_trace: Command):
    answer = flock_trace("init", "--framework", "langgraph")

    assert answer.lines[0] == "langgraph: as --framework says"
    assert answer.lines[-2:] == [
        "next: pip install langgraph openinference-instrumentation-langchain",
        "then: pytest --flock-trace tests",
    ]


def test_the_framework_that_the_project_imports_is_taken_and_others_are_named(flock_trace: Command, project: Path):
    (project / "crew.py").write_text("from pydantic_ai import Agent\nimport langgraph.graph\n", encoding="utf-8")
    (project / "tools.py").write_text("import pydantic_ai\n", encoding="utf-8")

    assert flock_trace("init").lines[0] == (
        "pydantic-ai: imported by 2 files here (--framework can say another: langgraph, functions)"
    )


def test_programs_get_a_document(flock_trace: Command):
    document = flock_trace("init", "--json").json

    assert set(document) == {"framework", "reason", "others", "files", "missing", "next"}
    assert [(file["path"], file["outcome"]) for file in document["files"]] == [
        (str(Path("tests", "conftest.py")), "written"),
        (str(Path("tests", "test_agents.py")), "written"),
    ]
    assert document["next"] == ["pytest --flock-trace tests"]
    assert json.dumps(document["files"]).count("def test_") == 3


def test_a_file_where_the_folder_should_be_is_told(flock_trace: Command, project: Path):
    (project / "tests").write_text("", encoding="utf-8")

    answer = flock_trace("init")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "flock-trace init: 'tests' is a file; name a folder to write the tests into\n"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no folders, whoever asks")
def test_a_folder_that_takes_no_files_is_told(flock_trace: Command):
    answer = flock_trace("init", "/proc/checks")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("flock-trace init: '/proc/checks/conftest.py' can't be written: ")
    assert answer.err.endswith("; name another folder\n")
