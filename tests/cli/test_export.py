"""`flock-trace export`: spans for other programs, whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pytest_flock_trace import traced_run
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.schema import COLUMNS

Command = Callable[..., Any]
NAMES = [column.name for column in COLUMNS]


def test_parquet_is_a_folder_with_a_part_for_each_day(
    flock_trace: Command, written: Callable[..., Path], reviews: Callable[..., list[Span]], tmp_path: Path
):
    store = written(reviews("a", 0), reviews("b", 86_400))
    answer = flock_trace("export", "--format", "parquet", "--output", tmp_path / "out", "--store", store)

    assert answer.out == f"6 spans written to {tmp_path / 'out'}\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["day=2025-11-24", "day=2025-11-25"]
    query = f"SELECT day::VARCHAR, count(*) FROM read_parquet('{tmp_path}/out/*/*.parquet') GROUP BY 1 ORDER BY 1"
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchall() == [("2025-11-24", 3), ("2025-11-25", 3)]


def test_csv_has_every_column(flock_trace: Command, store: Path, tmp_path: Path):
    flock_trace("export", "--format", "csv", "--output", tmp_path / "out.csv", "--store", store)

    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == NAMES
    assert [row[NAMES.index("name")] for row in rows] == ["review", "invoke_agent writer", "invoke_agent critic"] * 2


def test_json_has_a_line_for_each_span_with_its_documents_inside(flock_trace: Command, store: Path, tmp_path: Path):
    target = tmp_path / "deep" / "out.jsonl"
    said = flock_trace("export", "--format", "json", "--output", target, "--store", store, "--json").json

    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert said == {"spans": 6, "output": str(target), "format": "json"}
    assert list(rows[0]) == NAMES
    assert rows[1]["attributes"]["gen_ai.agent.name"] == "writer"


def test_otlp_is_loaded_again_as_the_same_spans(flock_trace: Command, store: Path, tmp_path: Path):
    answer = flock_trace("export", "--format", "otlp", "--output", tmp_path / "out.jsonl", "--store", store)

    before, after = traced_run.load(store), traced_run.load(tmp_path / "out.jsonl")
    assert answer.lines == [f"{len(before)} spans written to {tmp_path / 'out.jsonl'}"]
    assert sorted(map(said, after)) == sorted(map(said, before))


def said(span: Span) -> tuple[object, ...]:
    return span.trace_id, span.span_id, span.parent_id or "", span.name, span.start_ns, span.end_ns, span.status


def test_only_the_traces_that_are_named_are_written(flock_trace: Command, store: Path, tmp_path: Path):
    target = tmp_path / "out.jsonl"
    answer = flock_trace("export", "latest", "ab", "--format", "json", "--output", target, "--store", store)

    assert answer.out.startswith("3 spans")
    assert {json.loads(line)["trace_id"] for line in target.read_text().splitlines()} == {"ab22"}


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
@pytest.mark.parametrize("there", ["file", "folder"])
def test_what_is_there_is_replaced_only_by_force(
    flock_trace: Command, store: Path, tmp_path: Path, form: str, there: str
):
    target = tmp_path / "out"
    if there == "folder":
        target.mkdir()
    kept = target / "kept" if there == "folder" else target
    kept.write_text("mine", encoding="utf-8")
    line = ["export", "--format", form, "--output", target, "--store", store]

    refused = flock_trace(*line)
    assert (refused.code, refused.out) == (2, "")
    assert f"'{target}' is there already" in refused.err
    assert kept.read_text(encoding="utf-8") == "mine"

    assert flock_trace(*line, "--force").code == 0
    assert target.is_dir() == (form == "parquet")
    assert not (target / "kept").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "traces.duckdb"]


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_what_cannot_be_written_is_told_and_nothing_is_left(
    flock_trace: Command, store: Path, tmp_path: Path, form: str
):
    (tmp_path / "file").write_text("", encoding="utf-8")
    answer = flock_trace("export", "--format", form, "--output", tmp_path / "file" / "out", "--store", store)

    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "cannot be written" in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "traces.duckdb"]
