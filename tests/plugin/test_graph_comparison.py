"""A failing comparison of dependency graphs, in a session of its own."""

from __future__ import annotations

import pytest

SUITE = """
from crew import invocation
from pytest_flock_trace import DependencyGraph, dependencies

def test_review(traced_run):
    with traced_run("review") as run, invocation("planner"):
        for name in AGENTS:
            with invocation(name):
                pass
    assert dependencies(run) == DependencyGraph.from_edges([("planner", "writer"), ("writer", "critic")])
"""


def told(pytester: pytest.Pytester, agents: str, *args: str) -> tuple[list[str], pytest.RunResult]:
    """The lines of the explanation, and all of the session."""
    pytester.makepyfile(test_it=f"AGENTS = {agents}\n{SUITE}")
    result = pytester.runpytest(*args)
    result.assert_outcomes(failed=1)
    return [line[1:].strip() for line in result.outlines if line.startswith("E ")], result


def test_it_tells_the_edges_that_differ_and_marks_where_new_ones_lead(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    lines, result = told(crew, '["writer", "critic"]', *plugin_args)

    assert lines == [
        "AssertionError: assert the call layer of run 'review' is not as written down: 1 edge missing, 1 edge added",
        "+ planner -> critic",
        "- writer -> critic",
    ]
    result.stdout.fnmatch_lines(["✗*invoke_agent critic*"])
    result.stdout.no_fnmatch_line("✗*invoke_agent writer*")


def test_a_long_list_has_a_section_of_its_own(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    lines, result = told(crew, "[f'helper {at}' for at in range(9)]", *plugin_args)

    assert lines[0].endswith("2 edges missing, 9 edges added")
    assert lines[-1] == "… 5 more lines under 'Captured graph difference'"
    section = result.outlines.index(next(line for line in result.outlines if "Captured graph difference call" in line))
    edges = [f"+ planner -> helper {at}" for at in range(9)]
    assert result.outlines[section + 2 : section + 13] == [*edges, "- planner -> writer", "- writer -> critic"]
