"""Random patterns and rules, which speak of what the package's own random traces hold; and spans that say much."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.relation import RELATIONS
from pytest_flock_trace.model.rules import declare
from pytest_flock_trace.model.rules.counting import absence, at_least, at_most, exactly, existence, never
from pytest_flock_trace.model.rules.declare import end, init
from pytest_flock_trace.model.rules.graph import acyclic, only_edges
from pytest_flock_trace.model.rules.order import order
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.rules.templates import MEANINGS, UNORDERED
from pytest_flock_trace.model.rules.universal import each, when
from pytest_flock_trace.model.span import KINDS, STATUSES, WAIT_NAMES, Event, Link, Origin, Scope, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.strategies import any_shape
from pytest_flock_trace.strategies.any_shape import NAMES

LEVELS = ("agent", "service", "operation")


def traces(*, max_size: int = 12, causal: bool = True, nested: bool = False) -> st.SearchStrategy[Trace]:
    """What users get; without `causal` no waits, links and artifacts, with `nested` no child ends after its parent."""
    return span_lists(max_size=max_size, causal=causal, nested=nested).map(Trace.of)


def span_lists(*, max_size: int = 12, causal: bool = True, nested: bool = False) -> st.SearchStrategy[list[Span]]:
    """What these are made of, parents first."""
    return any_shape.span_lists(max_spans=max_size, causal=causal, nested=nested)


SAID_TEXT = st.text("aé日🦆\n\"'\\{=", max_size=6)
SAID_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | SAID_TEXT | st.binary(),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(SAID_TEXT, inner, max_size=3),
    max_leaves=5,
)
SAID_ATTRIBUTES = st.dictionaries(SAID_TEXT, SAID_VALUES, max_size=3)
RESOURCES = ({"service.name": "crew"}, {"service.name": "crew", "host": {"cpus": (1, 2)}}, {})
SCOPES = (Scope(), Scope("agents"), Scope("agents", "1.2"))
ORIGINS = st.builds(
    Origin,
    st.integers(0, 3),
    thread=st.none() | SAID_TEXT,
    task=st.none() | st.integers(0, 3),
    phase=st.none() | st.sampled_from(("setup", "call")),
)


@st.composite
def telling_spans(draw: st.DrawFn, *, max_size: int = 5) -> list[Span]:
    """Spans of which every field may say something; ids and artifacts that OTLP has no room for among them."""
    return [
        one.replace(
            trace_id=draw(st.sampled_from(("t", "u", "0af7651916cd43dd8448eb211c80319c"))),
            span_id=f"{index:016x}" if draw(st.booleans()) else one.span_id,
            start_ns=draw(st.integers(0, 2**64 - 1) | st.integers()),
            end_ns=draw(st.integers(0, 2**64 - 1) | st.integers()),
            status_description=draw(st.none() | SAID_TEXT.filter(bool)),
            attributes=draw(SAID_ATTRIBUTES),
            events=draw(st.lists(st.builds(Event, SAID_TEXT, st.integers(-1, 2**64), SAID_ATTRIBUTES), max_size=2)),
            links=[Link(link.span_id, "t", draw(SAID_ATTRIBUTES)) for link in one.links],
            resource=draw(st.sampled_from(RESOURCES)),
            scope=draw(st.sampled_from(SCOPES)),
            consumed=[Artifact(artifact, draw(st.none() | SAID_TEXT)) for artifact in one.consumed],
            origin=draw(ORIGINS),
            service=draw(st.none() | SAID_TEXT),
            operation=draw(st.none() | SAID_TEXT),
            waits=draw(st.booleans() | st.sampled_from((WAIT_NAMES, (), ("a*", "b")))),
            dropped=draw(st.integers(0, 3) | st.integers(-1, 2**33)),
            **{flag: draw(st.booleans()) for flag in ("late", "unfinished", "detached")},
        )
        for index, one in enumerate(draw(span_lists(max_size=max_size)), 1)
    ]


ANYTHING_SAID = st.one_of(
    st.sampled_from((*NAMES, "llm.*", "?ublish", "*", "absent")).map(span),
    st.sampled_from(("writer", "critic", "*", "ghost")).map(lambda name: span(agent=name)),
    st.sampled_from(("writer", "critic")).map(lambda name: span(actor=name)),
    st.sampled_from(STATUSES).map(lambda status: span(status=status)),
    st.sampled_from(KINDS).map(lambda kind: span(kind=kind)),
    st.integers(0, 12).map(lambda limit: span(faster_than=limit)),
    st.integers(0, 12).map(lambda limit: span("*", slower_than=limit)),
    st.sampled_from(("writer", "critic", None)).map(lambda name: span("*", attributes={"agent.name": name})),
)


@st.composite
def patterns(draw: st.DrawFn, *, depth: int = 2) -> Pattern:
    """Patterns of every kind but those with code."""
    how = draw(st.sampled_from(("said", "said", "related", "&", "|", "~") if depth else ("said",)))
    if how == "said":
        return draw(ANYTHING_SAID)
    one = draw(patterns(depth=depth - 1))
    if how == "related":
        return span(**{draw(st.sampled_from(list(RELATIONS))): one})
    if how == "~":
        return ~one
    other = draw(patterns(depth=depth - 1))
    return one & other if how == "&" else one | other


def positive_patterns() -> st.SearchStrategy[Pattern]:
    """Those that say more than what a span is not."""
    return patterns().filter(lambda pattern: not pattern.only_excludes)


@st.composite
def rules(draw: st.DrawFn, *, depth: int = 2) -> Rule:
    """Rules of every kind and what they combine to."""
    how = draw(st.sampled_from(("simple", "simple", "when", "&", "|", "~") if depth else ("simple",)))
    if how == "simple":
        return draw(draw(st.sampled_from(SIMPLE_RULES)))
    one = draw(rules(depth=depth - 1))
    if how == "when":
        return when(draw(patterns()), then=one, vacuous_ok=draw(st.booleans()))
    if how == "~":
        return ~one
    other = draw(rules(depth=depth - 1))
    return one & other if how == "&" else one | other


_ONE, _DEMANDED, _NUMBER, _GUARD = patterns(), positive_patterns(), st.integers(0, 3), st.booleans()
_AMONG, _WITHIN = st.none() | _ONE, st.none() | st.integers(0, 9)
_EDGES = st.lists(st.sampled_from(("writer -> critic", "critic -> *", "* -> writer")), min_size=1)
SIMPLE_RULES: Sequence[st.SearchStrategy[Rule]] = [
    st.builds(never, _ONE, vacuous_ok=_GUARD),
    st.builds(exactly, _NUMBER, _ONE, among=_AMONG),
    st.builds(at_least, _NUMBER, _DEMANDED),
    st.builds(at_most, _NUMBER, _ONE, vacuous_ok=_GUARD),
    st.builds(existence, _DEMANDED, n=_NUMBER, among=_AMONG),
    st.builds(absence, _ONE, n=st.integers(1, 3), among=_AMONG, vacuous_ok=_GUARD),
    st.builds(each, _ONE, vacuous_ok=_GUARD, under=_ONE),
    st.builds(each, _ONE, vacuous_ok=_GUARD, after=_ONE, status=st.sampled_from(STATUSES)),
    st.builds(order, _DEMANDED, _DEMANDED),
    st.builds(order, _DEMANDED, _DEMANDED, _DEMANDED),
    st.builds(init, _DEMANDED, among=_AMONG),
    st.builds(end, _DEMANDED, among=_AMONG),
    st.builds(acyclic, st.sampled_from(LEVELS), st.none() | _NUMBER, vacuous_ok=_GUARD),
    st.builds(lambda edges, by: only_edges(*edges, by=by), _EDGES, st.sampled_from(LEVELS)),
    *(
        st.builds(getattr(declare, name), _ONE, _ONE, among=_AMONG, vacuous_ok=_GUARD, **within)
        for name in MEANINGS
        for within in ([{}] if name in UNORDERED else [{}, {"within": _WITHIN}])
    ),
]
