"""What snapshots are made of; tests/plugin/test_snapshots.py has sessions that use them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from pytest_flock_trace.errors import BadPattern, BadSetting, NothingCaptured
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.snapshots import MermaidExtension, SpanTreeExtension, TraceSnapshot, View


@pytest.fixture
def trace() -> Trace:
    return Trace.of([Span("run", span_id="r"), Span("a", span_id="a", parent_id="r", attributes={"n": 1})], name="x")


@pytest.fixture
def trace_snapshot(snapshot: SnapshotAssertion) -> TraceSnapshot:
    return TraceSnapshot.of(snapshot)


def test_a_trace_is_serialised_as_its_skeleton_without_quotes(trace: Trace) -> None:
    assert SpanTreeExtension().serialize(trace) == "run\n  a"


def test_other_data_is_serialised_as_ever() -> None:
    assert SpanTreeExtension().serialize("run\n  a") == "'''\n  run\n    a\n'''".replace("\n  ", "\n")
    assert SpanTreeExtension().serialize([1]) == "list([\n  1,\n])"


def test_a_diagram_is_its_text_and_one_line_end() -> None:
    assert MermaidExtension().serialize("flowchart LR\n    a --> b") == "flowchart LR\n    a --> b\n"
    assert MermaidExtension().serialize("flowchart LR\n\n") == "flowchart LR\n"


@pytest.mark.parametrize("spans", [[], [Span("run", span_id="r")]], ids=["no span", "a root alone"])
def test_a_trace_of_nothing_is_not_shown(spans: list[Span]) -> None:
    with pytest.raises(NothingCaptured, match="nothing was captured in trace 'x', so a snapshot of it"):
        SpanTreeExtension().serialize(Trace.of(spans, name="x"))


def test_what_is_not_given_stays_as_it_was(trace_snapshot: TraceSnapshot, trace: Trace) -> None:
    with_attributes = trace_snapshot(attributes=["n"], name="first")
    also_hidden = with_attributes(hide=span("run"))

    assert also_hidden.view(trace) == "a {n=1}"
    assert also_hidden(attributes=()).view(trace) == "a"
    assert repr(also_hidden) == "trace_snapshot(name='first')"
    assert repr(trace_snapshot) == "trace_snapshot"
    assert trace_snapshot.view == View()


def test_patterns_may_come_from_a_generator_and_are_kept(trace_snapshot: TraceSnapshot, trace: Trace) -> None:
    view = trace_snapshot(hide=(name for name in ["a"])).view

    assert view(trace) == view(trace) == "run"


def test_what_is_no_pattern_is_refused_before_anything_is_compared(trace_snapshot: TraceSnapshot, trace: Trace) -> None:
    wrong: Any = 3

    with pytest.raises(BadPattern, match="3 is no pattern"):
        assert trace == trace_snapshot(hide=wrong)
    assert trace_snapshot.trees.num_executions == 0


def test_only_syrupys_own_fixture_will_do() -> None:
    with pytest.raises(BadSetting, match="needs syrupy's fixture 'snapshot'; here it is <object"):
        TraceSnapshot.of(object())


def test_a_snapshot_is_no_key(trace_snapshot: TraceSnapshot) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(trace_snapshot)


def test_the_plugin_does_not_load_it() -> None:
    code = "import sys, pytest_flock_trace.plugin.entry; print('pytest_flock_trace.snapshots' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"
