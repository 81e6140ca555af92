from __future__ import annotations

import pytest

from pytest_flock_trace.analysis.subject import grouped, noun_of, reader_of
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace

RUN = Span("Shop.run", span_id="r", attributes={RUN_ATTRIBUTE: "run", "shard": "a", "agent.name": "writer"})


def test_fields_are_read_off_the_span():
    span = Span("Cart.load", span_id="1", attributes={"shard": ("a", 1)})
    fields = ("service", "operation", "name", "agent", "attributes.shard", "attributes.app.test")
    assert [reader_of(field)(span) for field in fields] == ["Cart", "load", "Cart.load", None, '["a",1]', "(without)"]


@pytest.mark.parametrize("by", ["service", "operation", "name", "attributes.shard", len, ("name", "service")])
def test_a_run_root_belongs_to_no_subject(by):
    assert reader_of(by)(RUN) is None


def test_a_run_that_is_an_agents_invocation_belongs_to_the_agent():
    run = Trace.of([RUN]).roots[0]
    assert reader_of("agent")(run) == "writer"


@pytest.mark.parametrize("by", ["kind", "attributes", "", ("name", "kind")])
def test_what_is_no_field_is_refused(by):
    with pytest.raises(BadArgument, match="valid: agent, service, operation, name"):
        reader_of(by)


def test_a_sentence_names_the_fields():
    def shard(span: Span) -> str:
        return span.name

    assert noun_of("service") == "service"
    assert noun_of(("service", "attributes.x")) == "service and attributes.x"
    assert noun_of(shard).endswith("shard")


def test_groups_come_by_size_then_by_name():
    names = ["b", "a", "c", "c"]
    tree = Trace.of([Span(name, span_id=str(at), start_ns=at) for at, name in enumerate(names)]).tree
    assert grouped(tree, reader_of("name")) == {"c": [2, 3], "a": [1], "b": [0]}
    assert list(grouped(tree, reader_of("name"))) == ["c", "a", "b"]
