"""The benchmarks run, and say what they have found as a table and as JSON; what they measure is not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent / "benchmarks"


def run(program: str, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / program), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows of two sections that need nobody else's package."""
    file = tmp_path_factory.mktemp("benchmarks") / "rows.json"
    done = run("run.py", "paths", "graphs", "--small", "--json", str(file))
    assert done.returncode == 0, done.stderr
    assert "critical path, 100 deep" in done.stdout
    return file


def test_every_row_says_what_it_is_compared_with_and_whether_it_meets_its_target(measured: Path) -> None:
    rows = json.loads(measured.read_text("utf-8"))["rows"]
    judged = [row for row in rows if row["target"] is not None]

    assert len(rows) > len(judged) > 0
    assert all(row["met"] is (row["ours"] / row["theirs"] <= row["target"]) for row in judged)
    assert all(row["met"] is None for row in rows if row not in judged)


def test_rows_of_several_runs_become_one_table_of_the_readme(measured: Path, tmp_path: Path) -> None:
    lacking = {"what": "a peer", "reason": "it is not installed"}
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"conditions": "another machine", "rows": [lacking]}), encoding="utf-8")

    done = run("table.py", str(measured), str(other), "--markdown")

    lines = done.stdout.splitlines()
    assert lines[0] == "| what | ours | reference | ratio | target | |"
    assert "| a peer | | | | | not measured: it is not installed |" in lines
    assert sum(line.startswith("| critical path") for line in lines) == 3
    assert lines[-1].endswith("; and on another machine.")


def test_how_costs_grow_is_a_line_for_each_size() -> None:
    done = run("run.py", "--scaling", "--small")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["spans", "100", "1,000"], done.stderr


def test_what_is_not_measured_is_refused_with_what_is() -> None:
    done = run("run.py", "pathes")
    assert done.returncode == 2
    assert "there is nothing called pathes; valid: suites, " in done.stderr
