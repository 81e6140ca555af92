from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from pytest_flock_trace import Duration, Span, Trace, interop, span
from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.interop import span_query

SECOND = 1_000_000_000


@pytest.fixture
def trace() -> Trace:
    """A workflow of two agents: root → writer → (chat, search → http), root → critic."""
    return Trace.of(
        [
            Span("workflow", span_id="root", end_ns=10 * SECOND),
            Span("agent writer", span_id="writer", parent_id="root", start_ns=1, end_ns=6 * SECOND, status="ok"),
            Span("chat", span_id="chat", parent_id="writer", start_ns=2, end_ns=2 * SECOND + 2, attributes={"n": 1}),
            Span(
                "tool search?",
                span_id="search",
                parent_id="writer",
                start_ns=3,
                end_ns=3 * SECOND + 3,
                status="error",
                attributes={"n": 2, "args": '{"q": ["bees", 1]}', "flag": True},
            ),
            Span("http GET", span_id="http", parent_id="search", start_ns=4, end_ns=4),
            Span("agent critic", span_id="critic", parent_id="root", start_ns=7 * SECOND, end_ns=9 * SECOND),
        ]
    )


ALL = ["root", "writer", "chat", "search", "http", "critic"]


def ids(trace: Trace, query: Mapping[str, object]) -> list[str]:
    return [found.span_id for found in trace.find(span_query(query))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"name_equals": "chat"}, ["chat"]),
        ({"name_equals": "chat*"}, []),
        ({"name_equals": "tool search?"}, ["search"]),
        ({"name_equals": ""}, []),
        ({"name_contains": "agent"}, ["writer", "critic"]),
        ({"name_contains": "h?"}, ["search"]),
        ({"name_contains": "*"}, []),
        ({"name_contains": ""}, ALL),
        ({"name_matches_regex": "agent|chat"}, ["writer", "chat", "critic"]),
        ({"name_matches_regex": "writer|search"}, []),
        ({"name_matches_regex": "(?i)AGENT C"}, ["critic"]),
        ({"name_matches_regex": "(?x) chat  # the model"}, ["chat"]),
        ({"has_attributes": {"n": 1}}, ["chat"]),
        ({"has_attributes": {"n": 2, "flag": True}}, ["search"]),
        ({"has_attributes": {"flag": 1}}, []),
        ({"has_attributes": {"args": {"q": ["bees", 1]}}}, ["search"]),
        ({"has_attributes": {}}, ALL),
        ({"has_attribute_keys": ["n"]}, ["chat", "search"]),
        ({"has_attribute_keys": ("n", "flag")}, ["search"]),
        ({"has_status": "error"}, ["search"]),
        ({"has_status": "unset"}, ["root", "chat", "http", "critic"]),
        ({"min_duration": 3}, ["root", "writer", "search"]),
        ({"min_duration": timedelta(seconds=3), "max_duration": 6.0}, ["writer", "search"]),
        ({"max_duration": Duration("2s")}, ["chat", "http", "critic"]),
        ({"max_duration": 0}, ["http"]),
        ({"not_": {"name_contains": "agent"}}, ["root", "chat", "search", "http"]),
        ({"not_": {}}, []),
        ({"and_": [{"name_contains": "agent"}, {"has_status": "ok"}]}, ["writer"]),
        ({"and_": []}, ALL),
        ({"or_": [{"name_equals": "chat"}, {"has_status": "error"}]}, ["chat", "search"]),
        ({"or_": [{"name_equals": "chat"}]}, ["chat"]),
        ({"and_": [{"min_depth": 2}, {"or_": [{"name_equals": "chat"}, {"max_depth": 1}]}]}, ["chat"]),
        ({"min_child_count": 2}, ["root", "writer"]),
        ({"min_child_count": 0}, ALL),
        ({"max_child_count": 0}, ["chat", "http", "critic"]),
        ({"min_descendant_count": 3}, ["root", "writer"]),
        ({"max_descendant_count": 0}, ["chat", "http", "critic"]),
        ({"min_depth": 2}, ["chat", "search", "http"]),
        ({"max_depth": 0}, ["root"]),
        ({"some_child_has": {"name_equals": "chat"}}, ["writer"]),
        ({"some_child_has": {}}, ["root", "writer", "search"]),
        ({"all_children_have": {"has_attribute_keys": ["n"]}}, ["writer", "chat", "http", "critic"]),
        ({"all_children_have": {"has_status": "error"}, "min_child_count": 1}, []),
        ({"no_child_has": {"has_status": "error"}}, ["root", "chat", "search", "http", "critic"]),
        ({"some_descendant_has": {"name_equals": "http GET"}}, ["root", "writer", "search"]),
        ({"all_descendants_have": {"max_duration": 3}, "min_child_count": 1}, ["writer", "search"]),
        ({"no_descendant_has": {"name_equals": "chat"}}, ["chat", "search", "http", "critic"]),
        ({"some_ancestor_has": {"name_equals": "agent writer"}}, ["chat", "search", "http"]),
        ({"all_ancestors_have": {"name_contains": "w"}}, ["root", "writer", "chat", "search", "critic"]),
        ({"no_ancestor_has": {"name_equals": "agent writer"}}, ["root", "writer", "critic"]),
        (
            {"some_descendant_has": {"name_equals": "http GET"}, "stop_recursing_when": {"has_status": "ok"}},
            ["writer", "search"],
        ),
        (
            {"no_descendant_has": {"name_equals": "http GET"}, "stop_recursing_when": {"has_status": "ok"}},
            ["root", "chat", "http", "critic"],
        ),
        (
            {
                "all_descendants_have": {"name_contains": "agent"},
                "stop_recursing_when": {"has_status": "ok"},
                "min_child_count": 1,
            },
            ["root"],
        ),
        (
            {"some_ancestor_has": {"name_equals": "workflow"}, "stop_recursing_when": {"has_status": "error"}},
            ["writer", "chat", "search", "critic"],
        ),
        (
            {"all_ancestors_have": {"has_status": "error"}, "stop_recursing_when": {"has_status": "error"}},
            ["root", "http"],
        ),
        (
            {"no_ancestor_has": {"name_equals": "workflow"}, "stop_recursing_when": {"has_status": "error"}},
            ["root", "http"],
        ),
        ({"some_descendant_has": {"name_equals": "http GET"}, "stop_recursing_when": {}}, ["search"]),
        ({"some_child_has": {"name_equals": "chat"}, "stop_recursing_when": {}}, ["writer"]),
        ({"min_descendant_count": 5, "stop_recursing_when": {}}, ["root"]),
    ],
    ids=repr,
)
def test_a_query_finds_the_spans_that_meet_all_its_keys(trace, query, found):
    assert ids(trace, query) == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"name_equal": "chat"}, "no key 'name_equal'; did you mean 'name_equals'?"),
        ({"depth": 1}, "no key 'depth'; did you mean 'min_depth'?"),
        ({"zzz": 1}, "no key 'zzz'; valid: name_equals, name_contains"),
        ({7: 1}, "no key 7"),
        ({"some_child_has": {"and_": [{"nome_equals": "chat"}]}}, "no key 'nome_equals'"),
        ({"some_child_has": {"name_equals": 3}}, "name_equals=3 is no text"),
        ({"name_equals": None}, "name_equals=None is no text"),
        ({"name_contains": 3}, "name_contains=3 is no text"),
        ({"name_matches_regex": re.compile("a")}, "is no text"),
        ({"name_matches_regex": "("}, "name_matches_regex='(' is no regular expression: missing )"),
        ({"has_attributes": ["n"]}, "has_attributes=['n'] is no mapping"),
        ({"has_attribute_keys": "n"}, "has_attribute_keys='n' is no list of texts"),
        ({"has_attribute_keys": [1]}, "has_attribute_keys=[1] is no list of texts"),
        ({"has_status": "ERROR"}, "has_status='ERROR' can never match; valid: unset, ok, error"),
        ({"has_status": "e*"}, "can never match"),
        ({"has_status": ["ok"]}, "can never match"),
        ({"min_duration": "1s"}, "min_duration='1s' is no length of time; give seconds or a timedelta"),
        ({"min_duration": True}, "min_duration=True is no length of time"),
        ({"max_duration": float("nan")}, "max_duration=nan is no length of time"),
        ({"max_duration": float("inf")}, "max_duration=inf is no length of time"),
        ({"max_duration": timedelta(seconds=-1)}, "is no length of time"),
        ({"min_child_count": 1.5}, "min_child_count=1.5 is no count; give a whole number, 0 or more"),
        ({"max_child_count": True}, "max_child_count=True is no count"),
        ({"max_depth": -1}, "max_depth=-1 is no count"),
        ({"max_descendant_count": None}, "max_descendant_count=None is no count"),
        ({"not_": "chat"}, "not_='chat' is no mapping; give a dictionary such as {'name_contains': 'chat'}"),
        ({"and_": {"name_equals": "chat"}}, "and_={'name_equals': 'chat'} is no list of queries"),
        ({"and_": ["chat"]}, "and_='chat' is no mapping"),
        ({"or_": "chat"}, "or_='chat' is no list of queries"),
        ({"or_": []}, "or_=[] offers no alternative"),
        ({"or_": [{}], "name_equals": "chat"}, "or_ stands alone in a span query, but 'name_equals' stands beside it"),
        ({"stop_recursing_when": 1}, "stop_recursing_when=1 is no mapping"),
        ({"some_ancestor_has": [{}]}, "some_ancestor_has=[{}] is no mapping"),
        ("chat", "query='chat' is no mapping"),
    ],
    ids=repr,
)
def test_what_cannot_be_meant_is_refused_at_once(query, message):
    with pytest.raises(BadPattern) as caught:
        span_query(query)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("query", "at", "phrases"),
    [
        ({"min_child_count": 2}, "search", ["has 1 child, expected at least 2"]),
        ({"max_child_count": 1}, "writer", ["has 2 children, expected at most 1"]),
        ({"min_descendant_count": 4}, "search", ["has 1 descendant, expected at least 4"]),
        ({"max_depth": 1}, "http", ["stands at depth 3, expected at most 1"]),
        ({"min_duration": 2.5}, "chat", ["took 2 s, expected at least 2.5 s"]),
        (
            {"all_children_have": {"name_equals": "chat"}},
            "writer",
            ["has 1 child that misses span('chat'): tool search?"],
        ),
        (
            {"all_ancestors_have": {"name_equals": "chat"}},
            "search",
            ["has 2 ancestors that miss span('chat'): workflow, agent writer"],
        ),
        (
            {"all_descendants_have": {"name_equals": "chat"}},
            "root",
            ["has 4 descendants that miss span('chat'): agent writer, tool search?, http GET, …"],
        ),
        (
            {"all_descendants_have": {"name_equals": "chat"}, "stop_recursing_when": {"has_status": "ok"}},
            "root",
            ["has 2 descendants that miss span('chat'): agent writer, agent critic"],
        ),
        (
            {"some_descendant_has": {"name_equals": "chat"}, "stop_recursing_when": {"has_status": "ok"}},
            "root",
            ["is above no span('chat'), looking no further than span(status='ok')"],
        ),
        ({"no_child_has": {"name_equals": "chat"}}, "writer", ["matches span(parent_of=span('chat'))"]),
    ],
    ids=repr,
)
def test_a_span_that_misses_a_query_is_told_why(trace, query, at, phrases):
    assert span_query(query).misses(trace.tree, ALL.index(at)) == phrases


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ({}, "span()"),
        ({"name_contains": "chat", "has_status": "ok"}, "span('*chat*', status='ok')"),
        ({"name_matches_regex": "a|b"}, r"span(/\A(?:a|b)/)"),
        ({"min_child_count": 1, "max_duration": 0.25}, "span(min_child_count=1, max_duration='250 ms')"),
        ({"all_children_have": {"name_equals": "chat"}}, "~span(parent_of=~span('chat'))"),
        ({"no_ancestor_has": {"name_equals": "chat"}}, "~span(under=span('chat'))"),
        (
            {"some_descendant_has": {"name_equals": "chat"}, "stop_recursing_when": {"max_depth": 2}},
            "span(over=span('chat'), stop_recursing_when=span(max_depth=2))",
        ),
    ],
    ids=repr,
)
def test_a_query_reads_as_a_pattern(query, pattern):
    assert repr(span_query(query)) == pattern


def test_a_query_is_a_pattern_among_others(trace):
    assert [found.span_id for found in trace.find(span_query({"min_child_count": 1}) & span("agent *"))] == ["writer"]
    assert span_query({"max_depth": 0}) in trace
    assert trace.count(span("chat", under=span_query({"min_descendant_count": 3, "min_depth": 1}))) == 1
    assert span_query({"min_depth": 2}) == span_query({"min_depth": 2}) != span_query({"max_depth": 2})


@pytest.mark.parametrize("query", [{"not_": {"has_status": "ok"}}, {"no_child_has": {}}, {"all_children_have": {}}])
def test_a_query_that_only_excludes_proves_nothing_by_being_in_a_trace(trace, query):
    with pytest.raises(BadPattern, match="says only what a span is not"):
        assert span_query(query) in trace


def test_the_names_that_a_query_mentions_are_those_of_all_its_parts():
    query = {
        "name_equals": "a",
        "all_children_have": {"has_attribute_keys": ["b"]},
        "some_ancestor_has": {"name_equals": "c"},
        "stop_recursing_when": {"name_equals": "d"},
    }
    assert [name.expected for name in span_query(query).names()] == ["a", "b", "c", "d"]


def test_span_query_is_found_where_it_is_looked_for():
    assert interop.span_query is span_query
    assert "span_query" in dir(interop)
    with pytest.raises(AttributeError, match="no_such_format"):
        getattr(interop, "no_such_format")  # noqa: B009  # a plain attribute would be a type error


@pytest.mark.parametrize("query", [{"some_descendant_has": {"name_equals": "9999"}}, {"max_depth": 9_998}], ids=repr)
@pytest.mark.parametrize("stop", [{}, {"stop_recursing_when": {"name_equals": "never"}}], ids=["whole", "stopped"])
def test_a_trace_may_be_ten_thousand_spans_deep(query, stop):
    chain = (Span(str(at), span_id=str(at), parent_id=str(at - 1), start_ns=at, end_ns=20_000) for at in range(10_000))
    deep = Trace.of(chain)
    assert deep.count(span_query({**query, **stop})) == 9_999
    assert deep.count(span_query({"all_ancestors_have": {"name_contains": ""}, **stop})) == 10_000
    assert span_query({"all_ancestors_have": {"name_equals": "x"}, **stop}).misses(deep.tree, 9_999) == [
        "has 9999 ancestors that miss span('x'): 0, 1, 2, …"
    ]
