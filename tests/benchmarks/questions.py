"""Questions that two libraries can be asked alike: the pattern of a span and the query of pydantic-evals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crew import AGENTS, CALLS, MODELS, NAMES, TOOLS

from pytest_flock_trace import Pattern, span
from pytest_flock_trace.interop import span_query

Query = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """Questions of one condition, with another literal for each number."""

    condition: str
    ours: Callable[[int], Pattern]
    theirs: Callable[[int], Query]


def name(number: int) -> str:
    """A name of a span; a few of them occur in no trace."""
    names = (*NAMES, "invoke_agent forger", "chat gpt-9", "execute_tool delte")
    return names[number % len(names)]


def word(number: int) -> str:
    """A part of a name."""
    words = (*AGENTS, *TOOLS, *CALLS, "delte", "forger")
    return words[number % len(words)]


def agent(number: int) -> str:
    """The name of an agent's invocation."""
    return f"invoke_agent {AGENTS[number % len(AGENTS)]}"


def status(number: int) -> str:
    """One of three."""
    return ("ok", "error", "unset")[number % 3]


def key(number: int) -> str:
    """An attribute; the last is nowhere."""
    keys = ("gen_ai.agent.name", "gen_ai.request.model", "gen_ai.tool.name", "http.status_code", "cached", "retries")
    return keys[number % len(keys)]


def call(number: int) -> dict[str, Any]:
    """Attributes that only some spans share."""
    return {"step": number % 50, "gen_ai.request.model": MODELS[number % len(MODELS)]}


def long(number: int) -> timedelta:
    """A limit between two durations that occur."""
    return timedelta(milliseconds=number * 37 % 900, microseconds=500)


def translated(condition: str, query: Callable[[int], Query]) -> Kind:
    """What has no sentence of ours: theirs, read by `span_query`."""
    return Kind(condition, lambda n: span_query(query(n)), query)


KINDS = [
    Kind("name", lambda n: span(name(n)), lambda n: {"name_equals": name(n)}),
    Kind("part of a name", lambda n: span(f"*{word(n)}*"), lambda n: {"name_contains": word(n)}),
    Kind(
        "regular expression",
        lambda n: span(re.compile(rf"^\w+ {word(n)}")),
        lambda n: {"name_matches_regex": rf"^\w+ {word(n)}"},
    ),
    Kind(
        "attribute",
        lambda n: span(attributes={"step": n % 60}),
        lambda n: {"has_attributes": {"step": n % 60}},
    ),
    Kind("two attributes", lambda n: span(attributes=call(n)), lambda n: {"has_attributes": call(n)}),
    Kind(
        "attribute is there",
        lambda n: span(attributes={key(n): object}),
        lambda n: {"has_attribute_keys": [key(n)]},
    ),
    Kind("status", lambda n: span(status=status(n)), lambda n: {"has_status": status(n)}),
    Kind("at least so long", lambda n: span(slower_than=long(n)), lambda n: {"min_duration": long(n)}),
    Kind("at most so long", lambda n: span(faster_than=long(n)), lambda n: {"max_duration": long(n)}),
    Kind(
        "name and status",
        lambda n: span(name(n), status=status(n)),
        lambda n: {"name_equals": name(n), "has_status": status(n)},
    ),
    Kind(
        "name but not status",
        lambda n: span(name(n)) & ~span(status=status(n)),
        lambda n: {"name_equals": name(n), "not_": {"has_status": status(n)}},
    ),
    Kind(
        "one of two names",
        lambda n: span(name(n)) | span(name(n + 7)),
        lambda n: {"or_": [{"name_equals": name(n)}, {"name_equals": name(n + 7)}]},
    ),
    Kind(
        "status of some child",
        lambda n: span(parent_of=span(status=status(n))),
        lambda n: {"some_child_has": {"has_status": status(n)}},
    ),
    Kind(
        "name of some child",
        lambda n: span(parent_of=span(name(n))),
        lambda n: {"some_child_has": {"name_equals": name(n)}},
    ),
    Kind(
        "a turn, name of no child",
        lambda n: span("turn") & ~span(parent_of=span(name(n))),
        lambda n: {"name_equals": "turn", "no_child_has": {"name_equals": name(n)}},
    ),
    translated(
        "a turn, name of all children",
        lambda n: {"name_equals": "turn", "all_children_have": {"name_contains": word(n)}},
    ),
    Kind(
        "name of some descendant",
        lambda n: span(over=span(name(n))),
        lambda n: {"some_descendant_has": {"name_equals": name(n)}},
    ),
    Kind(
        "an agent, name of no descendant",
        lambda n: span(agent(n)) & ~span(over=span(name(n))),
        lambda n: {"name_equals": agent(n), "no_descendant_has": {"name_equals": name(n)}},
    ),
    Kind(
        "name of some ancestor",
        lambda n: span(under=span(name(n))),
        lambda n: {"some_ancestor_has": {"name_equals": name(n)}},
    ),
    Kind(
        "a name under no agent",
        lambda n: span(name(n)) & ~span(under=span(agent(n))),
        lambda n: {"name_equals": name(n), "no_ancestor_has": {"name_equals": agent(n)}},
    ),
    Kind(
        "name under an agent",
        lambda n: span(name(n), under=span(agent(n))),
        lambda n: {"name_equals": name(n), "some_ancestor_has": {"name_equals": agent(n)}},
    ),
    Kind(
        "agent over a turn with a failed child",
        lambda n: span(agent(n), over=span("turn", parent_of=span(name(n), status="error"))),
        lambda n: {
            "name_equals": agent(n),
            "some_descendant_has": {
                "name_equals": "turn",
                "some_child_has": {"name_equals": name(n), "has_status": "error"},
            },
        },
    ),
    translated("so many children", lambda n: {"min_child_count": n % 6}),
    translated("so many descendants", lambda n: {"min_descendant_count": n % 30}),
    translated("so deep", lambda n: {"min_depth": n % 7}),
    translated(
        "name of some descendant up to a turn",
        lambda n: {"some_descendant_has": {"name_equals": name(n)}, "stop_recursing_when": {"name_equals": "turn"}},
    ),
]
"""Every condition that is compared."""
