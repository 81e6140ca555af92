"""Google's Agent Development Kit: what it calls a tool and what is none."""

from __future__ import annotations

from pytest_flock_trace import Span, Trace, span, trajectory


def tool(span_id: str, name: str) -> Span:
    said = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
    return Span(f"execute_tool {name}", span_id=span_id, attributes=said)


def test_joining_the_answers_of_tools_is_no_call_of_a_tool() -> None:
    joining = Span(
        "execute_tool (merged)",
        span_id="3",
        attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "(merged tools)"},
    )
    trace = Trace.of([tool("1", "web_search"), tool("2", "archive"), joining])
    assert trajectory(trace) == ["web_search", "archive"]
    assert trace.count(span(tool="*")) == 2
    assert trace.one("execute_tool (merged)").label == "execute_tool (merged)"
