"""The attributes in which several frameworks name an agent."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_flock_trace.model.label import first_text

_NAMES = ("gen_ai.agent.name", "agent.name")


def agent_name(attributes: Mapping[str, object]) -> str | None:
    """The agent's name; None where there is none, or the text of Python's None in its place."""
    name = first_text(attributes, *_NAMES)
    return None if name == "None" else name
