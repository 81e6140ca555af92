"""Random queries on random traces, against what each key means of one span."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from strategies import NAMES, traces

from pytest_flock_trace.interop import span_query
from pytest_flock_trace.model.span import STATUSES, Span
from pytest_flock_trace.model.trace import Trace

Query = dict[str, Any]
NOUNS = {"child": "children", "descendant": "descendants", "ancestor": "ancestors"}
KIN = [key for one, several in NOUNS.items() for key in (f"some_{one}_has", f"all_{several}_have", f"no_{one}_has")]
COUNTS = [f"{bound}_{what}" for bound in ("min", "max") for what in ("child_count", "descendant_count", "depth")]


def queries() -> st.SearchStrategy[Query]:
    """Queries of any nesting, their limits small enough to matter in a small trace."""
    own: dict[str, st.SearchStrategy[Any]] = {
        "name_equals": st.sampled_from(NAMES),
        "name_contains": st.sampled_from(("Agent", "l", ".c")),
        "name_matches_regex": st.sampled_from(("Agent|llm", "call", "^.*c")),
        "has_attributes": st.just({"agent.name": "writer"}),
        "has_attribute_keys": st.just(["agent.name"]),
        "has_status": st.sampled_from(STATUSES),
        "min_duration": st.sampled_from((0, 5e-9)),
        "max_duration": st.sampled_from((0, 5e-9)),
        **dict.fromkeys(COUNTS, st.integers(0, 3)),
    }
    return st.recursive(st.fixed_dictionaries({}, optional=own).map(few), composed, max_leaves=5)


def composed(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    keys = {"not_": inner, "and_": st.lists(inner, max_size=2), **dict.fromkeys([*KIN, "stop_recursing_when"], inner)}
    together = st.fixed_dictionaries({"min_depth": st.integers(0, 1)}, optional=keys).map(few)
    return together | st.fixed_dictionaries({"or_": st.lists(inner, min_size=1, max_size=2)})


def few(query: Query) -> Query:
    """The query with few conditions at once, since nothing meets many."""
    return dict(list(query.items())[-2:])


def holds(query: Query, span: Span, trace: Trace) -> bool:
    stop = query.get("stop_recursing_when")
    return all(meets(key, value, span, trace, stop) for key, value in query.items())


def meets(key: str, value: Any, span: Span, trace: Trace, stop: Query | None) -> bool:
    if key in KIN:
        quantifier, noun, _ = key.split("_")
        answers = [holds(value, other, trace) for other in relatives(noun, span, trace, stop)]
        return all(answers) if quantifier == "all" else any(answers) is (quantifier == "some")
    bound, _, number = key.partition("_")
    if bound in {"min", "max"}:
        actual = numbers(span, trace)[number]
        return actual >= value if bound == "min" else actual <= value
    own: dict[str, Callable[[], bool]] = {
        "name_equals": lambda: span.name == value,
        "name_contains": lambda: value in span.name,
        "name_matches_regex": lambda: re.match(value, span.name) is not None,
        "has_attributes": lambda: all(span.attributes.get(name) == wanted for name, wanted in value.items()),
        "has_attribute_keys": lambda: all(name in span.attributes for name in value),
        "has_status": lambda: span.status == value,
        "not_": lambda: not holds(value, span, trace),
        "and_": lambda: all(holds(query, span, trace) for query in value),
        "or_": lambda: any(holds(query, span, trace) for query in value),
        "stop_recursing_when": lambda: True,
    }
    return own[key]()


def numbers(span: Span, trace: Trace) -> Mapping[str, float]:
    return {
        "duration": span.duration.seconds,
        "child_count": len(trace.children(span)),
        "descendant_count": len(trace.descendants(span)),
        "depth": len(trace.ancestors(span)),
    }


def relatives(noun: str, span: Span, trace: Trace, stop: Query | None) -> list[Span]:
    if noun in {"child", "children"}:
        return trace.children(span)

    def step(span: Span) -> list[Span]:
        return trace.children(span) if noun.startswith("descendant") else trace.ancestors(span)[:1]

    found, pending = [], step(span)
    while pending:
        found.append(other := pending.pop())
        if stop is None or not holds(stop, other, trace):
            pending.extend(step(other))
    return found


@given(traces(causal=False), queries())
def test_any_query_finds_what_its_keys_mean(trace, query):
    assert list(trace.find(span_query(query))) == [span for span in trace if holds(query, span, trace)]


@given(traces(causal=False), queries(), st.sets(st.integers(0, 11)))
def test_a_query_answers_for_some_spans_as_for_all_and_says_what_the_others_miss(trace, query, some):
    pattern, tree = span_query(query), trace.tree
    among = sorted(at for at in some if at < len(tree))
    matching = set(pattern.positions(tree))
    assert list(pattern.keep(tree, among)) == [at for at in among if at in matching]
    assert [at for at in range(len(tree)) if not pattern.misses(tree, at)] == sorted(matching)
