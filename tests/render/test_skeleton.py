"""The normal form of a trace."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

import pytest

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.span import Event, Origin, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.skeleton import skeleton


def made(name: str, span_id: str, parent: str | None = None, task: int | None = 1, **more: Any) -> Span:
    made.count += 1
    origin = Origin(made.count, "MainThread", task)
    return Span(name, span_id=span_id, parent_id=parent, start_ns=made.count, end_ns=99, **{"origin": origin, **more})


made.count = 0


def agent(name: str, parent: str | None = "run", **more: Any) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name, "gen_ai.request.model": "small"}
    return made("Agent.execute", name, parent, attributes=attributes, **more)


def text(block: str) -> str:
    return dedent(block).strip("\n")


@pytest.fixture
def review() -> Trace:
    return Trace.of(
        [
            made("review", "run"),
            agent("writer"),
            made("tool.search", "s1", "writer"),
            made("tool.search", "s2", "writer"),
            made("chat", "c1", "writer"),
            agent("critic", status="error", status_description="no score at 12:30"),
            made("chat", "c2", "critic", status="error", events=[Event("exception")]),
            made("audit", "a", "run", late=True, dropped=3),
        ],
        name="review",
    )


def test_a_line_a_span_with_its_label_and_error_and_nothing_that_changes_from_run_to_run(review: Trace) -> None:
    assert skeleton(review) == text("""
        review
          Agent.execute[writer]
            tool.search ×2
            chat
          Agent.execute[critic]  ERROR
            chat  ERROR
          audit
    """)


def test_a_trace_without_spans_says_so() -> None:
    assert skeleton(Trace.of([])) == "(no spans)"


def test_repeats_are_counted_where_they_stand_with_what_is_below_one_of_them() -> None:
    steps = [made("step", f"s{at}", "run") for at in range(3)]
    calls = [made("call", f"{at}.{call}", f"s{at}") for at in range(3) for call in range(2)]

    assert skeleton(Trace.of([made("run", "run"), *steps, *calls])) == "run\n  step ×3\n    call ×2"


def test_neighbours_that_differ_further_down_stand_apart() -> None:
    spans = [made("run", "run"), made("step", "1", "run"), made("step", "2", "run"), made("call", "3", "2")]

    assert skeleton(Trace.of(spans)) == "run\n  step\n  step\n    call"


def test_repeats_that_are_no_neighbours_stand_apart() -> None:
    spans = [made("run", "run"), *(made(name, str(at), "run") for at, name in enumerate("aba"))]

    assert skeleton(Trace.of(spans)) == "run\n  a\n  b\n  a"


def test_attributes_are_shown_by_name_or_glob_in_the_order_of_their_names(review: Trace) -> None:
    named = skeleton(review, attributes="gen_ai.request.model")
    globbed = skeleton(review, attributes=["gen_ai.request.*", re.compile("operation")])

    assert 'Agent.execute[writer] {gen_ai.request.model="small"}' in named
    assert 'Agent.execute[writer] {gen_ai.operation.name="invoke_agent", gen_ai.request.model="small"}' in globbed
    assert '[critic] {gen_ai.request.model="small"}  ERROR' in named


def test_attribute_values_are_json_on_one_line() -> None:
    attributes = {"text": 'a\n"b"\u2028', "list": [1, 2.5, None], "map": {"k": True}, "bytes": b"\x00"}
    trace = Trace.of([made("run", "run", attributes=attributes)])

    shown = skeleton(trace, attributes="*")

    assert shown == r'run {bytes="AA==", list=[1,2.5,null], map={"k":true}, text="a\n\"b\"\u2028"}'


def test_spans_that_differ_in_a_shown_attribute_stand_apart_and_those_that_differ_in_another_do_not() -> None:
    calls = [made("call", str(at), "run", attributes={"n": at, "same": 0}) for at in range(2)]
    trace = Trace.of([made("run", "run"), *calls])

    assert skeleton(trace, attributes="n") == "run\n  call {n=0}\n  call {n=1}"
    assert skeleton(trace, attributes="same") == "run\n  call {same=0} ×2"


def test_what_a_hidden_span_holds_stands_under_the_nearest_span_that_is_shown(review: Trace) -> None:
    assert skeleton(review, hide=["Agent.*", "audit"]) == text("""
        review
          tool.search ×2
          chat
          chat  ERROR
    """)


def test_a_hidden_root_leaves_its_children_at_the_top(review: Trace) -> None:
    assert skeleton(review, hide=span("review") | span("Agent.*")).splitlines()[0] == "tool.search ×2"


def test_hiding_everything_leaves_nothing(review: Trace) -> None:
    assert skeleton(review, hide="*") == "(no spans)"


def test_nothing_is_shown_below_a_collapsed_span_and_it_says_so_even_if_there_was_nothing(review: Trace) -> None:
    assert skeleton(review, collapse=[span(agent="*"), "audit"]) == text("""
        review
          Agent.execute[writer] …
          Agent.execute[critic] …  ERROR
          audit …
    """)


def test_a_span_that_is_hidden_and_collapsed_is_left_out_with_all_below(review: Trace) -> None:
    assert skeleton(review, hide="Agent.*", collapse="Agent.*") == "review\n  audit"


def test_the_names_of_hidden_spans_do_not_decide_the_order_of_others() -> None:
    def wrapped(*names: str) -> Trace:
        wrappers = [made(name, name, "run", task=None, origin=Origin()) for name in names]
        calls = [made(f"call {at}", f"c{at}", name, origin=Origin()) for at, name in enumerate(names)]
        return Trace.of([made("run", "run"), *wrappers, *calls])

    assert skeleton(wrapped("session f3", "session a1"), hide="session *") == "run\n  call 0\n  call 1"
    assert skeleton(wrapped("session 0b", "session 9c"), hide="session *") == "run\n  call 0\n  call 1"


@pytest.mark.parametrize("phase", ["setup", "teardown"])
def test_what_fixtures_did_outside_every_run_is_left_out(phase: str) -> None:
    fixture = Origin(1, "MainThread", None, phase)
    spans = [
        made("connect", "f", origin=fixture),
        made("ping", "p", "f", origin=fixture),
        made("serve", "s", "f", origin=Origin(2, "MainThread", None, "call")),
        made("run", "run", origin=Origin(3, "MainThread")),
    ]

    assert skeleton(Trace.of(spans)) == "serve\nrun"


def test_each_root_is_a_block_of_its_own() -> None:
    spans = [made("b", "b"), made("x", "x", "b"), made("a", "a", trace_id="u"), made("x", "y", "a", trace_id="u")]

    assert skeleton(Trace.of(spans)) == "b\n  x\na\n  x"
    assert skeleton(Trace.of(span.replace(origin=Origin()) for span in spans)) == "a\n  x\nb\n  x"


def test_labels_that_are_no_line_become_one() -> None:
    spans = [made("two\nlines", "run"), made("  ", "blank", "run"), made("x" * 300, "long", "run")]

    assert skeleton(Trace.of(spans)).split("\n") == [r"two\nlines", "  (no name)", f"  {'x' * 300}"]


@pytest.mark.parametrize("argument", ["hide", "collapse", "attributes"])
@pytest.mark.parametrize("value", [3, [3], ["ok", None]])
def test_what_is_no_pattern_or_name_is_refused(review: Trace, argument: str, value: Any) -> None:
    with pytest.raises(BadPattern, match=r"3|None"):
        skeleton(review, **{argument: value})


def test_the_noise_of_frameworks_is_left_out_and_what_it_holds_moves_up() -> None:
    hook = {"module": "flock.components"}
    trace = Trace.of(
        [
            made("review", "run"),
            made("Crew.on_start", "h", "run", attributes=hook),
            made("chat", "c", "h"),
            made("Crew.on_end", "e", "run", attributes=hook, status="error"),
        ]
    )

    assert skeleton(trace) == "review\n  chat\n  Crew.on_end  ERROR"
