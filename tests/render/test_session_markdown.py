from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sessions import MS, REVIEW, SESSIONS, attempt, ran

from pytest_flock_trace.analysis.budget import BudgetUse
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.render.graph_tally import EdgeTally, GraphTally
from pytest_flock_trace.render.session_markdown import SMALLEST, session_markdown
from pytest_flock_trace.render.session_result import SessionResult
from pytest_flock_trace.render.tally import AgentSamples

LIMIT = 64_000


def test_tests_agents_and_graph_stand_under_their_headings() -> None:
    tests = [attempt("t.py::fine", ran("q", duration_ns=5 * MS)), attempt("t.py::bad", REVIEW, outcome="failed")]

    assert session_markdown(SessionResult(tests)) == (
        "## Flock trace\n"
        "\n"
        "1 failed, 1 passed · 13 spans, 2 of them failed\n"
        "\n"
        "### Tests\n"
        "\n"
        "| test | time | spans | errors | critical path |\n"
        "| --- | ---: | ---: | ---: | --- |\n"
        "| ✗ <code>t.py::bad</code> | 1 s | 12 | 2 | critic 61% · writer 30% · wait 5% · queue 4% |\n"
        "| <code>t.py::fine</code> | 5 ms | 1 | 0 |  |\n"
        "\n"
        "### Agents\n"
        "\n"
        "| agent | n | errors | rate | p50 | p95 | p99 | path |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| <code>critic</code> | 1 | 1 |  | 610 ms | 610 ms | 610 ms | 61% |\n"
        "| <code>writer</code> | 2 | 0 | 2/s | 150 ms | 195 ms | 199 ms | 30% |\n"
        "\n"
        "### Who led to whom (calls)\n"
        "\n"
        "```mermaid\n"
        "flowchart LR\n"
        '    n_critic["critic"]:::cycle\n'
        '    n_writer["writer"]:::cycle\n'
        "    n_critic ==> n_writer\n"
        "    n_writer ==> n_critic\n"
        "    classDef cycle stroke:#d33,stroke-width:2px\n"
        "```\n"
        "\n"
    )


def test_budgets_stand_with_the_tightest_first() -> None:
    uses = (
        BudgetUse("latency_budget('2s')", "run 'a|b'", "duration", 500 * MS, 2000 * MS),
        BudgetUse("usage_budget(calls=2)", "test 't.py::one'", "calls", 3, 2),
    )

    text = session_markdown(SessionResult([attempt("t.py::one", ran("q"), outcome="failed", budgets=uses)]))

    assert text[text.index("### Budgets") :].startswith(
        "### Budgets\n"
        "\n"
        "| used | measured | limit | budget | of | test |\n"
        "| ---: | ---: | ---: | --- | --- | --- |\n"
        "| ✗ 150% | 3 calls | 2 calls | <code>usage_budget(calls=2)</code> |  | <code>t.py::one</code> |\n"
        "| 25% | 500 ms | 2 s | <code>latency_budget('2s')</code> | run 'a&#124;b' | <code>t.py::one</code> |\n"
        "\n"
    )


def test_an_empty_session_says_so() -> None:
    assert session_markdown(SessionResult([])) == "## Flock trace\n\nno tests · 0 spans, 0 of them failed\n\n"


def test_failed_tests_come_first_then_the_slowest() -> None:
    tests = [
        attempt("quick", ran("1", duration_ns=1 * MS)),
        attempt("slow", ran("2", duration_ns=9 * MS)),
        attempt("bad", ran("3", duration_ns=2 * MS), outcome="failed"),
        attempt("broken", outcome="error"),
    ]

    assert re.findall(r"<code>(\w+)</code>", session_markdown(SessionResult(tests))) == [
        "bad",
        "broken",
        "slow",
        "quick",
    ]


def test_tests_without_spans_and_lost_ones_are_counted() -> None:
    text = session_markdown(SessionResult([attempt("a"), attempt("b")], lost=["c"], remarks=["'x' was never seen"]))

    assert "1 error, 2 passed · 0 spans" in text
    assert "- lost: a worker died while it ran c\n" in text
    assert "was never seen" in text
    assert "2 tests recorded no spans.\n" in text


def test_a_test_run_again_counts_once_and_shows_each_attempt() -> None:
    tests = [attempt("t", ran("1"), outcome="failed"), attempt("t", ran("2"), attempt=2)]
    text = session_markdown(SessionResult(tests))

    assert "\n1 passed · 2 spans" in text
    assert "| ✗ <code>t</code> |" in text
    assert "| <code>t</code> (attempt 2) |" in text


def test_layers_of_the_graph_are_drawn_apart() -> None:
    other = ran("other", graph=GraphTally("artifact", (EdgeTally("writer", "critic", "Draft"),)))
    text = session_markdown(SessionResult([attempt("a", REVIEW, other)]))

    assert text.count("```mermaid") == 2
    assert text.index("(artifacts)") < text.index("(calls)")
    assert '-->|"Draft"|' in text


def test_of_many_edges_the_most_taken_are_drawn_and_the_others_counted() -> None:
    edges = tuple(EdgeTally("hub", f"spoke{n}", count=1 + (n == 149)) for n in range(150))
    text = session_markdown(SessionResult([attempt("a", ran(graph=GraphTally("call", edges)))]))

    assert text.count(" --> ") == 100
    assert "n_hub --> n_spoke149" in text
    assert "50 edges not drawn, the least taken.\n" in text


def test_a_summary_of_five_thousand_tests_fits_and_says_what_it_leaves_out() -> None:
    tests = [
        attempt(
            f"tests/test_crew.py::test_it[{n}]",
            ran(str(n), duration_ns=n * MS),
            outcome="failed" if n == 7 else "passed",
        )
        for n in range(5_000)
    ]
    text = session_markdown(SessionResult(tests), LIMIT)
    rows = re.findall(r"test_it&#91;(\d+)&#93;</code>", text)

    assert LIMIT * 0.9 < len(text.encode()) <= LIMIT
    assert rows[:3] == ["7", "4999", "4998"]
    shortest = 5_000 - len(rows)
    assert f"{shortest} tests left out, each of {format_duration(shortest * MS)} or less.\n" in text
    assert len(re.findall(r"test_it&#91;(\d+)&#93;</code>", session_markdown(SessionResult(tests)))) == 5_000


def test_failed_tests_that_are_left_out_are_counted_as_such() -> None:
    tests = [attempt(f"test{n:04}", ran(str(n)), outcome="failed") for n in range(500)]
    text = session_markdown(SessionResult(tests), SMALLEST)
    rows = len(re.findall(r"<code>", text))

    assert f"{500 - rows} tests left out, {500 - rows} of them failed.\n" in text


def test_agents_and_graphs_leave_room_for_the_tests() -> None:
    names = [f"an agent with a long name {n}" for n in range(3_000)]
    crowd = ran(
        agents={name: AgentSamples([1]) for name in names},
        graph=GraphTally("call", tuple(EdgeTally("a" * 60, f"{n} " + "[" * 200) for n in range(100))),
    )
    text = session_markdown(SessionResult([attempt(f"t{n}", crowd) for n in range(500)]), LIMIT)

    assert len(text.encode()) <= LIMIT
    assert re.search(r"\n\d+ agents left out\.\n", text)
    assert "The graph is too large for this summary.\n" in text
    assert text.count("<code>t") > 100


def test_a_limit_that_nothing_fits_into_is_refused() -> None:
    with pytest.raises(BadArgument, match="limit=100"):
        session_markdown(SessionResult([]), 100)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(SESSIONS, st.sampled_from((None, SMALLEST, 9_000)))
def test_whatever_the_names_tables_stay_tables_and_the_limit_holds(session: SessionResult, limit: int | None) -> None:
    text = session_markdown(session, limit)

    assert limit is None or len(text.encode()) <= limit
    assert text.count("```") == 2 * text.count("```mermaid\n")
    assert all(line.count("|") in (6, 7, 9) for line in text.splitlines() if line.startswith("|"))
    assert not re.findall(r"<(?!/?code>)", re.sub(r"```mermaid\n.*?```", "", text, flags=re.DOTALL))
