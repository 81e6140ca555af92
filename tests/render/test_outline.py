from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.model.span import Event, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.outline import outline

MS = 1_000_000


def made(name: str, span_id: str, parent: str | None, start: int, end: int, **more: Any) -> Span:
    return Span(name, span_id=span_id, parent_id=parent, start_ns=start * MS, end_ns=end * MS, **more)


def agent(name: str, span_id: str, start: int, end: int, **more: Any) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return made("Agent.execute", span_id, "review", start, end, attributes=attributes, **more)


REVIEW = [
    made("review", "review", None, 0, 1200),
    agent("writer", "writer", 10, 400),
    made("tool.search", "s1", "writer", 20, 70),
    made("tool.search", "s2", "writer", 80, 140),
    made("chat", "c1", "writer", 150, 390),
    agent("critic", "critic", 410, 1100, status="error", status_description="ValueError: no score"),
    made(
        "chat",
        "c2",
        "critic",
        420,
        1090,
        status="error",
        events=[Event("exception", attributes={"exception.type": "TimeoutError", "exception.message": "no\nanswer"})],
    ),
    made("audit", "audit", "review", 1105, 1300, late=True),
]


def review() -> Trace:
    return Trace.of(REVIEW, name="review")


def text(block: str) -> str:
    return dedent(block).strip("\n")


def culprits(trace: Trace, *span_ids: str) -> list[Span]:
    return [span for span in trace if span.span_id in span_ids]


def test_the_tree_is_indented_with_durations_failures_and_tags() -> None:
    assert outline(review()) == text("""
        review                   1.2 s
          Agent.execute[writer]  390 ms
            tool.search          ×2 110 ms total
            chat                 240 ms
          Agent.execute[critic]  690 ms  ERROR ValueError: no score
            chat                 670 ms  ERROR TimeoutError: no answer
          audit                  195 ms  [late]
    """)


def test_culprits_and_the_critical_path_are_marked_in_a_gutter_of_fixed_width() -> None:
    trace = review()

    marked = outline(trace, culprits=culprits(trace, "c2", "c1"), path=critical_path(trace))

    assert marked.splitlines() == [
        " ▶ review                   1.2 s",
        " ▶   Agent.execute[writer]  390 ms",
        " ▶     tool.search          ×2 110 ms total",
        "✗▶     chat                 240 ms",
        " ▶   Agent.execute[critic]  690 ms  ERROR ValueError: no score",
        "✗▶     chat                 670 ms  ERROR TimeoutError: no answer",
        " ▶   audit                  195 ms  [late]",
    ]


def test_the_gutter_holds_only_the_marks_that_are_asked_for() -> None:
    trace = review()

    assert outline(trace, culprits=culprits(trace, "audit")).splitlines()[0] == "  review                   1.2 s"
    assert outline(trace, culprits=culprits(trace, "audit")).splitlines()[-1].startswith("✗   audit")


def test_without_times_only_the_shape_is_left() -> None:
    assert outline(review(), times=False) == text("""
        review
          Agent.execute[writer]
            tool.search  ×2
            chat
          Agent.execute[critic]  ERROR ValueError: no score
            chat  ERROR TimeoutError: no answer
          audit  [late]
    """)


def test_every_tag_is_shown() -> None:
    spans = [
        made("a", "a", "gone", 0, 1, late=True, unfinished=True, detached=True, dropped=3),
        made("b", "b", "a", 0, 1, dropped=1),
    ]

    first, second = outline(Trace.of(spans), times=False).splitlines()

    assert first == "a  [late] [unfinished] [detached] [orphan] [dropped 3]"
    assert second == "  b  [dropped 1]"


def siblings(*more: dict[str, Any]) -> Trace:
    calls = [made("call", f"c{at}", "root", at, at + 1, **given) for at, given in enumerate(more)]
    return Trace.of([made("root", "root", None, 0, 100), *calls])


@pytest.mark.parametrize(
    "different",
    [
        {"status": "error"},
        {"late": True},
        {"dropped": 1},
        {"attributes": {"tool.name": "search"}},
        {"status": "error", "status_description": "no"},
    ],
)
def test_siblings_that_differ_in_what_is_shown_stand_apart(different: dict[str, Any]) -> None:
    assert len(outline(siblings({}, different, {})).splitlines()) == 4


def test_failures_with_different_messages_stand_apart() -> None:
    refused = {"status": "error", "status_description": "refused"}
    timeout = {"status": "error", "status_description": "timeout"}

    assert outline(siblings(refused, refused, timeout), times=False).splitlines()[1:] == [
        "  call  ×2  ERROR refused",
        "  call  ERROR timeout",
    ]


def test_a_culprit_among_repeats_stands_alone() -> None:
    trace = siblings({}, {}, {}, {})

    assert outline(trace, culprits=culprits(trace, "c1"), times=False).splitlines() == [
        "  root",
        "    call",
        "✗   call",
        "    call  ×2",
    ]


def test_of_parallel_repeats_the_one_on_the_path_stands_alone() -> None:
    calls = [made("call", str(at), "root", 0, end) for at, end in enumerate((40, 90, 50))]
    trace = Trace.of([made("root", "root", None, 0, 100), *calls])

    assert outline(trace, path=critical_path(trace)).splitlines() == [
        "▶ root    100 ms",
        "    call  40 ms",
        "▶   call  90 ms",
        "    call  50 ms",
    ]


def test_each_line_of_a_folded_subtree_counts_and_sums_its_own_spans() -> None:
    steps = [made("step", f"s{at}", "root", 10 * at, 10 * at + 9) for at in range(3)]
    calls = [
        made("call", f"{at}{call}", f"s{at}", 10 * at + call, 10 * at + call + 2) for at in range(3) for call in (0, 3)
    ]

    assert outline(Trace.of([made("root", "root", None, 0, 30), *steps, *calls])).splitlines() == [
        "root      30 ms",
        "  step    ×3 27 ms total",
        "    call  ×6 12 ms total",
    ]


def test_a_limit_keeps_culprits_and_says_in_place_what_is_left_out() -> None:
    trace = review()

    assert outline(trace, culprits=culprits(trace, "audit"), limit=5).splitlines() == [
        "  review                   1.2 s",
        "    … 4 more spans",
        "    Agent.execute[critic]  690 ms  ERROR ValueError: no score",
        "      chat                 670 ms  ERROR TimeoutError: no answer",
        "✗   audit                  195 ms  [late]",
    ]


@pytest.mark.parametrize(("limit", "shown"), [(0, ""), (1, "… 8 more spans, 2 failed")])
def test_the_tightest_limits_are_kept(limit: int, shown: str) -> None:
    assert outline(review(), limit=limit) == shown


def test_an_empty_trace_says_so() -> None:
    assert outline(Trace.of([])) == "(no spans)"
    assert outline(Trace.of([]), limit=0) == ""


def test_levels_too_deep_to_draw_are_numbered() -> None:
    chain = [made("call", str(at), str(at - 1) if at else None, at, 100) for at in range(60)]

    lines = outline(Trace.of(chain)).splitlines()

    assert lines[40].startswith(" " * 80 + "call")
    assert lines[41].startswith(" " * 80 + "(41) call")
    assert lines[59].startswith(" " * 80 + "(59) call")


def test_one_long_label_does_not_push_all_durations_away() -> None:
    spans = [made("x" * 100, "x", None, 0, 1), made("short", "s", "x", 0, 1)]

    assert outline(Trace.of(spans)).splitlines() == [f"{'x' * 100}  1 ms", "  short  1 ms"]


def test_durations_align_under_wide_characters() -> None:
    spans = [made("日本", "a", None, 0, 1), made("ab", "b", "a", 0, 1)]

    assert outline(Trace.of(spans)).splitlines() == ["日本  1 ms", "  ab  1 ms"]


def test_spans_that_are_not_in_the_trace_mark_nothing() -> None:
    assert outline(review(), culprits=[Span("other", span_id="other")]) == outline(review())


def test_spans_of_one_trace_are_found_in_another_view_of_it() -> None:
    whole = review()
    part = whole.subtree("audit")

    assert outline(part, culprits=culprits(whole, "audit")).startswith("✗ audit")


def component(name: str, span_id: str, start: int, end: int, **more: Any) -> Span:
    return made(name, span_id, "review", start, end, attributes={"module": "flock.components", **more})


def test_component_hooks_are_counted_instead_of_shown_and_what_they_called_moves_up() -> None:
    trace = Trace.of(
        [
            made("review", "review", None, 0, 10),
            component("Crew.on_start", "h1", 1, 5),
            made("db.query", "q", "h1", 2, 3),
            component("Crew.on_end", "h2", 6, 7),
            made("chat", "c", "review", 8, 9),
        ]
    )

    shown = "review\n  db.query\n  chat\n(hidden: 2 component hooks)"
    assert outline(trace, times=False) == shown
    assert outline(trace, times=False, hide="chat") == ("review\n  db.query\n(hidden: 2 component hooks, 1 other span)")
    assert outline(trace, times=False, culprits=[trace.one("Crew.on_end")]) == (
        "  review\n    db.query\n✗   Crew.on_end\n    chat\n(hidden: 1 component hook)"
    )
    assert outline(trace, times=False, limit=3) == "review\n  … 2 more spans\n(hidden: 2 component hooks)"
    assert outline(trace, times=False, limit=1) == "(hidden: 2 component hooks)"
