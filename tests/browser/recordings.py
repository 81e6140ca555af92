"""Trace files for the browser: of the example crew, of any size, and of an adversary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_flock_trace.cli.main import main

ROOT = Path(__file__).parents[2]
AGENTS = ("planner", "researcher", "writer", "critic", "editor", "publisher")
STEPS = 25
"""Spans of one agent's turn, its own included."""
TURN = 60_000_000
MANY = 50_000
"""Spans of the large trace."""
SCRIPT = "window.executed = true"
TEXTS = [
    f"<script>{SCRIPT}</script>",
    f'<img src=x onerror="{SCRIPT}">',
    f"</script><script>{SCRIPT}</script>",
    f'"><svg onload={SCRIPT}>',
    f"javascript:{SCRIPT}",
    f"{{{{constructor.constructor('{SCRIPT}')()}}}}",
    "<!--<script>",
    "=cmd|' /C calc'!A0",
    "__proto__",
    "constructor",
    "\u202egnp.exe \u2066 right to left",
    "x" * 5000,
    "\x1b[31mred\x07",
]
START = 1_700_000_000 * 10**9


def record_the_crew(store: Path, sessions: int) -> None:
    """Runs the example of the blackboard, its sessions one after the other."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "OTEL_", "FLOCK_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--flock-trace-store={store}", "."]
    for _ in range(sessions):
        subprocess.run(command, cwd=ROOT / "examples" / "blackboard", env=clean, check=True, capture_output=True)


def report(store: Path, output: Path) -> Path:
    """The page of a trace file."""
    assert main(["report", "--store", str(store), "--output", str(output)]) == 0
    return output


def imported(spans: Iterator[dict[str, Any]], folder: Path) -> Path:
    """A trace file of spans in the form of OTLP."""
    service = {"attributes": [_pair("service.name", "crew")]}
    request = {"resourceSpans": [{"resource": service, "scopeSpans": [{"scope": {}, "spans": list(spans)}]}]}
    document, store = folder / "spans.json", folder / "spans.duckdb"
    document.write_text(json.dumps(request), encoding="utf-8")
    assert main(["import", str(document), "--store", str(store)]) == 0
    return store


def turns(count: int) -> Iterator[dict[str, Any]]:
    """One trace in which six agents take turns; every 499th span fails."""
    yield _span(0, None, "run", 0, -(-count // STEPS) * TURN)
    for number in range(1, count):
        turn, step = divmod(number, STEPS)
        start = turn * TURN + step * 2_000_000
        if step == 0 or number == 1:
            agent = AGENTS[turn % len(AGENTS)]
            invocation = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent}
            first = number
            yield _span(number, 0, f"invoke_agent {agent}", start, start + TURN - 4_000_000, invocation)
        else:
            value = {"output.value": f"text number {number}"}
            yield _span(number, first, f"step {step}", start, start + 1_500_000, value, failed=number % 499 == 0)


def hostile(texts: list[str]) -> Iterator[dict[str, Any]]:
    """A trace in which every text that a page may show is one of these."""
    yield _span(0, None, texts[0], 0, TURN)
    for number, text in enumerate(texts, 1):
        attributes = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": text,
            "input.value": text,
            text: text,
        }
        event = {"name": text, "timeUnixNano": str(START + 5), "attributes": [_pair("exception.message", text)]}
        span = _span(number, 0, text, number * 1000, number * 1000 + 900, attributes, failed=True)
        yield span | {"events": [event], "status": {"code": 2, "message": text}}


def _span(
    number: int, parent: int | None, name: str, start: int, end: int, attributes: Any = None, *, failed: bool = False
) -> dict[str, Any]:
    return {
        "traceId": "ab" * 16,
        "spanId": f"{number + 1:016x}",
        "parentSpanId": "" if parent is None else f"{parent + 1:016x}",
        "name": name,
        "kind": 1,
        "startTimeUnixNano": str(START + start),
        "endTimeUnixNano": str(START + end),
        "attributes": [_pair(key, value) for key, value in (attributes or {}).items()],
        "status": {"code": 2, "message": "it broke"} if failed else {},
    }


def _pair(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}
