"""A trace as a crew of agents makes it: stages, agents, their turns, and what each turn calls."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

AGENTS = ("planner", "researcher", "writer", "critic", "editor", "translator", "reviewer", "publisher")
MODELS = ("gpt-4.1", "gpt-4.1-mini", "claude-sonnet", "llama-3")
TOOLS = ("search", "fetch", "read_file", "write_file", "run_sql", "calculator", "spell_check", "send_mail", "notify")
CALLS = ("GET", "POST", "db.query", "cache.get", "cache.put", "queue.publish", "retry", "parse", "embed", "rank")
NAMES = (
    *(f"invoke_agent {agent}" for agent in AGENTS),
    *(f"chat {model}" for model in MODELS),
    *(f"execute_tool {tool}" for tool in TOOLS),
    *CALLS,
    *("workflow", "stage", "turn", "guardrail", "plan", "route", "memory", "summarize", "handoff"),
)
"""The names that occur, or nearly all of them in a small trace."""

_MILLISECOND = 1_000_000


class Node(NamedTuple):
    """One span, in terms that any library understands."""

    id: int
    """From 1 up, in start order."""
    parent: int | None
    name: str
    start_ns: int
    end_ns: int
    status: str
    attributes: dict[str, Any]


def crew(size: int) -> list[Node]:
    """So many spans, six levels deep, the same every time."""
    random = Random(size)
    nodes: list[Node] = []

    def add(parent: int | None, name: str, **attributes: Any) -> int:
        number = len(nodes) + 1
        start = number * _MILLISECOND
        status = random.choices(("unset", "ok", "error"), (8, 3, 1))[0]
        end = start + random.randrange(1, 900) * _MILLISECOND
        nodes.append(Node(number, parent, name, start, end, status, {"step": number % 50, **attributes}))
        return number

    root = add(None, "workflow", version="1")
    while len(nodes) < size:
        stage = add(root, "stage")
        add(stage, random.choice(NAMES[-6:]), items=random.randrange(9))
        for _ in range(random.randrange(1, 4)):
            _agent(random, add, stage)
    return nodes[:size]


def _agent(random: Random, add: Any, stage: int) -> None:
    name = random.choice(AGENTS)
    said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    agent = add(stage, f"invoke_agent {name}", **said)
    for _ in range(random.randrange(1, 5)):
        turn = add(agent, "turn")
        model = random.choice(MODELS)
        tokens = random.randrange(1_000)
        add(turn, f"chat {model}", **{"gen_ai.request.model": model, "gen_ai.usage.input_tokens": tokens})
        for _ in range(random.randrange(3)):
            used = random.choice(TOOLS)
            tool = add(turn, f"execute_tool {used}", **{"gen_ai.tool.name": used, "cached": random.random() < 0.5})
            for _ in range(random.randrange(3)):
                add(tool, random.choice(CALLS), **{"http.status_code": random.choice((200, 404, 500))})
