"""The names that spans have borne, over many traces."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace import Event, Span, Trace
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.explanation import occurs
from pytest_flock_trace.model.index import TEXTS, texts_of
from pytest_flock_trace.model.vocabulary import Vocabulary


def span_of(name: str, **fields: object) -> Trace:
    return Trace.of([Span(name, span_id="1", **fields)])  # type: ignore[arg-type]  # as the tests write them


@given(traces())
def test_what_a_trace_has_is_known_once_it_was_shown(trace: Trace) -> None:
    vocabulary = Vocabulary()
    vocabulary.learn(trace.tree)
    for span in trace:
        for name in (Name(field, text) for field in TEXTS for text in texts_of(span, field) if text):
            assert vocabulary.knows(name)
            assert occurs(name, trace.tree)
        assert all(vocabulary.knows(Name("attribute", key)) for key in span.attributes)
    assert vocabulary.learn(trace.tree) == {}


def test_only_what_is_new_is_told() -> None:
    vocabulary = Vocabulary()
    assert vocabulary.learn(span_of("llm.chat", attributes={"tool.name": "search"}).tree) == {
        "name": ["llm.chat"],
        "service": ["llm"],
        "operation": ["chat"],
        "tool": ["search"],
        "attribute": ["tool.name"],
    }
    assert vocabulary.learn(span_of("llm.chat", events=[Event("retry")]).tree) == {"event": ["retry"]}


def test_one_name_may_belong_to_several_services() -> None:
    vocabulary = Vocabulary()
    for service in ("shop", "bank"):
        learned = vocabulary.learn(span_of("GET /", resource={"service.name": service}).tree)
        assert learned["service"] == [service]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (Name("name", "llm.*"), True),
        (Name("name", "tool.*"), False),
        (Name("operation", re.compile("^ch")), True),
        (Name("operation", re.compile("^x")), False),
        (Name("agent", "chat"), False),
        (Name("status", "error"), True),
    ],
    ids=str,
)
def test_globs_and_expressions_are_looked_for_among_the_names_of_their_field(name: Name, known: bool) -> None:
    vocabulary = Vocabulary()
    vocabulary.learn(span_of("llm.chat").tree)
    assert vocabulary.knows(name) is known


def test_the_likeliest_name_is_one_of_the_same_field() -> None:
    vocabulary = Vocabulary()
    vocabulary.add({"tool": ["web_search", "archive"], "agent": ["web_serch"]})
    assert vocabulary.likeliest(Name("tool", "web_serch")) == "web_search"
    assert vocabulary.likeliest(Name("tool", "zzz")) is None
