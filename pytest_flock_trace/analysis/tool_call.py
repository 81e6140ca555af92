"""Calls of tools: which spans are one, and what the tool was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from pytest_flock_trace.analysis.step import Arguments
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree

_ARGUMENTS = ("gen_ai.tool.call.arguments", "tool_arguments", "input.value", "tool.parameters")
"""Attributes that hold them, by the GenAI conventions, pydantic-ai before it followed them, and OpenInference's.

OpenInference means the definition of the parameters by `tool.parameters`, but some instrumentations put values there.
"""


def tool_calls(tree: SpanTree) -> list[Span]:
    """The spans that call a tool, in start order; of those that show the same call only the outermost.

    A span shows the same call as an ancestor with the same tool, as where a framework and a client of a remote tool
    both record it, unless an agent's invocation or a call of another tool stands between them: then the tool has
    come to be called anew.
    """
    calling: list[str | None] = [None] * len(tree)
    calls: list[int] = []
    for position in tree.top_down:
        span, parent = tree.spans[position], tree.parents[position]
        around = calling[parent] if parent >= 0 else None
        tool = span.tool if span.run is None else None
        calling[position] = tool or (around if span.agent is None else None)
        if tool is not None and tool != around:
            calls.append(position)
    return [tree.spans[position] for position in sorted(calls)]


def arguments_of(span: Span) -> Arguments | None:
    """What a tool was given; None where the span does not say it as a mapping or as the text of a JSON object."""
    found = (_mapping(span.attributes.get(key)) for key in _ARGUMENTS)
    return next((arguments for arguments in found if arguments is not None and not _is_schema(arguments)), None)


def _mapping(value: object) -> dict[str, Any] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return dict(cast("Arguments", value)) if isinstance(value, Mapping) else None


def _is_schema(arguments: Arguments) -> bool:
    """True for what some put into `tool.parameters`: what the tool takes rather than what it was given."""
    return arguments.get("type") == "object" and isinstance(arguments.get("properties"), Mapping)
