"""What the SDK's spans mean in the words of the GenAI conventions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple, cast

from pytest_flock_trace.model.bounded_json import bounded_json

_PREFIX: Final = "openai_agents."
"""Of what no convention has a name for."""


class Meaning(NamedTuple):
    """A span's name and attributes; None stands for what is not known, or not yet."""

    name: str
    attributes: Mapping[str, object]


def meaning(data: Any) -> Meaning:
    """What a span of this content means; asked for at its start, and again at its end, when more is known."""
    kind = str(data.type)
    name, attributes = _READERS.get(kind, _other)(data)
    known = {key: value for key, value in attributes.items() if value is not None}
    return Meaning(name, {f"{_PREFIX}span.type": kind, **known})


def workflow(name: str, trace_id: str, group_id: str | None) -> Meaning:
    """What a trace means; a group is what it calls the traces of one conversation."""
    said = {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": name,
        f"{_PREFIX}trace_id": trace_id,
    }
    return Meaning(f"invoke_workflow {name}", said | ({"gen_ai.conversation.id": group_id} if group_id else {}))


def failure(error: Mapping[str, Any]) -> str:
    """What went wrong, with the cause where the SDK keeps it apart."""
    message, data = str(error.get("message", error)), error.get("data")
    cause = cast("Mapping[str, Any]", data).get("error") if isinstance(data, Mapping) else None
    return f"{message}: {cause}" if cause else message


def _agent(data: Any) -> Meaning:
    return Meaning(
        f"invoke_agent {data.name}", {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": data.name}
    )


def _function(data: Any) -> Meaning:
    said = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": data.name,
        "gen_ai.tool.call.arguments": _text(data.input),
        "gen_ai.tool.call.result": _text(data.output),
    }
    return Meaning(f"execute_tool {data.name}", said)


def _generation(data: Any) -> Meaning:
    said = {**_chat(data.model), **_tokens(data.usage), **_exchange(data.input, data.output)}
    return Meaning(_chat_name(data.model), said)


def _response(data: Any) -> Meaning:
    answer = data.response
    model = getattr(answer, "model", None)
    usage = getattr(data, "usage", None) or getattr(answer, "usage", None)
    said = {
        **_chat(model),
        "gen_ai.provider.name": "openai",
        "gen_ai.response.id": getattr(answer, "id", None),
        **_tokens(usage),
        **_exchange(data.input, getattr(answer, "output", None)),
    }
    return Meaning(_chat_name(model), said)


def _handoff(data: Any) -> Meaning:
    said = {f"{_PREFIX}handoff.from": data.from_agent, f"{_PREFIX}handoff.to": data.to_agent}
    return Meaning(f"handoff {data.to_agent}" if data.to_agent else "handoff", said)


def _guardrail(data: Any) -> Meaning:
    return Meaning(f"guardrail {data.name}", {f"{_PREFIX}guardrail.triggered": data.triggered})


def _turn(data: Any) -> Meaning:
    return Meaning(f"turn {data.turn}", {"gen_ai.agent.name": data.agent_name})


def _other(data: Any) -> Meaning:
    """Speech, tools of a server, what users name themselves, and whatever later versions add."""
    detail = getattr(data, "name", None) or getattr(data, "server", None) or getattr(data, "model", None)
    said = {"gen_ai.request.model": getattr(data, "model", None), **_custom(getattr(data, "data", None))}
    return Meaning(f"{data.type} {detail}" if detail else str(data.type), said)


_READERS: Final[Mapping[str, Callable[[Any], Meaning]]] = {
    "agent": _agent,
    "function": _function,
    "generation": _generation,
    "guardrail": _guardrail,
    "handoff": _handoff,
    "response": _response,
    "turn": _turn,
}


def _chat_name(model: object) -> str:
    return f"chat {model}" if model else "chat"


def _chat(model: object) -> dict[str, object]:
    return {"gen_ai.operation.name": "chat", "gen_ai.request.model": None if model is None else str(model)}


def _tokens(usage: object) -> dict[str, object]:
    """Token counts, of the SDK's own mapping or of an answer's usage, under the present names or the former ones."""
    read = _count(usage, "input_tokens", "prompt_tokens")
    written = _count(usage, "output_tokens", "completion_tokens")
    return {"gen_ai.usage.input_tokens": read, "gen_ai.usage.output_tokens": written}


def _count(usage: Any, *names: str) -> int | None:
    read: Callable[[str, None], object] = usage.get if hasattr(usage, "get") else partial(getattr, usage)
    values = (read(name, None) for name in names)
    return next((value for value in values if isinstance(value, int)), None)


def _exchange(asked: object, answered: object) -> dict[str, object]:
    """What went in and out, in OpenInference's words: they leave the form open."""
    return {"input.value": _text(asked), "output.value": _text(answered)}


def _custom(values: object) -> dict[str, object]:
    if not isinstance(values, Mapping):
        return {}
    table = cast("Mapping[object, object]", values)
    return {f"{_PREFIX}data.{key}": value if _plain(value) else _text(value) for key, value in table.items()}


def _plain(value: object) -> bool:
    return isinstance(value, (str, bool, int, float))


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else bounded_json(value)
