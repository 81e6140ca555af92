"""`flock-trace check`: traces of a file held against the rules that tests use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from oracles import trace_file

from pytest_flock_trace.model.span import Span

Command = Callable[..., Any]
Contract = Callable[[str], Path]


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    def write(text: str) -> Path:
        path = tmp_path / "rules.py"
        path.write_text(f"from pytest_flock_trace import each, never, span\n{dedent(text)}", encoding="utf-8")
        return path

    return write


def test_a_broken_rule_names_the_trace_with_the_explanation_that_tests_give(
    flock_trace: Command, store: Path, contract: Contract
):
    answer = flock_trace("check", contract("contract = [never(span(status='error'))]"), "--store", store)

    first, claim, culprit, *_, last = answer.lines
    assert answer.code == 1
    assert first.startswith("ab22  review  ")
    assert first.endswith("1 of 1 rule broken")
    assert claim == "  never(span(status='error')) in trace 'ab22': 1 span matches, expected none"
    assert "invoke_agent critic" in culprit
    assert last == "1 rule held against 2 traces: 1 broke the contract"


def test_a_contract_that_holds_exits_with_0(flock_trace: Command, store: Path, contract: Contract):
    answer = flock_trace("check", contract("contract = each('invoke_agent *', child_of='review')"), "--store", store)

    assert (answer.code, answer.lines) == (0, ["1 rule held against 2 traces: 0 broke the contract"])


def test_json_counts_outcomes_by_rule(flock_trace: Command, store: Path, contract: Contract):
    rules = contract("contract = [never(span(status='error')), each('chat *', under='review')]")

    said = flock_trace("check", rules, "--json", "--store", store).json
    assert said["traces"] == 2
    assert [(one["passed"], one["failed"], one["vacuous"]) for one in said["rules"]] == [(1, 1, 0), (0, 0, 2)]
    assert [one["trace_id"] for one in said["broken"]] == ["ab22"]
    assert said["broken"][0]["rules"][0]["rule"] == "never(span(status='error'))"


def test_a_rule_without_subject_in_any_trace_proves_nothing(flock_trace: Command, store: Path, contract: Contract):
    rules = contract("contract = each('chat *', under='review')")
    answer = flock_trace("check", rules, "--store", store)

    assert answer.code == 1
    assert "had no subject in 2 of 2 traces, so it proves nothing" in answer.lines[0]
    assert flock_trace("check", rules, "--vacuous-ok", "--store", store).code == 0


def test_a_rule_with_a_subject_in_some_trace_is_counted_where_it_has_none(
    flock_trace: Command, written: Callable[..., Path], reviews: Callable[..., list[Span]], contract: Contract
):
    root = Span("other", span_id="o", trace_id="o")
    store = written(reviews("a", 0), [root, Span("step", span_id="p", parent_id="o", trace_id="o")])

    answer = flock_trace("check", contract("contract = each('invoke_agent *', child_of='review')"), "--store", store)
    assert answer.code == 0
    assert answer.lines[0].endswith("had no subject in 1 of 2 traces")


def test_a_trace_of_nothing_but_its_root_is_told(
    flock_trace: Command, written: Callable[..., Path], contract: Contract
):
    store = written([Span("lonely", span_id="1", trace_id="t")])
    answer = flock_trace("check", contract("contract = never('delete')"), "--store", store)

    assert answer.code == 1
    assert "met no span below the root in 1 of 1 trace, so it proves nothing" in answer.lines[0]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("contract = never('a')", 1),
        ("CONTRACT = [never('a'), never('b')]\nother = never('c')", 2),
        ("a = never('a')\nb = never('b')\nall_of_them = [a, b]\nnumber = 5\nnames = ['x']\nnothing = []", 2),
        ("contract = ['invoke_agent *']", 1),
    ],
    ids=["contract", "CONTRACT", "every rule once", "a pattern"],
)
def test_without_a_name_the_rules_are_found(
    flock_trace: Command, store: Path, contract: Contract, text: str, rules: int
):
    assert len(flock_trace("check", contract(text), "--json", "--store", store).json["rules"]) == rules


def test_a_name_picks_one_of_a_file(flock_trace: Command, store: Path, contract: Contract):
    path = contract("class night:\n    rules = (never('delete'),)\ncontract = never(span(status='error'))")

    assert flock_trace("check", f"{path}:night.rules", "--store", store).code == 0
    assert flock_trace("check", f"{path}:contract", "--store", store).code == 1


def test_a_module_of_the_working_directory_is_imported(
    flock_trace: Command, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "night_rules.py").write_text(
        "from pytest_flock_trace import never\nrules = never('delete')\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)

    assert flock_trace("check", "night_rules:rules", "--store", store).code == 0


def test_a_file_may_import_its_neighbours_and_define_dataclasses(
    flock_trace: Command, store: Path, contract: Contract, tmp_path: Path
):
    (tmp_path / "flock_trace_neighbour.py").write_text("NAME = 'delete'\n", encoding="utf-8")
    text = """
        from __future__ import annotations
        from dataclasses import dataclass
        from flock_trace_neighbour import NAME
        from pytest_flock_trace import never
        @dataclass
        class Made:
            rule: object
        contract = Made(never(NAME)).rule
    """
    path = tmp_path / "rules.py"
    path.write_text(dedent(text), encoding="utf-8")

    assert flock_trace("check", path, "--store", store).code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 5", "has no rule in it, so it would prove nothing"),
        ("contract = []", "has no rule in it, so it would prove nothing"),
        ("contract = 5", "5 is no rule"),
        ("contract = never(spann('x'))", "can't be loaded: NameError: name 'spann' is not defined, line 2"),
        ("contract = never(", "can't be loaded: SyntaxError"),
        ("raise SystemExit(3)", "can't be loaded: SystemExit: 3"),
        ("import nowhere_at_all", "No module named 'nowhere_at_all'"),
        ("contract = never(span(nme='x'))", "nme"),
    ],
)
def test_what_is_no_contract_is_told_in_one_line(
    flock_trace: Command, store: Path, contract: Contract, text: str, said: str
):
    answer = flock_trace("check", contract(text), "--store", store)

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("source", [":name", "nowhere:rules", "rules.py:nothing"])
def test_a_name_that_is_not_there_is_told(
    flock_trace: Command, store: Path, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
):
    contract("contract = never('x')")
    monkeypatch.chdir(tmp_path)
    answer = flock_trace("check", source, "--store", store)

    assert (answer.code, answer.err.count("\n")) == (2, 1)


def test_a_file_of_flock_s_is_held_against_rules(flock_trace: Command, contract: Contract):
    rules = contract("from pytest_flock_trace import acyclic\ncontract = acyclic()")
    answer = flock_trace("check", rules, "--store", trace_file("flock/loop_traced.duckdb"))

    assert answer.code == 1
    assert "critic" in answer.out
