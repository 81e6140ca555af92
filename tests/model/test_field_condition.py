from __future__ import annotations

from unittest.mock import ANY

import pytest
from dirty_equals import IsInt

from pytest_flock_trace import Duration, Event, Span, Trace, each, init, span
from pytest_flock_trace.errors import BadDuration, BadPattern


@pytest.fixture
def trace() -> Trace:
    return Trace.of(
        [
            Span("root", span_id="root", end_ns=100),
            Span("llm.chat", span_id="1", parent_id="root", start_ns=1, end_ns=11, attributes={"n": 3}),
            Span("llm.chat", span_id="2", parent_id="root", start_ns=20, end_ns=40, attributes={"n": "many"}),
            Span(
                "tool", span_id="3", parent_id="root", start_ns=50, end_ns=50, events=[Event("retry"), Event("give up")]
            ),
        ]
    )


def ids(trace: Trace, **conditions: object) -> list[str]:
    return [found.span_id for found in trace.find(span(**conditions))]


def careless(value: int) -> bool:
    return value > 2


@pytest.mark.parametrize("expected", [careless, [careless], {"a": careless}])
def test_a_predicate_that_fails_is_named_with_the_value_and_what_to_do(expected):
    value = "many" if callable(expected) else ["many"] if isinstance(expected, list) else '{"a": "many"}'
    trace = Trace.of([Span("llm.chat", span_id="1", attributes={"n": value})])
    with pytest.raises(BadPattern) as caught:
        trace.find(span(attributes={"n": expected}))
    message = str(caught.value)
    assert "attributes={'n': " in message
    assert "careless" in message
    assert f"raised TypeError: '>' not supported between instances of 'str' and 'int' for {value!r} of 'llm.chat'" in (
        message
    )
    assert "let it return False for what it was not written for" in message
    assert isinstance(caught.value.__cause__, TypeError)


def test_an_equality_that_fails_is_named_too(trace):
    class Careless:
        def __eq__(self, other):
            return other > 2

        __hash__ = None

    with pytest.raises(BadPattern, match="raised TypeError: .* for 'many' of 'llm.chat'"):
        trace.find(span(attributes={"n": Careless()}))


def test_where_that_fails_is_named_with_the_span(trace):
    with pytest.raises(BadPattern, match="raised KeyError: 'm' for <Span 'root' unset 100 ns> of 'root'"):
        trace.find(span(where=lambda found: found.attributes["m"]))


def test_where_is_asked_only_about_spans_that_meet_the_other_conditions(trace):
    asked = []
    pattern = span("llm.*", where=lambda found: asked.append(found.span_id), faster_than=15, attributes={"n": int})
    assert list(trace.find(pattern)) == []
    assert asked == ["1"]


def test_an_explanation_does_not_fail_where_code_is_asked_of_spans_that_it_was_not_written_for(trace):
    large = span("llm.*", attributes={"n": 3}, where=lambda found: found.attributes["n"] > 2)
    assert ids(trace) == ["root", "1", "2", "3"]
    assert [found.span_id for found in trace.find(large)] == ["1"]
    name, attribute, failure = large.misses(trace.tree, 3)
    assert (name, attribute) == ("name is 'tool', expected 'llm.*'", "attribute 'n' is None, expected 3")
    assert "raised KeyError: 'n'" in failure
    assert not init(large).holds(Trace.of(one for one in trace if one.span_id != "1"))
    assert "raised TypeError" in span(agent="x", attributes={"n": careless}).misses(trace.tree, 2)[1]
    verdict = each("*", agent="writer", where=lambda found: found.attributes["n"] > 2).verdict(trace)
    assert len(verdict.culprits) == 4


@pytest.mark.parametrize("expected", [lambda value: True, ANY, object, IsInt | ~IsInt])
def test_nobody_is_asked_about_an_attribute_that_is_not_there(trace, expected):
    assert ids(trace, attributes={"n": expected}) == ["1", "2"]


def test_only_none_means_that_an_attribute_is_not_there(trace):
    assert ids(trace, attributes={"n": None}) == ["root", "3"]
    assert ids(trace, attributes={"n": type(None)}) == ["root", "3"]


def test_one_event_of_several_will_do(trace):
    assert ids(trace, event="give*") == ["3"]
    assert ids(trace, event="retry") == ["3"]
    assert span(event="end").misses(trace.tree, 3) == ["event is 'retry', 'give up', expected 'end'"]
    assert span(event="end").misses(trace.tree, 0) == ["event is none, expected 'end'"]


def test_limits_of_duration_are_strict_and_zero_is_one(trace):
    assert ids(trace, faster_than="10ns") == ["3"]
    assert ids(trace, slower_than="10ns") == ["root", "2"]
    assert ids(trace, faster_than=0) == []
    assert ids(trace, slower_than=0) == ["root", "1", "2"]
    assert span(faster_than="10ns").misses(trace.tree, 1) == ["took 10 ns, expected faster than 10 ns"]


@pytest.mark.parametrize(("limit", "error"), [("soon", BadDuration), (1.5, BadDuration), (-1, BadPattern)])
def test_a_limit_that_is_none_is_refused(limit, error):
    with pytest.raises(error):
        span(faster_than=limit)


def test_limits_are_equal_however_they_are_written():
    assert span(faster_than="1.5s") == span(faster_than="1500 ms") == span(faster_than=Duration("1.5 s"))
    assert hash(span(faster_than="1.5s")) == hash(span(faster_than="1500 ms"))


@pytest.mark.parametrize("limit", ["250 ms", "1234567ns", "1.5 h", "0 ns"])
def test_a_printed_limit_is_the_whole_limit(limit):
    printed = str(span(slower_than=limit))
    assert Duration(printed.removeprefix("span(slower_than='").removesuffix("')")) == limit
