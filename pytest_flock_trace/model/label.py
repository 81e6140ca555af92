"""How spans are called: service, operation, tool, model and the label that people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pytest_flock_trace.model.profiles import adk, genai, openinference
from pytest_flock_trace.model.profiles.naming import first_text

Attributes = Mapping[str, object]

_TWO_IDENTIFIERS = re.compile(r"([^\W\d]\w*)\.([^\W\d]\w*)\Z")


def split_name(name: str, resource: Attributes) -> tuple[str | None, str]:
    """Service and operation: `Agent.execute` splits at its dot, any other name is the operation whole."""
    return _identifiers(name) or (first_text(resource, "service.name"), name)


@lru_cache(maxsize=4096)
def _identifiers(name: str) -> tuple[str, str] | None:
    """The two parts of a name that splits; names are few, and asked for over and over."""
    match = _TWO_IDENTIFIERS.match(name)
    return (match[1], match[2]) if match else None


def tool_name(attributes: Attributes) -> str | None:
    """The tool a span calls, by the GenAI conventions and then by OpenInference's."""
    name = first_text(attributes, genai.TOOL, openinference.TOOL)
    return None if name == adk.NO_TOOL else name


def model_name(attributes: Attributes) -> str | None:
    """The language model a span asks."""
    return first_text(attributes, *genai.MODELS, openinference.MODEL)


def make_label(name: str, detail: str | None) -> str:
    """The name, with the tool, agent or model in brackets unless the name already says it."""
    return name if detail is None or detail in name else f"{name}[{detail}]"
