"""Flock's artifacts, whose ids stand in JSON text inside attributes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_flock_trace import Span, Trace
from pytest_flock_trace.model.artifact import type_of

DRAFT = {"__class__": "Artifact", "id": "d1", "type": "newsroom.Draft", "payload": {"id": "not this"}}


def handled(name: str, **attributes: Any) -> Span:
    texts = {
        key.replace("_", ".", 1): value if isinstance(value, str) else json.dumps(value)
        for key, value in attributes.items()
    }
    return Trace.of([Span(name, span_id="1", attributes=texts)]).spans[0]


def test_an_invocation_consumes_its_arguments_and_produces_its_result():
    span = handled(
        "Agent.execute", input_artifacts=[DRAFT, {"id": "d2"}], output_value=[{"id": "r1", "type": "Review"}]
    )
    assert span.consumed == ("d1", "d2")
    assert [type_of(artifact) for artifact in span.consumed] == ["Draft", None]
    assert span.produced == ("r1",)
    assert [type_of(artifact) for artifact in span.produced] == ["Review"]


def test_a_publication_produces_its_result_and_consumes_nothing():
    span = handled("Flock.publish", input_artifacts=[DRAFT], output_value=DRAFT)
    assert (span.consumed, span.produced) == ((), ("d1",))


@pytest.mark.parametrize("value", ["null", "3", '[{"id": 7}, "d1", null]', "cut off [{", "", "[" * 100_000])
def test_what_holds_no_artifact_is_passed_over(value: str):
    span = handled("Agent.execute", input_artifacts=value, output_value=value)
    assert (span.consumed, span.produced) == ((), ())


def test_other_spans_handle_nothing():
    span = handled("WriterEngine.evaluate", input_artifacts=[DRAFT], output_value=[DRAFT])
    assert (span.consumed, span.produced) == ((), ())


def test_what_a_hook_has_said_stands():
    said = Span("Agent.execute", span_id="1", attributes={"input.artifacts": json.dumps([DRAFT])}, produced=["mine"])
    assert Trace.of([said]).spans[0].consumed == ()
