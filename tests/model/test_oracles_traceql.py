"""TraceQL's structural operators as relations of patterns: which spans Tempo finds in one trace.

One of the four spans is disconnected: it names itself as its parent. For us it is a root beside the other and matches
a negated relation as any root does; Tempo leaves it out of negated results, and so does the reading of them here.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from oracles import oracle

from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.span import KINDS, Span
from pytest_flock_trace.model.trace import Trace

TEMPO = oracle("rules/traceql_structural.json")
DISCONNECTED = "0000000000000000"

RELATIONS = {">>": "under", "<<": "over", ">": "child_of", "<": "parent_of", "~": "beside"}
"""How a span of the right side stands to one of the left."""
INVERSE = {"under": "over", "over": "under", "child_of": "parent_of", "parent_of": "child_of", "beside": "beside"}
QUERY = re.compile(r"\{(.*?)\} *([!&]?)(>>|<<|>|<|~) *\{(.*?)\}")
COMPARISON = re.compile(r"(name|span\.([\w.-]+)) *(!?=) *`(.*)`")


def tempo_span(row: dict[str, Any]) -> Span:
    return Span(
        row["name"],
        span_id=row["id"],
        parent_id=row["parent"],
        start_ns=row["start"],
        end_ns=row["end"],
        status=row["status"],
        kind=row["kind"] if row["kind"] in KINDS else "internal",
        attributes=row["attributes"],
        service=row["service"],
    )


def selection(text: str) -> Pattern:
    """What stands between braces: nothing, a flag that is set, or a comparison; `!=` demands that there is a value."""
    if not text:
        return span()
    if text.startswith("."):
        return span(attributes={text[1:]: True})
    field, key, operator, value = COMPARISON.fullmatch(text).groups()
    same = span(value) if field == "name" else span(attributes={key: value})
    return same if operator == "=" else span(attributes={key: object}) & ~same


def structural(query: str) -> Pattern:
    """The spans of the right side that stand so to some of the left; `!` to none, `&` with those of the left."""
    left, prefix, operator, right = QUERY.fullmatch(query).groups()
    first, second, relation = selection(left.strip()), selection(right.strip()), RELATIONS[operator]
    if prefix == "!":
        return second & ~span(**{relation: first})
    found = second & span(**{relation: first})
    return found | (first & span(**{INVERSE[relation]: second})) if prefix == "&" else found


def found_by(query: str) -> set[str]:
    trace = Trace.of(map(tempo_span, TEMPO["trace"]))
    found = {span.span_id for span in trace.find(structural(query))}
    negated = QUERY.fullmatch(query)[2] == "!"
    return found - {DISCONNECTED} if negated else found


@pytest.mark.parametrize("case", TEMPO["match"], ids=lambda case: case["query"])
def test_a_relation_finds_what_tempo_finds(case):
    assert found_by(case["query"]) == set(case["matched_span_ids"])


@pytest.mark.parametrize("query", TEMPO["no_match"])
def test_a_relation_finds_nothing_where_tempo_does(query):
    assert found_by(query) == set()


def test_the_disconnected_span_is_a_root_without_relatives():
    trace = Trace.of(map(tempo_span, TEMPO["trace"]))
    broken = trace.one(span(attributes={"broken": True}))
    assert broken.span_id == DISCONNECTED
    assert broken in trace.roots
    assert trace.children(broken) == []
