"""How conventions name things in attributes, and the names of agents, on which several agree."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = ("gen_ai.agent.name", "agent.name")


def first_text(attributes: Mapping[str, object], *keys: str) -> str | None:
    """The first of these attributes that holds a non-empty string."""
    for key in keys:
        value = attributes.get(key)
        if isinstance(value, str) and value:
            return value
    return None


def agent_name(attributes: Mapping[str, object]) -> str | None:
    """The agent's name; None where there is none, or the text of Python's None in its place."""
    name = first_text(attributes, *_NAMES)
    return None if name == "None" else name
