"""`flock-trace learn`: a contract drafted from traces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from loops import loop

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.attempts import AttemptRow
from pytest_flock_trace.store.file.writer import TraceFile

Command = Callable[..., Any]


@pytest.fixture
def good(written: Callable[..., Path]) -> Path:
    """Twenty runs of one to three rounds."""
    random = Random(20)
    return written(*(list(loop(f"t{at}", random.randint(1, 3)).spans) for at in range(20)), name="good.duckdb")


def test_a_drafted_contract_is_one_that_check_accepts(
    flock_trace: Command, good: Path, written: Callable[..., Path], tmp_path: Path
) -> None:
    contract = tmp_path / "contract.py"
    told = flock_trace("learn", good, "-o", contract)
    assert told.code == 0
    assert told.lines[0].endswith(f"rules from 20 traces written to {contract}")

    more = written(*(list(loop(f"u{at}", at % 3 + 1).spans) for at in range(20)), name="more.duckdb")
    assert flock_trace("check", contract, "--store", good).code == 0
    assert flock_trace("check", contract, "--store", more).code == 0
    for name, run in {
        "fourth": loop("v", 4),
        "unreviewed": loop("v", 2, unreviewed=True),
        "failing": loop("v", 2, failing=True),
    }.items():
        bad = written(list(run.spans), name=f"{name}.duckdb")
        assert flock_trace("check", contract, "--store", bad).code == 1


def test_without_output_the_contract_is_printed_as_a_user_would_type_it(flock_trace: Command, good: Path) -> None:
    lines = flock_trace("learn", good).lines

    assert lines[0] == '"""Drafted from 20 traces of good.duckdb: what all of them obey.'
    assert "contract = [" in lines
    assert '    never(span(status="error")),' in lines
    assert any(line.startswith("    # 20 of 20 traces, ") and line.endswith("changed ones break it") for line in lines)
    compile("\n".join(lines), "contract.py", "exec")


def test_json_has_the_rules_with_what_speaks_for_them(flock_trace: Command, good: Path) -> None:
    said = flock_trace("learn", good, "--json", "--most", "3").json

    assert said["traces"] == 20
    assert len(said["rules"]) <= 3
    assert {one["support"] for one in said["rules"]} == {20}
    assert sum(one["alone"] for one in said["rules"]) == said["killed"] < said["mutants"]
    assert said["survivors"]


def test_traces_of_failed_tests_are_left_aside(flock_trace: Command, tmp_path: Path) -> None:
    path = tmp_path / "traces.duckdb"
    runs = {f"t{at}": loop(f"t{at}", 2, failing=at == 3) for at in range(4)}
    rows = [
        AttemptRow("s", f"test_{name}", 1, "failed" if name == "t3" else "passed", None, 0, 1, None, [name])
        for name in runs
    ]
    assert TraceFile(path).write([span for run in runs.values() for span in run.spans], tests=rows) is None

    said = flock_trace("learn", path, "--json").json
    assert said["traces"] == 3
    assert "never(span(status='error'))" in json.dumps([one["rule"] for one in said["rules"]])


def test_a_file_that_is_there_is_only_replaced_when_that_is_said(
    flock_trace: Command, good: Path, tmp_path: Path
) -> None:
    contract = tmp_path / "contract.py"
    contract.write_text("mine", encoding="utf-8")

    told = flock_trace("learn", good, "-o", contract)
    assert (told.code, contract.read_text(encoding="utf-8")) == (2, "mine")
    assert "is there already; name another file, or replace it with --force" in told.err
    assert flock_trace("learn", good, "-o", contract, "--force").code == 0
    assert "contract = [" in contract.read_text(encoding="utf-8")


def test_a_contract_that_can_not_be_written_is_an_error_of_one_line(
    flock_trace: Command, good: Path, tmp_path: Path
) -> None:
    told = flock_trace("learn", good, "-o", tmp_path / "nowhere" / "contract.py")

    assert told.code == 2
    assert told.err.count("\n") == 1
    assert "cannot be written: No such file or directory" in told.err


def test_runs_of_which_nothing_is_known_teach_nothing(flock_trace: Command, written: Callable[..., Path]) -> None:
    told = flock_trace("learn", written([Span("root", span_id="a", trace_id="t", end_ns=9)]))

    assert told.code == 2
    assert "has no trace with a span below its root, so nothing can be learnt from it" in told.err


def test_a_file_that_is_not_there_is_an_error_of_one_line(flock_trace: Command, tmp_path: Path) -> None:
    told = flock_trace("learn", tmp_path / "none.duckdb", "--store", tmp_path / "none.duckdb")

    assert (told.code, told.err.count("\n")) == (2, 1)
