"""The normal form against its definition, in the plainest code, and against what must and must not change it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from strategies import span_lists

from pytest_flock_trace.model.span import Link, Origin, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.rerun import rerun
from pytest_flock_trace.render.sibling_order import moment_of, strand_of
from pytest_flock_trace.render.skeleton import skeleton

ORIGINS = st.builds(
    Origin,
    ordinal=st.integers(0, 3),
    thread=st.sampled_from((None, "MainThread", "worker", "pool_0", "pool_1")),
    task=st.sampled_from((None, None, 1, 2, 3)),
)


@st.composite
def recorded(draw: st.DrawFn, *, distinct: bool = False) -> list[Span]:
    """Random spans that tasks and threads have started; each with a name of its own if asked for."""
    spans = draw(span_lists(max_size=10))
    return [
        span.replace(origin=draw(ORIGINS), **({"name": f"span {at}", "attributes": None} if distinct else {}))
        for at, span in enumerate(spans)
    ]


class Definition:
    """The normal form as its definition says it: relations are looked up pair by pair, paths walked step by step."""

    def __init__(self, trace: Trace, hidden: Iterable[int] = ()) -> None:
        self.tree = trace.tree
        self.hidden = frozenset(hidden)

    def __str__(self) -> str:
        lines = [line for root in self.ordered(-1) for line in self.branch(root)]
        return "\n".join("  " * depth + line for depth, line in self.fold(lines)) or "(no spans)"

    def host(self, position: int) -> int:
        above = self.tree.parents[position]
        while above in self.hidden:
            above = self.tree.parents[above]
        return above

    def below(self, parent: int) -> list[int]:
        shown = [position for position in range(len(self.tree)) if position not in self.hidden]
        return [position for position in shown if self.host(position) == parent]

    def branch(self, position: int, depth: int = 0) -> list[tuple[int, str]]:
        span = self.tree.spans[position]
        own = [(depth, span.label + ("  ERROR" if span.status == "error" else ""))]
        return own + [line for child in self.ordered(position) for line in self.branch(child, depth + 1)]

    def fold(self, lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """Neighbouring branches that read the same become one, from the top down."""
        blocks: list[list[tuple[int, str]]] = []
        for line in lines:
            if line[0] == lines[0][0]:
                blocks.append([])
            blocks[-1].append(line)
        folded: list[tuple[int, str]] = []
        while blocks:
            times = next((at for at, block in enumerate(blocks) if block != blocks[0]), len(blocks))
            (depth, text), *below = blocks[0]
            text, failed, nothing = text.partition("  ERROR")
            folded.append((depth, text + (f" ×{times}" if times > 1 else "") + failed + nothing))
            folded.extend(self.fold(below))
            del blocks[:times]
        return folded

    def ordered(self, parent: int) -> list[int]:
        left = self.below(parent)
        before = {(one, two) for one in left for two in left if self.precedes(one, two, parent, left)}
        order: list[int] = []
        while left:
            free = [one for one in left if not any((other, one) in before for other in left)]
            looks = {one: (self.tree.spans[one].label, self.look(one)) for one in free}
            smallest = min(looks.values())
            order += [one for one in free if looks[one] == smallest]
            left = [one for one in left if one not in order]
        return order

    def look(self, position: int) -> list[tuple[int, str]]:
        return self.fold(self.branch(position))

    def precedes(self, one: int, two: int, parent: int, siblings: Sequence[int]) -> bool:
        if self.in_strand(one, two, parent):
            return True
        after = {sibling: self.related(sibling, parent, siblings) for sibling in siblings}
        return two in self.closure(one, after) and one not in self.closure(two, after)

    def related(self, one: int, parent: int, siblings: Sequence[int]) -> set[int]:
        return {two for two in siblings if two != one} & (
            {two for two in siblings if self.in_strand(one, two, parent)} | self.led_to(one, parent, siblings)
        )

    def closure(self, one: int, after: dict[int, set[int]]) -> set[int]:
        found: set[int] = set()
        pending = [one]
        while pending:
            new = after[pending.pop()] - found
            found |= new
            pending += new
        return found

    def in_strand(self, one: int, two: int, parent: int) -> bool:
        above = self.tree.spans[parent] if parent >= 0 else None
        first, second = self.tree.spans[one], self.tree.spans[two]
        strand = strand_of(first, above)
        return strand is not None and strand == strand_of(second, above) and moment_of(first) < moment_of(second)

    def led_to(self, one: int, parent: int, siblings: Sequence[int]) -> set[int]:
        """Siblings to whose branch a path of links, artifacts and children leads from this one's branch."""
        banned = {parent, *self.tree.ancestors(parent)} if parent >= 0 else set[int]()
        pending = [one, *self.tree.descendants(one)]
        reached = set(pending)
        while pending:
            position = pending.pop()
            for step in {*self.tree.children[position], *self.steps(position)} - reached - banned:
                reached.add(step)
                pending.append(step)
        return {two for two in siblings if two != one and not reached.isdisjoint({two, *self.tree.descendants(two)})}

    def steps(self, position: int) -> set[int]:
        up = {position, *self.tree.ancestors(position)}
        linked = {at for at in range(len(self.tree)) if position in self.tree.causality.linked(at)} - up
        made = set(self.tree.spans[position].produced)
        return linked | {at for at, span in enumerate(self.tree.spans) if made.intersection(span.consumed)}


@given(recorded())
def test_the_text_is_what_the_definition_says(spans: list[Span]) -> None:
    trace = Trace.of(spans)

    assert skeleton(trace) == str(Definition(trace))


@given(recorded(), st.data())
def test_the_text_is_what_the_definition_says_where_spans_are_hidden(spans: list[Span], data: st.DataObject) -> None:
    trace = Trace.of(spans)
    names = data.draw(st.sets(st.sampled_from(["Agent.execute", "Tool.call", "llm.chat", "publish"])))
    hidden = [at for at, span in enumerate(trace.tree.spans) if span.name in names]

    assert skeleton(trace, hide=sorted(names)) == str(Definition(trace, hidden))


@st.composite
def with_other_luck(draw: st.DrawFn, spans: Sequence[Span]) -> list[Span]:
    """The same run again: other ids, other times, other tasks and threads, and the tasks' turns in another order."""
    ids = dict(zip([span.span_id for span in spans], draw(st.permutations([f"id {at}" for at in range(len(spans))]))))
    tasks = draw(st.permutations(range(10, 14)))
    threads = {"pool_0": "pool_7", "pool_1": "other_0", "MainThread": draw(st.sampled_from(("MainThread", "Runner")))}
    starts = draw(turns(spans))
    again = [
        span.replace(
            span_id=ids[span.span_id],
            parent_id=ids.get(span.parent_id or ""),
            trace_id="another",
            start_ns=start,
            end_ns=start + draw(st.integers(0, 9)),
            links=[Link(ids.get(link.span_id, "nowhere")) for link in span.links],
            origin=Origin(
                start,
                threads.get(span.origin.thread or "", span.origin.thread),
                None if span.origin.task is None else tasks[span.origin.task],
            ),
        )
        for span, start in zip(spans, starts)
    ]
    return draw(st.permutations(again))


@st.composite
def turns(draw: st.DrawFn, spans: Sequence[Span]) -> list[int]:
    """When each span starts: every strand keeps its moments in order, and which strand's turn it is, is luck."""
    strands: dict[Hashable, list[int]] = {}
    for at, span in enumerate(spans):
        origin = span.origin
        known = origin.task is not None or origin.thread is not None
        key: Hashable = at if not known else (origin.task, None if origin.task is not None else origin.thread)
        strands.setdefault(key, []).append(at)
    waiting = [sorted({moment_of(spans[at]) for at in strand}) for strand in strands.values()]
    starts = [0] * len(spans)
    number = 100
    while any(waiting):
        turn = draw(st.sampled_from([at for at, moments in enumerate(waiting) if moments]))
        moment = waiting[turn].pop(0)
        number += draw(st.integers(1, 50))
        for at in list(strands.values())[turn]:
            if moment_of(spans[at]) == moment:
                starts[at] = number
    return starts


@given(recorded(), st.data())
def test_the_text_does_not_depend_on_luck(spans: list[Span], data: st.DataObject) -> None:
    options: dict[str, Any] = data.draw(
        st.fixed_dictionaries({}, optional={"hide": st.just("publish"), "collapse": st.just("Agent.*")})
    )

    again = Trace.of(data.draw(with_other_luck(spans)))

    assert skeleton(again, **options) == skeleton(Trace.of(spans), **options)


@given(recorded())
def test_a_rerun_is_the_same_run_with_other_luck(spans: list[Span]) -> None:
    trace = Trace.of(spans)
    again = rerun(trace)

    assert skeleton(again) == skeleton(trace)
    assert sorted(span.label for span in again) == sorted(span.label for span in trace)
    assert sorted(span.duration for span in again) == sorted(span.duration for span in trace)


def read(text: str) -> tuple[list[str], dict[str, str | None]]:
    """The labels in their order and the one above each."""
    order: list[str] = []
    parents: dict[str, str | None] = {}
    line: list[str] = []
    for indented in text.split("\n") if text != "(no spans)" else []:
        label = indented.strip().removesuffix("  ERROR")
        del line[(len(indented) - len(indented.lstrip())) // 2 :]
        parents[label] = line[-1] if line else None
        order.append(label)
        line.append(label)
    return order, parents


@given(recorded(distinct=True))
def test_labels_parents_and_failures_can_be_read_from_the_text(spans: list[Span]) -> None:
    """So it changes if one of them does."""
    trace = Trace.of(spans)
    text = skeleton(trace)
    order, parents = read(text)

    above = {span.label: trace.parent(span) for span in trace}
    assert parents == {label: None if parent is None else parent.label for label, parent in above.items()}
    assert len(order) == len(spans)
    assert text.count("  ERROR") == sum(span.failed for span in spans)


@given(recorded(distinct=True))
def test_the_order_in_which_one_task_started_siblings_can_be_read_from_the_text(spans: list[Span]) -> None:
    """So it changes if that order does."""
    trace = Trace.of(spans)
    order, _ = read(skeleton(trace))

    for one in trace:
        for other in trace:
            same_task = one.origin.task is not None and one.origin.task == other.origin.task
            if same_task and trace.parent(one) == trace.parent(other) and moment_of(one) < moment_of(other):
                assert order.index(one.label) < order.index(other.label)


@given(recorded(distinct=True))
def test_what_a_link_leads_to_stands_after_it_unless_something_leads_back(spans: list[Span]) -> None:
    trace = Trace.of(span.replace(origin=Origin(), consumed=(), produced=()) for span in spans)
    order, _ = read(skeleton(trace))
    definition = Definition(trace)

    for at, one in enumerate(trace):
        for cause in trace.tree.causality.linked(at):
            siblings = definition.below(trace.tree.parents[at])
            if cause in siblings and at not in definition.closure(
                at, {each: definition.led_to(each, trace.tree.parents[at], siblings) for each in siblings}
            ):
                assert order.index(trace.tree.spans[cause].label) < order.index(one.label)
