"""`flock-trace show`: outline, waterfall and critical path of a trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.model.span import Span

Command = Callable[..., Any]


def test_a_trace_is_drawn_as_tree_waterfall_and_path(flock_trace: Command, store: Path):
    answer = flock_trace("show", "ab22", "--store", store)

    assert answer.code == 0
    head, tree, waterfall, path = answer.out.split("\n\n")
    assert head.startswith("trace ab22  ")
    assert head.endswith("  20 ms  3 spans  1 error")
    assert tree.splitlines()[-1] == "▶   invoke_agent critic  9 ms  ERROR"
    assert "█ path" in waterfall
    assert path.splitlines()[0].split() == ["critical", "path", "time", "share"]
    assert "invoke_agent writer" in path


def test_json_has_the_spans_and_the_sections_of_the_path(flock_trace: Command, store: Path):
    said = flock_trace("show", "ab22", "--store", store, "--json").json

    assert (said["trace_id"], said["status"], said["duration_ns"]) == ("ab22", "unset", 20_000_000)
    assert [one["name"] for one in said["spans"]] == ["review", "invoke_agent writer", "invoke_agent critic"]
    assert sum(one["end_ns"] - one["start_ns"] for one in said["critical_path"]) == said["duration_ns"]


@pytest.mark.parametrize(("said", "found"), [("latest", "ab22"), ("ab", "ab22"), ("aa11", "aa11")])
def test_a_trace_is_meant_by_its_id_a_beginning_or_latest(flock_trace: Command, store: Path, said: str, found: str):
    assert flock_trace("show", said, "--store", store, "--json").json["trace_id"] == found


def test_an_id_that_is_another_s_beginning_means_itself(
    flock_trace: Command, written: Callable[..., Path], reviews: Callable[..., list[Span]]
):
    store = written(reviews("ab", 0), reviews("abc", 1))

    assert flock_trace("show", "ab", "--store", store, "--json").json["trace_id"] == "ab"


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("a", "'a' is the beginning of several traces: aa11, ab22; write more"),
        ("zz", "no trace begins with 'zz'"),
        ("", "no trace begins with ''"),
    ],
)
def test_what_means_no_trace_or_several_is_told(flock_trace: Command, store: Path, said: str, complaint: str):
    answer = flock_trace("show", said, "--store", store)

    assert (answer.code, answer.out) == (2, "")
    assert complaint in answer.err


def test_no_more_lines_are_drawn_than_asked_for(flock_trace: Command, store: Path):
    _, tree, waterfall, _ = flock_trace("show", "ab22", "--limit", "2", "--store", store).out.split("\n\n")

    assert len(tree.splitlines()) == 2
    assert len(waterfall.splitlines()) == 2


def test_small_parts_of_the_path_are_taken_together(flock_trace: Command, written: Callable[..., Path]):
    steps = [
        Span(f"step{at}", span_id=f"s{at}", parent_id="r", trace_id="t", start_ns=at, end_ns=at + 1) for at in range(9)
    ]
    store = written([Span("root", span_id="r", trace_id="t", end_ns=10_000), *steps])

    path = flock_trace("show", "t", "--store", store).out.split("\n\n")[-1]
    assert [line.split("  ")[0] for line in path.splitlines()[1:]] == ["root", "(9 more)"]
