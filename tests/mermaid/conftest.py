"""Mermaid itself, in a Node process that answers one diagram after the other."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent


def lacking() -> str:
    """What is not here and has to be; empty if nothing is missing."""
    if shutil.which("node") is None:
        return "Node is not on the PATH"
    return "" if (FOLDER / "node_modules" / "mermaid").is_dir() else f"run `npm ci` in {FOLDER} first"


@pytest.fixture(scope="session")
def parsed() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Gives the nodes and edges that Mermaid reads in a text, or its error."""
    if reason := lacking():
        pytest.skip(reason)
    command = ["node", "parse.mjs"]
    with subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:

        def ask(text: str) -> dict[str, Any]:
            process.stdin.write(json.dumps(text) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, f"Node ended with {process.wait()} before it answered"
            return json.loads(answer)

        yield ask
        process.stdin.close()
