"""The bridge to the OpenAI Agents SDK where that is not installed; `tests/openai_agents` has the SDK itself."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import trace_openai_agents
from pytest_flock_trace.capture.openai_agents.meaning import failure, meaning
from pytest_flock_trace.errors import MissingExtra


@pytest.mark.skipif(find_spec("agents") is not None, reason="openai-agents is installed here")
def test_without_the_sdk_it_says_what_to_install() -> None:
    with pytest.raises(MissingExtra, match="pip install openai-agents"):
        trace_openai_agents()


def test_a_programs_own_agents_are_not_taken_for_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "agents", ModuleType("agents"))
    with pytest.raises(MissingExtra, match="<module 'agents'> is imported as 'agents'"):
        trace_openai_agents()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"type": "mcp_tools", "server": "files", "result": ["read"]}, "mcp_tools files"),
        ({"type": "speech", "model": "tts-x", "input": "hello"}, "speech tts-x"),
        ({"type": "speech_group", "input": None}, "speech_group"),
        ({"type": "guardrail", "name": "no refunds", "triggered": True}, "guardrail no refunds"),
        ({"type": "handoff", "from_agent": "triage", "to_agent": None}, "handoff"),
        ({"type": "generation", "model": None, "usage": None, "input": None, "output": None}, "chat"),
        ({"type": "response", "response": None, "input": None, "usage": None}, "chat"),
    ],
)
def test_a_span_is_named_by_what_is_known_of_it(data: dict[str, object], name: str) -> None:
    found = meaning(SimpleNamespace(**data))
    assert found.name == name
    assert found.attributes["openai_agents.span.type"] == data["type"]
    assert None not in found.attributes.values()


@pytest.mark.parametrize(
    "usage", [{"prompt_tokens": 3, "completion_tokens": 2}, SimpleNamespace(input_tokens=3, output_tokens=2)]
)
def test_tokens_are_read_under_all_of_their_names(usage: object) -> None:
    said = meaning(SimpleNamespace(type="generation", model="x", usage=usage, input=None, output=None)).attributes
    assert (said["gen_ai.usage.input_tokens"], said["gen_ai.usage.output_tokens"]) == (3, 2)


@given(st.text(min_size=1), st.dictionaries(st.text(), st.none() | st.integers() | st.lists(st.text())))
def test_a_kind_that_is_not_known_is_kept_with_what_it_says(kind: str, said: dict[str, object]) -> None:
    found = meaning(SimpleNamespace(type=f"new {kind}", name="x", data=said))
    assert found.name == f"new {kind} x"
    assert {key for key, value in said.items() if value is not None} == {
        key.removeprefix("openai_agents.data.") for key in found.attributes if key.startswith("openai_agents.data.")
    }


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"message": "Error running tool", "data": {"error": "boom"}}, "Error running tool: boom"),
        ({"message": "Max turns exceeded", "data": None}, "Max turns exceeded"),
        ({"message": "Tripped", "data": {"guardrail": "g"}}, "Tripped"),
    ],
)
def test_an_error_is_told_with_its_cause(error: dict[str, object], text: str) -> None:
    assert failure(error) == text
