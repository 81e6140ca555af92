from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import pytest
from neighbours_suite import INI, SUITE


@dataclass(frozen=True)
class Told:
    """What a session said."""

    result: pytest.RunResult
    report: dict[str, Any]

    @property
    def spans(self) -> dict[str, int]:
        """How many spans each test has, the run's own left out."""
        return {test["id"]: test["spans"] for test in self.report["tests"]}


@dataclass(frozen=True)
class Neighbours:
    """A folder with a suite in it, which is run beside other plugins."""

    pytester: pytest.Pytester

    def run(self, *args: str) -> Told:
        """What a session with these arguments says, in a process of its own."""
        report = self.pytester.path / "report.json"
        report.unlink(missing_ok=True)
        result = self.pytester.runpytest_subprocess(f"--flock-trace-report={report}", *args)
        return Told(result, json.loads(report.read_text(encoding="utf-8")))


@pytest.fixture
def neighbours(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Neighbours:
    """Sessions without the plugins that take part without being asked."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    unasked = {"pytest_randomly": "randomly", "pytest_run_parallel": "run-parallel"}
    monkeypatch.setenv(
        "PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for module, name in unasked.items() if find_spec(module))
    )
    pytester.makeini(INI)
    pytester.makepyfile(test_it=SUITE)
    return Neighbours(pytester)
