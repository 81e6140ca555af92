from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.payload_limits import PayloadLimits
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.span import Event, Link, Span
from pytest_flock_trace.model.trace import Trace

SMALL = Outgoing(limits=PayloadLimits(size=400))


def left(value: Any, outgoing: Outgoing = SMALL) -> Any:
    return outgoing(Span("x", span_id="1", attributes={"a": value})).attributes["a"]


@given(traces())
def test_what_is_short_and_no_secret_leaves_as_it_is(trace: Trace) -> None:
    assert [Outgoing()(span) for span in trace] == list(trace)


@pytest.mark.parametrize("value", ["x" * 400, 3.5, 2**70, True, None, [1, "two"], ("a", "b"), {"deep": {"er": [1]}}])
def test_values_within_their_budget_stay(value: Any) -> None:
    assert left(value) == value


def test_a_long_text_keeps_its_ends_and_says_how_long_it_was() -> None:
    text = left("head " + "x" * 5000 + " tail")

    assert text.startswith("head ")
    assert text.endswith(" tail")
    assert "5010 characters" in text
    assert len(text) <= 410


def test_json_text_that_is_cut_is_still_json() -> None:
    text = left(json.dumps({"topic": "tides", "body": "x" * 5000, "rows": list(range(5000))}))

    assert json.loads(text)["topic"] == "tides"
    assert len(text.encode()) <= 400


def test_what_only_begins_like_json_is_cut_as_text() -> None:
    assert "5001 characters" in left("{" + "x" * 5000)


def test_a_long_list_is_cut_and_stays_a_list() -> None:
    kept = left(["x" * 50] * 100)

    assert kept[0] == "x" * 50
    assert len(json.dumps(kept)) <= 450


def test_letters_count_as_the_bytes_that_they_take() -> None:
    assert len(left("✓" * 300).encode()) <= 500
    assert left("✓" * 130) == "✓" * 130


def test_events_and_links_are_bounded_as_well() -> None:
    span = SMALL(
        Span(
            "x",
            span_id="1",
            events=[Event("e", 1, {"a": "x" * 5000}), Event("f", 2, {"a": "y"})],
            links=[Link("2", "t", {"a": "x" * 5000})],
        )
    )

    assert len(span.events[0].attributes["a"]) < 450
    assert span.events[1] == Event("f", 2, {"a": "y"})
    assert len(span.links[0].attributes["a"]) < 450
    assert span.links[0].span_id == "2"


def test_secrets_go_before_anything_is_cut() -> None:
    outgoing = Outgoing(Redaction(("mine",)), PayloadLimits(size=400))
    body = json.dumps({"filler": "x" * 5000, "password": "hunter2", "mine": "hunter2"})

    assert "hunter2" not in left(body, outgoing)


def test_artifacts_are_known_although_what_names_them_is_cut() -> None:
    artifacts = json.dumps([{"id": "a1", "type": "Draft", "text": "x" * 5000}, {"id": "a2", "type": "Draft"}])
    span = SMALL(Span("Agent.execute", span_id="1", attributes={"input.artifacts": artifacts}))

    assert span.consumed == ("a1", "a2")
    assert len(span.attributes["input.artifacts"]) <= 400
