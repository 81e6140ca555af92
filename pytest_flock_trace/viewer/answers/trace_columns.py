"""One trace: its spans as columns of numbers, what led to what, and its critical path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.analysis.critical_path import CriticalPath, critical_path
from pytest_flock_trace.model.flows import NOWHERE, flows
from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.span import STATUSES, Span
from pytest_flock_trace.viewer.answers.moment import iso, milliseconds
from pytest_flock_trace.viewer.answers.portable import Answer, portable, whole
from pytest_flock_trace.viewer.answers.trace_key import key_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.model.tree import SpanTree

BLOCK: Final = 256
"""Spans whose details are one answer."""
HIDDEN, LATE, UNFINISHED, DETACHED, RUN, WAITS, ORPHAN = (1 << bit for bit in range(7))
"""Bits of `flags`."""
NO_AGENT: Final = ""
"""Stands among the actors of the path for work outside every agent."""


def trace_columns(trace: Trace) -> Answer:
    """All spans in start order, named by their positions; what they say in detail is asked for block by block."""
    tree, names = trace.tree, _Strings()
    spans, started = tree.spans, trace.started or 0
    root = min(tree.roots, key=lambda at: spans[at].origin.ordinal, default=None)
    columns = {
        "name": [names[span.name] for span in spans],
        "label": [names[span.label] for span in spans],
        "service": [names[span.service] for span in spans],
        "operation": [names[span.operation] for span in spans],
        "agent": [names[span.agent] for span in spans],
        "actor": [names[span.actor] for span in spans],
        "tool": [names[span.tool] for span in spans],
        "kind": [names[span.kind] for span in spans],
        "status": [STATUSES.index(span.status) for span in spans],
        "parent": list(tree.parents),
        "start": [whole(start - started) for start in tree.starts],
        "duration_ns": [whole(int(span.duration)) for span in spans],
        "self": [whole(tree.self_time(at)) for at in range(len(tree))],
        "flags": _flags(tree),
        "span_id": [portable(span.span_id) for span in spans],
    }
    return {
        "key": key_of(trace.name),
        "trace_id": portable(trace.name),
        "title": portable("" if root is None else spans[root].name),
        "started": iso(started),
        "start_ms": milliseconds(started),
        "duration": whole(int(trace.duration)),
        "count": len(tree),
        "strings": names.all,
        **columns,
        "dropped": {str(at): whole(span.dropped) for at, span in enumerate(spans) if span.dropped},
        "causes": [[one.producer, one.consumer, portable(one.type)] for one in flows(tree) if one.producer != NOWHERE],
        "critical": _critical(critical_path(trace), spans, started),
        "block": BLOCK,
    }


class _Strings(dict["str | None", int]):
    """Each text once, by number; -1 stands for none."""

    def __init__(self) -> None:
        super().__init__({None: -1})
        self.all: list[str] = []

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self.all)
        self.all.append(portable(text))
        return number


def _flags(tree: SpanTree) -> list[int]:
    hidden, orphans = noise(tree), set(tree.orphans)
    return [
        (HIDDEN if at in hidden else 0)
        | (LATE if span.late else 0)
        | (UNFINISHED if span.unfinished else 0)
        | (DETACHED if span.detached else 0)
        | (RUN if span.run is not None else 0)
        | (WAITS if span.waits else 0)
        | (ORPHAN if at in orphans else 0)
        for at, span in enumerate(tree.spans)
    ]


def _critical(path: CriticalPath, spans: Sequence[Span], started: int) -> Answer:
    """The headline root's path: its sections from the latest back, each of which begins where the one before ends.

    They name the very spans of the tree.
    """
    positions = {id(span): at for at, span in enumerate(spans)}
    return {
        "end": whole(path.sections[0].end_ns - started) if path.sections else 0,
        "span": [positions[id(one.span)] for one in path.sections],
        "length": [whole(one.end_ns - one.start_ns) for one in path.sections],
        "kind": [one.kind for one in path.sections],
        "times": _times(path.by_actor().items()),
        "waiting": whole(int(path.waiting)),
        "queueing": whole(int(path.queueing)),
    }


def _times(actors: Iterable[tuple[str | None, int]]) -> list[list[Any]]:
    return [[NO_AGENT if actor is None else portable(actor), whole(int(time))] for actor, time in actors]
