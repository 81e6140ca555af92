"""Spans as columns of table `spans`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from typing import Any, Final

from pytest_flock_trace.model.artifact import type_of
from pytest_flock_trace.model.calls import LEVELS, callers
from pytest_flock_trace.model.label import make_label, model_name
from pytest_flock_trace.model.payload import text_of, to_json
from pytest_flock_trace.model.span import KINDS, STATUSES, TEST_ATTRIBUTE, Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.schema import FILLED

Columns = dict[str, list[Any]]
"""Values by name of column, one a span."""

_SAME_NAME: Final = (
    *("trace_id", "span_id", "parent_id", "name", "service", "operation", "status_description"),
    *("agent", "actor", "tool", "run", "kind", "waits", "late", "unfinished", "detached", "dropped"),
)
_OTHER_NAME: Final = {
    "status_code": "status",
    "start_time": "start_ns",
    "end_time": "end_ns",
    "scope": "scope.name",
    "scope_version": "scope.version",
    "phase": "origin.phase",
    "thread": "origin.thread",
}
_READERS: Final = {name: attrgetter(_OTHER_NAME.get(name, name)) for name in (*_SAME_NAME, *_OTHER_NAME)}
_UPPER: Final = {word: word.upper() for word in (*KINDS, *STATUSES)}
_FILLED: Final = [(column.name, column.type) for column in FILLED]
_FAILED: Final = _UPPER["error"]
_LARGEST: Final = 2**64
_AT_ONCE: Final = 512
"""Spans that are read together: few enough to stay in a processor's cache while column after column reads them."""


def columns(tree: SpanTree) -> Columns:
    """What table `spans` says of each span, in start order, without the columns that the database fills itself."""
    found = _by_themselves(tree.spans)
    found.update(_lengths(tree, found["start_time"], found["end_time"]))
    found.update(_surroundings(tree, found["run"], found["status_code"]))
    found.update(_places(tree))
    found["parent_service"] = [found["service"][parent] if parent >= 0 else None for parent in tree.parents]
    return {name: _encodable(found[name]) if kind == "VARCHAR" else found[name] for name, kind in _FILLED}


def _by_themselves(spans: Sequence[Span]) -> Columns:
    """The columns that need one span alone; `run` here is the name of the run that the span roots."""
    found = _slice(spans[:_AT_ONCE])
    for start in range(_AT_ONCE, len(spans), _AT_ONCE):
        for name, values in _slice(spans[start : start + _AT_ONCE]).items():
            found[name].extend(values)
    return found


def _slice(spans: Sequence[Span]) -> Columns:
    found: Columns = {name: list(map(read, spans)) for name, read in _READERS.items()}
    found["kind"] = [_UPPER[kind] for kind in found["kind"]]
    found["status_code"] = [_UPPER[status] for status in found["status_code"]]
    found["scope"] = [scope or None for scope in found["scope"]]
    found["label"] = _labels(spans, found["tool"])
    found.update(documents(spans))
    return found


def _labels(spans: Sequence[Span], tools: Iterable[str | None]) -> list[str]:
    return [
        make_label(span.name, tool or span.agent or model_name(span.attributes)) for span, tool in zip(spans, tools)
    ]


def _lengths(tree: SpanTree, starts: Iterable[int], ends: Iterable[int]) -> Columns:
    durations = [max(0, end - start) for start, end in zip(starts, ends)]
    return {
        "duration": durations,
        "duration_ms": [duration / 1e6 for duration in durations],
        "self_time": [tree.self_time(at) if children else durations[at] for at, children in enumerate(tree.children)],
    }


def documents(spans: Sequence[Span]) -> Columns:
    """The columns of JSON, in the order of the spans."""
    shared = {id(span.resource): span.resource for span in spans}  # the spans of a process share one resource
    resources = {key: to_json(resource) for key, resource in shared.items()}
    return {
        "attributes": [_object(span.attributes) for span in spans],
        "events": [_events(span) if span.events else "[]" for span in spans],
        "links": [_links(span) if span.links else "[]" for span in spans],
        "resource": [resources[id(span.resource)] for span in spans],
        "consumed": [_artifacts(span.consumed) if span.consumed else "[]" for span in spans],
        "produced": [_artifacts(span.produced) if span.produced else "[]" for span in spans],
    }


def _object(attributes: Mapping[str, object]) -> str:
    """The same document as `to_json` gives, sooner where all values are text, whole numbers or truth values."""
    parts: list[str] = []
    for key, value in attributes.items():
        if type(key) is not str:
            return to_json(attributes)
        if type(value) is str:
            parts.append(f"{quoted(key)}:{quoted(value)}")
        elif type(value) is int and -_LARGEST < value < _LARGEST:
            parts.append(f"{quoted(key)}:{value}")
        elif type(value) is bool:
            parts.append(f"{quoted(key)}:{'true' if value else 'false'}")
        else:
            return to_json(attributes)
    text = f"{{{','.join(parts)}}}"
    return text if text == text_of(text) else to_json(attributes)


def _events(span: Span) -> str:
    return to_json(
        [{"name": event.name, "timestamp": event.time_ns, "attributes": event.attributes} for event in span.events]
    )


def _links(span: Span) -> str:
    return to_json(
        [
            {"trace_id": link.trace_id or span.trace_id, "span_id": link.span_id, "attributes": link.attributes}
            for link in span.links
        ]
    )


def _artifacts(ids: Iterable[str]) -> str:
    return to_json([{"id": artifact, "type": type_of(artifact)} for artifact in ids])


def _places(tree: SpanTree) -> Columns:
    """Where each span stands, and where those stand that it belongs to or was called by."""
    above = {f"{level}_above": callers(tree, level) for level in LEVELS}
    found = {"parent_place": tree.parents, **above}
    return {
        "place": list(range(len(tree))),
        **{name: [None if at < 0 else at for at in places] for name, places in found.items()},
    }


def _surroundings(tree: SpanTree, names: Sequence[str | None], statuses: Sequence[str]) -> Columns:
    """The run and test that each span belongs to, and what stands under it."""
    adopted = _adopted(tree, names)
    runs, tests = _runs(tree, names, adopted)
    below, errors = _below(tree, statuses, adopted)
    is_run = [name is not None for name in names]
    return {"run": runs, "test": tests, "is_run": is_run, "below": below, "errors_below": errors}


def _adopted(tree: SpanTree, names: Sequence[str | None]) -> dict[int, int]:
    """Orphans with the root of their trace's run: their parents are lost, the trace id still says where they belong."""
    homes: dict[str, int | None] = {}
    for root in tree.roots:
        if names[root] is not None:
            trace_id = tree.spans[root].trace_id
            homes[trace_id] = None if trace_id in homes else root  # a repeated trace id says nothing
    found = ((orphan, homes.get(tree.spans[orphan].trace_id)) for orphan in tree.orphans if names[orphan] is None)
    return {orphan: home for orphan, home in found if home is not None}


def _runs(
    tree: SpanTree, names: Sequence[str | None], adopted: Mapping[int, int]
) -> tuple[list[str | None], list[str | None]]:
    runs: list[str | None] = [None] * len(names)
    tests: list[str | None] = [None] * len(names)
    for position in tree.top_down:
        parent = tree.parents[position]
        if parent >= 0:
            runs[position], tests[position] = runs[parent], tests[parent]
        opener = adopted.get(position, position)
        if names[opener] is not None:
            runs[position] = names[opener]
            tests[position] = _test(tree.spans[opener]) or tests[position]
    return runs, tests


def _test(span: Span) -> str | None:
    test = span.attributes.get(TEST_ATTRIBUTE)
    return test if isinstance(test, str) else None


def _below(tree: SpanTree, statuses: Sequence[str], adopted: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """How many spans stand under each, and how many of these failed."""
    below, errors = [0] * len(tree), [0] * len(tree)
    for position in reversed(tree.top_down):
        parent = tree.parents[position]
        above = parent if parent >= 0 else adopted.get(position, -1)
        if above >= 0:
            below[above] += below[position] + 1
            errors[above] += errors[position] + (statuses[position] == _FAILED)
    return below, errors


def _encodable(texts: list[Any]) -> list[Any]:
    """The texts without lone surrogates, which no database takes."""
    if "".join(filter(None, texts)).isascii():
        return texts
    return [None if text is None else text_of(text) for text in texts]
