"""What Mermaid reads in our diagrams is what they were drawn of."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import DependencyGraph

Parser = Callable[[str], dict[str, Any]]

KEYWORDS = (
    "end",
    "graph",
    "flowchart",
    "subgraph",
    "click",
    "style",
    "class",
    "classDef",
    "linkStyle",
    "default",
    "title",
)
NAMES = (
    *KEYWORDS,
    *("o", "x", "1", "_", "a b", "a_b", "A_b", "__proto__", "constructor"),
    *("[x]", "(y)", "((z))", "{q}", "[/w/]", "@{shape: x}", "(external)"),
    *('a"b', "a'b", "with `ticks`", "`", '"', "pipe|pipe", "semi;colon", "a & b", "&amp;", "hash #35; #quot;"),
    *("-->", "x--x", "o--o", "==>", "-.->", "---", "a:::b", "%%", "%% comment", "%%{init: {}}%%", "~~~"),
    *("back\\slash", "\\", "\\n", "two\nlines\r\n", "tab\tbed", "nul\x00", "\x1b[31mred", "\u2028", "\u202eturned"),
    *("<script>alert(1)</script>", "<br/>", "</div>", "javascript:alert(1)", "http://x.y/z?a=b&c=d"),
    *("**bold**", "*it*", "_it_", "~~gone~~", "1. first", "- item", "# head", "$$x$$"),
    *("日本語 エージェント", "emoji 🐝", "👩‍🚀", "e\u0301", "עברית", "\ud800", "\u200b", "\xa0"),
    *("", " ", "  two  spaces ", "x" * 200, "wide " * 40),
)
ANY_NAME = st.sampled_from(NAMES) | st.text(max_size=12) | st.text("[](){}<>|\"'`#&;%-=.~:@\\/ ox", max_size=8)


def label(text: str) -> str:
    """Controls, separators and the like are drawn as spaces; Mermaid draws none around a label."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def assert_read_as_drawn(parsed: Parser, graph: DependencyGraph, text: str | None = None) -> None:
    found = parsed(graph.mermaid() if text is None else text)
    assert "error" not in found
    assert [(node["label"], node["type"] == "stadium") for node in found["nodes"]] == [
        (label(name), name == "(external)") for name in graph.nodes
    ]
    names = {node["id"]: name for node, name in zip(found["nodes"], graph.nodes)}
    assert len(names) == len(graph.nodes)
    cyclic = set(graph.cyclic)
    assert [(names[source], names[target], said, bool(style)) for source, target, said, style in found["edges"]] == [
        (edge.source, edge.target, label(edge.artifact or ""), edge in cyclic) for edge in graph.edges
    ]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_of_any_kind_is_read_as_it_is(parsed: Parser, name: str) -> None:
    around = [(name, name, name), (name, "writer", name), ("writer", name), ("(external)", name, name)]
    assert_read_as_drawn(parsed, DependencyGraph.from_edges(around))


def test_names_of_all_kinds_stand_side_by_side(parsed: Parser) -> None:
    chain = [(name, other, name + other) for name, other in pairwise(NAMES)]
    assert_read_as_drawn(parsed, DependencyGraph.from_edges([*chain, ("end", "graph"), ("graph", "end")]))


@given(st.lists(st.tuples(ANY_NAME, ANY_NAME) | st.tuples(ANY_NAME, ANY_NAME, ANY_NAME), max_size=12))
def test_any_graph_is_read_as_it_was_drawn(parsed: Parser, edges: Any) -> None:
    assert_read_as_drawn(parsed, DependencyGraph.from_edges(edges))


def test_a_graph_without_edges_is_a_diagram(parsed: Parser) -> None:
    assert parsed(DependencyGraph.from_edges([]).mermaid()) == {"nodes": [], "edges": []}


def test_a_text_that_is_no_diagram_is_refused(parsed: Parser) -> None:
    assert "Parse error" in parsed('flowchart LR\n    end["end"]\n')["error"]


SUITE = """
import json
from pathlib import Path

import pytest
from pytest_flock_trace import DependencyGraph

NAMES = json.loads(Path(__file__).with_name("names.json").read_text())

@pytest.mark.parametrize("number", range(len(NAMES)))
def test_graph(trace_snapshot, number):
    name = NAMES[number]
    assert DependencyGraph.from_edges([(name, "writer", name), ("writer", name)]) == trace_snapshot(name=f"{number}")
"""


def test_the_files_that_snapshots_leave_are_read_as_drawn(
    parsed: Parser, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # a session of its own is no worker, as syrupy would think
    pytester.makepyfile(test_it=SUITE)
    Path(pytester.path, "names.json").write_text(json.dumps(NAMES), encoding="utf-8")

    pytester.runpytest("-p", "no:asyncio", "--snapshot-update").assert_outcomes(passed=len(NAMES))

    files = {int(path.stem.split("[")[-1][:-1]): path for path in Path(pytester.path).rglob("*.mmd")}
    assert sorted(files) == list(range(len(NAMES)))
    for number, name in enumerate(NAMES):
        drawn = DependencyGraph.from_edges([(name, "writer", name), ("writer", name)])
        assert_read_as_drawn(parsed, drawn, files[number].read_text(encoding="utf-8"))
