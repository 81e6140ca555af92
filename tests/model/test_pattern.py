from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_flock_trace import Span, Trace, span
from pytest_flock_trace.errors import BadPattern


def names(trace: Trace, pattern: Any) -> list[str]:
    return [found.span_id for found in trace.find(pattern)]


@pytest.fixture
def trace() -> Trace:
    writer = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}
    critic = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "critic"}
    return Trace.of(
        [
            Span("workflow", span_id="root", end_ns=100),
            Span("invoke_agent writer", span_id="w", parent_id="root", start_ns=1, end_ns=40, attributes=writer),
            Span("llm.chat", span_id="w1", parent_id="w", start_ns=2, end_ns=30, kind="client", attributes={"n": 1}),
            Span("invoke_agent critic", span_id="c", parent_id="root", start_ns=40, end_ns=90, attributes=critic),
            Span("llm.chat", span_id="c1", parent_id="c", start_ns=41, end_ns=60, status="error", attributes={"n": 2}),
            Span(
                "execute_tool search",
                span_id="c2",
                parent_id="c",
                start_ns=61,
                end_ns=80,
                attributes={"gen_ai.tool.name": "search", "tags": ("a", "b"), "flag": True, "q": "bees and wasps"},
            ),
        ]
    )


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (span("llm.*"), ["w1", "c1"]),
        ("llm.*", ["w1", "c1"]),
        (span("llm.chat"), ["w1", "c1"]),
        (span("LLM.*"), []),
        (span("ll?.chat"), ["w1", "c1"]),
        (span("[lL]lm.chat"), []),
        (span(re.compile("^invoke")), ["w", "c"]),
        (span(agent="writer"), ["w"]),
        (span(agent="*"), ["w", "c"]),
        (span(actor="critic"), ["c", "c1", "c2"]),
        (span(service="llm"), ["w1", "c1"]),
        (span(operation="chat", actor="writer"), ["w1"]),
        (span(tool="search"), ["c2"]),
        (span(tool="*"), ["c2"]),
        (span(status="error"), ["c1"]),
        (span(kind="client"), ["w1"]),
        (span(attributes={"n": 2}), ["c1"]),
        (span(attributes={"n": 3}), []),
        (span(attributes={"absent": None}), ["root", "w", "w1", "c", "c1", "c2"]),
        (span(attributes={"tags": ["a", "b"]}), ["c2"]),
        (span(attributes={"flag": 1}), []),
        (span(attributes={"flag": True}), ["c2"]),
        (span(attributes={"q": "bees*"}), []),
        (span(attributes={"q": re.compile("wasps$")}), ["c2"]),
        (span(attributes={"n": lambda n: n is not None and n > 1}), ["c1"]),
        (span("llm.*", under=span(agent="critic")), ["c1"]),
        (span("llm.*", under="workflow"), ["w1", "c1"]),
        (span(agent="*", after=span(agent="writer")), ["c"]),
        (span(agent="*", before=span(agent="critic")), ["w"]),
        (span(agent="critic", after=span(agent="critic")), []),
        (span(), ["root", "w", "w1", "c", "c1", "c2"]),
    ],
    ids=repr,
)
def test_a_pattern_finds_what_meets_all_its_conditions(trace: Trace, pattern: Any, found: list[str]) -> None:
    assert names(trace, pattern) == found
    assert trace.count(pattern) == len(found)


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"agnet": "writer"}, "no condition 'agnet'; did you mean 'agent'?"),
        ({"name": "llm.*"}, "takes the name first"),
        ({"status": "eror"}, "status='eror' can never match; did you mean 'error'?"),
        ({"status": "ERROR"}, "did you mean 'error'?"),
        ({"kind": "sever"}, "did you mean 'server'?"),
        ({"agent": None}, "agent=None cannot be compared with text"),
        ({"agent": 3}, "agent=3 cannot be compared with text"),
        ({"attributes": ["n"]}, "no mapping of attribute names"),
        ({"under": 7}, "7 is no pattern"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(conditions: Any, message: str) -> None:
    with pytest.raises(BadPattern) as caught:
        span(**conditions)
    assert message in str(caught.value)


def test_patterns_are_values() -> None:
    pattern = span("llm.*", agent="writer", under=span(tool="search"))
    assert repr(pattern) == "span('llm.*', agent='writer', under=span(tool='search'))"
    assert pattern == span("llm.*", agent="writer", under=span(tool="search"))
    assert len({pattern, span("llm.*")}) == 2
    assert span(attributes={"n": lambda n: n > 1}) != span(attributes={"n": lambda n: n > 2})


def test_a_callable_is_not_asked_about_an_attribute_that_is_not_there(trace: Trace) -> None:
    assert names(trace, span(attributes={"n": lambda n: n > 1})) == ["c1"]


@pytest.mark.parametrize("ask", [lambda trace: span("llm.*") in list(trace), lambda trace: "llm.*" in trace.find("*")])
def test_a_pattern_is_not_looked_for_in_a_list_of_spans(trace: Trace, ask: Any) -> None:
    with pytest.raises(BadPattern, match="is no span; look for it in a trace"):
        ask(trace)


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (span(attributes={"a": 1, "b": 2}), "span(attributes={'a': 1, 'b': 2})"),
        (span("a*") & "b*", "span('a*') & span('b*')"),
        (span(agent="x") & span("a"), "span('a', agent='x')"),
        (
            span(attributes={"a": 1}) & span(attributes={"a": 2}),
            "span(attributes={'a': 1}) & span(attributes={'a': 2})",
        ),
        (span("a") & ~span("b"), "span('a') & ~span('b')"),
        (span(), "span()"),
    ],
    ids=repr,
)
def test_a_pattern_is_written_as_the_calls_that_make_it(pattern: Any, written: str) -> None:
    assert repr(pattern) == written
    assert eval(written, {"span": span}) == pattern  # noqa: S307  # what stands above


def test_the_order_of_conditions_makes_no_difference_but_their_types_do() -> None:
    assert span(agent="a", tool="b") == span(tool="b", agent="a")
    assert hash(span(agent="a", tool="b")) == hash(span(tool="b", agent="a"))
    assert span(attributes={"n": 1}) != span(attributes={"n": True})


def test_a_comparing_object_does_not_change_what_a_pattern_says(trace: Trace) -> None:
    from dirty_equals import IsPositiveInt

    pattern = span(attributes={"n": IsPositiveInt()})
    before = repr(pattern), hash(pattern)
    assert trace.count(pattern) == 2
    assert (repr(pattern), hash(pattern)) == before
