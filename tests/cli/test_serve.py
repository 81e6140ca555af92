"""`flock-trace serve`: what it says and refuses; what it answers is tested beside the server."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from urllib.request import urlopen

import pytest

Command = Callable[..., Any]


def serving(store: Path, *options: str) -> Popen[str]:
    command = [sys.executable, "-m", "pytest_flock_trace.cli", "serve", "--no-open", "--store", str(store), *options]
    return Popen(command, stdout=PIPE, stderr=PIPE, text=True)


def interrupted(process: Popen[str], url: str) -> tuple[str, str]:
    """What a server that is up and interrupted says in the end."""
    try:
        with urlopen(url.partition("#")[0], timeout=30):  # noqa: S310  # it answers: ready for signals
            process.send_signal(signal.SIGINT)
        return process.communicate(timeout=60)
    except BaseException:
        process.kill()
        raise


def test_people_are_told_where_it_is_and_how_it_ends(store: Path):
    with serving(store) as process:
        assert process.stdout is not None
        address = process.stdout.readline()
        ending = process.stdout.readline()
        rest, complaints = interrupted(process, address.split()[-1])

    assert address.startswith("The viewer is at http://127.0.0.1:")
    assert "/#token=" in address
    assert (ending, rest, process.returncode) == ("Ctrl-C ends it.\n", "", 0)
    assert "Traceback" not in complaints


def test_programs_are_told_in_one_line(store: Path):
    with serving(store, "--json") as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        rest, _ = interrupted(process, told["url"])

    assert set(told) == {"url", "port"}
    assert told["url"].startswith(f"http://127.0.0.1:{told['port']}/#token=")
    assert (rest, process.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "host '0.0.0.0' could be reached from other machines"),  # noqa: S104  # refused
        (["--port", "65536"], "port 65536 is none"),
        (["--port", "many"], "--port"),
    ],
)
def test_what_can_not_be_had_is_refused(flock_trace: Command, store: Path, options: list[str], said: str):
    answer = flock_trace("serve", "--no-open", "--store", store, *options)

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_file_that_is_not_there_is_refused(flock_trace: Command, tmp_path: Path):
    answer = flock_trace("serve", "--store", tmp_path / "none.duckdb")

    assert answer.code == 2
    assert "there is no file" in answer.err


def test_a_file_that_is_no_trace_file_is_refused(flock_trace: Command, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("no traces", encoding="utf-8")
    answer = flock_trace("serve", "--store", tmp_path / "notes.txt")

    assert answer.code == 2
    assert "is no DuckDB trace file" in answer.err


def test_an_extra_that_is_missing_is_named(flock_trace: Command, store: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    answer = flock_trace("serve", "--store", store)

    assert answer.code == 2
    assert 'pip install "pytest-flock-trace[viewer]"' in answer.err
