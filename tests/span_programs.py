"""Random programs that start, fill and end spans, and what can be seen of it: by the program and by span processors."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from functools import partial
from typing import Any

from hypothesis import strategies as st
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

Step = tuple[Any, ...]
CLOCK = range(10**17, 10**20)
"""Where the nanoseconds of the machine's clock are; a program gives no such times."""


class Bare:
    """A value that no attribute can hold."""


class Worded:
    """A value that an attribute holds as text."""

    def __str__(self) -> str:
        return "worded"


class Level(IntEnum):
    HIGH = 3


class Name(str):
    __slots__ = ()


class Late(Exception):
    """A failure of the program's own."""


BARE, WORDED = Bare(), Worded()
REMOTE = SpanContext(7, 8, True, TraceFlags(TraceFlags.SAMPLED), TraceState([("vendor", "x")]))
UNSAMPLED = SpanContext(9, 10, True, TraceFlags(0))
ALL_FLAGS = SpanContext(11, 12, True, TraceFlags(0xFF))
ELSEWHERE = {"remote": REMOTE, "unsampled": UNSAMPLED, "all flags": ALL_FLAGS, "invalid": trace.INVALID_SPAN_CONTEXT}

KEYS: st.SearchStrategy[Any] = st.sampled_from(
    ["a", "b", "gen_ai.agent.name", Name("named"), "", None, 5, WORDED, BARE]
)
PLAIN = st.sampled_from(["", "text", 0, 12, -0.5, float("nan"), True, False, 10**30])
ODD = st.sampled_from([None, b"bytes", b"\xff", BARE, WORDED, Level.HIGH, Name("name"), range(2), 1j, {1, 2}])
VALUES: st.SearchStrategy[Any] = st.recursive(
    PLAIN | ODD, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=2), max_leaves=4
)
ATTRIBUTES = st.none() | st.dictionaries(st.sampled_from("abc"), PLAIN) | st.dictionaries(KEYS, VALUES, max_size=4)
SOME = ATTRIBUTES.map(lambda drawn: drawn or {})
TIMES = st.none() | st.integers(0, 100)
WHICH = st.integers(0, 5)
TEXT = st.sampled_from(["", "one", "two"])
STATUSES = st.builds(Status, st.sampled_from(StatusCode), st.none() | TEXT) | st.sampled_from([*StatusCode, "ok", None])
ERRORS = st.sampled_from([partial(Late, "too late"), partial(KeyError, "k"), KeyboardInterrupt, GeneratorExit])
"""Made anew by each run, since an exception keeps where it has been."""
LINKS = st.lists(st.tuples(st.sampled_from(sorted(ELSEWHERE)), ATTRIBUTES), max_size=3)
STARTS = st.fixed_dictionaries(
    {"name": TEXT},
    optional={
        "kind": st.sampled_from(SpanKind),
        "attributes": ATTRIBUTES,
        "links": st.none() | LINKS,
        "start_time": TIMES,
        "record_exception": st.booleans(),
        "set_status_on_exception": st.booleans(),
    },
)
PARENTS = st.sampled_from(["current", "none", *ELSEWHERE]) | WHICH
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("start"), STARTS, PARENTS),
    st.tuples(st.just("set_attribute"), WHICH, KEYS | st.just([]), VALUES),
    st.tuples(st.just("set_attributes"), WHICH, SOME),
    st.tuples(st.just("add_event"), WHICH, TEXT, ATTRIBUTES, TIMES),
    st.tuples(st.just("link"), WHICH, st.sampled_from(sorted(ELSEWHERE)), ATTRIBUTES),
    st.tuples(st.just("set_status"), WHICH, STATUSES, st.none() | TEXT),
    st.tuples(st.just("update_name"), WHICH, TEXT),
    st.tuples(st.just("record_exception"), WHICH, ERRORS, ATTRIBUTES, TIMES, st.booleans()),
    st.tuples(st.just("end"), WHICH, TIMES),
    st.tuples(st.just("exit"), WHICH, st.none() | ERRORS),
)


def programs() -> st.SearchStrategy[list[Step]]:
    """Steps, some of them inside a span that they have as the current one, which an error may leave."""
    inside = st.booleans()
    nested = st.recursive(
        STEPS,
        lambda inner: st.tuples(
            st.just("within"), STARTS, PARENTS, inside, st.lists(inner, max_size=4), st.none() | ERRORS
        ),
        max_leaves=8,
    )
    start = st.tuples(st.just("start"), STARTS, st.just("none"))
    return st.tuples(start, st.lists(nested, max_size=8)).map(lambda drawn: [drawn[0], *drawn[1]])


class Watching(SpanProcessor):
    """Notes what it is shown of each span."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def on_start(self, span: Any, parent_context: otel_context.Context | None = None) -> None:
        self.seen.append(("start", fields(span), span.is_recording(), trace.get_current_span(parent_context)))

    def on_end(self, span: ReadableSpan) -> None:
        self.seen.append(("end", fields(span), as_json(span)))


class Running:
    """One program with one tracer."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer
        self.spans: list[Any] = []
        self.notes: list[Any] = []

    def run(self, program: Iterable[Step]) -> None:
        for what, *rest in program:
            method: Callable[..., Any] = getattr(self, f"_{what}", None) or (
                lambda *args, name=what: self._do(name, *args)
            )
            try:
                method(*rest)
            except BaseException as error:  # noqa: BLE001  # a program may raise what it likes; that it does, counts
                self.notes.append((what, type(error).__name__, str(error)))

    def _do(self, what: str, which: int, *args: Any) -> None:
        span = self.spans[which % len(self.spans)]
        getattr(span, what)(*args)
        self.notes.append((what, span.is_recording(), len(span.attributes or ()), len(span.events), len(span.links)))

    def _start(self, start: dict[str, Any], parent: Any) -> None:
        self.spans.append(self._tracer.start_span(**given(start), context=self._below(parent)))
        self.notes.append(("start", isinstance(self.spans[-1], ReadableSpan)))

    def _link(self, which: int, target: str, attributes: Any) -> None:
        self._do("add_link", which, ELSEWHERE[target], attributes)

    def _record_exception(self, which: int, error: Callable[[], BaseException], *args: Any) -> None:
        self._do("record_exception", which, error(), *args)

    def _exit(self, which: int, error: Callable[[], BaseException] | None) -> None:
        with self.spans[which % len(self.spans)]:
            _fail(error)

    def _within(
        self,
        start: dict[str, Any],
        parent: Any,
        as_decorator: bool,
        steps: Sequence[Step],
        error: Callable[[], BaseException] | None,
    ) -> None:
        current = self._tracer.start_as_current_span(**given(start), context=self._below(parent))

        def body() -> None:
            self.spans.append(trace.get_current_span())
            self.run(steps)
            _fail(error)

        if as_decorator:
            current(body)()
        else:
            with current:
                body()

    def _below(self, parent: Any) -> otel_context.Context | None:
        if parent == "current":
            return None
        if parent == "none":
            return otel_context.Context()
        known = self.spans[parent % len(self.spans)] if isinstance(parent, int) and self.spans else None
        context = ELSEWHERE.get(parent, trace.INVALID_SPAN_CONTEXT) if isinstance(parent, str) else REMOTE
        return trace.set_span_in_context(known or trace.NonRecordingSpan(context), otel_context.Context())


def _fail(error: Callable[[], BaseException] | None) -> None:
    if error is not None:
        raise error()


def given(start: dict[str, Any]) -> dict[str, Any]:
    """With links of its own: the SDK changes those that it is given."""
    made = [Link(ELSEWHERE[target], attributes) for target, attributes in start.get("links") or ()]
    return {**start, "links": made} if "links" in start else start


def fields(span: Any) -> list[Any]:
    """All that a span tells."""
    return [
        span.name,
        span.kind,
        span.get_span_context(),
        span.context,
        span.parent,
        span.start_time,
        span.end_time,
        (span.status.status_code, span.status.description),
        list((span.attributes or {}).items()),
        [(event.name, event.timestamp, list(event.attributes.items())) for event in span.events],
        [(link.context, list((link.attributes or {}).items())) for link in span.links],
        (span.dropped_attributes, span.dropped_events, span.dropped_links),
        span.instrumentation_scope,
    ]


def as_json(span: ReadableSpan) -> Any:
    """What of the SDK's own text for a span is the same every time; the failure of those that have none."""
    try:
        told = json.loads(span.to_json())
    except (TypeError, ValueError) as error:
        return type(error).__name__
    return {key: told[key] for key in ("name", "kind", "status", "attributes")}


def seen(program: Sequence[Step], tracer: trace.Tracer, processors: Sequence[Watching]) -> str:
    """What a program and the processors see, with ids and times that are the same for every run."""
    running = Running(tracer)
    with warnings_of_opentelemetry() as warnings:
        running.run(program)
    found = [running.notes, *map(fields, running.spans), *(one.seen for one in processors), warnings]
    return "\n".join(map(repr, _leaves(found, {}, {})))


@contextmanager
def warnings_of_opentelemetry() -> Iterator[list[str]]:
    """What its logger says meanwhile."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("opentelemetry")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate = True


def _leaves(value: Any, traces: dict[int, int], spans: dict[int, int]) -> Any:
    """The value, with ids numbered in the order in which they occur and without the moments of the clock."""
    if isinstance(value, SpanContext):
        trace_id, span_id = traces.setdefault(value.trace_id, len(traces)), spans.setdefault(value.span_id, len(spans))
        return (trace_id, span_id, value.is_remote, int(value.trace_flags), value.trace_state, value.is_valid)
    if isinstance(value, trace.Span):
        return _leaves(value.get_span_context(), traces, spans)
    if isinstance(value, dict):
        return {str(key): _leaves(one, traces, spans) for key, one in value.items()}
    if type(value) in (list, tuple):
        return [_leaves(one, traces, spans) for one in value]
    return "now" if type(value) is int and value in CLOCK else value
