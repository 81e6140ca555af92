"""Hostile names stay text; colours are for terminals."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flock_file import write
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.cli.main import main
from pytest_flock_trace.cli.terminal import FAILED, Terminal
from pytest_flock_trace.model.span import Span

Command = Callable[..., Any]
NAMES = {
    "newline": "two\nlines",
    "markup": "[red]not red[/red] [link=x]y[/link] :smile:",
    "wide": "日本語 🦆 زرد",
    "escape": "\x1b[31mred\x1b]0;title\x07",
    "controls": "a\x00b\rc\x9b31md\x7f",
    "direction": "\u202egnorw\u2066",
    "surrogate": "half \ud83e duck",
    "long": "x" * 5000,
}
ESCAPE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STYLE = re.compile("\x1b\\[[0-9;]*m")


class Screen(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


@pytest.fixture
def hostile(written: Callable[..., Path]) -> Path:
    spans = [Span("root", span_id="r", trace_id="t", end_ns=100)]
    for at, name in enumerate(NAMES.values()):
        attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
        more = {"span_id": f"s{at}", "parent_id": "r", "trace_id": "t", "start_ns": at, "end_ns": at + 1}
        spans.append(Span(name, **more, attributes=attributes, status="error", status_description=name))
    return written(
        spans, *([Span(name, span_id=f"q{at}", trace_id=f"q{at}")] for at, name in enumerate(NAMES.values()))
    )


COMMANDS = {
    "ls": ["ls"],
    "show": ["show", "t"],
    "sql": ["sql", "select name, attributes, status_description from spans"],
    "errors": ["sql", "errors"],
    "diff": ["diff", "t", "q1"],
    "check": ["check", "CONTRACT"],
}


def arguments(name: str, tmp_path: Path, store: Path) -> list[str]:
    contract = tmp_path / "contract.py"
    contract.write_text("from pytest_flock_trace import never, span\ncontract = never(span(status='error'))\n")
    return [*(str(contract) if one == "CONTRACT" else one for one in COMMANDS[name]), "--store", str(store)]


@pytest.mark.parametrize("name", COMMANDS)
def test_hostile_names_are_escaped_in_pipes(flock_trace: Command, hostile: Path, tmp_path: Path, name: str):
    answer = flock_trace(*arguments(name, tmp_path, hostile))

    assert answer.code in {0, 1}
    assert ESCAPE.findall(answer.out) == []
    if name != "diff":
        assert "[red]not red[/red]" in answer.out
        assert "two\\nlines" in answer.out
        assert "日本語 🦆" in answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_on_a_terminal_there_are_no_control_sequences_but_our_styles(
    hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "90")
    assert main(arguments(name, tmp_path, hostile)) in {0, 1}

    said = screen.getvalue()
    assert STYLE.search(said)
    assert ESCAPE.findall(STYLE.sub("", said)) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_one_document_of_plain_ascii(flock_trace: Command, hostile: Path, tmp_path: Path, name: str):
    answer = flock_trace(*arguments(name, tmp_path, hostile), "--json")

    assert answer.out.isascii()
    assert ESCAPE.findall(answer.out) == []
    json.loads(answer.out)


def test_csv_keeps_what_it_holds_and_is_escaped_on_a_terminal(
    flock_trace: Command, hostile: Path, monkeypatch: pytest.MonkeyPatch
):
    line = ["sql", "select name from spans where name like '%title%' limit 1", "--csv", "--store", str(hostile)]
    assert flock_trace(*line).out == f"name\n{NAMES['escape']}\n"

    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    main(line)
    assert ESCAPE.findall(screen.getvalue()) == []


def test_a_file_of_flock_s_with_hostile_names_is_listed(flock_trace: Command, tmp_path: Path):
    spans = [
        Span(name, span_id=str(at), trace_id=str(at)) for at, name in enumerate(NAMES.values()) if "\ud83e" not in name
    ]
    answer = flock_trace("ls", "--store", write(tmp_path / "flock.duckdb", spans))

    assert (answer.code, len(answer.lines)) == (0, len(NAMES))
    assert ESCAPE.findall(answer.out) == []


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colours_gets_none(monkeypatch: pytest.MonkeyPatch, variable: str, value: str):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with_colours, without = Screen(), Screen()
    Terminal(with_colours, io.StringIO()).write("text", FAILED)
    monkeypatch.setenv(variable, value)
    Terminal(without, io.StringIO()).write("text", FAILED)

    assert with_colours.getvalue() == "\x1b[31mtext\x1b[0m\n"
    assert without.getvalue() == "text\n"


def test_tables_fit_a_terminal_and_are_whole_in_a_pipe(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    screen, pipe = Screen(), io.StringIO()
    for stream in (screen, pipe):
        Terminal(stream, io.StringIO()).table(["name", "n"], [["y" * 200, 1]])

    assert max(map(len, STYLE.sub("", screen.getvalue()).splitlines())) == 40
    assert "y" * 200 in pipe.getvalue()


@given(st.text(st.characters(), max_size=30), st.text(st.characters(), max_size=30))
def test_any_cell_stays_in_its_row(one: str, other: str):
    pipe = io.StringIO()
    Terminal(pipe, io.StringIO()).table(["a", "b"], [[one, other], ["x", "y"]])

    assert pipe.getvalue().count("\n") == 3
    assert ESCAPE.findall(pipe.getvalue()) == []


@given(st.text(st.characters()))
def test_a_complaint_is_one_line(text: str):
    said = io.StringIO()
    Terminal(io.StringIO(), said).complain(text)

    assert said.getvalue().count("\n") == 1
    assert ESCAPE.findall(said.getvalue()) == []
