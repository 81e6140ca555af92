from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sessions import MS, REVIEW, attempt, ran

from pytest_flock_trace.model.text import columns_of
from pytest_flock_trace.render.summary import AgentSamples, RunSummary, TestSummary, agent_table, test_table


def test_a_test_shows_its_time_spans_errors_quantiles_and_path() -> None:
    tests = [
        attempt("test_crew.py::quick", ran("q", duration_ns=5 * MS, path_ns={"": 5 * MS})),
        attempt("test_crew.py::slow", REVIEW),
    ]

    assert test_table(tests, width=120, limit=None) == [
        "test in test_crew.py  time  spans  errors      n     p50     p95  critical path",
        "slow                   1 s     12    2/12      3  200 ms  569 ms  critic 61% · writer 30% · wait 5% · queue 4%",  # noqa: E501
        "quick                 5 ms      1     0/1  1 run    5 ms    5 ms  other 100%",
    ]


@pytest.mark.parametrize(
    ("nodeids", "heading", "names"),
    [
        (["a/t.py::x", "a/t.py::y"], "test in a/t.py", ["x", "y"]),
        (["a/t.py::C::x", "a/t.py::C::y"], "test in a/t.py::C", ["x", "y"]),
        (["a/t.py::x", "a/u.py::x"], "test in a", ["t.py::x", "u.py::x"]),
        (["t.py::x[a/1]", "t.py::x[a/2]"], "test in t.py", ["x[a/1]", "x[a/2]"]),
        (["t.py::x", "u.py::x"], "test", ["t.py::x", "u.py::x"]),
        (["t.py::only"], "test", ["t.py::only"]),
    ],
)
def test_what_all_tests_share_is_said_once(nodeids: list[str], heading: str, names: list[str]) -> None:
    heading_line, *rows = test_table([attempt(nodeid, ran("q", spans=1)) for nodeid in nodeids], width=120, limit=None)

    assert heading_line.startswith(f"{heading}  ")
    assert [row.split("  ")[0] for row in rows] == names


def test_no_tests_make_no_lines() -> None:
    assert test_table([], width=80, limit=None) == []
    assert agent_table([], width=80) == []


@pytest.mark.parametrize(("number", "line"), [(1, "1 test recorded no spans"), (12, "12 tests recorded no spans")])
def test_tests_without_spans_are_counted(number: int, line: str) -> None:
    silent = [attempt(f"test_{at}", ran(f"{at}", spans=0)) for at in range(number)]

    assert test_table(silent, width=80, limit=None) == [line]


def test_the_longest_come_first_and_the_rest_is_counted() -> None:
    tests = [attempt(f"test_{at}", ran(f"{at}", duration_ns=at * MS)) for at in range(1, 9)]

    lines = test_table(tests, width=80, limit=2)

    assert [line.split()[0] for line in lines[1:3]] == ["test_8", "test_7"]
    assert lines[3:] == ["6 hidden, use -vv"]
    assert test_table(tests, width=80, limit=0) == ["8 hidden, use -vv"]


def test_the_path_names_four_and_counts_the_rest() -> None:
    run = ran(duration_ns=1000, path_ns=dict(zip("abcdefg", (300, 250, 200, 100, 90, 51, 9))))

    assert test_table([attempt("t", run)], width=120, limit=None)[1].endswith("a 30% · b 25% · c 20% · d 10% · +2 more")


def test_a_path_without_time_is_blank() -> None:
    assert test_table([attempt("t", ran(duration_ns=0))], width=80, limit=None)[1].endswith("1 run  0 ns  0 ns")


def test_long_node_ids_are_cut_from_the_left() -> None:
    nodeid = "tests/" + "deeply/" * 20 + "test_crew.py::test_the_critic"

    line = test_table([attempt(nodeid, REVIEW)], width=80, limit=None)[1]

    assert line.startswith("…")
    assert "::test_the_critic " in line


@pytest.mark.parametrize("width", [100, 80, 60, 20])
def test_the_smallest_shares_give_way_in_a_narrow_terminal(width: int) -> None:
    line = test_table([attempt("tests/test_crew.py::test_the_critic_answers", REVIEW)], width=width, limit=None)[1]

    assert "critic 61%" in line
    assert "c_answers " in line
    assert "  critic 61% · " in line
    assert line.endswith(("+2 more", "+3 more", "· …"))
    assert columns_of(line) <= max(width, 80)


def test_a_failed_test_and_a_second_attempt_are_told_apart() -> None:
    tests = [
        attempt("test_a", ran("1", duration_ns=3), outcome="failed"),
        attempt("test_a", ran("2", duration_ns=2), attempt=2),
        attempt("test_b", ran("3", duration_ns=1), outcome="skipped"),
    ]

    lines = test_table(tests, width=80, limit=None)

    assert lines[1].startswith("✗ test_a ")
    assert lines[2].startswith("test_a (attempt 2) ")
    assert lines[3].startswith("test_b ")


def test_what_happened_outside_runs_stands_in_where_no_run_has_spans() -> None:
    ambient = ran("x", duration_ns=900, path_ns={"writer": 30, "": 10}, agents={"writer": AgentSamples([30])})
    empty = ran("e", spans=0, duration_ns=1000)

    without_spans, with_spans = (
        test_table([attempt("t", run, ambient=ambient)], width=100, limit=None)[1] for run in (empty, REVIEW)
    )

    assert without_spans.endswith("writer 75% · other 25%")
    assert "critic 61%" in with_spans


def test_two_long_names_that_begin_alike_keep_their_own_shares() -> None:
    first, second = (f"an_agent_with_a_very_long_name_number_{number}" for number in (1, 2))
    run = ran(duration_ns=100, path_ns={first: 60, second: 40})

    line = test_table([attempt("t", run)], width=200, limit=None)[1]

    assert line.endswith("an_agent_wit…me_number_1 60% · an_agent_wit…me_number_2 40%")


def test_a_note_is_said_once_however_many_tests_it_concerns() -> None:
    tests = [attempt("a", note="spans\nwere lost"), attempt("b", note="spans\nwere lost"), attempt("c", note="cut")]

    assert test_table(tests, width=80, limit=None)[1:] == [r"2 tests: spans\nwere lost", "c: cut"]


def test_agents_are_pooled_over_the_session() -> None:
    other = ran("other", duration_ns=1000 * MS, path_ns={"writer": 1000 * MS}, agents={"writer": AgentSamples([MS], 1)})

    assert agent_table([attempt("a", REVIEW), attempt("b", other)], width=100) == [
        "agent   n  errors   rate     p50     p95     p99  path",
        "writer  3     1/3  1.5/s  100 ms  190 ms  198 ms   65%",
        "critic  1     1/1         610 ms  610 ms  610 ms   30%",
    ]


def test_a_run_that_tests_share_counts_once() -> None:
    once = agent_table([attempt("a", REVIEW)], width=100)

    assert agent_table([attempt("a", REVIEW), attempt("b", REVIEW)], width=100) == once


def test_without_agents_there_is_no_table_of_them() -> None:
    assert agent_table([attempt("a", ran(duration_ns=5))], width=100) == []


@pytest.mark.parametrize(
    ("invocations", "window", "rate"),
    [(1, 10**9, ""), (2, 0, ""), (2, 10**9, "2/s"), (1500, 10**9, "1500/s"), (3, 60 * 10**9, "3/min")],
)
def test_a_rate_needs_two_invocations_and_a_window(invocations: int, window: int, rate: str) -> None:
    run = ran(duration_ns=window, agents={"writer": AgentSamples([0] * invocations)})

    assert agent_table([attempt("a", run)], width=100)[1].split()[3:4] == ([rate] if rate else ["0"])


def test_an_agent_that_is_never_on_a_path_says_so() -> None:
    run = ran(duration_ns=100, path_ns={"": 100}, agents={"writer": AgentSamples([5])})

    assert agent_table([attempt("a", run)], width=100)[1].endswith("0%")


NAMES = st.text(max_size=200)
RUNS = st.builds(
    RunSummary,
    trace_id=NAMES,
    name=NAMES,
    spans=st.integers(0, 10**6),
    errors=st.integers(0, 10**6),
    duration_ns=st.integers(0, 10**13),
    path_ns=st.dictionaries(NAMES, st.integers(0, 10**13), max_size=6),
    agents=st.dictionaries(NAMES, st.builds(AgentSamples, st.lists(st.integers(0, 10**13), min_size=1)), max_size=3),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine proves nothing
@given(st.lists(st.builds(TestSummary, nodeid=NAMES, runs=st.lists(RUNS, max_size=3).map(tuple)), max_size=5))
def test_whatever_the_names_every_row_is_one_line_within_the_width(tests: list[TestSummary]) -> None:
    lines = test_table(tests, width=140, limit=None)
    agents = agent_table(tests, width=140)

    rows = sum(test.spans > 0 for test in tests)
    assert len(lines) == (rows + 1 if rows else 0) + (rows < len(tests))
    assert all(len(line.splitlines()) <= 1 and columns_of(line) <= 140 for line in (*lines, *agents))
