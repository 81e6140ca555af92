from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st
from strategies import rules

import pytest_flock_trace
from pytest_flock_trace.analysis.learning.lesson import LearntRule, Lesson
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.rules.counting import never
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.render.contract_file import contract_file, typed


def drafted(*rules: Rule, source: str = "traces.duckdb") -> str:
    return contract_file(
        Lesson([LearntRule(rule, 2, 3, 1) for rule in rules], 5, [], traces=6, working=4, mutants=9), source
    )


@given(rules())
def test_a_rule_reads_the_same_in_double_quotes(rule: Rule) -> None:
    assert ast.dump(ast.parse(typed(rule))) == ast.dump(ast.parse(repr(rule)))


@given(st.text())
def test_no_name_of_an_agent_breaks_the_file(name: str) -> None:
    names: dict[str, object] = {}
    exec(drafted(never(span(agent=name))), names)  # noqa: S102  # our own

    assert [*map(repr, names["contract"])] == [repr(never(span(agent=name)))]


@given(st.text())
def test_no_name_of_a_file_breaks_the_file(source: str) -> None:
    compile(drafted(never("chat"), source=source), "contract.py", "exec")


def test_each_rule_has_a_comment_on_what_speaks_for_it() -> None:
    assert drafted(never("chat")).splitlines() == [
        '"""Drafted from 4 traces of traces.duckdb: what all of them obey.',
        "",
        "5 of 9 changed traces break it. Strike out what is so by chance.",
        '"""',
        "",
        "from pytest_flock_trace import never, span",
        "",
        "contract = [",
        "    # 2 of 4 traces, 3 changed ones break it, 1 no rule above",
        '    never(span("chat")),',
        "]",
    ]


def test_many_imports_stand_in_lines_of_their_own() -> None:
    from pytest_flock_trace import acyclic, alternate_precedence, alternate_response, at_least, chain_response

    made = [
        alternate_precedence("a", "b"),
        alternate_response("a", "b"),
        at_least(1, "a"),
        chain_response("a", "b"),
        acyclic(max_rounds=2),
    ]
    text = drafted(*made)

    assert "from pytest_flock_trace import (\n    acyclic,\n    alternate_precedence,\n" in text
    assert {
        one.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) for one in node.names
    } <= {*pytest_flock_trace.__all__}
