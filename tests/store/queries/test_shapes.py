"""How spans nest, how wide and how deep, and how many of them are noise."""

from __future__ import annotations

from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span


def test_the_twenty_widest_spans_are_told_with_what_their_children_took(recording):
    parents = [Span("p", span_id=f"p{n}", trace_id="t", start_ns=n, end_ns=100) for n in range(25)]
    children = [
        Span(f"c{m % 2}", span_id=f"c{n}.{m}", trace_id="t", parent_id=f"p{n}", start_ns=n + m, end_ns=n + m + 10)
        for n in range(25)
        for m in range(n + 1)
    ]
    live = recording(*parents, children[0].replace(status="error"), *children[1:])

    rows = live.answer("fan_out", "label", "children", "failed", "labels", "total", "children_time", "span_id")
    assert [row[1] for row in rows] == list(range(25, 5, -1))
    assert rows[0] == ("p", 25, 0, 2, 250, 34, "p24")


def test_children_that_failed_are_counted_with_their_parent(recording):
    live = recording(
        Span("p", span_id="1", end_ns=9),
        Span("c", span_id="2", parent_id="1", status="error"),
        Span("c", span_id="3", parent_id="1"),
    )

    assert live.answer("fan_out", "children", "failed", "labels", "duration") == [(2, 1, 1, 9)]


def test_depth_counts_from_the_root_to_the_deepest_span(recording):
    live = recording(
        Span("root", span_id="1", trace_id="t"),
        Span("middle", span_id="2", trace_id="t", parent_id="1", start_ns=1),
        Span("first leaf", span_id="3", trace_id="t", parent_id="2", start_ns=2),
        Span("other leaf", span_id="4", trace_id="t", parent_id="2", start_ns=3),
        Span("orphan", span_id="1", trace_id="u", parent_id="lost"),
    )

    assert live.store.saved("deep_chains").columns == ["depth", "root", "deepest", "spans", "trace_id", "span_id"]
    assert live.store.saved("deep_chains").fetchall() == [
        (3, "root", "first leaf", 4, "t", "3"),
        (1, "orphan", "orphan", 1, "u", "1"),
    ]


def test_a_chain_of_two_thousand_spans_is_as_deep(recording):
    chain = (Span("s", span_id=str(n), parent_id=str(n - 1) if n else None, start_ns=n) for n in range(2_000))

    assert recording(*chain).answer("deep_chains", "depth", "span_id") == [(2_000, "1999")]


def test_noise_is_what_makes_many_spans_of_little_time(recording):
    own, users = {"module": "flock.components"}, {"module": "crew.components"}
    live = recording(
        Span("run", span_id="0", end_ns=100, attributes={RUN_ATTRIBUTE: "run"}),
        Span("Counter.on_pre_consume", span_id="1", end_ns=1, attributes=own),
        Span("Counter.on_pre_consume", span_id="2", end_ns=2, attributes=own),
        Span("Counter.on_pre_consume", span_id="3", end_ns=2, attributes=own, status="error"),
        Span("Mine.on_pre_consume", span_id="4", end_ns=5, attributes=users),
        Span("Agent.execute", span_id="5", end_ns=90, attributes={"module": "flockers"}),
    )

    assert live.store.saved("noisy_operations").fetchall() == [
        ("Counter.on_pre_consume", 3, 2, 3 / 5, 5 / 100, 2),
        ("Agent.execute", 1, 0, 1 / 5, 90 / 100, 90),
        ("Mine.on_pre_consume", 1, 0, 1 / 5, 5 / 100, 5),
    ]
