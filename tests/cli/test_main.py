"""What every command has in common: help, misuse in one line, exit codes, pipes and interrupts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.cli import listing
from pytest_flock_trace.cli.main import COMMANDS, load, main, parser_of
from pytest_flock_trace.environment.tracing import DEFAULT_FILE

Command = Callable[..., Any]
NEEDED = {"show": ["latest"], "sql": ["select 1"], "diff": ["latest", "latest"], "check": [], "clear": ["--yes"]}
READING = ["ls", "show", "sql", "diff", "check", "learn", "export", "report"]
CHANGING = ["prune", "clear", "import"]


def line_of(name: str, store: Path, tmp_path: Path) -> list[object]:
    """A command line that is fine apart from the file it is about."""
    contract = tmp_path / "contract.py"
    contract.write_text("from pytest_flock_trace import never\ncontract = never('x')\n", encoding="utf-8")
    needed: dict[str, list[object]] = {
        **NEEDED,
        "check": [contract],
        "learn": [store],
        "export": ["--format", "csv", "--output", tmp_path / "out.csv"],
        "report": ["--output", tmp_path / "out.json"],
        "import": [store],
    }
    return [name, *needed.get(name, []), "--store", tmp_path / "target.duckdb" if name == "import" else store]


def test_without_a_command_the_commands_are_listed_and_that_is_misuse(flock_trace: Command):
    asked, alone = flock_trace("--help"), flock_trace()

    assert (asked.code, alone.code) == (0, 2)
    assert asked.out == alone.out
    assert [name for name in COMMANDS if f"\n  {name:<8} " not in asked.out] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_is_its_docstring(flock_trace: Command, name: str):
    answer = flock_trace(name, "--help")

    assert answer.code == 0
    assert f"usage: flock-trace {name}" in answer.out
    first, *_ = (load(name).__doc__ or "").splitlines()
    assert first.endswith(".")
    assert first in answer.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str):
    actions = parser_of(name, load(name))._actions

    assert [action.dest for action in actions if not action.help] == []
    assert {"store", "json"} <= {action.dest for action in actions}


def test_the_file_is_the_one_that_a_process_records_into_unless_told_otherwise():
    assert parser_of("ls", load("ls")).parse_args([]).store == DEFAULT_FILE


def test_the_version_is_told(flock_trace: Command):
    assert flock_trace("--version").out.startswith("flock-trace 0.")


def misuse(answer: Any) -> str:
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err
    return answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lss"], "flock-trace: there is no command 'lss'; did you mean 'ls'?"),
        (["frobnicate"], "there is no command 'frobnicate'; valid: init, run, ls, show"),
        (["l\ns"], "there is no command 'l\\ns'"),
        (
            ["ls", "--limit", "0"],
            "flock-trace ls: argument --limit: invalid number above 0 value: '0' (see flock-trace",
        ),
        (["ls", "--frob"], "unrecognized arguments: --frob"),
        (["ls", "--lim", "3"], "unrecognized arguments: --lim 3"),
        (["ls", "--since", "soon"], "--since 'soon' is neither a duration nor a moment"),
        (["show"], "the following arguments are required: TRACE"),
        (["sql"], "give a query, or --list"),
        (["sql", "--list", "select 1"], "give a query, or --list"),
        (["sql", "select 1", "--csv", "--json"], "--csv and --json are two forms"),
        (["sql", "select 1", "--by", "agent"], "--by='agent' is for saved queries"),
        (["check"], "the following arguments are required: CONTRACT"),
        (["check", "nothing.py"], "contract 'nothing.py': there is no file 'nothing.py'"),
        (["check", "module"], "contract 'module' names no rules; write file.py"),
        (["diff", "latest"], "the following arguments are required: B"),
        (["import"], "the following arguments are required: FILE"),
        (["import", "nowhere.duckdb"], "'nowhere.duckdb' is not there; nothing was imported"),
        (["export", "--format", "xml", "--output", "x"], "invalid choice: 'xml'"),
        (["export", "--format", "csv"], "say either --output PATH, to write a file, or --to URL"),
        (["prune", "--days", "0"], "days=0.0 is no number of days above 0"),
        (["prune", "--max-size", "much"], "'much' is no size; write a number and a unit"),
        (["init", "--framework", "flok"], "argument --framework: invalid choice: 'flok' (choose from"),
        (["clear"], "there is nobody to ask: say --yes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_told_in_one_line(
    flock_trace: Command, store: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
):
    monkeypatch.chdir(store.parent)
    extra = ["--store", store] if arguments[0] in COMMANDS else []

    assert said in misuse(flock_trace(*arguments, *extra))


@pytest.mark.parametrize("name", [*READING, "prune", "clear"])
def test_a_file_that_is_not_there_is_told_with_what_to_do(flock_trace: Command, tmp_path: Path, name: str):
    said = misuse(flock_trace(*line_of(name, tmp_path / "nowhere.duckdb", tmp_path)))

    assert f"flock-trace {name}: there is no file '{tmp_path / 'nowhere.duckdb'}'; name another with --store" in said
    assert not (tmp_path / "nowhere.duckdb").exists()


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"init", "run", "receive"}])
def test_a_file_of_another_kind_is_told(flock_trace: Command, tmp_path: Path, name: str):
    (tmp_path / "notes.duckdb").write_bytes(b"x" * 5000)

    assert re.search(
        "is no (DuckDB )?trace file", misuse(flock_trace(*line_of(name, tmp_path / "notes.duckdb", tmp_path)))
    )
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("name", [*READING, *CHANGING])
def test_a_file_that_another_process_holds_says_who_holds_it(
    flock_trace: Command, store: Path, tmp_path: Path, held: Callable[[Path], AbstractContextManager[None]], name: str
):
    with held(store):
        said = misuse(flock_trace(*line_of(name, store, tmp_path)))
    assert "is held by another process" in said
    assert flock_trace("ls", "--store", store).code == 0


@pytest.mark.parametrize("name", ["ls", "sql", "diff", "check", "export", "prune", "clear", "import", "show"])
def test_a_file_without_spans_is_fine_wherever_nothing_has_to_be_there(
    flock_trace: Command, written: Callable[..., Path], tmp_path: Path, name: str
):
    empty = written([])
    from pytest_flock_trace.store.file.access import opened

    with opened(empty):
        pass
    answer = flock_trace(*line_of(name, empty, tmp_path))

    if name in {"show", "diff"}:
        assert "the file holds no trace, so there is no latest one" in misuse(answer)
    else:
        assert answer.code == (1 if name == "check" else 0), "a contract that no trace was held against proves nothing"
        assert answer.err == ""


def test_an_interrupt_ends_it_quietly(flock_trace: Command, store: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(listing.List, "run", interrupted)

    answer = flock_trace("ls", "--store", store)
    assert (answer.code, answer.out, answer.err) == (130, "", "")


def script() -> list[str]:
    """The installed script, where there is one beside this interpreter."""
    beside = Path(sys.executable).with_name("flock-trace")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "pytest_flock_trace.cli"]


@pytest.mark.parametrize(
    "command", [script(), [sys.executable, "-m", "pytest_flock_trace.cli"]], ids=["script", "module"]
)
def test_it_is_installed_as_a_script_and_as_a_module(store: Path, command: list[str]):
    result = subprocess.run([*command, "ls", "--store", store], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert result.stdout.count("\n") == 3


def test_a_reader_that_goes_away_is_no_error(store: Path):
    query = "select repeat('x', 1000) from range(5000)"
    with subprocess.Popen(
        [*script(), "sql", query, "--store", store], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 141
    assert b"Error" not in said


def test_characters_that_the_stream_does_not_know_are_escaped(store: Path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    query = "select 'zażółć 日本'"
    result = subprocess.run(
        [*script(), "sql", query, "--store", store], env=environment, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stderr
    assert "za\\u017c\\xf3\\u0142\\u0107" in result.stdout


def test_main_takes_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(sys, "argv", ["flock-trace", "--version"])

    assert main() == 0
    assert capsys.readouterr().out.startswith("flock-trace ")
