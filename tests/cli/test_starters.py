"""What `flock-trace init` writes runs as it is: here for what is installed, for the frameworks in `tox -e starters`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_flock_trace.cli.framework_search import has_distribution
from pytest_flock_trace.cli.starter import STARTERS, Starter


@pytest.fixture(params=STARTERS.values(), ids=lambda starter: starter.framework)
def starter(request: pytest.FixtureRequest) -> Starter:
    return request.param


def test_every_starter_is_short_enough_to_read(starter: Starter):
    for text in starter.texts().values():
        assert len(text.splitlines()) <= 60
        assert max(map(len, text.splitlines())) <= 120
        assert text.startswith('"""')
        assert compile(text, starter.framework, "exec")


def test_a_starter_runs_green_and_its_agents_are_seen(starter: Starter, tmp_path: Path):
    if absent := [name for name in starter.needs if not has_distribution(name)]:
        pytest.skip(f"{', '.join(absent)} not installed here")
    for name, text in starter.texts().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "OTEL_", "FLOCK_"))}
    command = [sys.executable, "-m", "pytest", "--flock-trace", "-p", "no:cacheprovider"]

    done = subprocess.run(
        command, cwd=tmp_path, env=clean | {"COLUMNS": "200"}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert re.search(r"^writer +3 +0/3 ", done.stdout, re.MULTILINE)
    assert "budgets: 1 budget kept" in done.stdout
