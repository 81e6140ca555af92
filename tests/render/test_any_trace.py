"""What every renderer owes every trace."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.analysis.dependencies import dependencies
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import columns_of
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.edge_list import edge_list
from pytest_flock_trace.render.outline import outline
from pytest_flock_trace.render.skeleton import skeleton
from pytest_flock_trace.render.summary import RunSummary, TestSummary, agent_table, test_table
from pytest_flock_trace.render.waterfall import waterfall


def summary(trace: Trace) -> str:
    tests = [TestSummary("test_a", runs=(RunSummary.of(trace, "t", trace.name),))]
    return "\n".join([*test_table(tests, width=100, limit=5), *agent_table(tests, width=100)])


def edges(trace: Trace) -> str:
    return edge_list(dependencies(trace, "operation"), operations=True) if trace.captured else "(nothing captured)"


RENDERERS: dict[str, Callable[[Trace], str]] = {
    "outline": outline,
    "outline with path": lambda trace: outline(trace, path=critical_path(trace)),
    "outline with culprits": lambda trace: outline(trace, culprits=trace.spans[::5], limit=40),
    "waterfall": waterfall,
    "waterfall with path": lambda trace: waterfall(trace, path=critical_path(trace), limit=40),
    "summary": summary,
    "skeleton": skeleton,
    "edge list": edges,
}
NAMES = (
    "plain",
    "two\nlines\r\n",
    "日本語 👩‍🚀 e\u0301",
    """it's "quoted" </script><b>""",
    "\x1b[31mred\x00\u2028\ud800",
    "",
)


def chain(spans: int) -> Trace:
    return Trace.of(
        Span(f"call {at}", span_id=str(at), parent_id=str(at - 1) if at else None, start_ns=at, end_ns=2 * spans - at)
        for at in range(spans)
    )


def flat(spans: int) -> Trace:
    calls = [
        Span(f"call {at % 3}", span_id=str(at), parent_id="root", start_ns=at, end_ns=at + 1) for at in range(spans)
    ]
    return Trace.of([Span("root", span_id="root", end_ns=spans), *calls])


TRACES = {
    "empty": Trace.of([]),
    "one span": Trace.of([Span("only", span_id="a", end_ns=5)]),
    "no duration": Trace.of([Span("only", span_id="a")]),
    "ends before it starts": Trace.of([Span("only", span_id="a", start_ns=5, end_ns=1)]),
    "10,000 deep": chain(10_000),
    "50,000 flat": flat(50_000),
    "odd names": Trace.of([Span(name, span_id=str(at), start_ns=at, end_ns=9) for at, name in enumerate(NAMES)]),
}


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
def test_every_renderer_survives_every_trace(render: Callable[[Trace], str], trace: Trace) -> None:
    text = render(trace)

    assert text
    assert len(text.splitlines()) == len(text.split("\n"))
    assert "\x1b" not in text
    text.encode("utf-8")


def test_odd_names_stand_on_lines_of_their_own() -> None:
    trace = TRACES["odd names"]

    assert len(outline(trace).splitlines()) == len(NAMES)
    assert len(waterfall(trace).splitlines()) == len(NAMES) + 1


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    """Spans that name any other span, themselves or nobody as parent, at any time, with names that often repeat."""
    count = draw(st.integers(0, 15))
    spans: list[Span] = []
    for at in range(count):
        parent = draw(st.none() | st.integers(0, count))
        start = draw(st.integers(0, 40))
        spans.append(
            Span(
                draw(st.sampled_from(["a", "b", "Crew.join"]) | st.text(max_size=3)),
                span_id=str(at),
                parent_id=None if parent is None else str(parent),
                start_ns=start,
                end_ns=start + draw(st.integers(-2, 40)),
                status=draw(st.sampled_from(["unset", "unset", "ok", "error"])),
                late=draw(st.booleans()),
                links=[str(link) for link in draw(st.lists(st.integers(0, count), max_size=1))],
            )
        )
    return Trace.of(spans)


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a busy machine the time an example takes says nothing."""
LIMITS = st.integers(0, 20)
MORE = re.compile(r" *… (\d+) more spans?(, \d+ ✗)?(, \d+ failed)?")


def spans_told(lines: list[str]) -> int:
    """How many spans the lines of an outline stand for."""
    told = 0
    for line in lines:
        gap = MORE.fullmatch(line[3:])
        repeats = re.search(r"  ×(\d+) ", line)
        told += int(gap[1]) if gap else int(repeats[1]) if repeats else 1
    return told


@UNHURRIED
@given(traces(), LIMITS, st.data())
def test_an_outline_keeps_its_limit_and_accounts_for_every_span(trace: Trace, limit: int, data: st.DataObject) -> None:
    culprits = [span for span in trace if data.draw(st.booleans())]
    text = outline(trace, culprits=culprits, path=critical_path(trace), limit=limit)

    assert len(text.splitlines()) <= limit
    if len(trace) and limit and culprits and critical_path(trace).sections:
        assert spans_told(text.splitlines()) == len(trace)


@UNHURRIED
@given(traces(), st.none() | LIMITS, st.data())
def test_every_culprit_is_visible_where_there_is_room(trace: Trace, limit: int | None, data: st.DataObject) -> None:
    culprits = [span for span in trace if data.draw(st.booleans())]

    lines = outline(trace, culprits=culprits, limit=limit).splitlines()

    if limit is None or limit > 2 * len(culprits):  # each may stand between two gaps
        assert sum(line.startswith("✗") for line in lines) == len(culprits)


@UNHURRIED
@given(traces(), st.none() | LIMITS, st.integers(0, 140), st.booleans())
def test_a_waterfall_keeps_its_limit_and_its_width(
    trace: Trace, limit: int | None, width: int, with_path: bool
) -> None:
    text = waterfall(trace, width=width, limit=limit, path=critical_path(trace) if with_path else None)

    lines = text.splitlines()
    assert max(map(columns_of, lines), default=0) <= max(width, 60)
    if limit is not None:
        assert len(lines) <= limit
    elif len(trace):
        assert len(lines) == len(trace) + 1


@UNHURRIED
@given(traces())
def test_a_path_adds_up_to_its_roots(trace: Trace) -> None:
    summed = RunSummary.of(trace, "t", "n")

    assert summed.path_total_ns == sum(span.duration for span in trace.roots)


@UNHURRIED
@given(traces())
def test_rendering_does_not_depend_on_the_order_of_input(trace: Trace) -> None:
    turned = Trace.of(reversed(trace.spans))

    assert outline(turned) == outline(trace)
    assert waterfall(turned) == waterfall(trace)
