"""Flock: the methods that its auto-tracing wraps, with their arguments and results as JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.profiles.naming import agent_name

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span

_INVOCATION = "Agent.execute"
_PUBLICATION = "Flock.publish"
HOOK = "component hook"
"""What its noise is: the calls of the components that every agent and every orchestrator has."""
HANDLING = frozenset({_INVOCATION, _PUBLICATION})
"""Names of the spans that take in or bring forth artifacts."""


def invoked(span: Span) -> str | None:
    """The agent that the span invokes."""
    return agent_name(span.attributes) if span.name == _INVOCATION else None


def is_hook(span: Span) -> bool:
    """True for a hook that Flock's own code answers. One that a user has written is their work, not noise."""
    return ".on_" in span.name and owns(span.attributes)


def artifacts(span: Span) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a span of `HANDLING` consumed and produced, by the ids inside its arguments and its result."""
    consumed = _artifacts(span.attributes, "input.artifacts") if span.name == _INVOCATION else ()
    return tuple(consumed), tuple(_artifacts(span.attributes, "output.value"))


def owns(attributes: Mapping[str, object]) -> bool:
    """True for a span of Flock's own code, whose `agent.name` may be that of another object."""
    module = attributes.get("module")
    return isinstance(module, str) and (module == "flock" or module.startswith("flock."))


def _artifacts(attributes: Mapping[str, object], key: str) -> Iterable[Artifact]:
    value = attributes.get(key)
    return () if value is None else _artifacts_in(value)


def _artifacts_in(value: object) -> Iterator[Artifact]:
    try:
        found: object = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):  # cut off, or no JSON: ids in it can't be read
        return
    entries: list[object] = [*cast("list[object]", found)] if isinstance(found, list) else [found]
    for entry in entries:
        if isinstance(entry, dict):
            fields = cast("dict[str, Any]", entry)
            identifier, kind = fields.get("id"), fields.get("type")
            if isinstance(identifier, str):
                yield Artifact(identifier, kind.rpartition(".")[2] if isinstance(kind, str) else None)
