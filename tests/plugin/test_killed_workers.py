"""Workers of xdist that are killed at any moment, while they run the example.

`ROUNDS=50 pytest tests/plugin/test_killed_workers.py` is the long form.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.store.trace_file import read_spans

ROUNDS = int(os.environ.get("ROUNDS", "3"))
EXAMPLE = Path(__file__).parents[2] / "examples" / "blackboard"
TIMES = 3
"""How often each of the example's tests runs in a session."""
SPANS = Counter({"test_two_articles_are_two_runs": 45})
"""How many spans a test of the example has; any other has those of one article."""
ARTICLE = 23
ANNOUNCE = """
import os
from pathlib import Path

def pytest_runtest_logstart():
    "The worker is at work; who it is goes first into another name, so that nobody reads half of it."
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and not (place := Path(os.environ["ANNOUNCED"], str(os.getpid()))).exists():
        unready = place.with_suffix(".part")
        unready.write_text(worker)
        unready.rename(place)
"""


class Session:
    """A session of the example in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.announced = folder / "announced"
        self.announced.mkdir(parents=True)
        self.report = folder / "report.json"
        self.store = folder / "traces.duckdb"
        (folder / "announce.py").write_text(ANNOUNCE)
        python_path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        command = [sys.executable, "-m", "pytest", "-p", "announce", "-p", "no:cacheprovider", "-n", "2"]
        command += ["--count", str(TIMES), f"--flock-trace-report={self.report}", f"--flock-trace-store={self.store}"]
        self.process = subprocess.Popen(
            [*command, str(EXAMPLE)],
            env={**own, "PYTHONPATH": python_path, "ANNOUNCED": str(self.announced)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kill_one(self, chance: random.Random) -> str:
        """Kill one of the workers that have begun to run tests, and tell which; none if the session has ended."""
        workers: list[Path] = []
        while not workers and self.process.poll() is None:
            threading.Event().wait(0.01)  # looks again; what is waited for is the file
            workers = sorted(path for path in self.announced.iterdir() if path.suffix == "")
        threading.Event().wait(chance.random() / 2)  # the moment of its death; nothing is waited for
        if not workers or self.process.poll() is not None:
            return ""
        victim = chance.choice(workers)
        try:
            os.kill(int(victim.name), signal.SIGKILL)
        except ProcessLookupError:  # it had come to its end
            return ""
        return victim.read_text()

    def finish(self) -> tuple[str, dict[str, Any]]:
        """What the session printed, and its report."""
        output, _ = self.process.communicate(timeout=240)
        return output, json.loads(self.report.read_text(encoding="utf-8"))


def spans_of(nodeid: str) -> int:
    return SPANS[nodeid.rpartition("::")[2].partition("[")[0]] or ARTICLE


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_session_reports_what_its_dead_workers_had_told_and_all_of_the_others(tmp_path: Path, number: int) -> None:
    session = Session(tmp_path)
    killed = session.kill_one(random.Random(number))
    output, report = session.finish()

    assert killed, output
    assert "INTERNALERROR" not in output, output
    assert "flock trace" in output, output
    told = {test["id"]: test for test in report["tests"]}
    assert len(told) == len(report["tests"])
    assert len({*told, *report["lost"]}) == 9 * TIMES, output
    assert len(report["lost"]) <= 1
    assert {nodeid: test["spans"] for nodeid, test in told.items()} == {nodeid: spans_of(nodeid) for nodeid in told}
    assert {test["outcome"] for test in told.values()} == {"passed"}
    stored = Counter(span.trace_id for span in read_spans(session.store))
    kept = [run for test in told.values() if test["worker"] != killed for run in test["runs"]]
    without_root = {run["trace_id"]: stored[run["trace_id"]] - 1 for run in kept}
    assert {run["trace_id"]: run["spans"] for run in kept} == without_root
