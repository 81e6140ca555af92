"""The critical path against its definition, written down as plainly as it reads and as slow as that is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from strategies import span_lists, traces

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

Window = tuple[int, int]


class Plain(NamedTuple):
    """The six steps, by span id; whatever can be looked up is computed anew."""

    trace: Trace
    policy: str

    def real_parent(self, span: Span) -> Span | None:
        return self.trace.parent(span)

    def inside(self, span: Span, top: Span) -> bool:
        return span is top or span in self.trace.descendants(top)

    def handed_over(self, child: Span) -> bool:
        parent = self.real_parent(child)
        return parent is not None and parent.kind == "producer" and child.kind == "consumer"

    def outlives(self, child: Span) -> bool:
        parent = self.real_parent(child)
        return parent is not None and (end(child) > end(parent) or self.handed_over(child))

    def effective_parent(self, child: Span) -> Span | None:
        parent = self.real_parent(child)
        if parent is None or (self.policy == "clamp" and not self.handed_over(child)):
            return parent
        if self.policy == "clamp":
            return None
        if not self.outlives(child):
            return parent
        root = [child, *self.trace.ancestors(child)][-1]
        waits = [
            span
            for span in self.trace
            if span.waits and self.inside(span, root) and not self.inside(span, child) and covers(span, end(child))
        ]
        if waits:
            return min(waits, key=lambda wait: (wait.duration, -wait.start_ns, wait.span_id))
        if self.handed_over(child):
            return None
        return min(
            (span for span in self.trace.ancestors(child) if covers(span, end(child))), key=length, default=parent
        )

    def children(self, top: Span) -> list[Span]:
        return [span for span in self.trace if self.real_parent(span) and self.effective_parent(span) is top]

    def windows(self, top: Span, window: Window) -> dict[Span, Window]:
        """Step 3 from a span down."""
        found = {top: window}
        for child in self.children(top):
            if child.start_ns < window[1] and end(child) > window[0]:
                cut = max(child.start_ns, window[0]), min(end(child), window[1])
                found.update(self.windows(child, cut))
        return found

    def below(self, top: Span) -> set[Span]:
        return {top}.union(*map(self.below, self.children(top)))

    def trigger(self, span: Span) -> tuple[Span, int] | None:
        if self.policy == "clamp":
            return None
        linked = {(link.trace_id or span.trace_id, link.span_id) for link in span.links}
        causes = [
            cause
            for cause in self.trace
            if cause is not span and (cause.key in linked or set(cause.produced) & set(span.consumed))
        ]
        causes = [cause for cause in causes if cause.start_ns <= span.start_ns]
        parent = self.real_parent(span)
        if not causes and self.outlives(span) and parent and parent.start_ns <= span.start_ns:
            causes = [parent]
        moments = [(cause, min(end(cause), span.start_ns)) for cause in causes]
        return min(moments, key=lambda one: (-one[1], -one[0].start_ns, one[0].span_id), default=None)

    def walk(self, top: Span, windows: dict[Span, Window]) -> Iterable[tuple[str, int, int, str]]:
        start, moment = windows[top]
        own = "wait" if top.waits and self.policy == "causal" else "self"
        unused = [child for child in self.children(top) if child in windows]
        branch: tuple[Span, dict[Span, Window]] | None = None
        while True:
            if branch is not None:
                child, within = branch
                branch = None
            else:
                finished = [child for child in unused if windows[child][1] <= moment]
                if not finished:
                    break
                child, within = min(finished, key=lambda one: (-windows[one][1], windows[one][0], one.span_id)), windows
            unused.remove(child)
            yield top.span_id, within[child][1], moment, own
            yield from self.walk(child, within)
            moment = within[child][0]
            trigger = self.trigger(child)
            if trigger is None or within[child][0] == within[child][1] or not start <= trigger[1] <= moment:
                continue
            for sibling in unused:
                if trigger[0] in self.below(sibling):
                    yield child.span_id, trigger[1], moment, "queue"
                    moment = trigger[1]
                    if windows[sibling][0] < moment:
                        window = windows[sibling][0], min(windows[sibling][1], moment)
                        branch = sibling, self.windows(sibling, window)
                    break
        yield top.span_id, start, moment, own

    def sections(self, root: Span) -> list[tuple[str, int, int, str]]:
        windows = self.windows(root, (root.start_ns, end(root)))
        return [section for section in self.walk(root, windows) if section[1] < section[2]]


def end(span: Span) -> int:
    return max(span.start_ns, span.end_ns)


def length(span: Span) -> int:
    return end(span) - span.start_ns


def covers(span: Span, moment: int) -> bool:
    return span.start_ns < moment <= end(span)


def found(trace: Trace, policy: str) -> list[list[tuple[str, int, int, str]]]:
    return [
        [(one.span.span_id, one.start_ns, one.end_ns, one.kind) for one in path.sections]
        for path in critical_path(trace, policy=policy).paths
    ]


@given(traces(), st.sampled_from(["causal", "clamp"]))
def test_every_roots_sections_follow_the_definition(trace, policy):
    plain = Plain(trace, policy)
    assert found(trace, policy) == [plain.sections(root) for root in trace.roots]


@given(traces(), st.sampled_from(["causal", "clamp"]))
def test_sections_partition_each_roots_time(trace, policy):
    for path in critical_path(trace, policy=policy).paths:
        moments = [path.root.start_ns + path.root.duration]
        for section in path.sections:
            assert section.start_ns < section.end_ns
            assert section.end_ns == moments[-1]
            moments.append(section.start_ns)
        assert moments[-1] == path.root.start_ns


@given(traces(), st.sampled_from(["causal", "clamp"]))
def test_a_span_works_and_waits_only_within_its_own_time_and_queues_only_before_it(trace, policy):
    for path in critical_path(trace, policy=policy).paths:
        for section in path.sections:
            span = section.span
            if section.kind == "queue":
                assert section.end_ns <= max(span.start_ns, path.root.start_ns)
            else:
                assert span.start_ns <= section.start_ns
                assert section.end_ns <= end(span)


@given(span_lists(), st.randoms(use_true_random=False), st.sampled_from(["causal", "clamp"]))
def test_the_order_in_which_spans_come_in_does_not_matter(spans, random, policy):
    shuffled = random.sample(spans, len(spans))
    assert found(Trace.of(shuffled), policy) == found(Trace.of(spans), policy)


@given(traces(causal=False, nested=True))
def test_the_policies_agree_without_waits_links_and_outliving_children(trace):
    assert found(trace, "causal") == found(trace, "clamp")


@given(traces())
def test_the_clamp_policy_knows_neither_waiting_nor_queueing(trace):
    assert {section.kind for path in critical_path(trace, "clamp").paths for section in path.sections} <= {"self"}
