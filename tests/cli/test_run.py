"""Programs that are run with their own classes traced, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_flock_trace.store.trace_file import read_spans

AGENT = """
import sys

class Writer:
    def draft(self, topic):
        return f"about {topic}"

if __name__ == "__main__":
    print(Writer().draft(sys.argv[1]))
    code = sys.argv[2:] and sys.argv[2]
    if code == "fail":
        raise ValueError("no idea")
    if code:
        sys.exit(int(code) if code.isdigit() else code)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "__init__.py").write_text("")
    (tmp_path / "crew" / "agent.py").write_text(AGENT)
    (tmp_path / "agent.py").write_text(AGENT)
    return tmp_path


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_"))}
    command = [sys.executable, "-m", "pytest_flock_trace.cli", "run", *arguments]
    return subprocess.run(
        command, cwd=folder, env={**kept, **variables}, capture_output=True, text=True, timeout=60, check=False
    )


def names(folder: Path, store: str = ".flock/traces.duckdb") -> list[str]:
    return [span.name for span in read_spans(folder / store)]


@pytest.mark.parametrize("program", [("agent.py",), ("-m", "crew.agent")])
def test_a_program_is_traced_with_no_line_of_it_changed(folder: Path, program: tuple[str, ...]) -> None:
    done = run(folder, *program, "tides")

    assert (done.returncode, done.stdout, done.stderr) == (0, "about tides\n", "")
    (span,) = read_spans(folder / ".flock" / "traces.duckdb")
    assert span.name == "Writer.draft"
    assert span.attributes["input.topic"] == '"tides"'


def test_the_store_may_be_elsewhere_and_arguments_that_look_like_ours_are_the_program_s(folder: Path) -> None:
    done = run(folder, "--store", "here.duckdb", "agent.py", "--json")

    assert (done.returncode, done.stdout) == (0, "about --json\n")
    assert names(folder, "here.duckdb") == ["Writer.draft"]
    assert not (folder / ".flock").exists()


@pytest.mark.parametrize(("said", "code", "error"), [("3", 3, ""), ("0", 0, ""), ("stop", 1, "stop\n")])
def test_the_exit_code_is_the_program_s(folder: Path, said: str, code: int, error: str) -> None:
    done = run(folder, "agent.py", "tides", said)

    assert (done.returncode, done.stderr) == (code, error)
    assert names(folder) == ["Writer.draft"]


def test_an_exception_is_shown_as_python_shows_it_and_the_trace_is_kept(folder: Path) -> None:
    alone = subprocess.run(
        [sys.executable, "agent.py", "tides", "fail"], cwd=folder, capture_output=True, text=True, check=False
    )

    done = run(folder, "agent.py", "tides", "fail")

    assert done.returncode == alone.returncode == 1
    assert done.stderr.splitlines()[-1] == "ValueError: no idea"
    assert done.stderr.count("File ") == alone.stderr.count("File ") == 1
    assert names(folder) == ["Writer.draft"]


def test_what_the_environment_narrows_is_narrowed(folder: Path) -> None:
    run(folder, "agent.py", "tides", FLOCK_TRACE_IGNORE="Writer.draft")

    assert not (folder / ".flock").exists()


def test_a_document_says_how_it_ended(folder: Path) -> None:
    done = run(folder, "--json", "agent.py", "tides", "4")

    printed, _, document = done.stdout.partition("\n")
    assert printed == "about tides"
    assert json.loads(document) == {"exit_code": 4, "store": ".flock/traces.duckdb"}


def test_a_program_that_is_not_there_is_told_in_one_line(folder: Path) -> None:
    done = run(folder, "nowhere.py")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "flock-trace run: there is no program 'nowhere.py'; name a Python file, or a module with -m\n"
    )
    done = run(folder, "-m", "crew.nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("flock-trace run: there is no module 'crew.nowhere' to be found from ")
    assert not (folder / ".flock").exists()
