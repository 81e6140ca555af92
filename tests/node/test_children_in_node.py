"""A program in JavaScript as part of a run, and as a sender to `flock-trace receive`'s endpoint."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pytest_flock_trace import TracedRuns

PROTO, JSON = "@opentelemetry/exporter-trace-otlp-proto", "@opentelemetry/exporter-trace-otlp-http"


@pytest.mark.parametrize("exporter", [PROTO, JSON])
def test_what_node_does_stands_below_the_run_that_started_it(
    traced_run: TracedRuns, node_folder: Path, exporter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody is there
    with traced_run("checkout") as run:
        command = ["node", "child.mjs", exporter]
        environment = {**os.environ, **traced_run.env()}
        done = subprocess.run(
            command, cwd=node_folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")

    charge = run.wait_for("charge card", timeout="20s")
    bank = run.one("bank")
    assert (charge.service, charge.kind, charge.late) == ("payments", "client", False)
    assert (charge.attributes["amount"], list(charge.attributes["tags"])) == (12.5, ["a", "b"])
    assert (charge.scope.name, charge.scope.version) == ("shop", "1.2")
    assert run.parent(charge) == run.one("checkout")
    assert run.parent(bank) == charge
    assert (bank.status, bank.status_description, bank.events[0].name) == ("error", "no money", "refused")
